// The form in which one writes, made lively. Without this it is a plain form; whatever is done here ends up in its fields.

import { chips } from "./writing/chips.js";
import { completion } from "./writing/completion.js";
import { Desk } from "./writing/desk.js";
import { files } from "./writing/files.js";
import { keeping } from "./writing/keeping.js";
import { looking } from "./writing/looking.js";
import { meters } from "./writing/meters.js";
import { moments } from "./writing/moments.js";
import { panels } from "./writing/panels.js";
import { sending } from "./writing/sending.js";
import { thread } from "./writing/thread.js";
import { countdowns } from "./writing/undo.js";

class Composer extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form.composer");
    if (!form || form.classList.contains("alive")) return;
    const desk = new Desk(this, form);
    for (const skill of [thread, panels, files, meters, moments, completion, looking, chips, keeping, sending]) skill(desk);
    form.classList.add("alive");
    desk.changed();
  }
}

customElements.define("perron-composer", Composer);
countdowns();
