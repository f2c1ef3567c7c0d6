// What the skills of the composer share: its form, its parts, its words.

const plural = new Intl.PluralRules(document.documentElement.lang || "fr");
const numbers = new Intl.NumberFormat(document.documentElement.lang || "fr");

export class Desk extends EventTarget {
  /** @param {HTMLElement} host @param {HTMLFormElement} form */
  constructor(host, form) {
    super();
    this.host = host;
    this.form = form;
    this.said = JSON.parse(host.dataset.words);
    this.limit = Number(host.dataset.limit);
    this.fixed = Boolean(host.dataset.fixed);
    this.pending = new Set(); // promises of what is on its way to the server
    this.untouched = ""; // as the form was before anybody changed it; known once every skill is ready
    this.active = this.parts[0];
    form.addEventListener("focusin", ({ target }) => {
      const part = target.closest(".part");
      if (!part || part === this.active) return;
      this.active = part;
      this.dispatchEvent(new Event("turned"));
    });
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
  }

  /** @returns {HTMLFieldSetElement[]} */
  get parts() {
    return [...this.form.querySelectorAll(".parts > .part")];
  }

  /** Everything in the form, as one text: equal when nothing was changed. */
  get fingerprint() {
    const kept = [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !["csrf", "draft", "version", "key", "do", "repeats"].includes(name));
    return JSON.stringify(kept);
  }

  get dirty() {
    return this.fingerprint !== this.untouched;
  }

  /** Whether there is nothing worth keeping. */
  get blank() {
    return this.parts.every((part) => this.blankPart(part));
  }

  blankPart(part) {
    const typed = [this.text(part), this.field(part, "warning"), ...this.fields(part, "option")];
    return typed.every((one) => !one?.value.trim()) && !part.querySelector(".file, .quoting");
  }

  /** A field of a part by its name. */
  field = (part, name) => part.querySelector(`[name="${name}${part.dataset.mark}"]`);
  fields = (part, name) => [...part.querySelectorAll(`[name="${name}${part.dataset.mark}"]`)];
  text = (part) => this.field(part, "text");

  /** A sentence with its values. */
  word(name, values = {}) {
    return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.said[name] ?? "");
  }

  /** The sentence for so many. */
  counted = (name, n) => this.word(name + (plural.select(n) === "one" ? "One" : "Many"), { n: numbers.format(n) });

  /** Tell who listens, rather than looks. */
  aloud(sentence) {
    const place = this.form.querySelector(".aloud");
    place.textContent = "";
    requestAnimationFrame(() => (place.textContent = sentence));
  }

  /** How things stand, in one quiet line; perhaps with something to press. */
  state(sentence, ...more) {
    this.form.querySelector(".state").replaceChildren(sentence, ...more);
  }

  /** The same in passing: what can be pressed stays until it was. */
  note(sentence) {
    if (!this.form.querySelector(".state button")) this.state(sentence);
  }

  /** Why not, at the part that it is about, or above all of them. */
  wrong(sentence, part = null, ...more) {
    this.right();
    const notice = make("p", { className: "notice wrong", role: "alert" }, sentence, ...more);
    if (part) {
      part.querySelector(".typing").before(notice);
      this.text(part).setAttribute("aria-invalid", "true");
      notice.id = `${this.text(part).id}-why`;
      this.text(part).setAttribute("aria-errormessage", notice.id);
    } else this.form.querySelector(".parts").before(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  /** Nothing is wrong any more. */
  right() {
    for (const notice of this.form.querySelectorAll(".notice.wrong")) notice.remove();
    for (const one of this.form.querySelectorAll("[aria-invalid]")) {
      one.removeAttribute("aria-invalid");
      one.removeAttribute("aria-errormessage");
    }
  }

  changed() {
    this.dispatchEvent(new Event("changed"));
  }

  /** Hear of every change, at once. */
  on(name, hear) {
    this.addEventListener(name, hear);
  }

  /** What hidden fields say. */
  hidden(name, value) {
    let field = this.form.querySelector(`input[type=hidden][name="${name}"]`);
    if (value === undefined) return field?.value ?? "";
    if (value === "") return field?.remove();
    if (!field) this.form.prepend((field = make("input", { type: "hidden", name })));
    return (field.value = value);
  }

  /** Ask a script's question of the server; `{status, told}`. Throws when nothing came. */
  async ask(path, fields = null, { keepalive = false } = {}) {
    let body;
    if (fields) {
      body = fields instanceof FormData ? fields : new FormData();
      if (body !== fields) for (const [name, value] of Object.entries(fields)) body.append(name, value);
      if (!body.has("csrf")) body.append("csrf", this.hidden("csrf"));
    }
    const method = body ? "POST" : "GET";
    const answer = await fetch(path, { method, body, keepalive, headers: { Accept: "application/json" } });
    const json = answer.headers.get("content-type")?.startsWith("application/json");
    const told = json ? await answer.json() : { wrong: this.word(answer.url.includes("/sign-in") ? "out" : "failed") };
    return { ok: answer.ok && json, status: answer.status, told };
  }

  /** The form's fields, without the empty places for files. */
  data() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
    return data;
  }
}

/** An element with its properties and what is in it. */
export function make(tag, properties = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "role" && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

/** One of the drawings that the form has already. */
export function icon(form, name) {
  return form.querySelector(`[data-icon="${name}"] svg`)?.cloneNode(true) ?? "";
}

/** Later, once it has been quiet for so long. */
export function quietly(milliseconds, work) {
  let timer = 0;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
  later.stop = () => clearTimeout(timer);
  return later;
}
