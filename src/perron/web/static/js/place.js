// Older posts come as one reads on, and the place is found again when one returns. The link below stays a link.

import { part } from "./send.js";
import { unknown } from "./streams.js";
import { say, warn, word } from "./words.js";

const stream = () => document.querySelector("main .stream[data-endless]");
const key = () => `place ${location.pathname}${location.search}`;
let busy = false;

/** Put the posts of the next page below those that are there; false when there are no more. */
async function more() {
  const pager = document.querySelector("main .pager a[rel=next]");
  const here = stream();
  if (!pager || !here || busy) return false;
  busy = true;
  here.setAttribute("aria-busy", "true");
  try {
    const page = await part(pager.href);
    here.append(...unknown(page, here));
    const next = page.querySelector(".pager");
    const old = pager.closest(".pager");
    next ? old.replaceWith(next) : old.remove();
    watch();
    say(word("loading"));
    return true;
  } catch {
    warn(word("lost"));
    return false;
  } finally {
    busy = false;
    here.removeAttribute("aria-busy");
  }
}

const seen = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && more(), { rootMargin: "800px" });

function watch() {
  seen.disconnect();
  const pager = document.querySelector("main .pager");
  if (pager && stream()) seen.observe(pager);
}

/** Where one stands: the first post in sight, and how far from the top. */
function keep() {
  const post = [...document.querySelectorAll("main .stream article.post")].find((one) => one.getBoundingClientRect().bottom > 60);
  if (post) sessionStorage.setItem(key(), JSON.stringify({ id: post.id, top: post.getBoundingClientRect().top }));
}

/** Go back to where one stood, through as many pages as it takes. */
async function find() {
  const kept = JSON.parse(sessionStorage.getItem(key()) ?? "null");
  const [entry] = performance.getEntriesByType("navigation");
  if (!kept || entry?.type !== "back_forward") return;
  const post = () => document.getElementById(kept.id);
  const place = () => scrollY + post().getBoundingClientRect().top - kept.top;
  const reached = () => post() && place() <= document.documentElement.scrollHeight - innerHeight; // enough stands below it
  for (let page = 0; page < 12 && !reached(); page += 1) if (!(await more())) break;
  if (post()) scrollTo(0, place());
}

if (stream()) {
  history.scrollRestoration = "manual";
  addEventListener("pagehide", keep);
  find().finally(watch);
}
