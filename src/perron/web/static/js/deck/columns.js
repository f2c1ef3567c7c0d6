// What the scripts of a deck share: its columns, what stands in them, and how much of it.

export const deck = document.querySelector(".deck[data-deck]");
export const path = deck ? `/deck/${deck.dataset.deck}` : "";
export const MOST = 200; // posts in a column; its own page has the rest
const NEAR = 24; // px: who is no further down than this reads the newest

const said = document.getElementById("deck-words")?.dataset ?? {};
/** What a deck says, in the reader's language. */
export const phrase = (name) => said[name] ?? "";

// By child and by id, never by a selector that looks through everything: a full deck has two hundred thousand elements.
const child = (of, name) => [...of.children].find((one) => one.classList.contains(name));
export const columns = () => (deck ? [...deck.children] : []);
export const number = (column) => column.dataset.column;
export const numbered = (n) => document.getElementById(`c${n}`);
export const scroller = (column) => child(column, "scroller");
export const stream = (column) => child(scroller(column), "stream");
export const pager = (column) => child(scroller(column), "pager");
export const button = (column) => child(column, "held");
export const tab = (column) => document.querySelector(`.deck-tabs [data-tab="${number(column)}"]`);
export const title = (column) => column.querySelector(".column-head h2 bdi").textContent;

/** The pieces of a column, each of some twenty posts; and how many posts there are in all. */
export const chunks = (column) => [...stream(column).children].filter((one) => one.classList.contains("chunk"));
export const held = (column) => chunks(column).reduce((n, one) => n + one.childElementCount, 0);

/** Take away what is more than a column holds, from below. */
export function trim(column) {
  for (let over = held(column) - MOST; over > 0; over -= 1) {
    const last = chunks(column).at(-1);
    last.lastElementChild.remove();
    if (!last.childElementCount) last.remove();
  }
}

/** Whether one reads the newest of a column, and nothing is open in it that would be moved away. */
export const atTop = (column) => scroller(column).scrollTop <= NEAR && ![...open].some((one) => column.contains(one));

const open = new Set(); // menus of posts: looked for in a set, as there are too many posts to look through
deck?.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches(".stream .menu")) return;
    target.open ? open.add(target) : open.delete(target);
    for (const around of [target.closest(".chunk"), target.closest(".stream")]) around?.classList.toggle("opened", target.open);
  },
  { capture: true },
);

/** Every place in which a post stands. */
export const copies = (id) => columns().flatMap((column) => document.getElementById(`c${number(column)}-p${id}`) ?? []);

/** What stands around a post in its column: the boost, the notice. */
export const item = (post) => post.closest(".item, .told-of") ?? post;
