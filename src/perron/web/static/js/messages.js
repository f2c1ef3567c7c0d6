// What was opened and looked at is read: the form that says so is sent by itself, where the page is seen.

import { post } from "./send.js";

async function read() {
  const form = document.querySelector("form[data-read]");
  if (!form || document.visibilityState !== "visible") return;
  const answer = await post(form.getAttribute("action"), new FormData(form)).catch(() => null); // the next look tries again
  if (!answer?.ok) return;
  form.remove();
  if (location.pathname === "/notices") forget();
}

/** The number beside the bell begins anew, with what has come since this page was made. */
function forget() {
  for (const badge of document.querySelectorAll('[data-way="notices"] .n')) {
    badge.querySelector(".tally").textContent = String(come);
    badge.hidden = come === 0;
  }
}

let come = 0;
document.addEventListener("perron:notice", () => (come += 1));

document.addEventListener("visibilitychange", read);
document.addEventListener("perron:refreshed", read);
read();
