// On every page of who is signed in. Pages work without any of this.

import "./acts.js";
import "./bars.js";
import "./keys.js";
import "./live.js";
import "./place.js";
import "./menus.js";
import "./moving.js";
import "./pictures.js";
import "./reactions.js";
import "./told.js";

if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
