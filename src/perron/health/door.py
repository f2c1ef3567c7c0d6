"""Whether the server lives, whether it can serve, and its figures for a monitor."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from perron.entities.site import Site
from perron.health.metrics import metrics
from perron.kit import json
from perron.kit.addresses import client_address
from perron.kit.settings import Settings
from perron.store import Db, rim, schema

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATIENCE = 2.0
"""Seconds after which a database that does not answer is away."""
OPENMETRICS = b"application/openmetrics-text; version=1.0.0; charset=utf-8"


class HealthDoor:
    """`/health/live`, `/health/ready`, `/metrics`: for machines; they name nobody."""

    def __init__(self, site: Site, open_streams: Callable[[], int], under_way: Callable[[], int] = lambda: 0) -> None:
        self.site, self.open_streams, self.under_way = site, open_streams, under_way
        self.leaving = False
        self._asking: asyncio.Future[bool] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/health" and not _asks_for_json(scope):  # Mastodon says the bare word, and programs look for it
            await _answer(send, 200, b"OK", b"text/plain; charset=utf-8")
        elif path in ("/health", "/health/live"):
            await _answer(send, 200, json.encode({"status": "OK"}))
        elif path == "/health/ready":
            await self._ready(send)
        elif path == "/health/you":
            await _answer(send, 200, json.encode(seen(scope, self.site.settings)))
        elif path == "/metrics":
            await _answer(send, 200, (await rim.read(self.site.store, self.metrics)).encode(), OPENMETRICS)
        else:
            await _answer(send, 404, json.encode({"error": "Not found"}))

    async def _ready(self, send: Send) -> None:
        said = "The server is stopping" if self.leaving else await self._database()
        await _answer(send, 200 if said == "OK" else 503, json.encode({"status": said}))

    async def _database(self) -> str:
        """Whether the database answers, and is one that this version can work with."""
        if self._asking is None or self._asking.done():  # one question at a time, however long it takes
            self._asking = asyncio.ensure_future(rim.read(self.site.store, schema.fits))
        await asyncio.wait({self._asking}, timeout=PATIENCE)
        if not self._asking.done() or self._asking.exception():
            return "The database is away"
        return "OK" if self._asking.result() else "The database is of another version"

    def metrics(self, db: Db) -> str:
        """Figures in OpenMetrics text: of this process, and of what all share."""
        return metrics(db, self.site, streams=self.open_streams(), under_way=self.under_way())


def seen(scope: Scope, settings: Settings) -> dict[str, Any]:
    """Who asks, as the server sees them: told to themselves alone, so that a proxy can be set right."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    peer = (scope.get("client") or ("",))[0]
    forwarded = headers.get(b"x-forwarded-for", "")
    address = client_address(peer, forwarded, settings.trusted_proxies)
    return {
        "address": address,
        "peer": peer,
        "host": headers.get(b"host", ""),
        "forwarded": bool(forwarded),
        "believed": bool(forwarded) and address != peer,
    }


def _asks_for_json(scope: Scope) -> bool:
    return any(name == b"accept" and b"json" in value for name, value in scope["headers"])


async def _answer(send: Send, status: int, body: bytes, kind: bytes = b"application/json") -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
