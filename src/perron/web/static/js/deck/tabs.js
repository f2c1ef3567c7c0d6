// On a phone, one column at a time: the tab of the one that is seen says so, and leads to the others.

import { button, columns, deck, numbered, tab } from "./columns.js";
import { unmark } from "./tells.js";

const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const own = tab(target);
      if (isIntersecting) {
        if (!button(target)) unmark(target);
        own?.setAttribute("aria-current", "true");
        const bar = own?.parentElement;
        if (bar?.offsetParent) bar.scrollTo({ left: own.offsetLeft - (bar.clientWidth - own.offsetWidth) / 2 });
      } else own?.removeAttribute("aria-current");
    }
  },
  { root: deck, threshold: 0.6 },
);
for (const one of columns()) seen.observe(one);

/** Bring a column into sight, and its first post or the one that was read there under the keys. */
export function goTo(column) {
  column.scrollIntoView({ inline: matchMedia("(max-width: 699px)").matches ? "start" : "nearest", block: "nearest" });
}

document.querySelector(".deck-tabs")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-tab]");
  const column = link && numbered(link.dataset.tab);
  if (!column) return;
  event.preventDefault();
  goTo(column);
});
