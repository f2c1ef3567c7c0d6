// Who writes an answer says so while they do, and sees who else does: never two answers by mistake.
const EVERY = 20000;

for (const form of document.querySelectorAll("form[data-ticket]")) {
  const notice = form.closest(".ticket").querySelector(".writing");
  const at = form.action.replace(/answer$/, "writing");
  let timer = 0;

  async function say(stop) {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, ...(stop ? { stop: "1" } : {}) });
    const answer = await fetch(at, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: stop });
    if (!answer.ok || stop) return;
    const { writing } = await answer.json();
    notice.textContent = writing;
    notice.hidden = !writing;
  }

  const begin = () => {
    if (timer) return;
    say(false).catch(() => {});
    timer = setInterval(() => say(false).catch(() => {}), EVERY);
  };
  const end = () => {
    if (!timer) return;
    clearInterval(timer);
    timer = 0;
    say(true).catch(() => {});
  };
  form.elements.text.addEventListener("input", begin);
  form.closest("details").addEventListener("toggle", (event) => (event.target.open ? form.elements.text.focus() : end()));
  addEventListener("pagehide", end);
}
