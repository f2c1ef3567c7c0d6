"""What a page hears when its stream opens later than it was written, or again after a cut."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from perron.kit.json import decode
from perron.people.sessions import start_session
from perron.store.changes import trim
from perron.streaming import catch_up, door
from tests.rig import Person, Site


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence does not last."""
    monkeypatch.setattr(door, "BEAT", 0.01)


@pytest.fixture
def cookie(site: Site, bea: Person) -> Iterator[str]:
    """Of the browser in which bea is signed in."""
    value = site.store.write(lambda tx: start_session(tx, bea.user_id, bea.account.id))
    yield f"{site.settings.session_cookie}={value}"


def position(site: Site, cookie: str) -> int:
    """Up to where a page of hers that is written now knows everything."""
    page = site.client.get("/home", headers={"cookie": cookie}).text
    found = re.search(r'data-heard="(\d+)"', page)
    assert found
    return int(found[1])


def opened(site: Site, cookie: str, since: int = 0, last: int | None = None) -> tuple[list[tuple[str, Any]], int]:
    """What the first breath of a stream says, and the position it gives."""
    said: list[str] = []

    async def visit() -> None:
        enough = asyncio.Event()
        asked = iter([{"type": "http.request"}])

        async def receive() -> Any:
            for one in asked:
                return one
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                said.append(message["body"].decode())
                if len(said) == 2:
                    enough.set()

        headers = [(b"cookie", cookie.encode()), (b"sec-fetch-site", b"same-origin")]
        headers += [(b"last-event-id", str(last).encode())] if last is not None else []
        query = f"since={since}".encode()
        scope = {"type": "http", "method": "GET", "path": "/live", "query_string": query, "headers": headers}
        await asyncio.wait_for(site.app.streaming(scope, receive, send), 5)

    asyncio.run(visit())
    text = "".join(said)
    events = re.findall(r"event: (\S+)\ndata: (.*)\n\n", text)
    found = re.findall(r"^id: (\d+)$", text, re.MULTILINE)
    return [(event, decode(data)) for event, data in events], int(found[-1])


def test_what_happened_between_a_page_and_its_stream_is_told(
    site: Site, ada: Person, bea: Person, dirk: Person, cookie: str
) -> None:
    old = ada.says("Il fait beua")
    gone = ada.says("Un mot de trop")
    bea.home()
    since = position(site, cookie)
    ada.put(f"/api/v1/statuses/{old['id']}", {"status": "Il fait beau"})
    ada.delete(f"/api/v1/statuses/{gone['id']}")
    new = ada.says("Bonjour @bea")
    dirk.says("Qui ne la regarde pas")
    site.run_jobs()
    events, _ = opened(site, cookie, since)
    told = [(event, data if isinstance(data, int) else data["id"]) for event, data in events if event != "notification"]
    assert told == [("status.update", old["id"]), ("delete", int(gone["id"])), ("update", new["id"])]
    assert [data["type"] for event, data in events if event == "notification"] == ["mention"]


def test_a_browser_that_was_cut_off_hears_on_from_where_it_was(
    site: Site, ada: Person, bea: Person, cookie: str
) -> None:
    written = position(site, cookie)
    first = ada.says("un")
    events, heard = opened(site, cookie, written)
    assert [data["id"] for _, data in events] == [first["id"]]
    assert opened(site, cookie, written, last=heard)[0] == []
    second = ada.says("deux")
    assert [data["id"] for _, data in opened(site, cookie, written, last=heard)[0]] == [second["id"]]


def test_a_private_post_that_goes_is_not_told_to_strangers(
    site: Site, ada: Person, bea: Person, dirk: Person, cookie: str
) -> None:
    secret = dirk.says("entre nous", visibility="private")
    since = position(site, cookie)
    dirk.delete(f"/api/v1/statuses/{secret['id']}")
    assert opened(site, cookie, since)[0] == []


def test_who_missed_more_than_is_known_is_told_to_look(
    site: Site, ada: Person, bea: Person, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = position(site, cookie)
    for number in range(3):
        ada.says(f"mot {number}")
    monkeypatch.setattr(catch_up, "MOST", 2)
    assert [event for event, _ in opened(site, cookie, since)[0]] == ["missed"]
    monkeypatch.setattr(catch_up, "MOST", 1000)
    monkeypatch.setattr("perron.store.changes.MINUTE", -1_000_000)
    site.store.write(trim)
    assert [event for event, _ in opened(site, cookie, since)[0]] == ["missed"]
