// From column to column with the arrows or a digit, from post to post within one with j and k.

import { say } from "../words.js";
import { button, columns, deck, phrase, scroller, title } from "./columns.js";
import { show } from "./live.js";
import { goTo } from "./tabs.js";

let last = null; // the column one was in

const current = () => document.activeElement?.closest?.(".deck > .column") ?? (last?.isConnected ? last : null) ?? columns()[0];
const posts = (column) => [...column.querySelectorAll(".stream article.post, .stream article.plan, .stream article.told-of:not(:has(article.post))")];
const handle = (post) => post.querySelector("a.when, .when a, a");

/** The first post that is seen of a column. */
function first(column) {
  const { top } = scroller(column).getBoundingClientRect();
  return posts(column).find((one) => one.getBoundingClientRect().bottom > top + 40);
}

function enter(column) {
  if (!column) return;
  goTo(column);
  last = column;
  const post = first(column);
  (post ? handle(post) : scroller(column)).focus({ preventScroll: true });
  const all = columns();
  say(`${title(column)}. ${phrase("moved").replace("{n}", all.indexOf(column) + 1).replace("{all}", all.length)}`);
}

function beside(by) {
  const all = columns();
  const at = all.indexOf(current());
  const started = document.activeElement?.closest?.(".deck > .column") || last;
  enter(all[Math.min(Math.max(started ? at + by : at, 0), all.length - 1)]);
}

function step(by) {
  const column = current();
  const all = posts(column);
  const within = document.activeElement?.closest?.("article");
  const at = within && all.includes(within) ? all.indexOf(within) + by : all.indexOf(first(column));
  const next = all[Math.min(Math.max(at, 0), all.length - 1)];
  if (!next) return;
  last = column;
  handle(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const DOES = {
  ArrowRight: () => beside(1),
  ArrowLeft: () => beside(-1),
  j: () => step(1),
  k: () => step(-1),
  ".": () => button(current()) && show(current()),
};

addEventListener(
  "keydown",
  (event) => {
    if (!deck || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open], video, audio, .sheetlet")) return;
    const does = /^[1-9]$/.test(event.key) ? () => enter(columns()[event.key - 1]) : DOES[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  },
  { capture: true },
);
