"""What every request leaves behind: a count, its time, a line in the log, and an id that its answer carries."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from perron.kit import traces
from perron.kit.figures import Counter, Times
from perron.kit.logs import named, path_to_log, request_id

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("perron.requests")
REQUESTS = Counter("perron_requests", "Requests that were answered.", "door", "method", "status")
TOOK = Times("perron_request_seconds", "Time from a request's head to the end of its answer.", "door", "method")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONG = ("/api/v1/streaming", "/live")
"""Answers that last as long as somebody listens: they are counted, and their time says nothing."""


def door_of(path: str) -> str:
    """Which door a path belongs to, as figures name it."""
    if path.startswith("/api/"):
        return "streaming" if path.startswith(LONG) else "api"
    if path.startswith(("/health", "/metrics")):
        return "health"
    if path.startswith("/media/"):
        return "media"
    return "streaming" if path == "/live" else "web"


class Watched:
    """An application whose requests are counted."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 0
        given = parent = None
        for name, value in scope["headers"]:
            if name == b"x-request-id":
                given = value
            elif name == b"traceparent":
                parent = value
        id_ = named(given)
        mark = id_.encode()
        token = request_id.set(id_)

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            kind = message["type"]
            if kind == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", mark)]}
            elif kind == "websocket.accept":
                status = 101
            elif kind == "websocket.http.response.start":
                status = message["status"]
            await send(message)

        path: str = scope["path"]
        door = door_of(path)
        method: str = scope.get("method", "WEBSOCKET")
        method = method if method in METHODS or method == "WEBSOCKET" else "other"
        self.under_way += 1
        try:
            if traces.on:
                with traces.request(door, method, path_to_log(path), parent, id_) as span:
                    await self.app(scope, receive, noted)
                    traces.answered(span, status)
            else:
                await self.app(scope, receive, noted)
        finally:
            self.under_way -= 1
            took = perf_counter() - began
            REQUESTS.add(door, method, str(status or 499))
            if door != "streaming":
                TOOK.add(took, door, method)
            if log.isEnabledFor(logging.DEBUG):
                seen = path_to_log(path)
                ms = round(took * 1000, 1)
                more = {"method": method, "path": seen, "status": status, "ms": ms}
                log.debug("%s %s %d %.1f ms", method, seen, status, ms, extra=more)
            request_id.reset(token)
