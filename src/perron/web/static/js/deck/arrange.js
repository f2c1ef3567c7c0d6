// Columns in another order, wider or narrower, in windows of their own; kept for screens of this size.

import { part, post } from "../send.js";
import { say, warn, word } from "../words.js";
import { columns, deck, number, numbered, path, phrase, scroller, tab } from "./columns.js";

const channel = new BroadcastChannel("perron-deck");
const alone = deck?.hasAttribute("data-alone");
const YEAR = 31_536_000;
const WIDTHS = ["narrow", "medium", "broad"];
let layouts = JSON.parse(deck?.dataset.layouts ?? "{}");

// -- the size of the screen -------------------------------------------------------------------------------------------

const size = () => (innerWidth < 700 ? "phone" : innerWidth < 1600 ? "laptop" : "wide");

/** Stand as was arranged for a screen of this size. */
function fit() {
  const screen = size();
  document.cookie = `perron_screen=${screen}; path=/deck; max-age=${YEAR}; samesite=lax`;
  if (screen === deck.dataset.screen) return;
  const shown = layouts[screen].filter(([, , apart]) => !apart);
  if (shown.some(([n]) => !numbered(n)) || shown.length < columns().length) return location.reload();
  deck.dataset.screen = screen;
  for (const field of document.querySelectorAll('input[name="screen"]')) field.value = screen;
  for (const [n, width] of shown) {
    widen(numbered(n), width);
    place(numbered(n), null);
  }
}

function widen(column, width) {
  column.classList.remove(...WIDTHS.map((one) => `is-${one}`));
  column.classList.add(`is-${width}`);
  for (const one of column.querySelectorAll("button.width")) one.value === width ? one.setAttribute("aria-pressed", "true") : one.removeAttribute("aria-pressed");
}

/** Put a column before another (or last), with its place in what it shows; its tab goes along. */
function place(column, before) {
  const { scrollTop } = scroller(column);
  deck.insertBefore(column, before);
  scroller(column).scrollTop = scrollTop;
  const own = tab(column);
  own?.parentElement.insertBefore(own, before ? tab(before) : null);
}

// -- telling the server -----------------------------------------------------------------------------------------------

let sending = Promise.resolve();

/** One change after the other, so that each knows the version that the one before has made. */
function send(where, fields) {
  sending = sending.then(() => sent(where, fields)).catch(() => warn(word("lost")));
  return sending;
}

async function sent(where, fields) {
  if (fields instanceof FormData) fields.set("screen", deck.dataset.screen);
  else Object.assign(fields, { screen: deck.dataset.screen, version: deck.dataset.version });
  const answer = await post(where, fields);
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) {
    deck.dataset.version = told.version;
    layouts = told.layouts ?? layouts;
    return true;
  }
  warn(answer.status === 409 ? phrase("behind") : (told.wrong ?? word("wrong")));
  setTimeout(() => location.reload(), 2500);
  return false;
}

function keepOrder() {
  const all = columns();
  return send(`${path}/order`, { order: all.map(number).join(",") });
}

// -- the settings of a column -----------------------------------------------------------------------------------------

const ACTS = {
  left: (column) => beside(column, -1),
  right: (column) => beside(column, 1),
  apart: async (column, form, fields) => {
    const { offsetWidth, offsetHeight } = column;
    open(`${path}/columns/${number(column)}`, `deck-${number(column)}`, `popup,width=${Math.max(360, offsetWidth)},height=${offsetHeight}`);
    if (await send(form.action, fields)) {
      tab(column)?.remove();
      column.remove();
      say(phrase("apart"));
      await head();
    }
  },
  back: async (column, form, fields) => {
    if (!(await send(form.action, fields))) return;
    channel.postMessage({ deck: deck.dataset.deck });
    close();
    setTimeout(() => location.assign(path), 200); // a window that nobody opened by script stays open
  },
  remove: async (column, form, fields) => {
    if (!(await send(form.action, fields))) return;
    if (alone) return location.assign(path);
    const next = column.nextElementSibling ?? column.previousElementSibling;
    tab(column)?.remove();
    column.remove();
    if (!next) return location.reload();
    scroller(next).focus();
  },
  save: async (column, form, fields) => {
    if (!(await send(form.action, fields))) return;
    location.hash = column.id;
    location.reload();
  },
};

