"""The door of the API: finds the route, asks who comes, calls the handler, writes the answer. Plain ASGI: it is hot."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, cast

from perron.api.body import read_body
from perron.api.kit import Answer, Call, Reply, Route, encode
from perron.api.params import Params, from_query
from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NoRoom, NotSignedIn, Refused, TooMany, is_full
from perron.kit.ids import mistake_number
from perron.kit.later import loaded
from perron.kit.limits import Allowance
from perron.kit.time import iso
from perron.people.scopes import grants
from perron.store import rim

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

PIECE = 1 << 18
"""Bytes of a file that are in memory at once."""

CORS = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Retry-After",
    ),
)
PREFLIGHT = (
    *CORS,
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key"),
    (b"access-control-max-age", b"86400"),
)
JSON = (b"content-type", b"application/json; charset=utf-8")
FIXED = (
    JSON,
    *CORS,
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"private, no-store"),
    (b"vary", b"Authorization, Origin"),
)


class RouteTable:
    """All routes of this door, found by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._exact: dict[str, dict[str, Route]] = {}
        self._tree: dict[str, Any] = {}
        for route in routes:
            if "{" not in route.path:
                self._exact.setdefault(route.path, {})[route.method] = route
                continue
            node = self._tree
            for part in route.path.split("/")[1:]:
                node = node.setdefault("{}" if part.startswith("{") else part, {})
            names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
            node.setdefault("", {})[route.method] = (route, names)

    def find(self, path: str) -> tuple[dict[str, Any], list[str]]:
        """What a path answers to, by method, and the values of its named parts. A slash at the end changes nothing."""
        if path[-1] == "/":
            path = path.rstrip("/")
        exact = self._exact.get(path)
        if exact is not None:
            return exact, []
        return self._walk(self._tree, path.split("/")[1:], [])

    def _walk(self, node: dict[str, Any], parts: list[str], values: list[str]) -> tuple[dict[str, Any], list[str]]:
        if not parts:
            return node.get("", {}), values
        for key, taken in ((parts[0], []), ("{}", [parts[0]])):
            inner = node.get(key) if key else None
            if inner is not None and (key != "{}" or parts[0]):
                found = self._walk(inner, parts[1:], values + taken)
                if found[0]:
                    return found
        return {}, []


class Door:
    """The API as an ASGI application."""

    def __init__(self, site: Site, routes: Iterable[Route]) -> None:
        self.site, self.viewers = site, site.viewers
        self.table = RouteTable(routes)
        self.window = site.window
        self.limited = site.settings.rate_limit == "on"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            await _send(send, 204, b"", PREFLIGHT)
            return
        extra: list[tuple[bytes, bytes]] = []
        try:
            reply = await self._answer(scope, receive, "GET" if method == "HEAD" else method, extra)
        except Refused as refusal:
            reply = refused(refusal)
        except Exception as wrong:
            reply = refused(NoRoom()) if is_full(wrong) else broken(scope)
        headers = (*_fixed(reply), *extra, *reply.headers)
        if reply.file is not None and method != "HEAD":
            await _send_file(send, reply.status, reply.file, headers)
        else:
            await _send(send, reply.status, reply.body, headers, bodiless=method == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive, method: str, extra: list[tuple[bytes, bytes]]) -> Reply:
        path = scope["path"]
        by_method, values = self.table.find(path)
        found = by_method.get(method)
        if found is None:
            return _no_route(by_method)
        route, names = (found, ()) if isinstance(found, Route) else found
        token, call, sized = self._call(scope, path, dict(zip(names, values, strict=True)))
        call.token = token
        call.viewer = viewer = await self._viewer(token) if token else None
        if self.limited:
            self._limit(call, extra)
        if token and viewer is None:
            raise NotSignedIn
        route.admits(viewer, grants)
        if route.upload:  # each takes room on the disk and a processor for a while
            async with self.site.uploading.of(call.my_id or call.address):
                return await self._take(route, call, scope, receive)
        if sized or method != "GET":  # some programs send what they ask for in the body of a GET
            return await self._take(route, call, scope, receive)
        return encode(await self._run(route, call))

    async def _take(self, route: Route, call: Call, scope: Scope, receive: Receive) -> Reply:
        """Read what is sent along, then do what is asked."""
        raw, call.uploads = await read_body(scope, receive, self.site.settings, upload=route.upload)
        if raw:
            call.params.raw.update(raw)
        if not call.uploads:
            return encode(await self._run(route, call))
        try:
            return encode(await self._run(route, call))
        finally:
            for upload in call.uploads.values():
                await upload.close()

    async def _run(self, route: Route, call: Call) -> Answer:
        store, handler = self.site.store, loaded(route.handler)  # before anything is held
        if route.mode == "reads":
            if store.sqlite:
                return cast(Answer, handler(call, store.reader()))
            place = store.replica() if call.viewer is None else None
            return cast(Answer, await rim.read(store, lambda db: handler(call, db), place=place))
        if route.mode == "writes":
            turns, who = self.site.writing, call.my_id or call.address
            await turns.take(who)
            try:
                return cast(Answer, await rim.write(store, lambda tx: handler(call, tx)))
            finally:
                turns.give_back(who)
        if route.mode == "slow":
            return cast(Answer, await rim.read_slowly(store, lambda db: handler(call, db)))
        return await cast(Awaitable[Answer], handler(call))

    def _call(self, scope: Scope, path: str, named: dict[str, str]) -> tuple[str, Call, bool]:
        token = key = forwarded = ""
        sized = False
        for name, value in scope["headers"]:
            if name == b"authorization":
                if token:
                    raise NotSignedIn("There are two Authorization headers; send one.")
                token = bearer(value)
            elif name == b"idempotency-key":
                key = value.decode("latin-1")
            elif name == b"x-forwarded-for":
                forwarded = f"{forwarded},{value.decode('latin-1')}" if forwarded else value.decode("latin-1")
            elif name == b"content-length":
                sized = value != b"0"
        raw = from_query(scope["query_string"].decode("latin-1"))
        peer = (scope["client"] or ("",))[0]
        call = Call(self.site, None, Params(raw), named, path, key, peer, forwarded, window=self.window)
        return token, call, sized

    async def _viewer(self, token: str) -> Any:
        viewer = self.viewers.known(token)
        if viewer is None:
            viewer = await rim.read(self.site.store, lambda db: self.viewers.find(db, token))
            if viewer is not None and viewer.touch_due:
                asyncio.get_running_loop().create_task(self.viewers.touch(self.site.store, viewer))
        return viewer

    def _limit(self, call: Call, extra: list[tuple[bytes, bytes]]) -> None:
        limit = self.site.settings.rate_limit_requests
        who = f"address {call.address}" if call.my_id is None else f"account {call.my_id}"  # however many tokens
        allowance = self.window.hit(who, limit, 300)
        extra += rate_headers(limit, allowance)
        if not allowance.allowed:
            raise TooMany("Too many requests. Please slow down.", retry_after=allowance.retry_after)


