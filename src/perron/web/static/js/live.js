// What happens while one reads: new posts wait above until they are asked for, notices are counted, what is gone goes.
// One tab listens for all tabs of this browser (a lock says which), and tells the others.

import { part } from "./send.js";
import { offer, unknown } from "./streams.js";
import { counted, say, word } from "./words.js";

const channel = new BroadcastChannel("perron");
const stream = document.querySelector("main .stream[data-live]");
const fresh = new Set();
let button = null;

function hear({ event, payload }) {
  if (event === "update") arrived(payload);
  else if (event === "notification") noticed();
  else if (event === "conversation") document.dispatchEvent(new CustomEvent("perron:talk"));
  else if (event === "bank") document.dispatchEvent(new CustomEvent("perron:bank"));
  else if (event === "delete") gone(payload);
  else if (event === "status.update") changed(payload).catch(() => {}); // gone meanwhile, or the network is
  else if (event === "missed") look().catch(() => {});
}

function arrived(id) {
  if (!stream || document.getElementById(`p${id}`)) return;
  fresh.add(id);
  button ??= offer(stream, show);
  button.textContent = counted("new", fresh.size);
  document.title = `(${fresh.size}) ${document.title.replace(/^\(\d+\) /, "")}`;
}

/** Put what has come on top, without a jump for who reads below. */
async function show() {
  try {
    const page = await part(stream.dataset.live);
    const come = unknown(page, stream).filter((one) => one.matches("article.post, :has(article.post)"));
    stream.prepend(...come);
    stream.querySelector("p.empty")?.remove();
    button.remove();
    button = null;
    fresh.clear();
    document.title = document.title.replace(/^\(\d+\) /, "");
    scrollTo({ top: 0 });
    come[0]?.querySelector("a.when")?.focus({ preventScroll: true });
  } catch {
    say(word("lost"));
  }
}

/** After too long a silence: see what is new. */
async function look() {
  if (!stream) return;
  const come = unknown(await part(stream.dataset.live), stream);
  for (const post of come.flatMap((one) => [...one.querySelectorAll("article.post"), one])) {
    if (post.matches("article.post")) arrived(post.id.slice(1));
  }
}

function noticed() {
  for (const badge of document.querySelectorAll('[data-way="notices"] .n')) {
    const count = badge.querySelector(".tally");
    const n = Number.parseInt(count.textContent || "0", 10) + 1;
    count.textContent = n < 100 ? String(n) : "99+";
    badge.hidden = false;
  }
  document.dispatchEvent(new CustomEvent("perron:notice"));
}

function gone(id) {
  fresh.delete(id);
  const post = document.getElementById(`p${id}`);
  if (post && !post.closest(".chosen")) (post.closest(".boosted") ?? post).remove();
}

async function changed(id) {
  const old = document.getElementById(`p${id}`);
  const link = old?.querySelector("a.when")?.getAttribute("href");
  if (!link) return;
  const now = (await part(link)).getElementById(`p${id}`)?.querySelector(":scope > .told > .body");
  if (now) old.querySelector(":scope > .told > .body")?.replaceWith(now);
}

channel.onmessage = ({ data }) => hear(data);

navigator.locks.request("perron-live", () => {
  const source = new EventSource(`/live?since=${document.documentElement.dataset.heard}`); // after a cut, the browser itself says how far it has heard
  for (const event of ["update", "notification", "conversation", "bank", "delete", "status.update", "missed"]) {
    source.addEventListener(event, ({ data }) => {
      const payload = event === "delete" ? data : JSON.parse(data).id;
      const told = { event, payload: String(payload) };
      hear(told);
      channel.postMessage(told);
    });
  }
  return new Promise(() => {}); // held until this tab closes
});
