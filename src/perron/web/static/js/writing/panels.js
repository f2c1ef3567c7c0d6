// Poll, warning and credit: opened from the row of tools, closed when they are empty. Also what the keys do.

import { icon, make } from "./desk.js";

export function panels(desk) {
  const { form } = desk;
  const tools = form.querySelector(".toolrow");
  tools.hidden = false;
  const panel = (part, name) => part.querySelector(`details[data-panel="${name}"]`);

  for (const name of ["poll", "warning", "credit"]) {
    tools.querySelector(`[data-tool="${name}"]`).addEventListener("click", () => {
      const found = panel(desk.active, name);
      if (found.open && empty(found)) return close(found);
      found.open = true;
      (filled(found).find((one) => !one.value) ?? filled(found)[0]).focus();
      show();
    });
  }

  const filled = (found) => [...found.querySelectorAll('input:not([type="checkbox"], [type="file"])')];
  const empty = (found) => filled(found).every((one) => !one.value.trim());

  function close(found) {
    for (const one of filled(found)) one.value = "";
    for (const one of found.querySelectorAll('input[type="checkbox"]')) one.checked = false;
    const text = desk.text(found.closest(".part"));
    found.open = false;
    text.focus();
    desk.changed();
  }

  /** Which tools are in use in the part one writes in, and which cannot be. */
  function show() {
    for (const name of ["poll", "warning", "credit"]) {
      tools.querySelector(`[data-tool="${name}"]`).setAttribute("aria-expanded", String(panel(desk.active, name).open));
    }
    const hasFiles = Boolean(desk.active.querySelector(".file"));
    tools.querySelector('[data-tool="poll"]').disabled = hasFiles;
    tools.querySelector('[data-tool="files"]').disabled = panel(desk.active, "poll").open && !empty(panel(desk.active, "poll"));
    for (const part of desk.parts) panel(part, "files").open = Boolean(part.querySelector(".file"));
  }

  /** A part's panels as a script has them: a way out of each, and a poll that grows. */
  function prepare(part) {
    for (const name of ["poll", "warning", "credit"]) {
      const found = panel(part, name);
      const out = make("button", { type: "button", className: "small shut", title: desk.word("shut") }, icon(form, "cross"), hiddenWord(desk.word("shut")));
      out.addEventListener("click", () => close(found));
      found.querySelector("summary").after(out);
    }
    grow(part);
  }

  function grow(part) {
    const list = part.querySelector(".options");
    const rows = () => [...list.children];
    for (const [n, row] of rows().entries()) if (n > 1 && !row.querySelector("input").value) row.remove();
    const more = make("button", { type: "button", className: "quiet" }, `+ ${desk.word("moreAnswers")}`);
    list.after(more);
    const most = Number(desk.host.dataset.options);
    const number = () => {
      rows().forEach((row, n) => {
        const input = row.querySelector("input");
        input.id = `${desk.form.id}${part.dataset.mark}-o${n}`;
        row.querySelector("label").htmlFor = input.id;
        row.querySelector("label").textContent = input.placeholder = desk.word("answer", { n: n + 1 });
        row.querySelector("button")?.remove();
        if (rows().length > 2) row.append(less(row));
      });
      more.hidden = rows().length >= most;
    };
    const less = (row) => {
      const button = make("button", { type: "button", className: "small", title: desk.word("lessAnswers") }, icon(form, "cross"), hiddenWord(desk.word("lessAnswers")));
      button.addEventListener("click", () => {
        (row.nextElementSibling ?? row.previousElementSibling).querySelector("input").focus();
        row.remove();
        number();
        desk.changed();
      });
      return button;
    };
    more.addEventListener("click", () => part.answers(rows().length + 1).querySelector("input").focus());
    /** Have at least so many answers; the last of them. */
    part.answers = (wanted) => {
      while (rows().length < Math.min(wanted, most)) {
        const row = rows()[0].cloneNode(true);
        row.querySelector("input").value = "";
        list.append(row);
      }
      number();
      return rows().at(-1);
    };
    number();
  }

  form.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    } else if (event.key === "Enter" && target.matches("input") && !event.isComposing) {
      event.preventDefault(); // a form is not published by the way
      const row = target.closest(".options li");
      row?.nextElementSibling?.querySelector("input").focus();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key) && target.closest(".toolrow")) {
      walk(event);
    }
  });

  /** The row of tools is one stop for the keyboard; arrows go along it. */
  function walk(event) {
    const all = [...tools.querySelectorAll("button:not(:disabled)")].filter((one) => one.offsetParent);
    const rtl = getComputedStyle(tools).direction === "rtl" ? -1 : 1;
    const step = { ArrowLeft: -rtl, ArrowRight: rtl }[event.key] ?? 0;
    const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : (all.indexOf(event.target) + step + all.length) % all.length;
    event.preventDefault();
    for (const one of all) one.tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  }
  tools.querySelectorAll("button").forEach((one, n) => (one.tabIndex = n ? -1 : 0));

  for (const part of desk.parts) prepare(part);
  desk.on("added", ({ detail }) => prepare(detail));
  desk.on("changed", show);
  desk.on("turned", show);
}

export const hiddenWord = (text) => make("span", { className: "hidden" }, text);
