// "Published. Undo (27)": counts down, and goes when it is too late.

export function countdowns() {
  for (const form of document.querySelectorAll("form.undo[data-left]")) count(form);
  const here = new URL(location.href);
  if (!here.searchParams.has("published")) return;
  for (const name of ["published", "also"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}

function count(form) {
  const ends = performance.now() + 1000 * Number(form.dataset.left);
  const number = form.querySelector("button .tabular");
  const tick = () => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    if (left <= 0) {
      if (form.contains(document.activeElement)) document.getElementById("main").focus();
      return form.remove();
    }
    number.textContent = `(${left})`;
    setTimeout(tick, 1000);
  };
  tick();
}
