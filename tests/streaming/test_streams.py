"""Streams in this process, on each database: what needs no real network to be tried."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse

from perron.kit.time import now
from perron.moderation.announcements import Wish, announce, remove_announcement
from perron.people.relations import add_mute, end_mutes
from perron.people.tokens import revoke_tokens_of_user
from perron.streaming import door, hub
from perron.streaming.hub import MOST_WAITING, Stream
from perron.timelines import rings
from tests.rig import Person, Site


def listen(site: Site, who: Person, stream: str = "user") -> Any:
    return site.client.websocket_connect(f"/api/v1/streaming?stream={stream}&access_token={who.token}")


def heard(socket: Any) -> tuple[str, Any]:
    """The next event: its name and its payload."""
    message = json.loads(socket.receive_text())
    payload = message.get("payload")
    return message["event"], json.loads(payload) if payload is not None else None


def test_posts_and_notices_are_heard(site: Site, ada: Person, bea: Person) -> None:
    with listen(site, bea) as home, listen(site, ada, "user:notification") as notices:
        posted = ada.says("Bonjour")
        event, status = heard(home)
        assert event == "update" and status == bea.get(f"/api/v1/statuses/{posted['id']}")
        bea.post(f"/api/v1/statuses/{posted['id']}/favourite")
        site.run_jobs()
        event, notice = heard(notices)
        while notice["type"] == "follow":
            event, notice = heard(notices)
        assert (event, notice["type"]) == ("notification", "favourite")


def test_announcements_and_reactions_are_heard_by_all(site: Site, ada: Person, dirk: Person) -> None:
    with listen(site, ada) as hers, listen(site, dirk) as his:
        made = site.store.write(lambda tx: announce(tx, None, Wish("Bonjour")))
        event, told = heard(hers)
        assert (event, told["id"]) == ("announcement", str(made.id)) and heard(his) == (event, told)
        ada.put(f"/api/v1/announcements/{made.id}/reactions/👍")
        event, told = heard(his)
        assert (event, told["count"]) == ("announcement.reaction", 1)
        site.store.write(lambda tx: remove_announcement(tx, None, made.id))
        assert heard(his) == ("announcement.delete", made.id)


def test_a_stream_is_shut_when_its_token_is_revoked(site: Site, bea: Person) -> None:
    with listen(site, bea) as home:
        site.store.write(lambda tx: revoke_tokens_of_user(tx, bea.user_id))
        assert home.receive() == {"type": "websocket.close", "code": 1008, "reason": ""}
    with pytest.raises(WebSocketDenialResponse) as refusal, listen(site, bea):
        pass
    assert refusal.value.status_code == 401


def test_a_mute_that_is_over_no_longer_holds_in_open_streams(site: Site, ada: Person, bea: Person) -> None:
    me, her = bea.account.id, ada.account.id
    site.store.write(lambda tx: add_mute(tx, me, her, 1, notices=False, expires_at=now() - 1))
    with listen(site, bea) as home:
        ada.says("Pas entendu")
        site.store.write(end_mutes)
        said = ada.says("Entendu")
        assert heard(home)[1]["id"] == said["id"]


def test_homes_that_nobody_reads_are_let_go_but_those_of_open_streams_stay(
    site: Site, ada: Person, bea: Person, dirk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = site.site.rings.by_owner
    ada.home()
    dirk.home()
    with listen(site, bea) as home:
        monkeypatch.setattr(rings, "IDLE", -1.0)
        for ring in held.values():
            ring.used -= 10
        monkeypatch.setattr(rings, "IDLE", 5.0)
        site.app.ear.tidy()
        assert list(held) == [bea.account.id]
        said = ada.says("Toujours là ?")
        assert heard(home)[1]["id"] == said["id"]


def test_silence_is_broken_by_a_heartbeat(site: Site, bea: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BEAT", 0.01)
    sent: list[bytes] = []

    async def visit() -> None:
        enough, asked = asyncio.Event(), asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not asked.is_set():
                asked.set()
                return {"type": "http.request"}
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                sent.append(message["body"])
                if len(sent) > 3:
                    enough.set()

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/streaming/user",
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {bea.token}".encode())],
        }
        await asyncio.wait_for(site.app.streaming(scope, receive, send), 5)

    asyncio.run(visit())
    assert sent[0].startswith(b":")
    assert sent[1:3] == [b":thump\n", b":thump\n"]
    assert not site.app.hub.streams


@pytest.fixture
def stream(site: Site, bea: Person) -> Stream:
    with site.store.read() as db:
        viewer = site.site.viewers.find(db, bea.token)
    assert viewer is not None
    return Stream(viewer, bea.token)


def filled(stream: Stream, until: Callable[[], bool]) -> int:
    """How many thousands of characters a stream takes before this is so."""
    for number in range(10_000):
        if until():
            return number
        stream.push("x" * 1000)
    raise AssertionError("there is no end to it")


def test_a_reader_who_takes_nothing_is_shut_after_a_mebibyte(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PATIENCE", -1.0)
    assert filled(stream, lambda: stream.closed) == MOST_WAITING // 1000 + 1
    assert not stream.waiting
    stream.push("too late")
    assert not stream.waiting


def test_a_burst_is_allowed_to_a_reader_who_reads(stream: Stream) -> None:
    assert 1024 < filled(stream, lambda: stream.closed) <= hub.FAR_TOO_MUCH // 1000 + 1
