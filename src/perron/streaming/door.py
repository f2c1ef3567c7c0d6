"""Connections that stay open: WebSocket with several subscriptions, and server-sent events with one."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs

from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NotSignedIn, Refused, TooMany, Unavailable
from perron.kit.later import later
from perron.store import Db
from perron.streaming.hub import Hub, Stream
from perron.streaming.subscribe import MOST, Wish, channel_for, may_listen, warm
from perron.streaming.who import BROWSER, find_listener, session_in

with later(__name__):
    from perron.streaming.catch_up import catch_up

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

PREFIX = "/api/v1/streaming"
PAGES = "/live"
"""Where our own pages listen, with the cookie of their browser: to `OWN`, what concerns its account, by server-sent
events; by WebSocket to whatever they subscribe to."""
OWN = ("user", "direct", "bank")
BEAT = 15.0
"""Seconds of silence after which an SSE stream says `:thump`."""
FAREWELL = 1.0
"""Seconds in which a reader can take the last word before the connection is cut."""
LONGEST_MESSAGE = 4096
MOST_STREAMS = 100
"""Streams that one account holds open at once."""
CORS = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"Link, Retry-After"))
PREFLIGHT = (
    *CORS,
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)
BY_PATH = {
    "/user": "user",
    "/user/notification": "user:notification",
    "/public": "public",
    "/public/local": "public:local",
    "/public/remote": "public:remote",
    "/hashtag": "hashtag",
    "/hashtag/local": "hashtag:local",
    "/list": "list",
    "/direct": "direct",
}


class StreamingDoor:
    """Streams as an ASGI application."""

    def __init__(self, site: Site, hub: Hub) -> None:
        self.site, self.hub = site, hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _open(self, asked: "Asked", names: tuple[str, ...], *, plain: bool) -> Stream:
        """A stream for the bearer of a token, subscribed to what the address names. On the loop, as all that touches
        the hub, and in turn with the ear: nothing can be revoked in between, and nothing is told twice."""
        try:
            return await self._in_turn(lambda db: self._opened(db, asked, names, plain=plain))
        except Refused:
            raise
        except Exception:
            log.exception("A stream could not be opened")
            raise Unavailable("The server cannot open a stream at the moment; please try again.") from None

    async def _in_turn(self, work: Callable[[Db], T]) -> T:
        store = self.site.store
        if store.sqlite:
            return work(store.reader())
        async with self.hub.turn:
            return await store.lines().read(work, first=True)

    def _opened(self, db: Db, asked: "Asked", names: tuple[str, ...], *, plain: bool) -> Stream:
        if self.hub.closing:
            raise Unavailable("The server is stopping. Please come back in a moment.")
        if not asked.token:
            raise NotSignedIn("Missing access token")
        viewer = find_listener(self.site, db, asked.token)
        if viewer is None or viewer.account is None or viewer.waits:
            raise NotSignedIn
        may_listen(viewer)
        stream = Stream(viewer, asked.token, plain)
        if self.hub.per_account[stream.account_id] >= MOST_STREAMS:
            raise TooMany(f"At most {MOST_STREAMS} streams can be open at once.", retry_after=30)
        self.hub.join(stream)
        try:
            for name in names:
                self._subscribe(db, stream, Wish.read({**asked.query, "stream": name}))
            if asked.since is not None:
                catch_up(self.site, db, self.hub, stream, asked.since)
        except BaseException:
            self.hub.leave(stream)
            raise
        return stream

    def _subscribe(self, db: Db, stream: Stream, wish: Wish) -> None:
        channel = channel_for(db, stream, wish)
        if len(stream.channels) >= MOST and channel.key not in stream.channels:
            raise Refused(f"A connection carries at most {MOST} streams.")
        self.hub.subscribe(stream, channel)
        warm(self.site, db, stream)

    # -- WebSocket -----------------------------------------------------------------------------------------------------

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        path = scope["path"].rstrip("/")
        if path not in (PREFIX, PAGES):
            await send({"type": "websocket.close", "code": 1008, "reason": "Not found"})
            return
        ours = path == PAGES  # a deck of ours: it says itself what its columns listen to
        asked = Asked.by_page(scope, self.site.settings.session_cookie) if ours else Asked.read(scope)
        name = asked.query.get("stream", "")
        try:
            stream = await self._open(asked, (name,) if name else (), plain=False)
        except Refused as refusal:
            await _refuse(scope, send, refusal)
            return
        accept: dict[str, Any] = {"type": "websocket.accept"}
        if asked.protocol:
            accept["subprotocol"] = asked.protocol
        try:
            await send(accept)
            await self._hold(stream, self._talk(stream, send), self._listen(stream, receive))
            if stream.closed:
                async with asyncio.timeout(FAREWELL):
                    await send({"type": "websocket.close", "code": stream.code, "reason": ""})
        except (OSError, RuntimeError):  # the reader is gone
            log.debug("A stream ended early", exc_info=True)
        finally:
            self.hub.leave(stream)

    async def _hold(self, stream: Stream, talk: Coroutine[Any, Any, None], listen: Coroutine[Any, Any, None]) -> None:
        """A connection as long as both sides want it: until the reader leaves or the stream is closed."""
        tasks = [asyncio.ensure_future(one) for one in (talk, listen, stream.ended.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if stream.closed:  # a sentence that is cut leaves nothing to say goodbye with
                await asyncio.wait(tasks[:1], timeout=FAREWELL)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for task in tasks:
                if not task.cancelled() and (wrong := task.exception()) is not None:
                    log.debug("A stream broke off: %r", wrong)

    async def _listen(self, stream: Stream, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            if text is None:
                stream.close(1003)
            elif len(text) > LONGEST_MESSAGE:
                stream.close(1009)
            else:
                await self._obey(stream, text)
            if stream.closed:
                return

    async def _obey(self, stream: Stream, text: str) -> None:
        """`{"type": "subscribe", "stream": "list", "list": "1"}`"""
        try:
            said = json.decode(text)
            if not isinstance(said, dict):
                raise ValueError
        except ValueError:
            _answer_wrong(stream, Refused("The message is not a JSON object"))
            return
        wish = Wish.read(said)
        try:
            await self._in_turn(lambda db: self._changed(db, stream, str(said.get("type")), wish))
        except Refused as refusal:
            _answer_wrong(stream, refusal)
        except Exception:
            log.exception("A message to a stream was not understood")
            stream.close(1011)

    def _changed(self, db: Db, stream: Stream, what: str, wish: Wish) -> None:
        if what == "subscribe":
            self._subscribe(db, stream, wish)
        elif what == "unsubscribe":
            self.hub.unsubscribe(stream, channel_for(db, stream, wish).key)
        else:
            raise Refused("The type of the message is neither subscribe nor unsubscribe")

    async def _talk(self, stream: Stream, send: Send) -> None:
        while not stream.closed:
            await stream.awake.wait()
            stream.awake.clear()
            while stream.waiting:
                await send({"type": "websocket.send", "text": stream.take()})

    # -- server-sent events --------------------------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"].removeprefix(PREFIX).rstrip("/"), scope["method"]
        asked = Asked.read(scope)
        name = BY_PATH.get(path, asked.query.get("stream", "") if path == "" else "")
        names: tuple[str, ...] = (name,) if name else ()
        if path == PAGES:
            asked, names = Asked.by_page(scope, self.site.settings.session_cookie), OWN
        if method == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [*PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
        elif method not in ("GET", "HEAD"):
            await _answer(send, 405, json.encode({"error": "Method not allowed"}), (b"allow", b"GET, HEAD, OPTIONS"))
        elif path == "/health":
            await _answer(send, 200, b"OK", kind=b"text/plain; charset=utf-8")
        elif not names:
            await _answer(send, 404, json.encode({"error": "Not found"}))
        else:
            await self._events(asked, names, receive, send, bodiless=method == "HEAD")

    async def _events(
        self, asked: "Asked", names: tuple[str, ...], receive: Receive, send: Send, *, bodiless: bool
    ) -> None:
        try:
            stream = await self._open(asked, names, plain=True)
        except Refused as refusal:
            await _answer(send, refusal.status, json.encode({"error": str(refusal)}), *_advice(refusal))
            return
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"private, no-store"),
            *CORS,
        ]
        headers += [(b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff")]
        first = {"type": "http.response.start", "status": 200, "headers": headers}
        if bodiless:
            self.hub.leave(stream)
            await send(first)
            await send({"type": "http.response.body", "body": b""})
        else:
            try:
                await send(first)
                await self._hold(stream, self._tell(stream, send, numbered=asked.since is not None), _gone(receive))
                async with asyncio.timeout(FAREWELL):
                    await send({"type": "http.response.body", "body": b""})
            except (OSError, RuntimeError):  # the reader is gone
                log.debug("A stream ended early", exc_info=True)
            finally:
                self.hub.leave(stream)

    async def _tell(self, stream: Stream, send: Send, *, numbered: bool) -> None:
        """Say what waits; `numbered` streams say how far they have come, so that a browser can ask on from there."""
        body = ":)\n"
        while not stream.closed:
            if numbered:
                body += f"id: {self.hub.position}\n\n"
            await send({"type": "http.response.body", "body": body.encode(), "more_body": True})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT):  # (`wait_for` may swallow that it is cancelled, before Python 3.12)
                    await stream.awake.wait()
            stream.awake.clear()
            body = "".join(stream.take() for _ in range(len(stream.waiting))) or ":thump\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a connection brings: its query, its token (of header, query or WebSocket protocol), and the protocol."""

    query: dict[str, str]
    token: str
    protocol: str
    since: int | None = None
    """The change up to which a page of ours knows everything."""

    @classmethod
    def by_page(cls, scope: Scope, cookie: str) -> "Asked":
        """What one of our own pages asks: it says when it was written, and its browser how far it has heard."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"]
        asked = [one for one in (*given, *query.get("since", [])) if one.isascii() and one.isdigit() and len(one) < 19]
        session = session_in(scope["headers"], cookie, socket=scope["type"] == "websocket")
        return cls({}, session, "", int(asked[0]) if asked else None)

    @classmethod
    def read(cls, scope: Scope) -> "Asked":
        query = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        token, protocol = "", ""
        for name, value in scope["headers"]:
            if name == b"authorization":
                kind, _, given = value.decode("latin-1").strip().partition(" ")
                token = given.strip() if kind.lower() == "bearer" else token
            elif name == b"sec-websocket-protocol":
                protocol = value.decode("latin-1").split(",")[0].strip()
        token = token or query.get("access_token", "") or protocol
        return cls(query, "" if token.startswith(BROWSER) else token, protocol)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _answer_wrong(stream: Stream, refusal: Refused) -> None:
    stream.push(json.encode_text({"error": str(refusal), "status": refusal.status}))


def _advice(refusal: Refused) -> list[tuple[bytes, bytes]]:
    if isinstance(refusal, NotSignedIn):
        return [(b"www-authenticate", b'Bearer realm="Perron", error="invalid_token"')]
    after = getattr(refusal, "retry_after", None)
    return [] if after is None else [(b"retry-after", str(after).encode())]


async def _refuse(scope: Scope, send: Send, refusal: Refused) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": str(refusal)[:100]})
        return
    headers = [(b"content-type", b"application/json"), *_advice(refusal)]
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": json.encode({"error": str(refusal)})})


async def _answer(
    send: Send, status: int, body: bytes, *more: tuple[bytes, bytes], kind: bytes = b"application/json; charset=utf-8"
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *CORS, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
