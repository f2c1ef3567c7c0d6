"""Clients that never stop writing, and books of what they were told, kept outside of what they write to.

What was answered (ok) must be there exactly once; what was refused (fail) must not be there at all; of what was asked
and never answered (unknown) nobody knows, until the client asks again with the same key. `verify.py` compares.
"""

import asyncio
import io
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from trials.line import Answer, Line, NotSent, Unanswered
from trials.rig import Name, Town

CLIENTS, TARGETS, READERS = 20, 60, 3
MIX = {"post": 60, "favourite": 10, "boost": 10, "follow": 10, "picture": 10}
"""Of a hundred deeds; `picture` is an upload and a post that bears it."""
RECENT = 200
AGAIN = 0.02


@dataclass
class Deed:
    """One write that somebody asked for. `name` is unique in a run; a post has it in its words and as its key."""

    name: str
    kind: str
    who: Name
    path: str
    body: dict[str, Any]
    about: int = 0
    outcome: str = ""
    """ok, fail or unknown."""
    id: int = 0
    picture: int = 0
    status: int = 0


@dataclass
class Books:
    """What the clients know, also as lines of a file."""

    path: Path
    deeds: dict[str, Deed] = field(default_factory=dict)
    order: dict[str, list[int]] = field(default_factory=dict)
    """Ids of each client's posts, as the answers came."""
    posts: list[int] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    """Seconds until each answer that was ok."""
    acknowledged: int = 0

    def __post_init__(self) -> None:
        self._log = self.path.open("a", buffering=1)

    def note(self, deed: Deed, outcome: str, status: int = 0, id_: int = 0) -> None:
        """Write down how a deed ended."""
        self.acknowledged += (outcome == "ok") - (deed.outcome == "ok")
        deed.outcome, deed.status, deed.id = outcome, status, id_ or deed.id
        self.deeds[deed.name] = deed
        line = (time.time(), deed.who.handle, deed.kind, deed.name, deed.about, outcome, status, deed.id)
        self._log.write(json.dumps(line) + "\n")

    def which(self, outcome: str, *kinds: str) -> Iterator[Deed]:
        """Deeds that ended so."""
        return (one for one in self.deeds.values() if one.outcome == outcome and (not kinds or one.kind in kinds))


def picture(seed: str) -> bytes:
    """A picture that is like no other."""
    out, color = io.BytesIO(), random.Random(seed).randbytes(3)
    Image.new("RGB", (40, 30), (color[0], color[1], color[2])).save(out, "PNG")
    return out.getvalue()


class Client:
    """One person's app: one deed after another, over kept connections, to any of the nodes."""

    def __init__(self, number: int, crowd: "Crowd") -> None:
        self.number, self.crowd, self.me = number, crowd, crowd.names[number]
        self.random = random.Random(f"{crowd.seed}-{number}")
        self.count = 0
        self.lines: dict[str, Line] = {}
        crowd.books.order[self.me.handle] = []

    async def run(self) -> None:
        """Until the crowd is asked to stop."""
        while not self.crowd.stopping.is_set():
            if (deed := self.choose()) is not None:
                await self.do(deed)
            if self.crowd.pause:
                await asyncio.sleep(self.crowd.pause * self.random.uniform(0.5, 1.5))
        for line in self.lines.values():
            line.close()

    def line(self) -> Line:
        """A connection to any of the nodes."""
        url = self.random.choice(self.crowd.urls)
        return self.lines.setdefault(url, Line(url, self.me.token, patience=self.crowd.patience))

    async def do(self, deed: Deed) -> None:
        """Ask once it can be asked, and note what came of it."""
        while not self.crowd.stopping.is_set():
            begun = time.monotonic()
            try:
                if deed.kind == "picture" and not deed.picture and not await self.upload(deed):
                    break
                answer = await self.line().ask("POST", deed.path, deed.body, key=key_of(deed))
            except NotSent:  # tried again: at another node, or when this one is back
                await asyncio.sleep(AGAIN)
            except Unanswered:
                self.crowd.books.note(deed, "unknown")
                break
            else:
                self.crowd.heard(deed, answer, time.monotonic() - begun)
                break

    async def upload(self, deed: Deed) -> bool:
        """Upload what a post will show; False: nobody knows what came of it, so there will be no such post."""
        try:
            answer = await self.line().ask("POST", "/api/v2/media", picture(deed.name))
        except Unanswered:
            return False
        if answer.status == 200:
            deed.picture = int(answer.json()["id"])
            deed.body["media_ids"] = [str(deed.picture)]
        return answer.status == 200

    def choose(self) -> Deed | None:
        """What to do next; None when this would be something that was done before."""
        books, mix = self.crowd.books, self.crowd.mix
        kind = self.random.choices([*mix], [*mix.values()])[0]
        if kind in ("favourite", "boost") and books.posts:
            about = self.random.choice(books.posts[-RECENT:])
            verb = "favourite" if kind == "favourite" else "reblog"
            return self.unique(
                Deed(f"{kind}-{self.me.handle}-{about}", kind, self.me, f"/api/v1/statuses/{about}/{verb}", {}, about)
            )
        if kind == "follow":
            whom = self.random.choice(self.crowd.names)
            if whom is not self.me:
                return self.unique(follow(self.me, whom))
        self.count += 1
        return self.post("picture" if kind == "picture" else "post")

    def unique(self, deed: Deed) -> Deed | None:
        return None if deed.name in self.crowd.books.deeds else deed

    def post(self, kind: str) -> Deed:
        """Words: some name somebody, bear a tag, answer another post, or are for few."""
        name = f"{self.crowd.seed}{self.number}x{self.count}"
        words, books = [name], self.crowd.books
        if self.random.random() < 0.5:
            words.append(f"@{self.random.choice(self.crowd.names).handle}")
        if self.random.random() < 0.3:
            words.append("#trial")
        body: dict[str, Any] = {"status": " ".join(words), "visibility": "public"}
        if self.random.random() < 0.2:
            body["visibility"] = self.random.choice(("unlisted", "private", "direct"))
        if self.random.random() < 0.2 and books.posts:
            body["in_reply_to_id"] = str(self.random.choice(books.posts[-50:]))
        return Deed(name, kind, self.me, "/api/v1/statuses", body)


