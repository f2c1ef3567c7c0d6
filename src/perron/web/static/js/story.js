// A story being read: slides by keys and whole screen, a video once it is asked for. Works without.

const slides = document.querySelector("[data-slides]");

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
