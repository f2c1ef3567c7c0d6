// An archive that is being made: the page follows it. Without this script there is a link to look again.

import { part } from "./send.js";

const PAUSE = 1500;

async function follow() {
  const place = document.getElementById("progress");
  if (!place?.hasAttribute("data-running")) return;
  place.querySelector("[data-reload]")?.remove();
  await new Promise((done) => setTimeout(done, PAUSE));
  if (!document.hidden) await refresh(place);
  follow();
}

/** Take the bar, the numbers, or the finished archive from the server; a key that has the focus keeps it. */
async function refresh(place) {
  try {
    const now = (await part("/settings/data/archive")).getElementById("progress");
    if (!now?.hasAttribute("data-running")) return place.replaceWith(now);
    for (const piece of ["progress", ".hint"]) place.querySelector(piece).replaceWith(now.querySelector(piece));
  } catch {
    // The network is away for a moment: the next look comes.
  }
}

follow();