def follow(who: Name, whom: Name) -> Deed:
    """Following somebody."""
    return Deed(f"follow-{who.handle}-{whom.handle}", "follow", who, f"/api/v1/accounts/{whom.id}/follow", {}, whom.id)


def key_of(deed: Deed) -> str:
    """Posts are asked for with a key; the other deeds are the same when they are done twice."""
    return deed.name if deed.kind in ("post", "picture") else ""


class Crowd:
    """The clients of a run, those whom they follow and name, and a few readers who follow them all.

    `urls` may be changed while they write. Use: `async with crowd: …faults…`, then `await settle(crowd, …)`.
    """

    def __init__(
        self,
        town: Town,
        urls: Sequence[str],
        *,
        clients: int = CLIENTS,
        mix: Mapping[str, int] = MIX,
        seed: str = "t",
        pause: float = 0.0,
        patience: float = 30.0,
    ) -> None:
        self.town, self.urls, self.mix, self.seed = town, list(urls), mix, seed
        self.pause, self.patience = pause, patience
        people = town.people(clients + TARGETS + READERS, seed)
        self.names, self.readers = people[: clients + TARGETS], people[clients + TARGETS :]
        self.books = Books(town.folder / f"acks-{seed}.log")
        self.stopping = asyncio.Event()
        self.clients = [Client(number, self) for number in range(clients)]
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def writers(self) -> list[Name]:
        return [one.me for one in self.clients]

    async def __aenter__(self) -> "Crowd":
        """The readers follow the clients, then the clients begin."""
        for reader in self.readers:
            line = Line(self.urls[0], reader.token)
            for name in self.writers:
                deed = follow(reader, name)
                self.heard(deed, await line.ask("POST", deed.path, deed.body))
            line.close()
        self._tasks = [asyncio.create_task(client.run()) for client in self.clients]
        return self

    async def __aexit__(self, kind: object, wrong: object, at: object) -> None:
        """They finish what they have begun."""
        self.stopping.set()
        if wrong is not None:
            for task in self._tasks:
                task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        if wrong is None:
            for one in ended:
                if isinstance(one, BaseException):
                    raise one

    def check(self) -> None:
        """Raise what a client stumbled over."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (wrong := task.exception()):
                raise wrong

    async def until(self, acknowledged: int, seconds: float = 600.0) -> None:
        """Let them write until so much has been acknowledged."""
        end = time.monotonic() + seconds
        while self.books.acknowledged < acknowledged and time.monotonic() < end:
            self.check()
            await asyncio.sleep(0.1)

    def heard(self, deed: Deed, answer: Answer, took: float = 0.0) -> None:
        """Note an answer. What the server could not store for the moment (5xx) counts as unknown: it is asked again."""
        books = self.books
        books.statuses[answer.status] = books.statuses.get(answer.status, 0) + 1
        if answer.status == 200:
            books.note(deed, "ok", answer.status, int(answer.json()["id"]))
            books.took.append(took)
            if key_of(deed):
                books.order[deed.who.handle].append(deed.id)
                books.posts.append(deed.id)
        else:
            books.note(deed, "unknown" if answer.status >= 500 else "fail", answer.status)
