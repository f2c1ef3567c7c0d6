// What pages with a stream of posts share: which posts have come that are not there, and the button that offers what is new.

/** The pieces of a page's stream whose posts do not stand in `here` yet. */
export function unknown(page, here) {
  const known = new Set([...here.querySelectorAll("article.post")].map((one) => one.id));
  return [...(page.querySelector(".stream")?.children ?? [])].filter((one) => {
    const post = one.matches("article.post") ? one : one.querySelector("article.post");
    return !post || !known.has(post.id);
  });
}

/** A button above a stream that does something when it is pressed. */
export function offer(stream, does) {
  const button = document.createElement("button");
  button.className = "fresh";
  button.type = "button";
  button.addEventListener("click", does);
  stream.before(button);
  return button;
}
