// Publishing without leaving the words: what is refused is said where it stands, and nothing typed is touched.
// What the server has no time for is sent again by itself, when the server said, with the key it had.

import { make } from "./desk.js";

const MOST_TRIES = 10;
const LONGEST_WAIT = 60; // seconds; who has to wait for longer is told so, and sends it themselves

export function sending(desk) {
  const { form } = desk;
  let tries = 0;
  let waiting = null;
  let target = form.getAttribute("action");

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "do") return;
    const named = event.submitter?.getAttribute("formaction");
    if (named?.endsWith("/drafts")) return;
    if (event.submitter) target = named ?? form.getAttribute("action"); // what is sent again goes where it went
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
    waiting?.end();
    if (!described()) return;
    if (desk.pending.size) {
      desk.state(desk.word("pending"));
      await Promise.all(desk.pending);
      desk.state("");
    }
    desk.right();
    await desk.hold?.();
    try {
      const { ok, told } = await desk.ask(target, desk.data());
      if (ok) {
        desk.settled();
        const leave = form.dispatchEvent(new CustomEvent("perron:published", { bubbles: true, cancelable: true, detail: told }));
        return leave ? void location.assign(told.to) : undefined;
      }
      if (told.after <= LONGEST_WAIT && tries < MOST_TRIES) {
        tries += 1;
        waiting = wait(told.after);
        desk.goOn();
        return;
      }
      const said = desk.parts.filter((part) => !desk.blankPart(part));
      const part = said[told.place ?? 0] ?? desk.parts[0];
      if (told.repeats) desk.hidden("repeats", told.repeats); // who was told once goes on by the same button
      desk.wrong(told.wrong, part, ...saidBefore(told));
      desk.text(part).focus();
    } catch {
      desk.wrong(desk.word("lost"));
    }
    desk.goOn();
    desk.changed();
  }

  /** What was said lately, to look at; and when a brand may say it in other words. */
  function saidBefore({ earlier = [], again = {} }) {
    const row = (one) => make("li", {}, one.says, " ", make("a", { href: one.url, dir: "auto", target: "_blank" }, one.words));
    const later = () => make("button", { name: "do", value: again.at }, desk.word("otherwise", { time: again.told }));
    return [...(earlier.length ? [make("ul", { className: "said-before" }, ...earlier.map(row))] : []), ...(again.at ? [later()] : [])];
  }

  /** Say that it is sent again in so many seconds, and do so, unless somebody would rather not. */
  function wait(seconds) {
    const until = Date.now() + seconds * 1000;
    const left = make("span", { className: "tabular", ariaHidden: "true" });
    const stop = make("button", { type: "button", className: "quiet" }, desk.word("notByItself"));
    const notice = make("p", { className: "notice waiting", role: "status" }, desk.word("queued"), " ", left, " ", stop);
    const end = () => {
      clearInterval(timer);
      notice.remove();
      waiting = null;
    };
    const tick = () => {
      const rest = Math.ceil((until - Date.now()) / 1000);
      left.textContent = desk.counted("in", Math.max(0, rest));
      if (rest > 0) return;
      end();
      form.requestSubmit();
    };
    stop.addEventListener("click", () => {
      end();
      tries = 0;
      desk.state(desk.word("keptHere"));
      desk.aloud(desk.word("keptHere"));
    });
    form.querySelector(".parts").before(notice);
    const timer = setInterval(tick, 250);
    tick();
    return { end };
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
