// How a column says that something is new: a mark, a soft sound, or not at all.

import { columns, tab } from "./columns.js";

const SELDOM = 3000; // ms between sounds, however much comes
let sound = null;
let last = 0;

const marks = (column) => [column.querySelector(".column-head > .mark-new"), tab(column)?.querySelector(".mark-new")].filter(Boolean);

export function mark(column) {
  if (column.dataset.tells === "nothing") return;
  for (const one of marks(column)) one.hidden = false;
}

export function unmark(column) {
  for (const one of marks(column)) one.hidden = true;
}

/** Two soft notes, where a column wants to be heard. Browsers allow it once somebody has pressed something. */
export function tells(column) {
  if (column.dataset.tells !== "sound" || !sound || Date.now() - last < SELDOM) return;
  last = Date.now();
  [523, 659].forEach((pitch, n) => {
    const [tone, loud] = [sound.createOscillator(), sound.createGain()];
    const begins = sound.currentTime + n * 0.12;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, begins);
    loud.gain.linearRampToValueAtTime(0.06, begins + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, begins + 0.3);
    tone.connect(loud).connect(sound.destination);
    tone.start(begins);
    tone.stop(begins + 0.3);
  });
}

addEventListener("pointerdown", () => (sound ??= columns().some((one) => one.dataset.tells === "sound") ? new AudioContext() : null));
