"""Whether the server lives, whether it can serve, and its figures for a monitor."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sqlalchemy import func, select

from perron.entities.site import Site
from perron.jobs import queue
from perron.kit import json
from perron.store import Db, Prepared, rim, schema
from perron.store.tables import jobs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATIENCE = 2.0
"""Seconds after which a database that does not answer is away."""
OPENMETRICS = b"application/openmetrics-text; version=1.0.0; charset=utf-8"
_FAILED = Prepared(select(func.count()).select_from(jobs).where(jobs.c.failed.is_(True)))


class HealthDoor:
    """`/health/live`, `/health/ready`, `/metrics`: for machines; they name nobody."""

    def __init__(self, site: Site, open_streams: Callable[[], int]) -> None:
        self.site, self.open_streams = site, open_streams
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
        """Figures in OpenMetrics text."""
        figures = [
            ("perron_jobs_due", "Jobs that are due and not done.", queue.waiting(db)),
            ("perron_jobs_failed", "Jobs that were given up.", db.value(_FAILED)),
            ("perron_writes_waiting", "Writes that wait for the writer.", self.site.store.waiting()),
            ("perron_streams_open", "Open streams.", self.open_streams()),
            ("perron_homes_held", "Homes and lists held in memory.", len(self.site.rings.by_owner)),
        ]
        lines = [f"# TYPE {name} gauge\n# HELP {name} {says}\n{name} {value}\n" for name, says, value in figures]
        return "".join(lines) + "# EOF\n"


def _asks_for_json(scope: Scope) -> bool:
    return any(name == b"accept" and b"json" in value for name, value in scope["headers"])


async def _answer(send: Send, status: int, body: bytes, kind: bytes = b"application/json") -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
