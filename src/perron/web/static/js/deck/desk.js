// Writing, answering and adding a column without leaving the deck: the same pages, in a dialog over it.

import { part } from "../send.js";
import { say, warn, word } from "../words.js";
import { countdowns } from "../writing/undo.js";
import { deck, path, phrase } from "./columns.js";

const dialog = document.getElementById("desk");
const inside = dialog?.querySelector(".inside");

/** Where a link leads that is better read over the deck; "" for all others. */
function over(link) {
  if (link.matches("[data-in-dialog]")) return link.getAttribute("href");
  if (link.matches('[data-way="write"]')) return "/write";
  const post = link.closest(".column article.post");
  if (!post) return "";
  const id = post.id.replace(/^.*p/, "");
  return { reply: `/write?reply_to=${id}`, quote: `/write?quote=${id}` }[link.dataset.act] ?? "";
}

async function open(href) {
  const page = await part(href);
  page.querySelector("title")?.remove();
  inside.replaceChildren(page);
  const next = inside.querySelector('form.composer input[name="next"]');
  if (next) next.value = path;
  dialog.showModal();
  const words = inside.querySelector('textarea[name^="text"]');
  words?.setSelectionRange(words.value.length, words.value.length);
  (words ?? inside.querySelector("button, input:not([type=hidden])"))?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!dialog || !link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const href = over(link);
  if (!href) return;
  event.preventDefault();
  open(href).catch(() => location.assign(link.href));
});

dialog?.addEventListener("click", ({ target }) => target === dialog && dialog.close());
dialog?.addEventListener("close", () => inside.replaceChildren());

/** What was published can be taken back for half a minute, here as well. */
document.addEventListener("perron:published", (event) => {
  const id = new URL(event.detail.to, location.href).searchParams.get("published");
  if (!deck || !dialog.open || !id) return; // what was planned is shown where plans are
  event.preventDefault();
  dialog.close();
  say(phrase("sent"));
  offerUndo(id).catch(() => warn(word("lost")));
});

async function offerUndo(id) {
  const bar = (await part(`/write?published=${id}`)).querySelector("form.undo");
  if (!bar) return;
  document.querySelector(".with-deck form.undo")?.remove();
  bar.querySelector("a")?.remove(); // it comes to its column by itself
  document.querySelector(".deck-head, .way-back")?.after(bar);
  countdowns();
}
