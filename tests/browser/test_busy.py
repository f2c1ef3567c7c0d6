"""A server with more to write than it can: what one has typed stays, and goes off by itself once there is room."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.flows import go_through
from tests.clients.server import Person, Served, serving

pytestmark = pytest.mark.slow
LONG = 240
"""Seconds. Only what fails takes so long."""


KEEPS_WITHIN = """() => {
    const box = document.querySelector(".notice.waiting")?.getBoundingClientRect();
    return box && box.left >= 0 && box.right <= innerWidth;
}"""


@contextmanager
def standing_still(served: Served, by: Person) -> Iterator[None]:
    """The database takes no write until this is over, as on a disk that has stopped; the server has noticed."""
    release, begun = threading.Event(), threading.Event()

    def hold(tx: object) -> None:
        begun.set()
        release.wait(LONG)

    served.beside.store.submit(hold, lambda result, wrong: None)
    assert begun.wait(LONG)
    end = time.monotonic() + LONG
    try:
        while not refuses(served, by):
            assert time.monotonic() < end, "writes are still taken"
        yield
    finally:
        release.set()


def refuses(served: Served, by: Person) -> bool:
    """Whether a write is refused rather than waiting for its turn."""
    try:
        url = f"{served.origin}/api/v1/statuses"
        return httpx.post(url, json={"status": ""}, headers=by.headers, timeout=2).status_code == 503
    except httpx.TimeoutException:
        return False


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own: everybody on it has to wait."""
    with serving(tmp_path_factory.mktemp("still") / "data", PERRON_ADMISSION="on") as served:
        yield served


def test_words_wait_and_go_off_by_themselves_and_a_plain_form_keeps_them(still: Served, open_browser: Opener) -> None:
    ada, bea = still.person("ada"), still.person("bea")
    page = open_browser(still, busy=True, width="phone", theme="dark", signed_in=ada.name)
    plain = open_browser(still, busy=True, script=False, signed_in=bea.name)
    for one in (page, plain):
        one.goto("/write")
    expect(page.locator("form.composer.alive")).to_be_attached()
    text, send = page.locator("form.composer textarea").first, page.locator("form.composer button.main")

    with standing_still(still, ada):
        plain.locator("form.composer textarea").first.fill("Sans script")
        go_through(plain.locator("form.composer button.main").first)
        expect(plain.locator(".notice.wrong")).to_be_visible()
        expect(plain.locator("form.composer textarea").first).to_have_value("Sans script")
        text.fill("Du téléphone")
        send.click()
        notice = page.locator(".notice.waiting")
        expect(notice).to_contain_text("Vos mots sont gardés et partiront d’eux-mêmes")
        page.wait_for_function(KEEPS_WITHIN)
        notice.get_by_role("button").click()
        expect(page.locator(".state")).to_contain_text("Vos mots sont gardés ici")
        expect(text).to_have_value("Du téléphone")
        send.click()
        expect(notice).to_be_visible()

    page.wait_for_url("**/home#p*")
    plain.locator("form.composer button.main").first.click()
    plain.wait_for_url("**/home?published=*")
    told = [one["content"] for one in ada.get(f"/api/v1/accounts/{ada.id}/statuses")]
    assert told == ["<p>Du téléphone</p>"]