function beside(column, by) {
  const all = columns();
  const to = all.indexOf(column) + by;
  if (to < 0 || to >= all.length) return;
  place(column, by < 0 ? all[to] : all[to].nextElementSibling);
  column.scrollIntoView({ inline: "nearest", block: "nearest" });
  say(phrase("moved").replace("{n}", to + 1).replace("{all}", all.length));
  return keepOrder();
}

/** The head of the deck, which names the columns in windows of their own. */
async function head() {
  const now = (await part(path)).querySelector(".deck-head");
  if (now) document.querySelector(".deck-head")?.replaceWith(now);
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const sure = form.dataset?.sure;
  if (sure && !confirm(sure)) return event.preventDefault();
  if (!form.matches?.(".column-form") || !submitter) return;
  const column = form.closest(".column");
  const what = submitter.value;
  const fields = new FormData(form, submitter);
  event.preventDefault();
  if (!["left", "right", ...WIDTHS].includes(what)) form.closest("details").open = false;
  if (WIDTHS.includes(what)) {
    widen(column, what);
    return void send(form.action, fields);
  }
  ACTS[what]?.(column, form, fields);
});

channel.onmessage = ({ data }) => data.deck === deck?.dataset.deck && !alone && location.reload();

// -- drag -------------------------------------------------------------------------------------------------------------

const FAR = 6; // px that are a drag, and not an unsteady hand
const EDGE = 64; // px at either side where the deck scrolls along

deck?.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".grip");
  if (!grip || alone || event.button || innerWidth < 700) return;
  event.preventDefault();
  const column = grip.closest(".column");
  const before = columns();
  let [x, carried, frame] = [event.clientX, false, 0];

  const follow = () => {
    frame = carried ? requestAnimationFrame(follow) : 0;
    const { left, right } = deck.getBoundingClientRect();
    if (x < left + EDGE) deck.scrollLeft -= 14;
    else if (x > right - EDGE) deck.scrollLeft += 14;
    const over = columns().find((one) => {
      const box = one.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
    if (!over || over === column) return;
    const box = over.getBoundingClientRect();
    const after = columns().indexOf(over) > columns().indexOf(column);
    const width = Math.min(column.offsetWidth, box.width); // so that neighbours of unlike widths do not change places for ever
    if (after ? x > box.right - width : x < box.left + width) place(column, after ? over.nextElementSibling : over);
  };
  const move = ({ clientX }) => {
    if (!carried && Math.abs(clientX - x) < FAR) return;
    x = clientX;
    if (carried) return;
    carried = true;
    column.classList.add("carried");
    deck.classList.add("carrying");
    follow();
  };
  const end = (undo) => {
    carried = false;
    cancelAnimationFrame(frame);
    column.classList.remove("carried");
    deck.classList.remove("carrying");
    heard.abort();
    const now = columns();
    if (undo) for (const one of before) place(one, null);
    else if (now.some((one, n) => one !== before[n])) keepOrder();
  };
  const escape = ({ key }) => key === "Escape" && end(true);
  const heard = new AbortController(); // by the window: a column that changes its place would lose the pointer
  const { signal } = heard;
  addEventListener("pointermove", move, { signal });
  addEventListener("pointerup", () => end(false), { signal });
  addEventListener("pointercancel", () => end(true), { signal });
  addEventListener("keydown", escape, { signal, capture: true });
});

if (deck && !alone) {
  fit();
  let later = 0;
  addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(fit, 150);
  });
}
