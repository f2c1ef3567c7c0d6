// The language of what is typed, and the page that its first link leads to.

import { make, quietly } from "./desk.js";
import { links, settle } from "./reading.js";

const ENOUGH = 12;
const MORE = 25;
const PATIENCE = 900;
const TRIES = 6;

export function looking(desk) {
  const { form } = desk;
  const language = form.querySelector('select[name="language"]');
  let chosen = desk.fixed; // by hand: no guess comes against it
  let guessed = 0;
  language.addEventListener("change", () => (chosen = true));

  const said = () => desk.parts.map((part) => desk.text(part).value).join("\n");
  const seen = new WeakMap();
  const visibility = () => form.querySelector('[name="visibility"]').value;

  const guess = (code) => {
    if (!code || chosen || language.value === code) return;
    const option = [...language.options].find((one) => one.value === code);
    if (!option) return;
    language.value = code;
    desk.aloud(desk.word("guessed", { name: option.text }));
  };

  const look = quietly(PATIENCE, async () => {
    const words = said();
    if (!chosen && words.length >= ENOUGH && Math.abs(words.length - guessed) >= MORE) {
      guessed = words.length;
      const { ok, told } = await desk.ask("/write/look", { text: words, visibility: "mentioned" }).catch(() => ({}));
      if (ok) guess(told.language);
    }
    for (const part of desk.parts) await card(part);
  });

  async function card(part) {
    const place = part.querySelector(".card-seen");
    const text = desk.text(part).value;
    const found = links(text);
    const open = ["public", "unlisted"].includes(visibility()) && !part.querySelector(".file, .quoting");
    const url = open ? found[0] : undefined;
    if (!url) {
      seen.delete(part);
      place.hidden = true;
      return place.replaceChildren();
    }
    bare(part, place, text, found);
    if (seen.get(part) === url) return;
    seen.set(part, url);
    for (let n = 0; n < TRIES && seen.get(part) === url; n += 1) {
      const { ok, told } = await desk.ask("/write/look", { text, visibility: visibility() }).catch(() => ({}));
      if (!ok || seen.get(part) !== url) return;
      show(part, place, told.card);
      if (told.card?.state !== "waiting") break;
      await new Promise((resume) => setTimeout(resume, 1000 * (n + 1)));
    }
    bare(part, place, desk.text(part).value, links(desk.text(part).value));
  }

  function show(part, place, card) {
    place.hidden = !card || card.state === "failed";
    if (place.hidden) return place.replaceChildren();
    const title = desk.field(part, "card_title");
    const name = make("strong", { dir: "auto" }, title.value || card.title || (card.state === "waiting" ? desk.word("looking") : card.url));
    title.addEventListener("input", () => (name.textContent = title.value || card.title || card.url));
    const retitle = make("button", { type: "button", className: "quiet" }, desk.word("retitle"));
    retitle.addEventListener("click", () => {
      part.querySelector('[data-panel="credit"]').open = true;
      title.placeholder = card.title;
      title.focus();
    });
    const picture = card.image ? [make("img", { src: card.image, alt: "", width: 96, height: 72 })] : [];
    place.replaceChildren(make("div", { className: "card" }, ...picture, make("div", {}, name, make("span", { className: "hint" }, card.provider ?? ""), retitle)));
  }

  /** A gentle line when a link stands alone. */
  function bare(part, place, text, found) {
    place.querySelector(".naked")?.remove();
    const rest = found.reduce((left, url) => left.replace(url, ""), settle(text)).trim();
    if (rest || desk.field(part, "card_title").value.trim()) return;
    place.hidden = false;
    place.append(make("p", { className: "hint naked" }, desk.word("naked")));
  }

  desk.on("changed", look);
}
