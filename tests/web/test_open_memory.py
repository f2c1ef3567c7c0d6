"""A burst of visitors costs one rendering, and nothing that is for somebody is ever kept for others."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.web.drawn import Drawings
from perron.web.errors import HANDLERS
from perron.web.remembered import Kept, Shelf, open_page, shelf
from perron.web.visit import Visit
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody


class Counted:
    """A page that counts how often it is rendered."""

    def __init__(self) -> None:
        self.n = 0

    async def show(self, visit: Visit) -> Response:
        self.n += 1
        if visit.query.get("q") == "secret":
            raise NotFound
        return visit.show_to_all("open/offline.html")


@pytest.fixture
def counted(town: Town) -> Iterator[tuple[Counted, Starlette]]:
    page = Counted()
    app = Starlette(routes=[open_page("/page", page.show)], exception_handlers=HANDLERS)
    app.state.store, app.state.settings, app.state.site = town.store, town.settings, town.site
    yield page, app


async def burst(app: Starlette, n: int, **more: Any) -> list[httpx.Response]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await asyncio.gather(*(client.get("/page", **more) for _ in range(n)))


def test_a_burst_costs_one_rendering(counted: tuple[Counted, Starlette]) -> None:
    page, app = counted
    answers = asyncio.run(burst(app, 100))
    assert page.n == 1 and {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1 and len({one.headers["etag"] for one in answers}) == 1


def test_a_commit_ends_what_is_kept(counted: tuple[Counted, Starlette], town: Town) -> None:
    page, app = counted
    asyncio.run(burst(app, 2))
    somebody(town, "ada")
    asyncio.run(burst(app, 2))
    assert page.n == 2


def test_what_differs_is_kept_apart_or_not_at_all(counted: tuple[Counted, Starlette]) -> None:
    page, app = counted
    asyncio.run(burst(app, 3, headers={"accept-language": "fr"}))
    asyncio.run(burst(app, 3, headers={"accept-language": "en"}))
    asyncio.run(burst(app, 3, headers={"accept-language": "en", "cookie": "perron_lang=fr"}))
    asyncio.run(burst(app, 3, params={"a": "1"}, headers={"accept-language": "fr"}))
    assert page.n == 3
    asyncio.run(burst(app, 3, headers={"cookie": "perron_session=x"}))
    asyncio.run(burst(app, 3, headers={"cookie": "other=x"}))
    asyncio.run(burst(app, 3, headers={"hx-request": "true"}))
    asyncio.run(burst(app, 3, params={"lang": "fr"}))
    asyncio.run(burst(app, 3, params={"q": "secret"}))
    assert page.n == 18


def test_a_browser_that_has_the_page_is_told_so(counted: tuple[Counted, Starlette]) -> None:
    _, app = counted
    first = asyncio.run(burst(app, 1, headers={"accept-encoding": "identity"}))[0]
    assert first.headers["etag"].startswith('"') and first.headers["cache-control"] == "public, max-age=10"
    for named in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}', "*"):
        again = asyncio.run(burst(app, 1, headers={"if-none-match": named}))[0]
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"] and "accept-language" in again.headers["vary"].lower()
    assert asyncio.run(burst(app, 1, headers={"if-none-match": '"x"'}))[0].status_code == 200


def test_pages_travel_compressed(counted: tuple[Counted, Starlette], town: Town) -> None:
    _, app = counted
    plain = asyncio.run(burst(app, 1, headers={"accept-encoding": "identity"}))[0]
    packed = asyncio.run(burst(app, 1, headers={"accept-encoding": "gzip"}))[0]
    assert packed.content == plain.content and packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert "content-encoding" not in plain.headers and "accept-encoding" in plain.headers["vary"].lower()
    again = asyncio.run(burst(app, 1, headers={"if-none-match": packed.headers["etag"]}))[0]
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}" and again.status_code == 304


def test_what_is_somebodys_own_is_compressed_only_where_no_other_site_asks(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    for path in ("/@ada", "/explore", "/home", "/settings"):
        for said in ("cross-site", "same-site", ""):
            answer = ada.get(path, headers={"accept-encoding": "gzip", "sec-fetch-site": said})
            assert answer.status_code == 200 and "content-encoding" not in answer.headers
        for said in ("same-origin", "none"):
            packed = ada.get(path, headers={"accept-encoding": "gzip", "sec-fetch-site": said})
            assert packed.headers["content-encoding"] == "gzip" and packed.text.endswith("</html>\n")
            assert "etag" not in packed.headers and "accept-encoding" in packed.headers["vary"].lower()
            plain = ada.get(path, headers={"accept-encoding": "br", "sec-fetch-site": said})
            assert "content-encoding" not in plain.headers and plain.text[:200] == packed.text[:200]


def test_the_shelf_is_bounded_and_forgets_after_a_minute() -> None:
    kept = Shelf(most=100_000)
    for n in range(200):
        kept.put((f"/{n}", "", "en"), Kept(b"x" * 3000, {}, float(n)))
    assert kept.size <= 100_000 and 0 < len(kept.kept) < 30
    assert kept.find(("/199", "", "en")) is None and ("/199", "", "en") not in kept.kept
    kept.put(("/huge", "", "en"), Kept(b"x" * 50_000, {}, 0.0))
    assert ("/huge", "", "en") not in kept.kept
    kept.clear()
    assert kept.size == 0


def test_drawings_are_bounded() -> None:
    drawings = Drawings(most=10_000)
    for n in range(100):
        drawings.put((n,), "x", 1000)
        drawings.put((n,), "y", 1000)
    assert drawings.size <= 10_000 and drawings.find((99,)) == "y" and drawings.find((1,)) is None


OPEN = ("/", "/explore", "/@ada", "/@ada/with_replies", "/@ada/media", "/@ada/archive", "/tags/fruit", "/about")


def kept_bytes(town: Town) -> bytes:
    """Everything that is kept at this moment for visitors."""

    async def look() -> bytes:
        return b"".join(one.body for one in shelf(town.store.reader()).kept.values())

    portal = town.client.portal
    assert portal is not None
    return portal.call(look)


def says_secrets(town: Town) -> tuple[Person, list[str]]:
    ada = somebody(town, "ada")
    somebody(town, "bea").follows(ada)
    ada.says("For everybody #fruit")
    hidden = [
        ada.says("clementine #fruit", visibility="private")["id"],
        ada.says("datterie #fruit", visibility="direct")["id"],
    ]
    town.run_jobs()
    return ada, hidden


def test_nothing_private_is_kept(town: Town) -> None:
    ada, hidden = says_secrets(town)
    inside, outside = at_browser(town, ada), at_browser(town)
    for path in (*OPEN, *(f"/@ada/{id_}" for id_ in hidden)):
        for browser in (inside, outside, inside, outside):
            answer = browser.get(path)
            if browser is inside:
                assert "etag" not in answer.headers and "public" not in answer.headers["cache-control"]
            else:
                assert b"clementine" not in answer.content and b"datterie" not in answer.content
                assert b"csrf" not in answer.content and "set-cookie" not in answer.headers, path
                assert answer.status_code == (404 if path.split("/")[-1] in hidden else 200)
    kept = kept_bytes(town)
    assert b"For everybody" in kept
    assert not any(word in kept for word in (b"clementine", b"datterie", b"csrf", b'action="/sign-out"'))


def test_what_is_taken_back_is_gone_at_once(town: Town) -> None:
    ada, _ = says_secrets(town)
    post = ada.says("A mistake")
    browser = at_browser(town)
    paths = ("/", "/explore", "/@ada", f"/@ada/{post['id']}")
    assert all("A mistake" in browser.get(path).text for path in paths)
    ada.put(f"/api/v1/statuses/{post['id']}", {"status": "A correction"})
    assert all("A correction" in browser.get(path).text for path in paths)
    ada.delete(f"/api/v1/statuses/{post['id']}")
    assert not any("A correction" in browser.get(path).text for path in paths)


def test_counts_and_names_on_a_page_are_those_of_now(town: Town) -> None:
    ada, _ = says_secrets(town)
    post = ada.says("Look")
    browser: Browser = at_browser(town)
    assert "1 favourite" not in browser.get("/@ada").text
    somebody(town, "carl").post(f"/api/v1/statuses/{post['id']}/favourite")
    assert "1 favourite" in browser.get("/@ada").text
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Ada Lovelace"})
    for path in ("/", "/@ada", f"/@ada/{post['id']}"):
        assert "Ada Lovelace" in browser.get(path).text


def test_the_frame_of_visitors_is_the_frame_of_the_shell(town: Town) -> None:
    """What is set together from kept pieces says what one template says. (Who changes the language gets a cookie, and
    so a page that is rendered whole.)"""
    ada, _ = says_secrets(town)
    talk = ada.says("@ada alone", language="fr")["id"]
    more = ("/@ada/followers", "/glossary", "/features", "/rules", "/privacy", f"/@ada/{talk}")
    for path in (*OPEN, *more):
        for lang in ("fr", "en"):
            quick = at_browser(town).get(path, headers={"accept-language": lang})
            whole = at_browser(town).get(path, params={"lang": lang})
            assert "etag" in quick.headers and "set-cookie" in whole.headers
            assert squeezed(quick.text) == squeezed(whole.text), path


def squeezed(html: str) -> str:
    return " ".join(html.split())
