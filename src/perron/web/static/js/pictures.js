// Pictures of a post, large: all of them side by side, gone through by keys, buttons or swiping. Each stays a link to its
// file, which opens where there is no script, and where somebody asks for another tab.

const dialog = document.getElementById("pictures");
const album = dialog?.querySelector(".album");
const [back, on] = dialog?.querySelectorAll("button[data-by]") ?? [];

/** One picture as a slide: the small one shows until the large one is there. */
function slide(link) {
  const figure = document.createElement("figure");
  const small = link.querySelector("img");
  const large = Object.assign(new Image(), { alt: small.alt, decoding: "async", src: link.href });
  for (const side of ["width", "height"]) {
    if (small.hasAttribute(side)) large.setAttribute(side, small.getAttribute(side)); // of the large one
  }
  large.style.backgroundImage = `url("${small.currentSrc || small.src}")`;
  large.addEventListener("load", () => (large.style.backgroundImage = ""), { once: true });
  figure.append(large);
  if (small.alt) {
    const said = Object.assign(document.createElement("figcaption"), { textContent: small.alt, dir: "auto" });
    figure.append(said);
  }
  return figure;
}

const at = () => Math.round(album.scrollLeft / album.clientWidth);

/** Say by the buttons whether there is anything before and after. */
function tell() {
  back.disabled = at() <= 0;
  on.disabled = at() >= album.childElementCount - 1;
}

function show(place, behavior = "auto") {
  album.children[place]?.scrollIntoView({ behavior, block: "nearest", inline: "center" });
  tell();
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const step = (by) => show(at() + by, calm.matches ? "auto" : "smooth");

function open(link) {
  const links = [...link.closest(".media").querySelectorAll("figure > a:has(> img)")];
  album.replaceChildren(...links.map(slide));
  back.hidden = on.hidden = links.length < 2;
  dialog.showModal();
  show(links.indexOf(link));
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".media figure > a:has(> img)");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
  dialog.addEventListener("click", (event) => {
    const by = event.target.closest("button[data-by]")?.dataset.by;
    if (by) step(Number(by));
    else if (!event.target.closest("img, figcaption")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by);
  });
  album.addEventListener("scroll", tell, { passive: true });
  dialog.addEventListener("close", () => album.replaceChildren());
}
