// The form of a profile: a chosen picture is shown at once, and lines are added without saving.

for (const picture of document.querySelectorAll("img[data-shows]")) {
  const input = document.getElementById(picture.dataset.shows);
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (!file) return;
    const url = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    picture.src = url;
  });
}

for (const lines of document.querySelectorAll("fieldset[data-lines]")) {
  const most = Number(lines.dataset.lines);
  const pairs = () => lines.querySelectorAll(".pair");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = lines.dataset.more;
  button.hidden = pairs().length >= most;
  button.addEventListener("click", () => {
    const last = [...pairs()].at(-1);
    const fresh = last.cloneNode(true);
    const n = pairs().length + 1;
    for (const label of fresh.querySelectorAll("label")) {
      label.htmlFor = label.htmlFor.replace(/\d+$/, n);
      label.textContent = label.textContent.replace(/\d+/, n);
    }
    for (const input of fresh.querySelectorAll("input")) {
      input.id = input.id.replace(/\d+$/, n);
      input.value = "";
    }
    last.after(fresh);
    fresh.querySelector("input").focus();
    button.hidden = n >= most;
  });
  lines.append(button);
}
