// A button beside a field that copies what stands in it, where the browser can.

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const word = button.textContent;
    button.textContent = field.dataset.copied;
    setTimeout(() => (button.textContent = word), 2000);
  });
}
