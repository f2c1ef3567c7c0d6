"""A real browser in front of a real server with a town in it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.seen import Seen, watch
from tests.clients.clock import Clock, served_by_a_clock
from tests.clients.server import PASSWORD, Served, clean_environ, serving

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-color-profile=srgb"),
]
CHROMIUMS = ("chromium-headless-shell", "chromium", "google-chrome")
PATIENCE, PATIENCE_FOR_PAGES = 30_000, 60_000
"""Milliseconds within which something is seen, and a page is there. Only what fails takes so long."""
SLOW = float(os.environ.get("TEST_SLOW", "0"))
"""How many times slower than this machine the browser's device is; its network is slow then as well. To be tried with 6
after a change here: what is read too early, or pressed before it can be heard, is found so."""
WIDTHS = {"phone": {"width": 360, "height": 800}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def chromium_at() -> str:
    """Where Chromium is; without one there is nothing to test with, and that is said in one line.

    The same engine comes without the frame of a window around it, which nobody looks at here and which costs as
    much as the pages do; where it is only to be had whole, it is taken whole. `TEST_CHROMIUM` names another."""
    found = [os.environ.get("TEST_CHROMIUM"), *map(shutil.which, CHROMIUMS)]
    if not any(found):
        pytest.exit("Missing: chromium-headless-shell. On Debian: sudo apt-get install chromium-headless-shell", 1)
    return next(one for one in found if one)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """While it is there a loop runs in this thread, in which no other test may run one: it goes with this folder."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="package")
def chromium(playwright: Playwright, chromium_at: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_at, args=ARGUMENTS, env=clean_environ())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The invented town, served; for reading, and for what disturbs nobody else."""
    from perron.cli import main

    folder = tmp_path_factory.mktemp("town") / "data"
    assert main(["demo", "--data", str(folder)]) == 0
    with serving(folder) as served:
        yield served


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on which nobody has done anything yet."""
    with serving(tmp_path_factory.mktemp("empty") / "data") as served:
        yield served


@pytest.fixture
def clocked(tmp_path: Path) -> Iterator[tuple[Served, Clock]]:
    """A server of one test's own, and the clock by which it lives. To be asked for before `open_browser`."""
    with served_by_a_clock(tmp_path / "data") as both:
        yield both


Opener = Callable[..., Page]


@pytest.fixture
def open_browser(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """A browser of some width, language and theme, with scripts or without; what it saw must be clean at the end.
    Whom it brings in stands at home, or `at` another page."""
    opened: list[tuple[BrowserContext, Seen]] = []

    def build(
        served: Served,
        *,
        width: str = "desk",
        locale: str = "fr",
        theme: str = "light",
        script: bool = True,
        signed_in: str = "",
        at: str = "/home",
        busy: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=served.origin,
            viewport=WIDTHS[width],  # type: ignore[arg-type]
            locale=f"{locale}-FR" if locale == "fr" else "en-GB",
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=script,
            timezone_id="Europe/Paris",
            has_touch=width == "phone",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(PATIENCE_FOR_PAGES)
        page = context.new_page()
        opened.append((context, watch(page, served.origin, busy=busy)))
        if SLOW:
            slow_down(page)
        if signed_in:
            bring_in(page, served, signed_in, at)
        return page

    yield build
    for context, _ in opened:
        context.close()
    for _, seen in opened:
        assert seen.elsewhere == [], "a page asked another host"
        assert seen.complaints == [], "the browser complained"


def slow_down(page: Page) -> None:
    """A device with little to compute with, far away from the server."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    cdp.send("Network.enable")
    far = {"offline": False, "latency": 150, "downloadThroughput": -1, "uploadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", far)


def bring_in(page: Page, served: Served, email: str, at: str = "/home") -> None:
    """Signed in and at home or at another page, without looking at the door: its form is sent as the browser would send
    it."""
    door = page.request.get("/sign-in").text()
    (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', door))
    form = {"csrf": csrf, "email": address(email), "password": PASSWORD, "next": "/home"}
    reply = page.request.post("/sign-in", form=form, headers={"origin": served.origin}, max_redirects=0)
    assert (reply.status, reply.headers.get("location")) == (303, "/home"), f"{email} could not sign in"
    page.goto(at)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Through the real form."""
    page.goto("/sign-in")
    page.locator('input[name="email"]').fill(address(email))
    page.locator('input[name="password"]').fill(password)
    page.locator('form[action="/sign-in"] button[type="submit"]').click()
    page.wait_for_url("**/home")


def address(name: str) -> str:
    """The e-mail address of somebody."""
    return name if "@" in name else f"{name}@example.org"


@pytest.fixture(scope="session")
def front() -> Path:
    """Where the tools of these tests are unpacked."""
    folder = Path(__file__).resolve().parents[2] / ".venv" / "front"
    if not folder.exists():
        pytest.exit("Missing: .venv/front. Run: python3 scripts/front.py --dev", 1)
    return folder
