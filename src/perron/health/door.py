"""Whether the server lives, whether it can serve, and its figures for a monitor."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sqlalchemy import func, select

from perron.entities.site import Site
from perron.jobs import queue
from perron.kit import json
from perron.store import Db, Prepared, rim
from perron.store.tables import jobs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

OPENMETRICS = b"application/openmetrics-text; version=1.0.0; charset=utf-8"
_FAILED = Prepared(select(func.count()).select_from(jobs).where(jobs.c.failed.is_(True)))


class HealthDoor:
    """`/health/live`, `/health/ready`, `/metrics`: for machines; they name nobody."""

    def __init__(self, site: Site, open_streams: Callable[[], int]) -> None:
        self.site, self.open_streams = site, open_streams

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
        try:
            await rim.read(self.site.store, queue.next_due)
        except Exception:
            await _answer(send, 503, json.encode({"status": "The database is away"}))
        else:
            await _answer(send, 200, json.encode({"status": "OK"}))

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
