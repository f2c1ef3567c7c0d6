// The queue and the calendar made lively: things are dragged; the buttons and links that were there go on working.

import { calendar } from "./plan/calendar.js";

function tokenField(body) {
  const field = document.querySelector('form[method="post"] input[type="hidden"]');
  if (field) body.append(field.name, field.value);
}

async function send(address, pairs) {
  const body = new URLSearchParams(pairs);
  tokenField(body);
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } });
    const told = await answer.json();
    return answer.ok ? "" : (told.wrong ?? "?");
  } catch {
    return "?";
  }
}

const say = (text) => {
  const aloud = document.querySelector(".aloud");
  if (aloud) aloud.textContent = text;
};

// -- the queue: its order ----------------------------------------------------------------------------------------------

function queue(list) {
  const words = JSON.parse(list.dataset.words);
  let dragged = null;
  const ids = () => [...list.children].map((one) => one.dataset.id);
  const times = [...list.querySelectorAll(".when time")].map((one) => [one.dateTime, one.textContent]);

  function settle() {
    [...list.querySelectorAll(".when time")].forEach((one, n) => {
      [one.dateTime, one.textContent] = times[n];
    });
  }

  async function keep(before, item) {
    settle();
    const wrong = await send("/queue/order", ids().map((id) => ["id", id]));
    if (wrong) {
      before.forEach((id) => list.append(list.querySelector(`[data-id="${id}"]`)));
      settle();
      say(words.failed);
      return;
    }
    const place = ids().indexOf(item.dataset.id) + 1;
    say(words.moved.replace("{n}", place).replace("{all}", list.children.length));
  }

  for (const item of list.children) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = { item, before: ids() };
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.dataset.id);
      item.classList.add("lifted");
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("lifted");
      dragged = null;
    });
  }
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-id]");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged.item || over.parentElement !== list) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged.item);
    else over.after(dragged.item);
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const { item, before } = dragged;
    if (before.join() !== ids().join()) keep(before, item);
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("[data-id]");
    const before = ids();
    const other = button.dataset.step === "sooner" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.step === "sooner") other.before(item);
    else other.after(item);
    button.focus();
    keep(before, item);
  });
}

// -- zones, offered when one goes there --------------------------------------------------------------------------------

function zones(field) {
  field.addEventListener(
    "focus",
    async () => {
      const answer = await fetch("/write/zones", { headers: { accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) return;
      const list = document.createElement("datalist");
      list.id = `${field.id}-all`;
      for (const name of (await answer.json()).zones) list.append(Object.assign(document.createElement("option"), { value: name }));
      field.after(list);
      field.setAttribute("list", list.id);
    },
    { once: true },
  );
}

document.querySelectorAll("[data-line]").forEach(queue);
document.querySelectorAll("[data-calendar]").forEach((grid) => calendar(grid, send));
document.querySelectorAll("[data-zones]").forEach(zones);
