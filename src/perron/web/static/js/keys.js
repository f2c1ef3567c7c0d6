// The keys people know: j k o r q f b d c n . / ? and g followed by h, n, e or d.

const dialog = document.getElementById("keys");
const posts = () => [...document.querySelectorAll("main article.post")].filter((one) => one.offsetParent !== null);
const SOON = 1500;
let since = -SOON; // when g was pressed, by the clock of the keys: how busy the page is does not count

/** The post one is in, or the first that is seen. */
function current() {
  const within = document.activeElement?.closest?.("article.post");
  return within ?? posts().find((one) => one.getBoundingClientRect().top >= 0);
}

/** Go to the post after this one, or before it. */
function step(by) {
  const all = posts();
  const within = document.activeElement?.closest?.("article.post");
  const at = within ? all.indexOf(within) + by : all.indexOf(current());
  const next = all[Math.min(Math.max(at, 0), all.length - 1)];
  if (!next) return;
  next.querySelector("a.when").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  const { top, bottom } = next.getBoundingClientRect();
  if (top < 80 || bottom > innerHeight - 80) scrollBy(0, top - 96);
}

const press = (name) => current()?.querySelector(`[data-act="${name}"]`)?.click();
const way = (name) => document.querySelector(`[data-way="${name}"]`)?.click();

const DOES = {
  j: () => step(1),
  k: () => step(-1),
  o: () => current()?.querySelector("a.when")?.click(),
  r: () => press("reply"),
  q: () => press("quote"),
  f: () => press("favourite"),
  b: () => press("boost"),
  d: () => press("bookmark"),
  c: () => press("clip"),
  n: () => way("write"),
  ".": () => document.querySelector("button.fresh")?.click(),
  "/": () => (document.querySelector('main input[type="search"]') ?? { focus: () => way("search") }).focus(),
  "?": () => dialog?.showModal(),
  g: (event) => (since = event.timeStamp),
};
const GOES = { h: "home", n: "notices", e: "explore", d: "deck" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
  const waiting = event.timeStamp - since < SOON;
  const does = waiting && GOES[event.key] ? () => way(GOES[event.key]) : DOES[event.key];
  if (!does) return;
  event.preventDefault();
  if (event.key !== "g") since = -SOON;
  does(event);
});
