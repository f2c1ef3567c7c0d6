// Many files, one by one: a folder can be dropped, one sees how far it is, and can stop. Without this script the form sends all at once.

import { part, post, token } from "./send.js";

const form = document.querySelector(".bank-import");
const picked = form?.querySelector("#file");
let dropped = [];

if (form) {
  form.addEventListener("dragover", (event) => (event.preventDefault(), form.classList.add("over")));
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", take);
  form.addEventListener("submit", send);
}
if (document.querySelector("#progress[data-running]")) follow();

async function take(event) {
  event.preventDefault();
  form.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.()).filter(Boolean);
  dropped = (await Promise.all(entries.map(inside))).flat();
  form.querySelector(".state").textContent = String(dropped.length);
}

/** Every file in a dropped folder, however deep. */
async function inside(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(inside))).flat());
  }
}

async function send(event) {
  const files = [...picked.files, ...dropped].filter((one) => !one.name.startsWith("."));
  if (!files.length || form.querySelector("#zip").files.length) return;
  event.preventDefault();
  const place = form.querySelector(".state");
  const data = new FormData(form);
  for (const name of ["file", "zip"]) data.delete(name);
  data.append("of", String(files.length));
  try {
    const begun = await ask("/bank/import", data);
    if (begun.wrong) return void (place.textContent = begun.wrong);
    let stopped = false;
    const stop = Object.assign(document.createElement("button"), { type: "button", textContent: form.dataset.stop });
    stop.addEventListener("click", () => (stopped = true));
    place.after(stop);
    for (const [n, file] of files.entries()) {
      if (stopped) break;
      place.textContent = form.dataset.sent.replace("{done}", n).replace("{of}", files.length);
      const one = new FormData();
      one.append("csrf", token());
      one.append("file", file, file.name);
      await ask(`/bank/import/${begun.id}/files`, one);
    }
    if (stopped) await post(`/bank/import/${begun.id}/cancel`, {});
    location.assign(`/bank/import/${begun.id}`);
  } catch {
    place.textContent = form.dataset.lost;
  }
}

async function ask(path, body) {
  const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
  return answer.json();
}

async function follow() {
  await new Promise((done) => setTimeout(done, 1500));
  const place = document.getElementById("progress");
  try {
    const now = (await part(location.pathname)).querySelector("#progress");
    if (now) place.replaceWith(now);
  } catch {
    // The network is away for a moment: the next look comes.
  }
  if (document.querySelector("#progress[data-running]")) follow();
}
