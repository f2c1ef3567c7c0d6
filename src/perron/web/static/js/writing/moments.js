// When to publish: what becomes of the time that is typed, said while one types, and the zones there are.

let zones;

async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

export function moments(desk) {
  const pane = desk.form.querySelector("details.later");
  const { later, zone, fold, queue } = desk.form.elements;
  if (!pane || !later || !zone) return;
  const says = pane.querySelector(".says");
  const second = pane.querySelector(".second");
  let turn = 0;

  async function look() {
    const mine = ++turn;
    desk.planning = undefined;
    pane.querySelector(".walls").hidden = Boolean(queue?.checked);
    if (!later.value && !queue?.checked) {
      says.textContent = "";
      second.hidden = true;
      desk.changed();
      return;
    }
    const query = new URLSearchParams({ local: later.value, zone: zone.value, fold: fold.checked ? "1" : "0" });
    if (queue?.checked) query.set("queue", "1");
    const told = await ask(`/write/moment?${query}`);
    if (mine !== turn) return;
    says.textContent = told.wrong ?? told.says ?? "";
    says.classList.toggle("wrong", Boolean(told.wrong));
    second.hidden = !told.twice;
    if (!told.twice) fold.checked = false;
    desk.planning = told.button;
    desk.changed();
  }

  async function offer() {
    zones ??= ask("/write/zones");
    const told = await zones;
    if (zone.list || !told.zones) return;
    const list = document.createElement("datalist");
    list.id = `${zone.id}-all`;
    list.append(...told.zones.map((name) => Object.assign(document.createElement("option"), { value: name })));
    zone.after(list);
    zone.setAttribute("list", list.id);
  }

  zone.addEventListener("focus", offer, { once: true });
  for (const field of [later, zone, fold, queue].filter(Boolean)) field.addEventListener("change", look);
  later.addEventListener("input", look);
  if (later.value || queue?.checked) look();
}
