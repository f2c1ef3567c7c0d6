// What scripts say, in the reader's language: kept in the page by keys.html.

const kept = document.getElementById("words")?.dataset ?? {};
const plural = new Intl.PluralRules(document.documentElement.lang || "fr");
const numbers = new Intl.NumberFormat(document.documentElement.lang || "fr");

/** A sentence by its name; "" when the page has none. */
export const word = (name) => kept[name] ?? "";

/** The sentence for so many: `nameOne` or `nameMany`, with the number in it. */
export const counted = (name, n) => word(name + (plural.select(n) === "one" ? "One" : "Many")).replace("{n}", numbers.format(n));

/** Say something to screen readers, and show it for a moment to everybody. */
export function say(sentence) {
  const place = document.getElementById("said");
  if (!place || !sentence) return;
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = sentence));
}

/** Say something that went wrong, where it is seen. */
export function warn(sentence) {
  say(sentence);
  document.querySelector(".toast")?.remove();
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = sentence;
  document.body.append(toast);
  setTimeout(() => toast.remove(), 6000);
}
