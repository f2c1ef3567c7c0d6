"""Connections that stay open: WebSocket with several subscriptions, and server-sent events with one."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NotSignedIn, Refused
from perron.store import Db, rim
from perron.streaming.hub import Hub, Stream
from perron.streaming.subscribe import MOST, channel_for, warm

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIX = "/api/v1/streaming"
BEAT = 15.0
LONGEST_MESSAGE = 4096
CORS = (b"access-control-allow-origin", b"*")
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

    def _open(self, db: Db, token: str, query: dict[str, str], name: str, *, plain: bool) -> Stream:
        """A stream for the bearer of a token, subscribed to what the address names."""
        viewer = self.site.viewers.known(token) or self.site.viewers.find(db, token)
        if viewer is None or viewer.account is None or viewer.pending:
            raise NotSignedIn
        stream = Stream(viewer, token, plain)
        if name:
            self._subscribe(db, stream, name, query)
        return stream

    def _subscribe(self, db: Db, stream: Stream, name: str, said: dict[str, Any]) -> None:
        list_id = str(said.get("list", ""))
        number = int(list_id) if list_id.isascii() and list_id.isdigit() and len(list_id) < 19 else 0
        if str(said.get("only_media", "")).lower() in ("1", "true") and name.startswith("public"):
            name += ":media"
        channel = channel_for(db, stream, name, tag=str(said.get("tag", "")), list_id=number)
        if len(stream.channels) >= MOST:
            raise Refused(f"A connection carries at most {MOST} streams.")
        self.hub.subscribe(stream, channel)
        warm(self.site, db, stream)

    # -- WebSocket -----------------------------------------------------------------------------------------------------

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        query, token, protocol = _asked(scope)
        if scope["path"].rstrip("/") != PREFIX:
            await send({"type": "websocket.close", "code": 1008, "reason": "Not found"})
            return
        try:
            stream = await rim.read(
                self.site.store, lambda db: self._open(db, token, query, query.get("stream", ""), plain=False)
            )
        except Refused as refusal:
            await _refuse(scope, send, refusal)
            return
        self.hub.streams.add(stream)
        await send({"type": "websocket.accept", **({"subprotocol": protocol} if protocol else {})})
        talking = asyncio.create_task(self._talk(stream, send))
        try:
            await self._listen(stream, receive)
        finally:
            self.hub.leave(stream)
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)

    async def _listen(self, stream: Stream, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text") or ""
            if len(text) > LONGEST_MESSAGE:
                stream.close()
                return
            await rim.read(self.site.store, lambda db, text=text: self._obey(db, stream, text))  # type: ignore[misc]

    def _obey(self, db: Db, stream: Stream, text: str) -> None:
        """`{"type": "subscribe", "stream": "list", "list": "1"}`"""
        try:
            said = json.decode(text)
            if not isinstance(said, dict):
                raise ValueError
        except ValueError:
            stream.push('{"error":"The message is not a JSON object","status":400}')
            return
        name = str(said.get("stream", ""))
        try:
            if said.get("type") == "subscribe":
                self._subscribe(db, stream, name, said)
            elif said.get("type") == "unsubscribe":
                list_id = str(said.get("list", "0"))
                number = int(list_id) if list_id.isdigit() and len(list_id) < 19 else 0
                channel = channel_for(db, stream, name, tag=str(said.get("tag", "")), list_id=number)
                self.hub.unsubscribe(stream, channel.key)
        except Refused as refusal:
            stream.push(json.encode_text({"error": str(refusal), "status": refusal.status}))

    async def _talk(self, stream: Stream, send: Send) -> None:
        while True:
            await stream.awake.wait()
            stream.awake.clear()
            while stream.waiting:
                await send({"type": "websocket.send", "text": stream.waiting.popleft()})
            if stream.closed:
                with contextlib.suppress(Exception):
                    await send({"type": "websocket.close", "code": 1000, "reason": "closed by the server"})
                return

    # -- server-sent events --------------------------------------------------------------------------------------------

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(PREFIX).rstrip("/")
        query, token, _ = _asked(scope)
        if path == "/health":
            await _answer(send, 200, b"OK", b"text/plain; charset=utf-8")
            return
        name = BY_PATH.get(path, query.get("stream", "") if path == "" else "")
        if not name:
            await _answer(send, 404, json.encode({"error": "Not found"}))
            return
        try:
            if not token:
                raise NotSignedIn("Missing access token")
            stream = await rim.read(self.site.store, lambda db: self._open(db, token, query, name, plain=True))
        except Refused as refusal:
            await _answer(send, refusal.status, json.encode({"error": str(refusal)}))
            return
        self.hub.streams.add(stream)
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"private, no-store"), CORS]
        headers.append((b"x-accel-buffering", b"no"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b":)\n", "more_body": True})
        gone = asyncio.create_task(_gone(receive))
        try:
            await self._tell(stream, send, gone)
        finally:
            self.hub.leave(stream)
            gone.cancel()

    async def _tell(self, stream: Stream, send: Send, gone: "asyncio.Task[None]") -> None:
        while not stream.closed and not gone.done():
            waking = asyncio.ensure_future(stream.awake.wait())
            await asyncio.wait({waking, gone}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
            stream.awake.clear()
            body = "".join(stream.waiting) if stream.waiting else ":thump\n"
            stream.waiting.clear()
            if not gone.done():
                await send({"type": "http.response.body", "body": body.encode(), "more_body": True})
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _asked(scope: Scope) -> tuple[dict[str, str], str, str]:
    """The query, the token (query, header or WebSocket protocol), and the protocol to answer with."""
    found = parse_qs(scope["query_string"].decode("latin-1"))
    query = {name: values[-1] for name, values in found.items()}
    token, protocol = query.get("access_token", ""), ""
    for name, value in scope["headers"]:
        if name == b"authorization":
            token = value.decode("latin-1").partition(" ")[2].strip() or token
        elif name == b"sec-websocket-protocol" and not token:
            token = protocol = value.decode("latin-1").split(",")[0].strip()
    return query, token, protocol


async def _refuse(scope: Scope, send: Send, refusal: Refused) -> None:
    if "websocket.http.response" in scope.get("extensions", {}):
        body = json.encode({"error": str(refusal)})
        await send(
            {
                "type": "websocket.http.response.start",
                "status": refusal.status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "websocket.http.response.body", "body": body})
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": str(refusal)[:100]})


async def _answer(send: Send, status: int, body: bytes, kind: bytes = b"application/json; charset=utf-8") -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), CORS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
