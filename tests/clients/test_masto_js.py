"""masto.js, the library of web clients such as Elk: paging, streams, and what a client does first."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest

from tests.clients.listening import SOON
from tests.clients.server import Person, Served, clean_environ

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / ".venv/front/node_modules"


class Masto:
    """The library in somebody's hands."""

    def __init__(self, who: Person) -> None:
        self.who = who
        said = json.dumps({"origin": who.served.origin, "token": who.token, "modules": str(MODULES)})
        self.process = subprocess.Popen(
            ["node", str(Path(__file__).parent / "masto/person.mjs")],
            env=clean_environ(PERSON=said),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.answers: Queue[dict[str, Any]] = Queue()
        self.heard: Queue[dict[str, Any]] = Queue()
        self.told: list[dict[str, Any]] = []
        self.reader = Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            found = json.loads(line)
            (self.heard if "heard" in found else self.answers).put(found)

    def ask(self, **wish: Any) -> Any:
        """What the library answers to a wish."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(wish) + "\n")
        self.process.stdin.flush()
        answer = self.answers.get(timeout=20)
        assert "wrong" not in answer, answer
        return answer["is"]

    def does(self, method: str, *given: Any) -> Any:
        return self.ask(do=method, **{"with": given})

    def pages(self, method: str, *given: Any) -> list[list[str]]:
        """The ids of all pages, one after the other."""
        found: list[list[str]] = self.ask(pages=method, **{"with": given})
        return found

    def hears(self, stream: str, *given: Any) -> None:
        self.ask(hear=stream, **{"with": given})

    def hears_of(self, stream: str, event: str, wanted: Callable[[Any], bool]) -> Any:
        """The thing of this kind that a stream tells sooner or later; all else is kept for later."""
        until = time.monotonic() + 2 * SOON
        while time.monotonic() < until:
            for number, one in enumerate(self.told):
                if (one["heard"], one["event"]) == (stream, event) and wanted(one["payload"]):
                    return self.told.pop(number)["payload"]
            with contextlib.suppress(Empty):
                self.told.append(self.heard.get(timeout=0.1))
        raise AssertionError(f"no {event} on {stream}: {[(one['heard'], one['event']) for one in self.told]}")

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.reader.join(timeout=10)
        if self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def masto(served: Served) -> Iterator[Callable[[Person], Masto]]:
    """A way to give somebody the library."""
    opened: list[Masto] = []

    def give(who: Person) -> Masto:
        opened.append(Masto(who))
        return opened[-1]

    yield give
    for one in opened:
        one.close()


def test_pages_lead_to_the_end_and_no_post_twice(masto: Callable[[Person], Masto], ada: Person, bea: Person) -> None:
    ids = [ada.says(f"Numéro {number}")["id"] for number in range(12)]
    theirs = masto(bea)
    pages = theirs.pages("v1.timelines.home.list", {"limit": 5})
    assert [len(page) for page in pages if page] == [5, 5, 2]
    assert [one for page in pages for one in page] == ids[::-1]
    for id_ in ids[:7]:
        theirs.does(f"v1.statuses.$select({id_}).favourite")
    kept = theirs.pages("v1.favourites.list", {"limit": 3})
    assert [one for page in kept for one in page] == ids[:7][::-1]


def test_notices_are_paged_and_grouped(masto: Callable[[Person], Masto], served: Served, ada: Person) -> None:
    post = ada.says("Qui aime les mirabelles ?")
    fans = [served.person("fan") for _ in range(4)]
    for fan in fans:
        fan.post(f"/api/v1/statuses/{post['id']}/favourite")
    hers = masto(ada)
    single = [one for page in hers.pages("v1.notifications.list", {"limit": 2, "types": ["favourite"]}) for one in page]
    assert len(single) == len(set(single)) == 4
    grouped = hers.does("v2.notifications.list", {"types": ["favourite"]})
    assert [one["notificationsCount"] for one in grouped["notificationGroups"]] == [4]
    assert {one["id"] for one in grouped["accounts"]} >= {fan.id for fan in fans}


def test_several_streams_on_one_socket_each_hear_their_own(
    masto: Callable[[Person], Masto], ada: Person, bea: Person
) -> None:
    theirs = masto(bea)
    before = ada.served.figure("perron_streams_open")
    theirs.hears("user")
    theirs.hears("public.local")
    theirs.hears("hashtag", {"tag": "mirabelle"})
    theirs.hears("direct")
    listening(theirs, ada)
    post = ada.says("Une #mirabelle")
    for stream in ("user", "public.local", "hashtag"):
        theirs.hears_of(stream, "update", lambda found: found["id"] == post["id"])
    assert ada.served.figure("perron_streams_open") == before + 1
    ada.edits(post, "Deux #mirabelle")
    theirs.hears_of("user", "status.update", lambda found: "Deux" in found["content"])
    ada.says(f"@{bea.name} bonjour", visibility="direct")
    theirs.hears_of("user", "notification", lambda found: found["type"] == "mention")
    theirs.hears_of("direct", "conversation", lambda found: found["lastStatus"]["visibility"] == "direct")
    ada.deletes(post)
    theirs.hears_of("user", "delete", lambda found: found == post["id"])
    theirs.does("v2.filters.create", {"title": "Fruits", "context": ["home"], "filterAction": "hide"})
    theirs.hears_of("user", "filters_changed", lambda _: True)


def listening(one: Masto, by: Person) -> None:
    """Wait until the last stream that was asked for is open, which answers nothing by itself."""
    for number in range(50):
        by.says(f"@{one.who.name} allô {number} ?", visibility="direct")
        with contextlib.suppress(AssertionError):
            one.hears_of("direct", "conversation", lambda _: True)
            return
    raise AssertionError("nothing was heard")


def test_a_client_finds_what_it_asks_for_first(masto: Callable[[Person], Masto], ada: Person) -> None:
    hers = masto(ada)
    assert hers.does("v1.accounts.verifyCredentials")["id"] == ada.id
    assert hers.does("v1.preferences.fetch")["posting:default:visibility"] == "public"
    assert hers.does("v1.lists.list") == []
    assert hers.does("v1.announcements.list") == []
    assert hers.does("v1.customEmojis.list") == []
    assert hers.does("v2.notifications.policy.fetch")["summary"]["pendingRequestsCount"] == 0
    made = hers.does("v1.statuses.create", {"status": "Par masto.js", "visibility": "unlisted", "language": "fr"})
    assert hers.does(f"v1.statuses.$select({made['id']}).fetch")["content"] == "<p>Par masto.js</p>"
    poll = {"options": ["pommes", "poires"], "expiresIn": 3600, "multiple": True}
    asked = hers.does("v1.statuses.create", {"status": "Lesquelles ?", "poll": poll})
    assert asked["poll"]["multiple"] is True and [one["title"] for one in asked["poll"]["options"]] == poll["options"]
    hers.does(f"v1.statuses.$select({made['id']}).remove")
