// People, tags and emoji offered while one types: arrows choose, Enter or Tab takes, Escape closes.

import { make } from "./desk.js";

const WANTED = /(?<![\p{L}\p{N}_/@#:])(?:@[A-Za-z0-9_](?:[A-Za-z0-9_.-]|@(?=[^@]*$))*|[#＃][\p{L}\p{N}_·]+|:[\p{L}\p{N}_]{2,})$/u;
const BY_TOOL = /:[\p{L}\p{N}_]*$/u;
const PATIENCE = 120;

export function completion(desk) {
  const asked = new Map();
  const list = make("ul", { className: "offers", role: "listbox", id: `${desk.form.id}-offers`, hidden: true });
  list.setAttribute("aria-label", desk.word("offers"));
  desk.host.append(list);
  let [field, from, chosen, offers, timer, forced] = [null, 0, 0, [], 0, false];

  /** What stands before the caret and asks to be completed. */
  function wanted(target) {
    if (target.selectionStart !== target.selectionEnd) return null;
    const before = target.value.slice(0, target.selectionStart);
    if (target.name.startsWith("via")) {
      const typed = before.trim().replace(/^@?/, "@");
      return typed.length > 1 ? { typed, from: 0 } : null;
    }
    const found = (forced && BY_TOOL.exec(before)) || WANTED.exec(before);
    return found ? { typed: found[0].replace("＃", "#"), from: found.index } : null;
  }

  const takes = (target) => target.matches?.('textarea[name^="text"], input[name^="via"]');

  function look(target) {
    clearTimeout(timer);
    const want = wanted(target);
    if (!want) return close();
    timer = setTimeout(async () => {
      const found = await ask(want.typed);
      const now = wanted(target);
      if (now?.typed !== want.typed || document.activeElement !== target) return;
      open(target, want.from, found);
    }, asked.has(want.typed) ? 0 : PATIENCE);
  }

  async function ask(typed) {
    if (!asked.has(typed)) {
      const answer = desk.ask(`/write/complete?q=${encodeURIComponent(typed)}`).then(({ told }) => told.offers ?? []);
      asked.set(typed, answer.catch(() => (asked.delete(typed), [])));
    }
    return asked.get(typed);
  }

  function open(target, at, found) {
    if (!found.length) return close();
    [field, from, offers] = [target, at, found];
    list.replaceChildren(...found.map(option));
    target.after(list);
    list.hidden = false;
    list.dataset.typed = wanted(target).typed;
    target.setAttribute("aria-controls", list.id);
    if (target.getAttribute("role") === "combobox") target.setAttribute("aria-expanded", "true");
    choose(0);
    desk.aloud(desk.counted("found", found.length));
  }

  function option(offer, n) {
    const sign = offer.face ? make("img", { src: offer.face, alt: "", width: 32, height: 32, className: offer.insert.startsWith("@") ? `face${offer.square ? " square" : ""}` : "" }) : make("span", { className: "sign" }, offer.sign ?? offer.insert[0]);
    sign.setAttribute("aria-hidden", "true");
    const made = make("li", { role: "option", id: `${list.id}-${n}` }, sign, make("bdi", { className: "name" }, offer.name));
    if (offer.more) made.append(" ", make("bdi", { className: "acct" }, offer.more));
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // the caret stays where it is
    made.addEventListener("click", () => take(n));
    return made;
  }

  function choose(n) {
    chosen = (n + offers.length) % offers.length;
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === chosen)));
    field.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  }

  function take(n) {
    const { insert } = offers[n];
    const target = field;
    const alone = target.matches("input");
    const end = alone ? target.value.length : target.selectionStart;
    const space = alone || /^\s/.test(target.value.slice(end)) ? "" : " ";
    target.focus();
    target.setRangeText(insert + space, from, end, "end");
    close();
    target.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
    close();
  }

  function close() {
    clearTimeout(timer);
    forced = false;
    list.hidden = true;
    if (!field) return;
    field.removeAttribute("aria-activedescendant");
    field.removeAttribute("aria-controls");
    if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", "false");
    field = null;
  }

  const keys = {
    ArrowDown: () => choose(chosen + 1),
    ArrowUp: () => choose(chosen - 1),
    Enter: () => take(chosen),
    Tab: () => take(chosen),
    Escape: close,
  };

  desk.form.addEventListener(
    "keydown",
    (event) => {
      if (list.hidden || event.target !== field || event.isComposing || !(event.key in keys)) return;
      if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
      if (wanted(field)?.typed !== list.dataset.typed) return close(); // offered for other letters: nobody has chosen these
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
    },
    { capture: true },
  );
  desk.form.addEventListener("input", ({ target, inputType, isComposing }) => {
    if (takes(target) && inputType !== "insertReplacementText" && !isComposing) look(target);
  });
  desk.form.addEventListener("focusout", ({ target }) => target === field && setTimeout(() => document.activeElement !== field && close(), 100));

  desk.form.querySelector('[data-tool="emoji"]').addEventListener("click", () => {
    const text = desk.text(desk.active);
    const before = text.value.slice(0, text.selectionStart);
    text.focus();
    text.setRangeText(/[\s(]$|^$/.test(before) ? ":" : " :", text.selectionStart, text.selectionEnd, "end");
    forced = true;
    desk.changed();
    look(text);
  });

  const prepare = (part) => {
    const text = desk.text(part);
    const via = desk.field(part, "via");
    text.setAttribute("aria-haspopup", "listbox");
    via.setAttribute("role", "combobox");
    via.setAttribute("aria-expanded", "false");
    for (const one of [text, via]) one.setAttribute("aria-autocomplete", "list");
  };
  for (const part of desk.parts) prepare(part);
  desk.on("added", ({ detail }) => prepare(detail));
}
