// Publishing without leaving the words: what is refused is said where it stands, and nothing typed is touched.

export function sending(desk) {
  const { form } = desk;

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "do") return;
    const keeps = event.submitter?.formAction.endsWith("/drafts");
    if (keeps) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    try {
      await send();
    } finally {
      form.removeAttribute("aria-busy");
    }
  });

  async function send() {
    if (!described()) return;
    if (desk.pending.size) {
      desk.state(desk.word("pending"));
      await Promise.all(desk.pending);
      desk.state("");
    }
    desk.right();
    await desk.hold?.();
    try {
      const { ok, told } = await desk.ask(form.getAttribute("action"), desk.data());
      if (ok) {
        desk.settled();
        return void location.assign(told.to);
      }
      const said = desk.parts.filter((part) => !desk.blankPart(part));
      const part = said[told.place ?? 0] ?? desk.parts[0];
      desk.wrong(told.wrong, part);
      desk.text(part).focus();
    } catch {
      desk.wrong(desk.word("lost"));
    }
    desk.goOn();
    desk.changed();
  }

  /** Whether every file has its words, when somebody asked to be held to that. */
  function described() {
    if (!desk.host.dataset.requireAlt) return true;
    const missing = [...form.querySelectorAll(".file textarea")].find((one) => !one.value.trim());
    if (!missing) return true;
    desk.wrong(desk.word("mustDescribe"), missing.closest(".part"));
    missing.focus();
    return false;
  }
}
