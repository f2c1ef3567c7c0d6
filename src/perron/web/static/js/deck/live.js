// One socket for all columns. It says that something has come; what it looks like is asked for once for all columns to
// which something came together, and put in within a frame. Who reads further down is not moved: a button says how many.

import { part } from "../send.js";
import { counted, say, warn } from "../words.js";
import { atTop, button, chunks, columns, copies, deck, item, number, numbered, path, phrase, scroller, stream, trim } from "./columns.js";
import { older } from "./older.js";
import { mark, tells, unmark } from "./tells.js";

const TOGETHER = 120; // ms: what comes within them is asked for at once
const SLOWLY = 60_000; // ms between looks at what no stream tells of: searches, plans
const CHUNK = 24; // posts in one piece of a column
const LONGEST = 30_000; // ms between attempts to connect
const CHANNELS = {
  home: () => ({ stream: "user" }),
  notices: () => ({ stream: "user" }),
  list: (of) => ({ stream: "list", list: of }),
  tag: (of) => ({ stream: "hashtag", tag: of }),
  account: (of) => ({ stream: "account", account: of }),
  public: (of) => ({ stream: of ? "public:local" : "public" }),
};
const waiting = new Map(); // column -> how many are held back
const wanted = new Set(); // columns to be asked for
let timer = 0;
let asking = false;
let tries = 0;
let cut = false;

// -- hearing ----------------------------------------------------------------------------------------------------------

const wish = (column) => CHANNELS[column.dataset.kind]?.(column.dataset.of);
const key = (wished) => Object.values(wished).join(" ");
const hears = (column, name) => wish(column) && key(wish(column)) === name;

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
  socket.addEventListener("open", () => {
    const wishes = new Map(columns().flatMap((one) => (wish(one) ? [[key(wish(one)), wish(one)]] : [])));
    for (const one of wishes.values()) socket.send(JSON.stringify({ type: "subscribe", ...one }));
    tries = 0;
    if (cut) say(phrase("back"));
    cut = false;
    for (const one of columns()) come(one, 0); // what came between the page and its stream
  });
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", () => {
    if (!cut && tries > 1) warn(phrase("lost"));
    cut ||= tries > 1;
    tries += 1;
    setTimeout(connect, Math.min(LONGEST, 500 * 2 ** tries) * (0.75 + Math.random() / 2));
  });
}

function hear({ stream: names, event, payload }) {
  if (event === "delete") return gone(payload);
  if (event === "status.update") return void changed(JSON.parse(payload).id).catch(() => {});
  const name = names?.join(" ");
  if (event === "notification") {
    for (const one of columns()) if (one.dataset.kind === "notices") come(one, 1);
  } else if (event === "update") {
    const post = JSON.parse(payload);
    for (const one of columns()) if (one.dataset.kind !== "notices" && hears(one, name) && lets(one, post)) come(one, 1);
  }
}

/** Whether a column shows such a post at all. */
function lets(column, post) {
  const { noBoosts, noReplies, media } = column.dataset;
  if (media !== undefined && !(post.reblog ?? post).media_attachments.length) return false;
  if (noBoosts !== undefined && post.reblog) return false;
  if (noReplies !== undefined && post.in_reply_to_account_id && post.in_reply_to_account_id !== post.account.id) return false;
  return !document.getElementById(`c${number(column)}-p${(post.reblog ?? post).id}`);
}

/** Something came to a column: it is shown to who reads the newest, and held back for who reads further down. */
function come(column, n) {
  if (atTop(column)) ask(column);
  else if (n) hold(column, n);
}

function hold(column, n) {
  const held = (waiting.get(column) ?? 0) + n;
  waiting.set(column, held);
  (button(column) ?? offer(column)).textContent = counted(column.dataset.kind === "notices" ? "told" : "new", held);
  mark(column);
  tells(column);
}

function offer(column) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "held";
  made.addEventListener("click", () => show(column));
  scroller(column).before(made);
  return made;
}

/** Go up to what was held back. */
export function show(column) {
  waiting.delete(column);
  button(column)?.remove();
  scroller(column).scrollTop = 0;
  unmark(column);
  ask(column);
}

// -- asking -----------------------------------------------------------------------------------------------------------

function ask(column) {
  wanted.add(column);
  if (!timer) timer = setTimeout(look, TOGETHER);
}

