// No word is lost: kept in this browser at once, and among the drafts on the server a moment after one stops typing.

import { make, quietly } from "./desk.js";

const QUIET = 1500;
const RARELY = 5000;
const AGAIN = 20_000;

export function keeping(desk) {
  const { form } = desk;
  const opened = desk.hidden("draft");
  const place = `draft ${desk.host.dataset.account} ${form.id} ${opened || `${location.pathname} ${desk.hidden("reply_to")} ${form.querySelector('[name^="quote_of"]')?.value ?? ""}`}`;
  const brought = ["text", "via", "title", "url"].some((name) => new URLSearchParams(location.search).has(name));
  desk.untouched = desk.fingerprint;
  form.autocomplete = "off"; // what was typed comes back from here, and not as browsers remember it
  let [sent, busy, last, timer] = [desk.fingerprint, null, 0, 0];
  let stopped = desk.fixed; // a post that is being changed is kept in this browser only
  let over = false;

  // -- in this browser ------------------------------------------------------------------------------------------------

  const remember = quietly(250, here);

  function here() {
    if (over) return;
    try {
      desk.dirty ? sessionStorage.setItem(place, JSON.stringify(snapshot())) : sessionStorage.removeItem(place);
    } catch {
      // no room, or not allowed: the server keeps it all the same
    }
  }

  function snapshot() {
    return {
      key: desk.hidden("key"),
      draft: desk.hidden("draft"),
      version: desk.hidden("version"),
      unsent: sent !== desk.fingerprint,
      visibility: form.elements.visibility.value,
      language: form.elements.language.value,
      parts: desk.parts.map((part) => ({
        mark: part.dataset.mark,
        values: [...part.querySelectorAll("textarea, input, select")].filter((one) => one.name && one.type !== "file" && !/^(part|option|media_id|description_|focus_)/.test(one.name)).map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value]),
        options: desk.fields(part, "option").map((one) => one.value),
        files: [...part.querySelectorAll(".file[data-file]")].map((one) => ({ id: one.dataset.file, description: one.querySelector("textarea").value, focus: one.querySelector('[name^="focus_"]').value })),
      })),
    };
  }

  async function restore(kept) {
    for (const name of ["visibility", "language"]) if (kept[name]) form.elements[name].value = kept[name];
    for (const name of ["key", "draft", "version"]) if (kept[name]) desk.hidden(name, kept[name]);
    for (const one of kept.parts) {
      const part = desk.parts.find((each) => each.dataset.mark === one.mark) ?? desk.add(one.mark);
      for (const [name, value] of one.values) {
        const field = part.querySelector(`[name="${CSS.escape(name)}"]`);
        if (field) typeof value === "boolean" ? (field.checked = value) : (field.value = value);
      }
      part.answers(one.options.length);
      desk.fields(part, "option").forEach((field, n) => (field.value = one.options[n] ?? ""));
      for (const panel of ["poll", "warning", "credit"]) {
        const found = part.querySelector(`[data-panel="${panel}"]`);
        found.open = [...found.querySelectorAll('input:not([type="checkbox"])')].some((each) => each.value);
      }
      for (const file of one.files) await desk.showFile(part, file);
    }
    if (!kept.unsent) sent = desk.fingerprint;
    desk.state(desk.word("found"));
    desk.changed();
  }

  // -- on the server --------------------------------------------------------------------------------------------------

  const later = quietly(QUIET, () => {
    const wait = RARELY - (Date.now() - last);
    if (wait > 0) return void setTimeout(keep, wait);
    keep();
  });

  /** Keep what stands in the form now; once at a time. */
  async function keep({ keepalive = false } = {}) {
    if (busy) return busy.then(() => keep());
    if (stopped || desk.fingerprint === sent || !desk.dirty) return;
    busy = send(keepalive).finally(() => (busy = null));
    return busy;
  }

  async function send(keepalive) {
    const [now, draft] = [desk.fingerprint, desk.hidden("draft")];
    last = Date.now();
    clearTimeout(timer);
    try {
      if (desk.blank) {
        if (draft) await desk.ask(`/drafts/${draft}/remove`, {});
        for (const name of ["draft", "version"]) desk.hidden(name, "");
        sent = now;
        desk.note("");
        return;
      }
      const { ok, status, told } = await desk.ask("/drafts", desk.data(), { keepalive });
      if (ok) {
        desk.hidden("draft", told.draft);
        desk.hidden("version", String(told.version));
        sent = now;
        desk.note(desk.word("saved"));
      } else if (status === 409) both(told);
      else desk.state(told.wrong);
    } catch {
      desk.state(desk.word("here"));
      timer = setTimeout(() => keep(), AGAIN);
    }
    remember();
    watch();
  }

  /** While something is not kept yet, it is sent as soon as one begins to leave: what a page sends in its last moment can
      be lost when a worker stands between it and the network. */
  const leaving = () => void keep({ keepalive: true });
  function watch() {
    const on = !stopped && desk.dirty && desk.fingerprint !== sent;
    on ? addEventListener("beforeunload", leaving) : removeEventListener("beforeunload", leaving);
  }

  /** Somebody kept another version meanwhile: both are offered. */
  function both(told) {
    stopped = true;
    const theirs = make("a", { href: told.theirs, className: "button" }, desk.word("theirs"));
    const mine = make("button", { type: "button" }, desk.word("mine"));
    mine.addEventListener("click", () => {
      stopped = false;
      for (const name of ["draft", "version"]) desk.hidden(name, "");
      desk.hidden("key", `${desk.hidden("key").slice(0, 60)}-${Date.now().toString(36)}`);
      desk.right();
      desk.text(desk.active).focus();
      keep();
    });
    desk.wrong(`${desk.word("both")} `, null, make("span", { className: "choices" }, theirs, mine));
  }

  /** Nothing more is kept: it is published. */
  desk.settled = () => {
    over = stopped = true;
    later.stop();
    remember.stop();
    clearTimeout(timer);
    sessionStorage.removeItem(place);
  };

  /** Once what is being kept has been: for whoever publishes. */
  desk.hold = async () => {
    stopped = true;
    later.stop();
    await busy;
  };
  desk.goOn = () => {
    stopped = desk.fixed;
  };

  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  if (kept && !brought && (!opened || kept.unsent)) restore(kept);

  desk.on("changed", () => {
    remember();
    watch();
    if (!desk.fixed && desk.fingerprint !== sent) later();
  });
  addEventListener("online", () => keep());
  addEventListener("pageshow", ({ persisted }) => persisted && over && location.reload());
  addEventListener("pagehide", () => {
    here(); // also when the server has it: older words must not be found when one returns
    if (over || !desk.dirty || desk.blank || desk.fingerprint === sent) return;
    if (!stopped) navigator.sendBeacon("/drafts", desk.data());
  });
}
