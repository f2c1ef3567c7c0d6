// An archive that is being made: the page follows it. Without this script there is a link to look again.

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
    const answer = await fetch("/settings/data/archive", { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const now = made.content.getElementById("progress");
    if (!now?.hasAttribute("data-running")) return place.replaceWith(now);
    for (const part of ["progress", ".hint"]) place.querySelector(part).replaceWith(now.querySelector(part));
  } catch {
    // The network is away for a moment: the next look comes.
  }
}

follow();
