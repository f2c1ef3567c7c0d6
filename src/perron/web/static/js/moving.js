// Short loops play while they are seen, for those who let them, and on no device that asks for less movement.

const still = matchMedia("(prefers-reduced-motion: reduce)");

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && !still.matches) target.play().catch(() => {});
    else target.pause();
  }
}, { threshold: 0.5 });

const watch = (place) => place.querySelectorAll?.("video[data-plays]").forEach((one) => seen.observe(one));

watch(document);
new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(watch))).observe(document.body, {
  childList: true,
  subtree: true,
});
