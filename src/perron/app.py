"""Builds the server: every door on one store."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.applications import Starlette

from perron.admission.door import Admission
from perron.api.door import Door
from perron.api.openapi.served import PATH as DESCRIPTION
from perron.api.openapi.served import Description
from perron.api.routes import ROUTES
from perron.entities.opening import end_sharing
from perron.entities.site import Site
from perron.health.door import HealthDoor
from perron.health.watch import Watched
from perron.jobs.runner import Runner
from perron.kit import json
from perron.kit.addresses import client_address
from perron.store.nodes import Node
from perron.streaming.door import PAGES as LIVE
from perron.streaming.door import PREFIX as STREAMING
from perron.streaming.door import StreamingDoor
from perron.streaming.ear import Ear
from perron.streaming.hub import Hub
from perron.web import anybody
from perron.web.errors import HANDLERS
from perron.web.routes import ROUTES as WEB_ROUTES
from perron.web.stories.counted import heard, write_down
from perron.wiring import CHORES, CONSEQUENCES

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class App:
    """The server as one ASGI application."""

    def __init__(self, site: Site, node: Node | None = None) -> None:
        self.site, self.node = site, node
        self.leaving = False
        self.hub = Hub()
        self.ear = Ear(site, self.hub)
        self.admission = Admission(site)
        self.api = Door(site, ROUTES)
        self.description = Description(site, ROUTES)
        self.streaming = StreamingDoor(site, self.hub)
        self.watched = Watched(self._answer)
        self.health = HealthDoor(site, lambda: len(self.hub.streams), lambda: self.watched.under_way)
        self.web = Starlette(routes=WEB_ROUTES, exception_handlers=HANDLERS)
        self.web.router.redirect_slashes = False  # it would lead to whatever host was asked for
        self.web.state.store, self.web.state.settings = site.store, site.settings
        self.web.state.files, self.web.state.site = site.files, site
        self.web.state.api_document = self.description.document
        self.runner: Runner | None = None
        self._jobs_end: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Begin to measure, to hear changes and to do jobs."""
        self.admission.gauge.start()
        await self.ear.start()
        if self.site.settings.workers == "on":
            self.runner = Runner(self.site.store, CONSEQUENCES, CHORES, self.node.name if self.node else "")
            self.runner.start()
        self.site.store.hear_others()

    def leave(self) -> None:
        """Say to everybody that this process stops: not ready, and each answer is the last on its connection. Jobs that
        have begun end meanwhile."""
        self.leaving = self.health.leaving = True
        if self.runner is not None and self._jobs_end is None:
            self._jobs_end = asyncio.ensure_future(self.runner.stop())

    async def stop(self) -> None:
        """End streams, jobs and writes, in this order."""
        self.leave()
        self.hub.close_all()
        await write_down(self.site)
        self.admission.gauge.stop()
        if self._jobs_end is not None:
            await self._jobs_end
        await self.ear.stop()
        if self.node is not None:
            await asyncio.to_thread(self.node.leave)
        await asyncio.to_thread(end_sharing, self.site)
        self.site.store.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self.watched(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.leaving and scope["type"] == "http":
            send = last_answer(send)
        path: str = scope["path"]
        if self.site.gate.shut and not path.startswith("/health") and self.site.gate.refuses(self._address(scope)):
            await turn_away(scope, send)
        else:
            await self.admission(scope, receive, heard(self.web, scope, send), self._let_in)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(STREAMING) or path == LIVE or scope["type"] == "websocket":
            await self.streaming(scope, receive, send)
        elif path == DESCRIPTION:
            await self.description(scope, receive, send)
        elif path.startswith("/api/"):
            await self.api(scope, receive, send)
        elif path.startswith(("/health", "/metrics")):
            await self.health(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    def _address(self, scope: Scope) -> str:
        """The address that a request comes from, behind the proxies we trust."""
        forwarded = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
        peer = scope["client"][0] if scope.get("client") else ""
        return client_address(peer, forwarded, self.site.settings.trusted_proxies)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An address of the web."""
        path: str = scope["path"]
        if path.startswith(anybody.FOR_PROGRAMS) and path[-1] == "/":  # toot writes /oauth/authorize/
            scope = {**scope, "path": path.rstrip("/")}
        if path.startswith(anybody.OPEN):
            if scope["method"] == "OPTIONS":
                await anybody.answer_preflight(send)
                return
            send = anybody.said_to_all(send)
        await self.web(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def last_answer(send: Send) -> Send:
    """Answers that say that nothing more comes over their connection."""

    async def saying_so(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        await send(message)

    return saying_so


SHUT = "Ce serveur ne répond pas à votre réseau. This server does not answer your network."


async def turn_away(scope: Scope, send: Send) -> None:
    """What a network that may not come is answered by every door. (Whether the server lives is told to all.)"""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "Forbidden"})
        return
    api = scope["path"].startswith("/api/")
    body = json.encode({"error": SHUT}) if api else SHUT.encode()
    kind = b"application/json; charset=utf-8" if api else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
