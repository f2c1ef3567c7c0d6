"""Streams of every kind, each over WebSocket and over server-sent events: announcements, filters, pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from perron.kit.time import now
from perron.moderation.announcements import Wish, announce, change_announcement, remove_announcement
from tests.api.pictures import png
from tests.clients.listening import Heard, events, socket
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

Way = Callable[..., AbstractContextManager[Heard]]


@contextmanager
def over_websocket(served: Served, who: Person, stream: str, **query: str) -> Iterator[Heard]:
    with socket(served, who, stream, **query) as heard:
        yield heard


@contextmanager
def over_events(served: Served, who: Person, stream: str, **query: str) -> Iterator[Heard]:
    if stream.endswith(":media"):
        stream, query = stream.removesuffix(":media"), {**query, "only_media": "true"}
    with events(served, who, stream.replace(":", "/"), **query) as heard:
        yield heard


@pytest.fixture(params=[over_websocket, over_events], ids=["websocket", "sse"])
def listening(request: pytest.FixtureRequest) -> Way:
    """One of the two ways to listen."""
    way: Way = request.param
    return way


def test_an_announcement_is_heard_by_everybody_who_listens_to_their_own_stream(
    served: Served, ada: Person, dirk: Person, listening: Way
) -> None:
    write = served.beside.store.write
    with listening(served, ada, "user") as hers, listening(served, dirk, "user") as his:
        made = write(lambda tx: announce(tx, None, Wish("La fête commence à #midi")))
        (fetched,) = [one for one in ada.get("/api/v1/announcements") if one["id"] == str(made.id)]
        told = hers.next("announcement")
        assert told == his.next("announcement")
        assert told == {name: value for name, value in fetched.items() if name != "read"}

        dirk.call("PUT", f"/api/v1/announcements/{made.id}/reactions/🎉")
        for heard in (hers, his):
            counted = {"name": "🎉", "count": 1, "announcement_id": str(made.id)}
            assert heard.next("announcement.reaction") == counted
        dirk.call("DELETE", f"/api/v1/announcements/{made.id}/reactions/🎉")
        assert hers.next("announcement.reaction")["count"] == 0

        write(lambda tx: change_announcement(tx, None, made.id, Wish("À une heure")))
        assert hers.next("announcement")["content"] == "<p>À une heure</p>"
        write(lambda tx: change_announcement(tx, None, made.id, Wish("À une heure", published=False)))
        assert his.next("announcement.delete") == str(made.id)
        write(lambda tx: change_announcement(tx, None, made.id, Wish("À deux heures")))
        assert his.next("announcement")["content"] == "<p>À deux heures</p>"
        write(lambda tx: remove_announcement(tx, None, made.id))
        assert his.next("announcement.delete") == hers.next("announcement.delete")


def test_an_announcement_is_heard_when_it_starts_and_when_it_is_over(
    served: Served, ada: Person, listening: Way
) -> None:
    with listening(served, ada, "user") as heard:
        wish = Wish("Un instant", starts_at=now() + 600, ends_at=now() + 1500)
        began = time.monotonic()
        made = served.beside.store.write(lambda tx: announce(tx, None, wish))
        assert heard.next("announcement", within=15)["id"] == str(made.id)
        assert time.monotonic() - began > 0.5
        assert heard.next("announcement.delete", within=15) == str(made.id)


def test_an_announcement_stays_off_other_streams(served: Served, ada: Person, listening: Way) -> None:
    with listening(served, ada, "public") as public, listening(served, ada, "user:notification") as notices:
        served.beside.store.write(lambda tx: announce(tx, None, Wish("Rien pour vous")))
        said = ada.says("Fin")
        assert public.next()["id"] == said["id"]
        assert notices.rest() == []


@pytest.mark.parametrize("stream", ["user", "public", "public:local", "hashtag", "list"])
def test_filters_hold_on_every_stream(
    served: Served, ada: Person, bea: Person, dirk: Person, listening: Way, stream: str
) -> None:
    for action in ("hide", "warn", "blur"):
        words = [{"keyword": f"mot{action}", "whole_word": True}]
        wanted = {"title": action, "context": ["home", "public"], "filter_action": action}
        bea.post("/api/v2/filters", {**wanted, "keywords_attributes": words})
    made = bea.post("/api/v1/lists", {"title": "Amies"})["id"]
    bea.post(f"/api/v1/lists/{made}/accounts", {"account_ids": [ada.id]})
    query = {"hashtag": {"tag": "pain"}, "list": {"list": made}}.get(stream, {})
    other = "public" if stream in ("user", "list") else stream
    with listening(served, bea, stream, **query) as hers, listening(served, dirk, other, **query) as his:
        hidden, warned, blurred, plain = (
            ada.says(f"Du #pain avec {word}") for word in ("mothide", "motwarn", "motblur", "du sel")
        )
        ids = [one["id"] for one in (warned, blurred, plain)]
        heard = [hers.next("update") for _ in ids]
        assert [one["id"] for one in heard] == ids
        actions = [[match["filter"]["filter_action"] for match in one["filtered"]] for one in heard]
        assert actions == [["warn"], ["blur"], []]
        assert heard[0]["filtered"][0]["keyword_matches"] == ["motwarn"]
        assert [his.next("update")["id"] for _ in range(4)] == [hidden["id"], *ids]

        ada.edits(plain, "Du #pain avec mothide")
        ada.edits(warned, "Du #pain avec motwarn et motblur")
        changed = hers.next("status.update")
        assert changed["id"] == warned["id"] and len(changed["filtered"]) == 2


@pytest.mark.parametrize("stream", ["public:media", "public:local:media"])
def test_streams_of_pictures_carry_only_those(served: Served, ada: Person, listening: Way, stream: str) -> None:
    with listening(served, ada, stream) as heard, listening(served, ada, "public:remote:media") as elsewhere:
        ada.says("Sans image")
        file = {"file": ("a.png", png(), "image/png")}
        picture = ada.call("POST", "/api/v1/media", files=file)
        said = ada.says("Avec image", media_ids=[picture["id"]])
        assert heard.next()["id"] == said["id"]
        assert elsewhere.rest() == []
