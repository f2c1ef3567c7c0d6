// Older posts come as one reads down a column, until it ends; the link below stays a link.

import { part } from "../send.js";
import { say, warn, word } from "../words.js";
import { MOST, deck, held, pager, phrase, scroller, stream, trim } from "./columns.js";

const SOON = 1200; // px before the end of a column
const busy = new WeakSet();

/** Where a column is as long as it gets, say so and lead to its page. */
export function older(column) {
  if (held(column) >= MOST) end(column, pager(column));
}

function end(column, old) {
  const link = column.querySelector(".column-head h2 a").cloneNode(true);
  const last = document.createElement("p");
  last.className = "pager end";
  last.append(`${phrase("end")} `, link);
  old ? old.replaceWith(last) : scroller(column).append(last);
}

async function more(column) {
  const old = pager(column);
  const link = old?.querySelector("a[rel=next]");
  if (!link || busy.has(column)) return;
  busy.add(column);
  try {
    const page = await part(link.getAttribute("href"));
    stream(column).append(...page.querySelectorAll(".stream > .chunk"));
    trim(column);
    const next = page.querySelector(".pager");
    next ? old.replaceWith(next) : old.remove();
    older(column);
    say(word("loading"));
  } catch {
    warn(word("lost"));
  } finally {
    busy.delete(column);
  }
}

function reading({ target }) {
  const { scrollTop, scrollHeight, clientHeight } = target;
  if (scrollTop && scrollHeight - scrollTop - clientHeight < SOON) more(target.closest(".column"));
}

deck?.addEventListener("scroll", (event) => event.target.matches?.(".scroller") && reading(event), { capture: true, passive: true });
