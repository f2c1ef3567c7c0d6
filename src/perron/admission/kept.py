"""Answers that are the same for everybody, made once for all who ask within a second.

Nothing is kept of what is asked for now and then. What is asked for again and again, or while there is more to do than
time, is made by one of those who ask; the others are given the same, for a second, or for longer the less time there
is. What is shown may be that much older than what was just written, as it is behind any cache. Nodes that share a
server make it once for all of them.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from perron.kit.saturation import Saturation
from perron.shared.answers import Answer, Answers

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Inner = Callable[[Scope, Receive, Send], Awaitable[None]]
Key = tuple[str, bytes, bytes, bool]

HOT = 20
"""How often something is asked for within a second before it is made only once for all."""
WORTH_MAKING = 3
"""The same while there is more to do than time: what nobody else asks for may give way, what many do may not."""
FRESH = 1.0
"""Seconds for which what is hot is given again."""
STALE = 10.0
"""Seconds for which it is given again when there is no time at all, or while somebody makes it anew."""
MOST_BYTES = 32 * 2**20
MOST_KEYS = 5_000
LONGEST_QUERY = 200
LANGUAGE = b"perron_lang="
FOR_ALL = (
    *("/api/v1/timelines/public", "/api/v1/timelines/tag/", "/api/v1/timelines/link", "/api/v1/statuses/"),
    *("/api/v1/accounts/", "/api/v1/trends", "/api/v1/instance", "/api/v2/instance", "/api/v1/tags/"),
    *("/api/v1/custom_emojis", "/tags/", "/explore", "/@", "/about"),
)
OWN_TO_ONE = (b"x-ratelimit-", b"x-request-id", b"set-cookie", b"date")


@dataclass(slots=True)
class Page:
    """What is asked for under one key, how often, and what was answered last."""

    second: int = 0
    asked: int = 0
    at: float = -STALE
    head: Message = field(default_factory=dict)
    body: Message = field(default_factory=dict)
    size: int = 0
    making: "asyncio.Future[None] | None" = None

    def count(self, second: int) -> bool:
        """Count once more; whether it is asked for again and again."""
        if second != self.second:
            self.asked = self.asked // 2 if second == self.second + 1 else 0
            self.second = second
        self.asked += 1
        return self.asked > HOT


class Kept:
    """Answers for everybody. `open_to_all` says what is asked for, `serve` answers it; `others`: nodes that share."""

    def __init__(self, saturation: Saturation, others: Answers | None = None) -> None:
        self.saturation, self.others = saturation, others
        self._leaving: set[asyncio.Task[None]] = set()
        self.pages: dict[Key, Page] = {}
        self.size = 0

    def open_to_all(self, scope: Scope) -> Key | None:
        """By what an answer is told apart; None when it might differ for another reason, such as who asks."""
        path: str = scope["path"]
        if not path.startswith(FOR_ALL) and path != "/":
            return None
        query: bytes = scope["query_string"]
        if len(query) > LONGEST_QUERY or b"lang=" in query or b"token" in query or b"password" in query:
            return None
        languages, packed = b"", False
        for name, value in scope["headers"]:
            if name in (b"authorization", b"hx-request", b"range", b"content-length", b"transfer-encoding"):
                return None
            if name == b"cookie":
                if not value.startswith(LANGUAGE) or b";" in value:
                    return None
                languages += value
            elif name == b"accept-language":
                languages += value
            elif name == b"accept-encoding":
                packed = b"gzip" in value
        return path, query, languages[:200], packed

    def find(self, key: Key) -> Page | None:
        """What is kept under a key and may be given now; it counts who asks."""
        page = self.pages.get(key)
        if page is None:
            page = self.pages[key] = Page()
            if len(self.pages) > MOST_KEYS:
                self._drop(next(iter(self.pages)))
        at, pressure = monotonic(), self.saturation.pressure
        hot = page.count(int(at))
        if not page.size or not (hot or pressure):
            return None
        age = at - page.at
        if age < FRESH + pressure * (STALE - FRESH) or (page.making is not None and age < STALE):
            return page
        return None

    def many_wait(self, key: Key) -> bool:
        """Whether so many ask for it that making it once is less work than refusing them."""
        page = self.pages.get(key)
        return page is not None and page.asked > WORTH_MAKING

    async def serve(self, key: Key, scope: Scope, receive: Receive, send: Send, inner: Inner) -> None:
        """Answer by making it, for oneself or for all who ask meanwhile."""
        page = self.pages.get(key)
        if page is None or not (page.asked > HOT or self.saturation.pressure):
            await inner(scope, receive, send)
        elif page.making is None:
            await self._make(key, page, scope, receive, send, inner)
        else:
            await asyncio.shield(page.making)
            if page.size and monotonic() - page.at < STALE:
                await self.give(page, send)
            else:
                await inner(scope, receive, send)

    async def give(self, page: Page, send: Send) -> None:
        """Answer with what is kept."""
        self.saturation.kept += 1
        await send(page.head)
        await send(page.body)

    async def _make(self, key: Key, page: Page, scope: Scope, receive: Receive, send: Send, inner: Inner) -> None:
        page.making = asyncio.get_running_loop().create_future()
        try:
            if await self._take(key, page):
                await self.give(page, send)
            else:
                await self._make_here(key, page, scope, receive, send, inner)
        finally:
            page.making.set_result(None)
            page.making = None

    async def _take(self, key: Key, page: Page) -> bool:
        """Take what another node has made of it, where one has."""
        if self.others is None or not self.others.shared.there:
            return False
        one = await asyncio.to_thread(self.others.find, key, FRESH)
        if one is None:
            return False
        head = {"type": "http.response.start", "status": one.status, "headers": one.headers}
        return self._keep(key, page, head, {"type": "http.response.body", "body": one.body}, monotonic() - one.age)

    async def _make_here(self, key: Key, page: Page, scope: Scope, receive: Receive, send: Send, inner: Inner) -> None:
        began = monotonic()
        told: list[Message] = []

        async def noted(message: Message) -> None:
            told.append(message)
            await send(message)

        try:
            await inner(scope, receive, noted)
        finally:
            if may_be_kept(key, told):
                headers = [one for one in told[0]["headers"] if not one[0].startswith(OWN_TO_ONE)]
                if self._keep(key, page, {**told[0], "headers": headers}, told[1], began):
                    self._leave(key, page)

    def _leave(self, key: Key, page: Page) -> None:
        """Leave it for the other nodes; nobody waits for that."""
        if self.others is None or not self.others.shared.there:
            return
        one = Answer(page.head["status"], page.head["headers"], page.body["body"], monotonic() - page.at)
        task = asyncio.create_task(asyncio.to_thread(self.others.leave, key, one, FRESH))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _keep(self, key: Key, page: Page, head: Message, body: Message, at: float) -> bool:
        if self.pages.get(key) is not page:
            return False
        self.size -= page.size
        page.head, page.body, page.at = head, body, at
        page.size = len(body["body"]) + 2000
        self.size += page.size
        while self.size > MOST_BYTES:
            self._drop(next(iter(self.pages)))
        return True

    def _drop(self, key: Key) -> None:
        self.size -= self.pages.pop(key).size


def may_be_kept(key: Key, told: list[Message]) -> bool:
    """Whether an answer was whole and the same for everybody."""
    if len(told) != 2 or told[0].get("status") != 200 or told[1].get("more_body") or not told[1].get("body"):
        return False
    headers = dict(told[0]["headers"])
    if b"set-cookie" in headers:
        return False
    return key[0].startswith("/api/") or bool(headers.get(b"cache-control", b"").startswith(b"public"))
