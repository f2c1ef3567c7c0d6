// Recovery codes: copied or printed with one key, where the browser can.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const codes = [...document.getElementById(button.dataset.copy).querySelectorAll("code")];
    await navigator.clipboard.writeText(codes.map((one) => one.textContent).join("\n"));
    button.textContent = button.dataset.copied;
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
