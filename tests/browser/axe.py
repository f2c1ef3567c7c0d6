"""What axe finds on a page that stands, by day and by night."""

from __future__ import annotations

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
