"""What the tests of flows share: at which widths, with scripts or without, and small things that people do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.clients.server import Served

PHONE, DESK = {"width": "phone", "script": True}, {"width": "desk", "script": True}
PLAIN = {"width": "phone", "script": False}

everywhere = pytest.mark.parametrize("way", [PHONE, DESK, PLAIN], ids=["phone", "desk", "without a script"])
"""For flows of forms: they need no script."""
with_script = pytest.mark.parametrize("way", [PHONE, DESK], ids=["phone", "desk"])
"""For what scripts add."""

Way = dict[str, Any]
PATIENCE, PAUSE = 60.0, 0.2


def go_through(where: Locator) -> None:
    """Press what leads to another page, or to this one anew, and wait until that is there with its scripts."""
    with where.page.expect_navigation():
        where.click()


def until(page: Page, seen: Callable[[], bool]) -> None:
    """Load a page again and again until something that comes in its own time is seen on it."""
    began = time.monotonic()
    while not seen():
        assert time.monotonic() - began < PATIENCE, "it did not come"
        page.wait_for_timeout(PAUSE * 1000)
        page.reload()


def publish(page: Page, text: str) -> Locator:
    """Write into the composer of this page and send it; the post as the next page shows it."""
    form = page.locator("form.composer").first
    form.locator('textarea[name^="text"]').first.fill(text)
    go_through(form.locator('button[type="submit"].main'))
    found = post_with(page, re.sub(r" :\w+: .*", "", text)).first
    expect(found).to_be_visible()
    return found


def post_with(page: Page, text: str) -> Locator:
    """The posts on a page in which something is said."""
    return page.locator("main article.post", has_text=text)


def more(post: Locator) -> Locator:
    """Open the menu of a post."""
    post.locator("details.menu > summary").first.click()
    return post.locator("details.menu .sheetlet").first


def path_of(post: dict[str, Any], served: Served) -> str:
    """Where a post, as clients see it, has its page."""
    return str(post["url"]).removeprefix(served.origin)


def send(page: Page, action: str) -> None:
    """Press the main button of the form that goes somewhere, and wait for what it answers."""
    go_through(page.locator(f'form[action="{action}"] button.main').first)
