// Where a bar of ways is wider than a phone, the way that leads to this page is in sight.

for (const bar of document.querySelectorAll(".tabs.many")) {
  const here = bar.querySelector("[aria-current]");
  if (here) bar.scrollLeft = here.offsetLeft - bar.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
}
