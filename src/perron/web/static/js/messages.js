// A talk that was opened and looked at is read: its form is sent by itself, where the page is seen.
import { post } from "./send.js";

const form = document.querySelector("form[data-read]");

async function read() {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", read);
  const answer = await post(form.getAttribute("action"), new FormData(form));
  if (answer.ok) form.hidden = true;
}

if (form) {
  document.addEventListener("visibilitychange", read);
  read();
}
