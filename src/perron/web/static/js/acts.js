// Boost, favourite, bookmark and the rest without leaving the page: the form's row comes back as it is now.

import { post } from "./send.js";
import { say, warn, word } from "./words.js";

const STAYS = /^\/posts\/\d+\/(boost|unboost|favourite|unfavourite|bookmark|unbookmark|pin|unpin|clip|mute|unmute|delete)$/;
const next = new WeakMap(); // what was pressed while something else was on its way

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.acts") || !submitter) return;
  const path = new URL(submitter.formAction, location.href).pathname;
  if (!STAYS.test(path) || submitter.hasAttribute("data-asks")) return;
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) return void next.set(form, submitter.dataset.act);
  form.setAttribute("aria-busy", "true");
  const label = submitter.title;
  try {
    const answer = await post(path, new FormData(form, submitter));
    if (!answer.ok) return warn(word("wrong"));
    if (path.endsWith("/delete")) return leave(form.closest("article.post"));
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const row = made.content.querySelector("form.acts");
    const name = submitter.dataset.act;
    form.replaceWith(row);
    document.dispatchEvent(new CustomEvent("perron:acted", { detail: { form: row } }));
    const act = (which) => row.querySelector(`[data-act="${CSS.escape(which ?? "")}"]`);
    act(name)?.focus({ preventScroll: true });
    say(label);
    const after = next.get(form);
    if (after && after !== name) act(after)?.click();
  } catch {
    warn(word("lost"));
  } finally {
    form.removeAttribute("aria-busy");
  }
});

/** A post that is gone leaves the page; whoever stood on its own page goes home. */
function leave(post) {
  if (post.closest(".chosen")) return location.assign("/home");
  const next = post.closest(".item, .boosted") ?? post;
  (next.nextElementSibling?.querySelector("a.when") ?? document.getElementById("main")).focus();
  next.remove();
  say(word("gone"));
}
