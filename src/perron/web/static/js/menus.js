// Small menus close when one looks elsewhere, and with Escape.

const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", ({ target }) => {
  for (const one of open()) if (!one.contains(target)) one.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const one of open()) {
    one.open = false;
    one.querySelector("summary").focus();
  }
});
