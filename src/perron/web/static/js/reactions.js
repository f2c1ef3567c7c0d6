// React to an announcement without leaving the page: its row of reactions comes back as it is now.

import { post } from "./send.js";
import { warn, word } from "./words.js";

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.reactions") || !submitter) return;
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await post(form.action, new FormData(form, submitter));
    if (!answer.ok) return warn(word("wrong"));
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const row = made.content.querySelector("form.reactions");
    form.replaceWith(row);
    const there = row.querySelector(`:scope > [data-emoji="${CSS.escape(submitter.dataset.emoji)}"]`);
    (there ?? row.querySelector("summary")).focus({ preventScroll: true });
  } catch {
    warn(word("lost"));
  } finally {
    form.removeAttribute("aria-busy");
  }
});
