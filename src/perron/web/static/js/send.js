// One way to send to the server: our own addresses only, with what shows that the page is ours.

/** The value that shows that a form came from a page of ours. */
export const token = () => document.querySelector('input[name="csrf"]')?.value ?? "";

/** Send a form's fields, or an object's; the answer as it came. Throws when nothing came. */
export async function post(path, fields) {
  const body = fields instanceof FormData ? fields : Object.entries(fields).reduce((data, [name, value]) => (data.append(name, value), data), new FormData());
  if (!body.has("csrf")) body.append("csrf", token());
  return fetch(path, { method: "POST", body, headers: { "HX-Request": "true" }, redirect: "follow" });
}

/** The middle of a page, as a document to take pieces from. */
export async function part(path) {
  const answer = await fetch(path, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  return made.content;
}
