// This browser asks its push service to be told of notices while Perron is closed, or no more.

import { post } from "./send.js";

const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const begin = document.querySelector("form[data-push]");
const end = document.querySelector("form[data-push-stop]");

if (begin && able) {
  begin.hidden = false;
  document.querySelector("[data-push-without]")?.remove();
  begin.addEventListener("submit", (event) => {
    event.preventDefault();
    subscribe(begin);
  });
}

end?.addEventListener("submit", async (event) => {
  if (!able) return;
  event.preventDefault();
  try {
    const worker = await navigator.serviceWorker.getRegistration("/");
    await (await worker?.pushManager.getSubscription())?.unsubscribe();
  } finally {
    end.submit();
  }
});

/** Ask the reader, then the push service, then tell the server where this browser is reached. */
async function subscribe(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return complain(form, form.dataset.refused);
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe();
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push });
    const { endpoint, keys } = made.toJSON();
    const answer = await post(form.action, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
    if (!answer.ok) throw new Error(String(answer.status));
    location.assign("/settings/notices?saved=1");
  } catch {
    complain(form, form.dataset.failed);
  } finally {
    button.disabled = false;
  }
}

function complain(form, sentence) {
  const place = form.querySelector(".notice");
  place.textContent = sentence;
  place.hidden = false;
}
