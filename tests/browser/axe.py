"""What axe finds on a page that stands, by day and by night."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

AXE = """(rules) => axe.run(document, {
    resultTypes: ["violations"], preload: false, ...(rules.length ? {runOnly: rules} : {}),
}).then((found) => found.violations)"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe for which it matters whether a page is light or dark."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def broken(page: Page, theme: str, rules: list[str]) -> list[str]:
    """Which rules of axe a page breaks, by day or by night, and where; without rules, which of all."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    return [
        f"{theme} {rule['id']}: {node['target']} {node['failureSummary'][:300]}"
        for rule in page.evaluate(AXE, rules)
        for node in rule["nodes"][:3]
    ]


ONE_LINE = """Math.max(0, ...[...document.querySelectorAll(".tabs.many")].map((one) => one.offsetHeight)) < 60"""
SHOTS = os.environ.get("TEST_PICTURES", "")
"""A folder in which pictures of the pages are left, to be looked at."""


def is_sound(page: Page, name: str) -> None:
    """Look at a page: axe finds nothing, it is no wider than its window, and its bar of ways is one line on a phone.
    The page must have been given axe: `page.add_init_script(path=front / "axe.min.js")`."""
    found = [*broken(page, "light", []), *broken(page, "dark", COLOURS)]
    assert found == [] and page.evaluate(WIDER) <= 0, (name, found)
    assert page.evaluate(f"innerWidth > 700 || {ONE_LINE}"), name
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
