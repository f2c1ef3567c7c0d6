// Pages of talks and of notices follow what happens while somebody looks at them.

import { part } from "./send.js";
import { offer } from "./streams.js";
import { counted, say } from "./words.js";

const PAUSE = 200; // several words in a row are one look
const bubbles = document.querySelector("main ol.bubbles");
const inbox = location.pathname === "/messages";
const notices = document.querySelector("main .stream[data-notices]");
let waiting = 0;
let n = 0;
let button = null;

/** Put what was said meanwhile below the rest; whoever read the last words goes on reading the last words. */
async function append() {
  const page = await part(location.pathname);
  const last = bubbles.lastElementChild;
  const near = !last || last.getBoundingClientRect().top < innerHeight;
  let day = null;
  for (const one of [...(page.querySelector("ol.bubbles")?.children ?? [])]) {
    if (one.matches(".day")) day = one;
    else if (one.id && !document.getElementById(one.id)) {
      const known = day && [...bubbles.querySelectorAll(".day time")].some((time) => time.dateTime === day.querySelector("time").dateTime);
      if (day && !known) bubbles.append(day);
      document.getElementById("last")?.removeAttribute("id");
      bubbles.append(one);
      say(one.querySelector(".text")?.textContent ?? "");
    }
  }
  const form = page.querySelector("form[data-read]");
  if (form && !document.querySelector("form[data-read]")) bubbles.before(form);
  if (near) bubbles.lastElementChild?.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("perron:refreshed"));
}

async function list() {
  const now = (await part("/messages")).querySelector(".talks");
  if (now) document.querySelector("main .talks, main .empty")?.replaceWith(now);
}

function count() {
  n += 1;
  button ??= offer(notices, () => location.reload());
  button.textContent = counted("told", n);
}

document.addEventListener("perron:notice", () => notices && count());
document.addEventListener("perron:talk", () => {
  if (!bubbles && !inbox) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => (bubbles ? append() : list()).catch(() => {}), PAUSE);
});
