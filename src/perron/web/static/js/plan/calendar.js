// The days of the calendar: what is planned is carried from one to another by mouse, finger or keys. Each thing stays a
// link, by which it is opened and moved without any of this.

import { say, warn } from "../words.js";

const FAR = 6; // px that are a drag, and not an unsteady hand
const HOLD = 400; // ms for which a finger rests on something to take it up; before, it scrolls the page
const EDGE = 88; // px at the top and the bottom of the window where the page goes along
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

const timeOf = (mark) => mark.querySelector(".tabular").textContent;
const nameOf = (day) => day.querySelector(".spelt").textContent;

/** Let something stand on a day, in the order of its time. */
function put(mark, day) {
  const before = mark.closest("[data-day]");
  const later = [...day.querySelectorAll(".mark")].find((one) => one !== mark && timeOf(one) > timeOf(mark));
  if (later) later.before(mark);
  else day.append(mark);
  for (const one of [before, day]) one.classList.toggle("bare", !one.querySelector(".mark, .event"));
}

export function calendar(grid, send) {
  const words = JSON.parse(grid.dataset.words);
  const days = [...grid.querySelectorAll("[data-day]")];
  let [carried, goal] = [null, null];

  const aim = (day) => {
    goal?.classList.remove("over");
    goal = day && !day.classList.contains("past") ? day : null;
    goal?.classList.add("over");
  };

  function take(mark) {
    const { top } = mark.getBoundingClientRect();
    carried = mark;
    mark.classList.add("carried");
    grid.classList.add("carrying"); // days on which nothing stands are seen too
    scrollBy({ top: mark.getBoundingClientRect().top - top, behavior: "instant" });
  }

  /** Put down what is carried, on the day that is aimed at, or where it was. */
  function putDown(keep) {
    const [mark, day] = [carried, goal];
    aim(null);
    carried = null;
    mark.style.transform = "";
    mark.classList.remove("carried");
    grid.classList.remove("carrying");
    if (keep && day && day !== mark.closest("[data-day]")) move(mark, day);
    else say(words.back);
  }

  async function move(mark, day) {
    const before = mark.closest("[data-day]");
    const focused = document.activeElement === mark;
    put(mark, day);
    if (focused) mark.focus({ preventScroll: true });
    const wrong = await send(`/calendar/${mark.dataset.id}/day`, [["day", day.dataset.day]]);
    if (!wrong) return say(words.moved.replace("{day}", nameOf(day)));
    put(mark, before);
    warn(wrong === "?" ? words.failed : wrong);
  }

  // -- by hand -----------------------------------------------------------------------------------------------------------

  function followHand(mark, event) {
    const box = mark.getBoundingClientRect();
    const hold = { x: event.clientX - box.left, y: event.clientY - box.top };
    let [x, y, frame] = [event.clientX, event.clientY, 0];
    let home = null;
    const heard = new AbortController();

    const begin = () => {
      take(mark);
      const { left, top } = mark.getBoundingClientRect();
      home = { left: left + scrollX, top: top + scrollY };
      follow();
    };
    const follow = () => {
      frame = requestAnimationFrame(follow);
      if (y < EDGE) scrollBy({ top: -12, behavior: "instant" });
      else if (y > innerHeight - EDGE) scrollBy({ top: 12, behavior: "instant" });
      mark.style.transform = `translate(${x + scrollX - hold.x - home.left}px, ${y + scrollY - hold.y - home.top}px)`;
      const over = document.elementFromPoint(x, y)?.closest("[data-day]");
      if (over !== goal) aim(over);
    };
    const resting = event.pointerType === "mouse" ? 0 : setTimeout(begin, HOLD);
    const go = (now) => {
      const far = Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) > FAR;
      [x, y] = [now.clientX, now.clientY];
      if (carried || !far) return;
      if (resting) end(now); // a finger that went on at once scrolls
      else begin();
    };
    const end = ({ type }) => {
      clearTimeout(resting);
      cancelAnimationFrame(frame);
      heard.abort();
      if (carried !== mark) return;
      addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true, signal: AbortSignal.timeout(300) });
      putDown(type === "pointerup");
    };
    const { signal } = heard;
    addEventListener("pointermove", go, { signal });
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, end, { signal });
    addEventListener("keydown", (key) => key.key === "Escape" && end(key), { signal, capture: true });
  }

  grid.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest(".mark[data-id]");
    if (mark && !carried && event.isPrimary && !event.button) followHand(mark, event);
  });
  grid.addEventListener("touchmove", (event) => carried && event.preventDefault(), { passive: false });
  grid.addEventListener("contextmenu", (event) => carried && event.preventDefault()); // what a finger that rests asks for

  // -- by keys -----------------------------------------------------------------------------------------------------------

  const atKeys = {
    " ": () => putDown(true),
    Enter: () => putDown(true),
    Escape: () => putDown(false),
  };
  function step(by) {
    const day = days[days.indexOf(goal) + by];
    if (!day || day.classList.contains("past")) return;
    aim(day);
    day.scrollIntoView({ block: "nearest" });
    say(nameOf(day));
  }

  grid.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.(".mark[data-id]");
    if (!mark || event.ctrlKey || event.metaKey || event.altKey || mark.style.transform) return;
    if (carried === mark && (atKeys[event.key] || STEPS[event.key])) {
      event.preventDefault();
      if (STEPS[event.key]) step(STEPS[event.key]);
      else atKeys[event.key]();
    } else if (!carried && event.key === " ") {
      event.preventDefault();
      take(mark);
      aim(mark.closest("[data-day]"));
      say(words.taken);
    }
  });
  grid.addEventListener("focusout", ({ target }) => carried === target && !target.style.transform && putDown(false));

  for (const mark of grid.querySelectorAll(".mark[data-id]")) {
    mark.draggable = false; // the browser's own way of dragging a link
    mark.setAttribute("aria-describedby", "by-hand");
  }
  document.getElementById("by-hand").hidden = false;
}
