// What comes into the bank appears at the desk by itself: live.js hears it, this puts it on top.

import { part } from "./send.js";

const numbers = new Intl.NumberFormat(document.documentElement.lang || "fr");
const plural = new Intl.PluralRules(document.documentElement.lang || "fr");
let looking = null;
let again = false;

document.addEventListener("perron:bank", look);

/** Look for what is new; however many hints come meanwhile, once more afterwards. */
async function look() {
  if (looking) return void (again = true);
  const grid = document.querySelector(".bank-grid[data-live]");
  if (!grid || location.search.includes("after=")) return;
  looking = refresh(grid).catch(() => {}); // the network is away for a moment: the next hint comes
  await looking;
  looking = null;
  if (again) {
    again = false;
    look();
  }
}

async function refresh(grid) {
  const page = await part(grid.dataset.live);
  const fresh = page.querySelector(".bank-grid");
  if (!fresh) return;
  if (grid.matches(".empty")) {
    if (fresh.matches(".empty")) return;
    const form = page.querySelector(".bank-chosen");
    grid.replaceWith(form ?? fresh);
    return told(fresh.children.length);
  }
  const known = new Set([...grid.children].map((one) => one.id));
  const come = [...fresh.children].filter((one) => one.id && !known.has(one.id));
  if (!come.length) return;
  grid.querySelector(".empty")?.remove();
  grid.prepend(...come);
  told(come.length);
}

function told(n) {
  const place = document.getElementById("bank-new");
  if (place) place.textContent = (plural.select(n) === "one" ? place.dataset.one : place.dataset.many).replace("{n}", numbers.format(n));
}
