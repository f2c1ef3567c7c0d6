"""Every page, as people with all kinds of eyes and browsers meet it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import COLOURS, WIDER, broken
from tests.browser.conftest import WIDTHS, Opener, sign_in
from tests.browser.pages import ADA, ANYBODY, NOT_SEEN, OWNER, Looked, look, routes_of_pages
from tests.clients.server import Served
from tests.java import BRIEFLY

pytestmark = pytest.mark.slow

FRAMES = ("/", "/home", "/explore", "/@{handle}", "/@{handle}/{id}", "/write", "/settings", "/manage/reports")
"""What a desk shows otherwise than a phone is the frame, the same on all pages of a kind: on these every rule is read
at both widths, and those about colours by day and by night."""
FRENCH = {"accept-language": "fr"}
WHO = {"": "", ADA: "ada@example.org", OWNER: "bruno@example.org"}
SHARES = [(who, n, of) for who, of in ((ANYBODY, 2), (ADA, 6), (OWNER, 3)) for n in range(of)]
"""Who looks, and which share of their pages: what is looked at one by one is spread over the workers of a run."""
MOST_BYTES = 200_000
"""What a timeline of twenty posts may weigh before its pictures, as it travels."""


def test_every_page_is_looked_at(town: Served) -> None:
    looked = {one.route for who in WHO for one in look(town, who) if one.route}
    assert looked | set(NOT_SEEN) == set(routes_of_pages())
    assert len(looked) > 90


@pytest.mark.parametrize(("who", "n", "of"), SHARES)
def test_axe_finds_nothing(town: Served, open_browser: Opener, front: Path, who: str, n: int, of: int) -> None:
    """Each page is asked for twice: in French on a phone by day, where every rule is read, and in English on a desk by
    night, where those about colours are. Whether it keeps within its window is measured both times at both widths."""
    wrong: dict[str, Any] = {}
    for locale, width, theme in (("fr", "phone", "light"), ("en", "desk", "dark")):
        page = open_browser(town, width=width, locale=locale, theme=theme, signed_in=WHO[who])
        page.add_init_script(path=front / "axe.min.js")
        for one in look(town, who)[n::of]:
            if found := problems(page, one, width, theme):
                wrong[f"{one.path} {locale}"] = found
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)[:6000]


def problems(page: Page, one: Looked, width: str, theme: str) -> list[str]:
    """What is wrong with one page: rules of axe, and a page that is wider than its window."""
    answer = page.goto(one.path, wait_until="domcontentloaded")
    page.wait_for_function("() => [...document.querySelectorAll('link[rel=stylesheet]')].every((one) => one.sheet)")
    if answer is None or answer.status != one.status:
        return [f"answered {answer and answer.status}"]
    framed = one.route in FRAMES
    found = broken(page, theme, [] if framed or theme == "light" else COLOURS)
    for size in (width, "desk" if width == "phone" else "phone"):
        page.set_viewport_size(WIDTHS[size])  # type: ignore[arg-type]
        if (wide := page.evaluate(WIDER)) > 0:
            found.append(f"{wide} px wider than the window of a {size}")
    page.set_viewport_size(WIDTHS[width])  # type: ignore[arg-type]
    if framed:
        found += broken(page, "light" if theme == "dark" else "dark", COLOURS)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    return found


def test_html_is_valid(town: Served, open_browser: Opener, front: Path, tmp_path: Path) -> None:
    """The Nu validator reads every page as the server sends it."""
    java = shutil.which("java")
    if not java:
        pytest.exit("Missing: java. On Debian or Ubuntu: sudo apt-get install default-jre-headless", 1)
    number = 0
    for who in (ANYBODY, ADA, OWNER):
        page = open_browser(town, signed_in=WHO[who])
        cookies = {one["name"]: one["value"] for one in page.context.cookies()}
        with httpx.Client(base_url=town.origin, cookies=cookies, headers=FRENCH, follow_redirects=True) as http:
            for one in look(town, who):
                number += 1
                (tmp_path / f"{number:03} {who} {one.path.strip('/').replace('/', '_')[:60]}.html").write_text(
                    http.get(one.path).text
                )
    done = subprocess.run(
        [java, *BRIEFLY, "-jar", str(front / "vnu.jar"), "--format", "json", "--skip-non-html", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    said = [
        f"{Path(one['url']).name}:{one.get('lastLine')} {one['message']} «{one.get('extract', '')[:120]}»"
        for one in json.loads(done.stderr)["messages"]
        if one["type"] == "error"
    ]
    assert number > 100
    assert said == []


@pytest.mark.parametrize("path", ["/", "/@ada", "/explore", "/home"])
def test_a_timeline_is_light(town: Served, open_browser: Opener, path: str) -> None:
    page = open_browser(town, width="phone", signed_in="ada@example.org" if path == "/home" else "")
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    pictures: set[str] = set()
    coming: set[str] = set()
    sizes: dict[str, float] = {}

    def begun(event: dict[str, Any]) -> None:
        if event.get("type") != "EventSource":  # which never ends
            coming.add(event["requestId"])

    def answered(event: dict[str, Any]) -> None:
        if event["type"] in ("Image", "Media"):
            pictures.add(event["requestId"])

    def ended(event: dict[str, Any]) -> None:
        coming.discard(event["requestId"])
        sizes[event["requestId"]] = event.get("encodedDataLength", 0)

    cdp.on("Network.requestWillBeSent", begun)
    cdp.on("Network.responseReceived", answered)
    cdp.on("Network.loadingFinished", ended)
    cdp.on("Network.loadingFailed", ended)
    page.goto(path)
    page.evaluate("document.fonts.ready.then(() => null)")
    for _ in range(300):
        if not coming:
            break
        page.wait_for_timeout(100)
    assert not coming, "some files never came"
    weight = sum(size for request, size in sizes.items() if request not in pictures)
    assert 10_000 < weight < MOST_BYTES, f"{path} weighs {weight:.0f} bytes"


def test_no_page_needs_a_script(town: Served, open_browser: Opener) -> None:
    """Whoever has switched scripts off reads the same first posts."""
    with_scripts, without = open_browser(town), open_browser(town, script=False)
    for path in ("/", "/@ada", "/explore", "/about"):
        for _ in range(5):  # a minute may pass between the two, and a post be older by it
            for page in (with_scripts, without):
                page.goto(path)
            said = [page.locator("main").inner_text() for page in (with_scripts, without)]
            if said[0] == said[1]:
                break
        assert said[0] == said[1]
    sign_in(without, "ada@example.org")
    expect(without.locator("article.post").nth(5)).to_be_visible()


def test_long_words_keep_within_the_window(empty: Served, open_browser: Opener) -> None:
    """Names, titles, answers and posts of one long word, and posts from right to left."""
    ada, wide = empty.person("ada"), empty.person("w" * 26)
    wide.call("PATCH", "/api/v1/accounts/update_credentials", data={"display_name": "W" * 30, "note": "M" * 400})
    wide.says("W" * 499)
    wide.says("#" + "T" * 80 + " https://example.org/" + "a" * 300)
    wide.says("Où ?", poll={"options": ["W" * 50, "على الدرج"], "expires_in": 3600})
    answered = wide.says("صباح الخير يا جيران @" + ada.name, language="ar")
    ada.post(f"/api/v1/accounts/{wide.id}/follow")
    listed = ada.post("/api/v1/lists", {"title": "L" * 60})
    ada.post(f"/api/v1/lists/{listed['id']}/accounts", {"account_ids": [wide.id]})
    page = open_browser(empty, width="phone", signed_in=ada.email)
    own = ("/home", "/notices", "/explore", "/lists", f"/lists/{listed['id']}", f"/lists/with/{wide.id}")
    about = (f"/@{wide.name}", f"/@{wide.name}/{answered['id']}", f"/report?account={wide.id}")
    for path in (*own, *about, f"/write?reply_to={answered['id']}"):
        page.goto(path)
        assert page.evaluate(WIDER) <= 0, path
