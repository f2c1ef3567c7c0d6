// Settings that can be seen before they are saved, and the time zone of this device as an offer.

const USUAL = new Set(["auto", "medium"]);

for (const pick of document.querySelectorAll("input[data-looks]")) {
  pick.addEventListener("change", () => {
    if (!["theme", "contrast", "size", "motion"].includes(pick.name)) return;
    if (USUAL.has(pick.value)) delete document.documentElement.dataset[pick.name];
    else document.documentElement.dataset[pick.name] = pick.value;
  });
}

const zones = document.getElementById("zone");
const offer = document.querySelector("[data-guess]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const option = zones && [...zones.options].find((one) => one.value === here);
if (offer && option && zones.value !== here) {
  offer.firstElementChild.textContent = offer.dataset.guess.replace("{city}", option.textContent);
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", () => {
    zones.value = here;
    offer.hidden = true;
    zones.focus();
  });
}
