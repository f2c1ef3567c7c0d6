// What is being made and takes long, as an archive: the page follows it. Without this script there is a link to look again.

import { part } from "./send.js";

const PAUSE = 1500;

async function follow() {
  const place = document.getElementById("progress");
  if (!place?.hasAttribute("data-running")) return;
  for (const one of place.querySelectorAll("[data-reload]")) one.remove();
  await new Promise((done) => setTimeout(done, PAUSE));
  if (!document.hidden) await refresh(place);
  follow();
}

/** Take the bars, the numbers, or what is finished from the server; a key that has the focus keeps it. */
async function refresh(place) {
  try {
    const now = (await part(place.dataset.look)).getElementById("progress");
    const [old, fresh] = [place, now].map((one) => [...one.querySelectorAll("progress, progress + .hint")]);
    if (!now.hasAttribute("data-running") || old.length !== fresh.length) return place.replaceWith(now);
    old.forEach((piece, at) => piece.replaceWith(fresh[at]));
  } catch {
    // The network is away for a moment: the next look comes.
  }
}

follow();