/** One question for all columns to which something came. */
async function look() {
  timer = 0;
  if (asking) return void (timer = setTimeout(look, TOGETHER));
  const those = [...wanted].filter((one) => one.isConnected);
  wanted.clear();
  if (!those.length) return;
  asking = true;
  try {
    const query = those.map((one) => `c${number(one)}=${stream(one).dataset.newest}`).join("&");
    const page = await part(`${path}/fresh?${query}`);
    requestAnimationFrame(() => {
      const pieces = [...page.querySelectorAll("section[data-column]")].map((piece) => ({ piece, column: numbered(piece.dataset.column) }));
      const looked = pieces.filter(({ column }) => column).map((one) => ({ ...one, top: atTop(one.column), seen: inSight(one.column) }));
      for (const one of looked) take(one); // nothing is measured from here on: each measure would lay out everything anew
    });
  } catch {
    for (const one of those) wanted.add(one); // asked again when something comes next, or the connection does
  } finally {
    asking = false;
  }
}

function take({ column, piece, top, seen }) {
  if (piece.hasAttribute("data-whole")) return void whole(column, [...piece.children], top, seen);
  const posts = [...piece.children].filter((one) => !document.getElementById(one.querySelector("article.post")?.id ?? ""));
  if (piece.hasAttribute("data-full")) return void anew(column).catch(() => {});
  if (!posts.length) return;
  if (!top) return hold(column, posts.length); // they scrolled down meanwhile
  const here = stream(column);
  here.dataset.newest = piece.dataset.newest;
  [...here.children].find((one) => one.matches(".empty"))?.remove();
  room(column, posts.length).prepend(...posts);
  trim(column);
  older(column);
  noticed(column, seen);
}

/** The piece of a column that takes so many more. */
function room(column, n) {
  const [first] = chunks(column);
  if (first && first.childElementCount + n <= CHUNK) return first;
  const made = document.createElement("div");
  made.className = "chunk";
  stream(column).prepend(made);
  return made;
}

/** A list that comes as a whole: of notices, of plans. */
function whole(column, list, top = atTop(column), seen = inSight(column)) {
  const first = ({ children }) => children[0]?.children[0]?.id;
  const news = first(list[0]) !== first(stream(column));
  if (news && !top) return hold(column, 1);
  scroller(column).replaceChildren(...list);
  older(column);
  if (news) noticed(column, seen);
}

/** More has come than fits between what stands here and what is new: the column begins anew. */
async function anew(column) {
  const page = await part(`${path}/columns/${number(column)}`);
  whole(column, [...page.children].filter((one) => one.matches(".stream, .pager")));
}

function noticed(column, seen) {
  if (document.hidden || !seen) mark(column);
  tells(column);
}

function inSight(column) {
  const [{ left, right }, around] = [column.getBoundingClientRect(), deck.getBoundingClientRect()];
  return left < around.right - 40 && right > around.left + 40;
}

// -- what changes or goes ---------------------------------------------------------------------------------------------

function gone(id) {
  for (const post of copies(id)) item(post).remove();
}

async function changed(id) {
  const old = copies(id);
  const link = old[0]?.querySelector("a.when")?.getAttribute("href");
  if (!link) return;
  const now = (await part(link)).getElementById(`p${id}`)?.querySelector(":scope > .told > .body");
  if (now) for (const post of old) post.querySelector(":scope > .told > .body")?.replaceWith(now.cloneNode(true));
}

document.addEventListener("perron:acted", ({ detail: { form } }) => {
  const mine = form.closest("article.post");
  for (const post of copies(mine.id.replace(/^.*p/, ""))) {
    if (post !== mine) post.querySelector("form.acts")?.replaceWith(form.cloneNode(true));
  }
});

if (deck) {
  connect();
  deck.addEventListener(
    "scroll",
    ({ target }) => {
      const column = target.closest?.(".column");
      if (column && waiting.has(column) && target.scrollTop === 0) show(column);
    },
    { capture: true, passive: true },
  );
  setInterval(() => {
    if (document.hidden) return;
    for (const one of columns()) if (!wish(one) && atTop(one)) ask(one);
  }, SLOWLY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) for (const one of columns()) if (inSight(one) && atTop(one)) unmark(one);
  });
}
