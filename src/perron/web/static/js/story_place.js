// How far one has come in a story: taken up again on this device, shown as one goes, and, where nobody objects, said to
// the server without a cookie or a name. Works without.

const main = document.querySelector("[data-story]");
const thread = [...document.querySelectorAll("main > .press > .pr-item")];
const slides = [...document.querySelectorAll(".slide[id^='s-']")];
const pieces = slides.length ? slides : thread;
const keyOf = (one) => one.id.replace(/^s-/, "");
const KEEP = `perron:read:${main?.dataset.path}`;
const SEEN = 1000; // milliseconds for which something has to be in sight to be read
const REST = 4000; // between two words to the server

const alone = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
const teller = main?.dataset.tell && !alone ? main.dataset.tell : "";
let furthest = -1;
let said = -1;
let mark = -1;
let timer = 0;

function kept() {
  try {
    return localStorage.getItem(KEEP) ?? "";
  } catch {
    return ""; // nothing is kept where nothing may be
  }
}

function keep(key) {
  try {
    localStorage.setItem(KEEP, key);
  } catch {
    // likewise
  }
}

/** Say something to the server, even as one leaves. */
function tell(what) {
  if (!teller) return;
  const body = JSON.stringify(what);
  fetch(teller, { method: "POST", body, credentials: "omit", keepalive: true }).catch(() => {});
}

function tellPlace() {
  clearTimeout(timer);
  timer = 0;
  if (furthest <= said) return;
  said = furthest;
  tell({ item: keyOf(pieces[furthest]).slice(1) });
}

/** Something was in sight long enough. */
function read(place) {
  if (place >= mark) { // who looks at its beginning again keeps their place
    mark = place;
    keep(place === pieces.length - 1 ? "" : keyOf(pieces[place]));
  }
  if (place <= furthest) return;
  furthest = place;
  if (teller && !timer) timer = setTimeout(tellPlace, REST);
}

function watch() {
  const waits = new Map();
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const place = pieces.indexOf(entry.target);
      clearTimeout(waits.get(place));
      if (entry.isIntersecting) waits.set(place, setTimeout(() => document.hidden || read(place), SEEN));
    }
  }, { rootMargin: "0px 0px -25% 0px" });
  for (const one of pieces) seen.observe(one);
  document.addEventListener("visibilitychange", () => document.hidden && tellPlace());
  addEventListener("pagehide", tellPlace);
}

/** Offer to go on where one was, unless one came for something else or has hardly begun. */
function offer() {
  const found = mark = pieces.findIndex((one) => keyOf(one) === kept());
  const link = document.querySelector("[data-resume]");
  if (!link || found < 1 || location.hash) return;
  link.querySelector("a").href = `#${pieces[found].id}`;
  link.hidden = false;
  link.addEventListener("click", () => { link.hidden = true; });
}

/** How much of it is behind one, as a line; in slides by their number. */
function follow() {
  const bar = document.querySelector("[data-progress]");
  if (!bar) return;
  const row = document.querySelector("[data-slides]");
  let waits = false;
  const draw = () => {
    waits = false;
    const [at, whole] = row ? [Math.abs(row.scrollLeft), row.scrollWidth - row.clientWidth] : [scrollY, end() - innerHeight];
    bar.style.setProperty("--read", whole > 0 ? String(Math.min(at / whole, 1)) : "1");
  };
  (row ?? window).addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(draw);
  }, { passive: true });
}

/** Where the story ends: what is said of it is not part of it. */
function end() {
  return (thread.at(-1)?.getBoundingClientRect().bottom ?? 0) + scrollY;
}

if (main && pieces.length) {
  offer();
  watch();
  follow();
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".pr-item a[href]");
    if (!link || link.getAttribute("href").startsWith("#")) return;
    const key = link.closest(".pr-item").id;
    if (key.startsWith("i")) tell({ click: key.slice(1) });
  });
}
