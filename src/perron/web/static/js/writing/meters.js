// How much room is left: a ring that fills, a number near the end, and words for who listens.

import { quietly } from "./desk.js";
import { length } from "./reading.js";

const NEAR = 20;
const TOLD = [20, 10, 5, 0];
const grows = CSS.supports("field-sizing", "content");

export function meters(desk) {
  let told = Infinity;

  function show(part) {
    const count = part.querySelector(".count");
    const used = length(desk.text(part).value) + length(desk.field(part, "warning").value.trim());
    const left = desk.limit - used;
    count.hidden = used === 0;
    count.classList.toggle("near", left <= NEAR && left >= 0);
    count.classList.toggle("over", left < 0);
    count.querySelector(".full").setAttribute("stroke-dasharray", `${Math.min(100, (100 * used) / desk.limit)} 100`);
    count.querySelector(".left").textContent = left <= NEAR ? String(left) : "";
    part.dataset.left = left;
    if (!grows) fit(desk.text(part));
    return left;
  }

  function fit(text) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  }

  const tell = quietly(700, (left) => {
    const step = left < 0 ? left : TOLD.findLast((one) => left <= one);
    if (step === undefined || step === told) return void (told = step ?? Infinity);
    told = step;
    desk.aloud(left < 0 ? desk.counted("over", -left) : desk.counted("left", left));
  });

  desk.on("changed", () => {
    for (const part of desk.parts) {
      const left = show(part);
      if (part === desk.active) tell(left);
    }
    const button = desk.form.querySelector("button.main");
    const n = desk.parts.length;
    const later = Boolean(desk.form.elements.later?.value || desk.form.elements.queue?.checked);
    button.textContent = later ? (desk.planning ?? desk.word("plan")) : n > 1 ? desk.word("thread", { n }) : desk.word("publish");
  });
}
