// Whom an answer speaks to: names that can be taken out of the text with one press.

import { icon, make } from "./desk.js";
import { hiddenWord } from "./panels.js";

export function chips(desk) {
  if (!desk.hidden("reply_to")) return;
  const text = desk.text(desk.parts[0]);
  const names = [...text.value.matchAll(/@([^\s@]+(?:@[^\s@]+)?)/g)].map((found) => found[1]);
  if (!names.length) return;
  const row = make("p", { className: "chips" }, make("span", { className: "hint" }, `${desk.word("to")} `));
  desk.form.querySelector(".parts").before(row);
  const places = new Map(names.map((name) => [name, chip(name)]));
  row.append(...places.values());

  function chip(name) {
    const word = desk.word("unname", { who: `@${name}` });
    const button = make("button", { type: "button", className: "chip", title: word }, make("bdi", {}, `@${name}`), icon(desk.form, "cross"), hiddenWord(word));
    button.addEventListener("click", () => {
      text.value = text.value.replace(pattern(name), "$1");
      text.focus();
      desk.changed();
    });
    return button;
  }

  desk.on("changed", () => {
    for (const [name, button] of places) button.hidden = !pattern(name).test(text.value);
    row.hidden = [...places.values()].every((one) => one.hidden);
  });
}

const pattern = (name) => new RegExp(`(^|[^\\w@/])@${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w@]) ?`, "iu");
