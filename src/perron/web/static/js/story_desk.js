// The desk of a story: items dragged or moved by keys, words kept as one writes, undo. Every act is a form's, sent apart.

import { say, warn, word } from "./words.js";

const PAUSE = 1200; // milliseconds after the last key until words are kept
const desk = document.querySelector("[data-desk]");
const said = document.querySelector("[data-said]");

/** Send an act of a form; what is answered, or null when it was refused and said so. */
async function send(path, fields) {
  try {
    const body = fields instanceof FormData ? fields : Object.entries(fields).reduce((data, [name, value]) => (data.append(name, value), data), new FormData());
    body.append("csrf", document.querySelector('input[name="csrf"]').value);
    const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) {
      warn(told.wrong);
      return null;
    }
    return told;
  } catch {
    warn(word("lost"));
    return null;
  }
}

const rows = () => [...desk.querySelectorAll(":scope > .row")];
const isRow = (one) => one.classList.contains("row");
const address = (row) => `/stories/${desk.dataset.desk}/items/${row.dataset.item}`;

/** The row beside a row; found from where it stands, so that among many it costs no more than among few. */
function neighbour(row, by) {
  let one = row;
  do one = by < 0 ? one.previousElementSibling : one.nextElementSibling;
  while (one && !isRow(one));
  return one;
}

/** Put a row where it stands on the page now; back to where it was when that was refused. */
async function settle(row, back) {
  const told = await send(address(row), { do: "move", after: neighbour(row, -1)?.dataset.item ?? "0" });
  if (told === null) back();
  else say(desk.dataset.moved);
}

/** Put a row beside another, unless it stands there; the way back. */
function place(row, beside, after) {
  const next = row.nextSibling;
  if (neighbour(row, after ? -1 : 1) === beside) return null;
  if (after) beside.after(row);
  else beside.before(row);
  return () => desk.insertBefore(row, next);
}

function shift(row, by) {
  const beside = neighbour(row, by);
  if (!beside) return;
  const back = place(row, beside, by > 0);
  row.scrollIntoView({ block: "nearest" });
  row.focus({ preventScroll: true });
  settle(row, back);
}

if (desk) {
  let dragged = null;
  let back = null;
  for (const row of rows()) {
    row.tabIndex = 0;
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.draggable = true;
    grip.setAttribute("aria-hidden", "true");
    grip.textContent = "⠿";
    row.prepend(grip);
  }
  desk.addEventListener("dragstart", (event) => {
    if (!event.target.classList?.contains("grip")) return;
    dragged = event.target.closest(".row");
    back = null;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(dragged, 0, 0);
    dragged.classList.add("dragged");
  });
  desk.addEventListener("dragover", (event) => {
    const over = event.target.closest?.(".row");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    const undo = place(dragged, over, event.clientY > top + height / 2);
    back ??= undo;
  });
  desk.addEventListener("drop", (event) => event.preventDefault());
  desk.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    if (dragged && back) settle(dragged, back);
    dragged = null;
  });

  // touch: hold the grip and move
  let held = null;
  let origin = null;
  desk.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" || !event.target.classList?.contains("grip")) return;
    held = event.target.closest(".row");
    origin = null;
    event.target.setPointerCapture(event.pointerId);
    held.classList.add("dragged");
  });
  desk.addEventListener("pointermove", (event) => {
    if (!held) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".row");
    if (!over || over === held || over.parentNode !== desk) return;
    const { top, height } = over.getBoundingClientRect();
    const undo = place(held, over, event.clientY > top + height / 2);
    origin ??= undo;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    desk.addEventListener(end, () => {
      held?.classList.remove("dragged");
      if (held && origin) settle(held, origin);
      held = null;
    });
  }

  desk.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".row");
    if (!row || !event.altKey || event.target.matches("input, textarea, select")) return;
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    shift(row, by);
  });

  desk.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const row = form.closest(".row");
    const by = { up: -1, down: 1 }[submitter?.value];
    if (!row || !by) return;
    event.preventDefault();
    shift(row, by);
    submitter.focus({ preventScroll: true });
  });

  // words are kept as one writes; who is behind is told so, and their words stay in the field
  const waiting = new WeakMap();
  desk.addEventListener("input", (event) => {
    const form = event.target.closest?.("form.row-acts");
    if (!form || !event.target.matches("[data-keep]")) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => keep(form), PAUSE));
  });

  async function keep(form) {
    const fields = new FormData(form);
    fields.delete("csrf");
    fields.set("do", "save");
    const told = await send(form.getAttribute("action"), fields);
    if (told === null) return;
    const version = form.querySelector('input[name="version"]');
    version.value = String(told.item);
    if (said) said.textContent = desk.dataset.kept;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.target.closest?.("input, textarea, select")) return;
  event.preventDefault();
  document.querySelector("[data-undo]")?.click();
});