def _fixed(reply: Reply) -> Sequence[tuple[bytes, bytes]]:
    """What stands above every answer; a file says what it is."""
    return ((b"content-type", reply.kind), *FIXED[1:]) if reply.kind else FIXED


def rate_headers(limit: int, allowance: Allowance) -> list[tuple[bytes, bytes]]:
    """`X-RateLimit-*` as Mastodon sends them."""
    return [
        (b"x-ratelimit-limit", str(limit).encode()),
        (b"x-ratelimit-remaining", str(allowance.remaining).encode()),
        (b"x-ratelimit-reset", iso(allowance.reset).encode()),
    ]


def bearer(value: bytes) -> str:
    """The token of an Authorization header."""
    kind, _, token = value.decode("latin-1").strip().partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()


def refused(refusal: Refused) -> Reply:
    """A refusal as an answer."""
    headers: list[tuple[bytes, bytes]] = []
    if isinstance(refusal, NotSignedIn):
        headers.append((b"www-authenticate", b'Bearer realm="Perron", error="invalid_token"'))
    after = getattr(refusal, "retry_after", None)
    if after is not None:
        headers.append((b"retry-after", str(after).encode()))
    return Reply(json.encode({"error": str(refusal)}), refusal.status, headers)


def broken(scope: Scope) -> Reply:
    """Our own mistake: logged with a number, answered without details."""
    number = mistake_number()
    log.exception("Mistake %d while answering %s %s", number, scope["method"], scope["path"])
    message = f"Something went wrong on this server (mistake {number}). Nothing was changed."
    return Reply(json.encode({"error": message}), 500)


def _no_route(by_method: dict[str, Any]) -> Reply:
    if not by_method:
        return Reply(json.encode({"error": "Record not found"}), 404)
    allowed = ", ".join(sorted({*by_method, *(("HEAD",) if "GET" in by_method else ()), "OPTIONS"}))
    return Reply(json.encode({"error": "Method not allowed"}), 405, [(b"allow", allowed.encode())])


async def _send(
    send: Send, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]], *, bodiless: bool = False
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})


async def _send_file(send: Send, status: int, path: Path, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """A file of any size, of which one piece at a time is in memory."""
    with await asyncio.to_thread(path.open, "rb") as file:
        length = (b"content-length", str(os.fstat(file.fileno()).st_size).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        while piece := await asyncio.to_thread(file.read, PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
