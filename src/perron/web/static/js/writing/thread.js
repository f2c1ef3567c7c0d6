// Several posts at once: another one below, up, down, out and back again.

import { make } from "./desk.js";

const PLACEHOLDER = "_999";

export function thread(desk) {
  const { form, host } = desk;
  const blank = host.querySelector("template.part");

  /** The parts as they stand now: their numbers, and what can be done with each. */
  function renumber() {
    const parts = desk.parts;
    const alone = parts.length === 1;
    parts.forEach((part, n) => {
      const legend = part.querySelector("legend");
      legend.textContent = desk.word("post", { n: n + 1 });
      legend.className = alone ? "hidden" : "hint";
      const moves = part.querySelector(":scope > .moves");
      moves.hidden = alone;
      moves.querySelector('[value^="up"]').hidden = n === 0;
      moves.querySelector('[value^="down"]').hidden = n === parts.length - 1;
    });
    form.classList.toggle("several", !alone);
    desk.changed();
  }

  /** Another post below; with a mark of its own, or one that was kept. */
  desk.add = (mark = "") => {
    const taken = new Set(desk.parts.map((part) => part.dataset.mark));
    for (let n = 1; !mark; n += 1) if (!taken.has(`_${n}`)) mark = `_${n}`;
    const made = make("template");
    made.innerHTML = blank.innerHTML.replaceAll(PLACEHOLDER, mark);
    const part = made.content.querySelector(".part");
    form.querySelector(".parts").append(part);
    desk.dispatchEvent(new CustomEvent("added", { detail: part }));
    renumber();
    return part;
  };

  const does = {
    add() {
      desk.text(desk.add()).focus();
    },
    up(part) {
      part.previousElementSibling?.before(part);
      moved(part);
    },
    down(part) {
      part.nextElementSibling?.after(part);
      moved(part);
    },
    remove(part) {
      const after = part.nextElementSibling;
      const near = after ?? part.previousElementSibling;
      const kept = !desk.blankPart(part);
      part.remove();
      desk.active = near;
      desk.text(near).focus();
      renumber();
      if (!kept) return;
      const back = make("button", { type: "button", className: "quiet" }, desk.word("back"));
      back.addEventListener("click", () => {
        after?.isConnected ? after.before(part) : form.querySelector(".parts").append(part);
        desk.state("");
        renumber();
        desk.text(part).focus();
      });
      desk.state(`${desk.word("removed")} `, back);
      desk.aloud(desk.word("removed"));
    },
    unquote(part) {
      part.querySelector(".quoting").remove();
      desk.text(part).focus();
      desk.changed();
    },
  };

  function moved(part) {
    renumber();
    part.scrollIntoView({ block: "nearest" });
    const parts = desk.parts;
    desk.aloud(desk.word("moved", { n: parts.indexOf(part) + 1, all: parts.length }));
    const moves = [...part.querySelectorAll(":scope > .moves button:not([hidden])")];
    if (!part.contains(document.activeElement) || document.activeElement.hidden) moves[0]?.focus();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="do"]');
    if (!button) return;
    const verb = button.value.split(" ")[0];
    if (!(verb in does)) return;
    event.preventDefault();
    does[verb](button.closest(".part"));
  });
  form.querySelector('[data-tool="add"]')?.addEventListener("click", () => does.add());
  form.classList.toggle("several", desk.parts.length > 1);
}
