// Pictures, clips and sounds: chosen, dropped or pasted, sent at once, described, pointed at, put in order.

import { icon, make } from "./desk.js";
import { hiddenWord } from "./panels.js";

const PLACEHOLDERS = { id: "888888", mark: "_999" };
const KINDS = /^(image|video|audio)\//;
const STEP = 0.1;

export function files(desk) {
  const { form, host } = desk;
  const row = host.querySelector("template.file-row");
  const most = Number(host.dataset.files);
  const chooser = make("input", { type: "file", multiple: true, accept: "image/*,video/*,audio/*", hidden: true });
  host.append(chooser);

  form.querySelector('[data-tool="files"]').addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    take(desk.active, chooser.files);
    chooser.value = "";
  });

  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return; // one of the places that the plain form has
    take(target.closest(".part"), target.files);
    target.value = "";
  });

  form.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])].filter((one) => KINDS.test(one.type));
    if (!pasted.length) return;
    event.preventDefault();
    take(event.target.closest(".part") ?? desk.active, pasted);
  });

  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    form.classList.add("receiving");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("receiving"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("receiving");
    if (!carries(event)) return;
    event.preventDefault();
    take(event.target.closest(".part") ?? desk.active, event.dataTransfer.files);
  });

  /** Take files into a part, as many as it can have. */
  function take(part, given) {
    const chosen = [...given];
    const list = part.querySelector(".attached");
    const room = most - list.children.length;
    if (chosen.length > room) desk.wrong(desk.word("tooMany"), part);
    for (const file of chosen.slice(0, Math.max(0, room))) send(part, list, file);
    desk.changed();
  }

  function send(part, list, file) {
    const sent = new XMLHttpRequest();
    const bar = make("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", file.name);
    const stop = make("button", { type: "button", className: "small", title: desk.word("cancel") }, icon(form, "cross"), hiddenWord(desk.word("cancel")));
    const frame = make("div", { className: "frame" }, glimpse(file));
    const item = make("li", { className: "file going" }, frame, make("div", { className: "said" }, make("p", { className: "hint" }, desk.word("taking", { name: file.name })), bar), make("div", { className: "moves" }, stop));
    list.append(item);
    const done = new Promise((resolve) => {
      const end = (why = "") => {
        desk.pending.delete(done);
        if (why) {
          item.remove();
          desk.wrong(why, part);
        }
        desk.changed();
        resolve();
      };
      stop.addEventListener("click", () => {
        sent.abort();
        item.remove();
        end();
        desk.text(part).focus();
      });
      sent.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = loaded / total));
      sent.addEventListener("error", () => end(desk.word("lost")));
      sent.addEventListener("load", () => {
        const told = sent.response ?? {};
        if (sent.status !== 200 || !told.id) return end(told.wrong ?? desk.word(sent.responseURL.includes("/sign-in") ? "out" : "failed"));
        const made = show(part, item, told);
        if (!told.waiting) return end();
        bar.removeAttribute("value");
        made.querySelector(".said").append(make("p", { className: "hint working" }, `${desk.word("working")} `), bar);
        wait(made, told.id, 700).then(end);
      });
    });
    desk.pending.add(done);
    const data = new FormData();
    data.append("csrf", desk.hidden("csrf"));
    data.append("file", file);
    sent.open("POST", "/write/files");
    sent.responseType = "json";
    sent.setRequestHeader("Accept", "application/json");
    sent.send(data);
  }

  /** What one sees of a file before the server has made its own picture of it. */
  function glimpse(file) {
    const address = URL.createObjectURL(file);
    if (file.type.startsWith("image/")) return make("img", { src: address, alt: "", draggable: false });
    if (file.type.startsWith("video/")) return make("video", { src: `${address}#t=0.1`, muted: true, preload: "metadata" });
    return make("span", { className: "hint" }, file.name);
  }

  /** The row of a file that the server has, in the place of the one that was on its way. */
  function show(part, item, told) {
    const made = make("template");
    made.innerHTML = row.innerHTML.replaceAll(PLACEHOLDERS.id, told.id).replaceAll(PLACEHOLDERS.mark, part.dataset.mark);
    const fresh = made.content.querySelector(".file");
    fresh.querySelector(".frame").replaceChildren(told.preview ? make("img", { src: told.preview, alt: "", draggable: false }) : (item?.querySelector(".frame")?.firstElementChild ?? ""));
    if (told.description) fresh.querySelector("textarea").value = told.description;
    item ? item.replaceWith(fresh) : part.querySelector(".attached").append(fresh);
    prepare(fresh);
    return fresh;
  }

  /** Ask until a clip is ready; why not, when it never will be. */
  async function wait(item, id, pause) {
    for (; item.isConnected; pause = Math.min(pause * 1.4, 5000)) {
      await new Promise((resume) => setTimeout(resume, pause));
      const { ok, status, told } = await desk.ask(`/write/files/${id}`).catch(() => ({ status: 0, told: {} }));
      if (status && !ok) {
        item.remove();
        return told.wrong;
      }
      const bar = item.querySelector("progress");
      if (ok && told.waiting && told.percent && bar) bar.value = told.percent / 100;
      if (!ok || told.waiting) continue;
      item.querySelector(".working")?.remove();
      item.querySelector("progress")?.remove();
      if (told.preview) item.querySelector(".frame").replaceChildren(make("img", { src: told.preview, alt: "", draggable: false }));
      prepare(item);
      return "";
    }
    return "";
  }

  /** Put a file back that the server has: for what was kept in this browser. */
  desk.showFile = async (part, kept) => {
    const { ok, told } = await desk.ask(`/write/files/${kept.id}`).catch(() => ({}));
    if (!ok || part.querySelector(`[data-file="${kept.id}"]`)) return;
    const item = show(part, null, { ...told, description: kept.description });
    item.querySelector(`[name="focus_${kept.id}"]`).value = kept.focus;
    prepare(item);
    if (told.waiting) wait(item, kept.id, 700);
    desk.changed();
  };

  // -- description and focus ------------------------------------------------------------------------------------------

  function prepare(item) {
    nudge(item);
    const frame = item.querySelector(".frame");
    if (!frame.querySelector("img") || frame.querySelector(".point")) return;
    const value = item.querySelector('[name^="focus_"]');
    const point = make("span", { className: "point" });
    frame.append(point);
    frame.tabIndex = 0;
    frame.draggable = true;
    frame.setAttribute("role", "button");
    frame.setAttribute("aria-label", desk.word("focus"));
    frame.title = desk.word("focus");
    const place = () => {
      const [x, y] = (value.value || "0,0").split(",").map(Number);
      point.style.insetInlineStart = "auto";
      point.style.left = `${50 * (x + 1)}%`;
      point.style.top = `${50 * (1 - y)}%`;
      point.hidden = !value.value;
      return [x, y];
    };
    const set = (x, y) => {
      const clamp = (one) => Math.max(-1, Math.min(1, Math.round(100 * one) / 100));
      value.value = `${clamp(x)},${clamp(y)}`;
      place();
      desk.changed();
    };
    frame.addEventListener("click", (event) => {
      const box = frame.querySelector("img").getBoundingClientRect();
      if (event.detail) set((2 * (event.clientX - box.left)) / box.width - 1, 1 - (2 * (event.clientY - box.top)) / box.height);
    });
    frame.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, y] = place();
      set(x + step[0], y + step[1]);
      const [left, top] = [point.style.left, point.style.top];
      desk.aloud(`${parseInt(left)} % · ${parseInt(top)} %`);
    });
    place();
  }

  /** A word for those who have not described their file yet; it asks, and does not insist. */
  function nudge(item) {
    const words = item.querySelector("textarea");
    if (!words || item.querySelector(".nudge")) return;
    const hint = make("p", { className: "hint nudge", id: `${words.id}-nudge` }, desk.word("describe"));
    words.after(hint);
    words.setAttribute("aria-describedby", hint.id);
    const show = () => (hint.hidden = Boolean(words.value.trim()));
    words.addEventListener("input", show);
    show();
  }

  // -- order ----------------------------------------------------------------------------------------------------------

  const does = {
    earlier: (item) => item.previousElementSibling?.before(item),
    later: (item) => item.nextElementSibling?.after(item),
    drop(item) {
      const near = item.nextElementSibling ?? item.previousElementSibling;
      (near?.querySelector(".moves button:not([hidden])") ?? desk.text(item.closest(".part"))).focus();
      item.remove();
    },
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="do"]');
    const verb = button?.value.split(" ")[0];
    if (!button || !(verb in does)) return;
    event.preventDefault();
    does[verb](button.closest(".file"));
    desk.changed();
    if (button.isConnected && !button.hidden) button.focus();
  });

  let dragged = null;
  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".file");
    if (dragged) event.dataTransfer.setData("text/plain", "");
    dragged?.classList.add("dragged");
  });
  form.addEventListener("dragover", (event) => {
    const over = event.target.closest?.(".file");
    if (!dragged || !over || over === dragged || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    event.clientY > box.top + box.height / 2 ? over.after(dragged) : over.before(dragged);
  });
  form.addEventListener("drop", (event) => dragged && event.preventDefault());
  form.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    desk.changed();
  });

  desk.on("changed", () => {
    for (const list of form.querySelectorAll(".attached")) {
      const items = [...list.children];
      items.forEach((item, n) => {
        const [up, down] = ["earlier", "later"].map((verb) => item.querySelector(`[value^="${verb} "]`));
        if (up) up.hidden = n === 0;
        if (down) down.hidden = n === items.length - 1;
      });
    }
  });
  for (const item of form.querySelectorAll(".file")) {
    prepare(item);
    if (!item.querySelector(".frame img")) wait(item, item.dataset.file, 700);
  }
}