// who else is at the desk: said while the page is seen and somebody works in it, over after half a minute of silence
const EVERY = 10000;
const SILENCE = 30000;

if (desk) {
  const here = document.querySelector("[data-here]");
  const at = `/stories/${desk.dataset.desk}/here`;
  let written = { item: "0", when: 0 };
  let touched = Date.now();

  function show(people) {
    for (const row of rows()) {
      const writing = people.filter((one) => one.item === row.dataset.item).map((one) => one.said);
      const place = row.querySelector("[data-writing]");
      if (place.textContent.trim() !== writing.join(" ")) place.textContent = writing.join(" ");
      row.toggleAttribute("data-taken", writing.length > 0);
    }
    const idle = people.filter((one) => !one.item).map((one) => desk.dataset.too.replace("{who}", one.who));
    if (here.textContent.trim() !== idle.join(" · ")) here.textContent = idle.join(" · ");
  }

  async function tell(stop) {
    const item = Date.now() - written.when < SILENCE ? written.item : "0";
    const body = new URLSearchParams({ csrf: document.querySelector('input[name="csrf"]').value, item, ...(stop ? { stop: "1" } : {}) });
    const answer = await fetch(at, { method: "POST", body, headers: { accept: "application/json" }, keepalive: stop });
    if (answer.ok && !stop) show((await answer.json()).here);
  }

  const beat = () => document.hidden || Date.now() - touched > 10 * SILENCE || tell(false).catch(() => {});
  desk.addEventListener("input", (event) => {
    const row = event.target.closest?.(".row");
    if (!row) return;
    const begins = written.item !== row.dataset.item || Date.now() - written.when > SILENCE;
    written = { item: row.dataset.item, when: Date.now() };
    if (begins) beat();
  });
  for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => (touched = Date.now()), { passive: true });
  addEventListener("pagehide", () => tell(true).catch(() => {}));
  setInterval(beat, EVERY);
  beat();
}

// another look is seen at once, and kept when it is saved
const look = document.querySelector("form[data-look]");
if (desk && look) {
  const sheet = document.querySelector("link[data-theme]");
  const top = desk.querySelector(".pr-head");
  let cover = "";
  look.addEventListener("input", ({ target }) => {
    const { theme, accent, title, subtitle } = look.elements;
    if (target === theme || target === accent) {
      const tint = /^#[0-9a-f]{6}$/i.test(accent.value) ? `-${accent.value.slice(1).toLowerCase()}` : "";
      if (accent.value && !tint) return;
      sheet.href = `/themes/${theme.value}${tint}.css`;
      desk.className = desk.className.replace(/pr-\S+/, `pr-${theme.value}`);
    }
    const shown = { title: ".pr-title", subtitle: ".pr-subtitle" }[target.name];
    const place = shown && top.querySelector(shown);
    if (place) place.textContent = target === title ? title.value : subtitle.value;
    if (target.type === "file" && target.files[0]) {
      URL.revokeObjectURL(cover);
      cover = URL.createObjectURL(target.files[0]);
      let picture = top.querySelector(".pr-cover img, img");
      if (!picture) {
        picture = document.createElement("img");
        picture.alt = "";
        top.prepend(picture);
      }
      picture.removeAttribute("srcset");
      picture.src = cover;
    }
  });
}
