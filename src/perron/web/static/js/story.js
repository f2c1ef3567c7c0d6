// A story being read: how far one is, slides by keys and whole screen, a video once it is asked for. Works without.

const bar = document.querySelector("[data-progress]");
const slides = document.querySelector("[data-slides]");
const pieces = [...document.querySelectorAll(".press .pr-item")];
const KEEP = `perron:read:${location.pathname}`;

/** Which item one has come to: the last whose top is above the middle of the window. */
function reached() {
  let at = 0;
  pieces.forEach((one, place) => {
    if (one.getBoundingClientRect().top < innerHeight / 2) at = place;
  });
  return at;
}

function follow() {
  const whole = document.documentElement.scrollHeight - innerHeight;
  bar.style.setProperty("--read", whole > 0 ? String(Math.min(scrollY / whole, 1)) : "1");
  const one = pieces[reached()];
  try {
    if (one) localStorage.setItem(KEEP, one.id);
  } catch {
    // nothing is kept where nothing may be
  }
}

if (bar && pieces.length) {
  let waits = false;
  addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      follow();
    });
  }, { passive: true });
}

/** Go on by one slide, or back. */
function turn(by) {
  const all = [...slides.children];
  const at = all.findIndex((one) => Math.abs(one.offsetLeft - slides.scrollLeft) < slides.clientWidth / 2);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  slides.scrollTo({ left: next.offsetLeft - slides.offsetLeft, behavior: calm ? "auto" : "smooth" });
  history.replaceState(null, "", `#${next.id}`);
}

if (slides) {
  const full = document.querySelector("[data-full]");
  const TURNS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1, Home: -1e6, End: 1e6 };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, a, button, summary")) return;
    const by = TURNS[event.key];
    if (!by) return;
    event.preventDefault();
    turn(document.dir === "rtl" && event.key.startsWith("Arrow") ? -by : by);
  });
  if (full && document.fullscreenEnabled) {
    full.hidden = false;
    full.addEventListener("click", () => slides.requestFullscreen().then(() => slides.focus()));
  }
}

document.addEventListener("click", (event) => {
  const asked = event.target.closest?.("a[data-frame]");
  if (!asked || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.src = asked.dataset.frame;
  frame.title = asked.textContent.trim();
  frame.allow = "fullscreen; encrypted-media";
  frame.className = "pr-frame";
  frame.referrerPolicy = "strict-origin";
  asked.replaceWith(frame);
  frame.focus();
});
