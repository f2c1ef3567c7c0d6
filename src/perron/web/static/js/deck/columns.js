// What the scripts of a deck share: its columns, what stands in them, and how much of it.

export const deck = document.querySelector(".deck[data-deck]");
export const path = deck ? `/deck/${deck.dataset.deck}` : "";
export const MOST = 200; // posts in a column; its own page has the rest
const NEAR = 24; // px: who is no further down than this reads the newest

const said = document.getElementById("deck-words")?.dataset ?? {};
/** What a deck says, in the reader's language. */
export const phrase = (name) => said[name] ?? "";

export const columns = () => (deck ? [...deck.querySelectorAll(":scope > .column")] : []);
export const number = (column) => column.dataset.column;
export const numbered = (n) => document.getElementById(`c${n}`);
export const scroller = (column) => column.querySelector(":scope > .scroller");
export const stream = (column) => column.querySelector(":scope > .scroller > .stream");
export const tab = (column) => document.querySelector(`.deck-tabs [data-tab="${number(column)}"]`);
export const title = (column) => column.querySelector(".column-head h2 bdi").textContent;

/** The pieces of a column, each of some twenty posts; and how many posts there are in all. */
export const chunks = (column) => [...stream(column).querySelectorAll(":scope > .chunk")];
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
export const atTop = (column) => scroller(column).scrollTop <= NEAR && !column.querySelector(".stream .menu[open], .stream form[aria-busy]");

/** Every place in which a post stands. */
export const copies = (id) => columns().flatMap((column) => document.getElementById(`c${number(column)}-p${id}`) ?? []);

/** What stands around a post in its column: the boost, the notice. */
export const item = (post) => post.closest(".item, .told-of") ?? post;
