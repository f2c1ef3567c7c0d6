"""`/api/openapi.json`: made when somebody first asks, the same for everybody until the server ends."""

import asyncio
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from perron.api.door import CORS, JSON, PREFLIGHT, Receive, Scope, Send
from perron.api.kit import Route
from perron.entities.site import Site
from perron.kit import json

PATH = "/api/openapi.json"
KEPT = (b"cache-control", b"public, max-age=3600")


@dataclass(frozen=True, slots=True)
class Written:
    """The document as it travels."""

    body: bytes
    packed: bytes
    etag: bytes


class Description:
    """The description of one site's API, as a value and as an ASGI application."""

    def __init__(self, site: Site, routes: Sequence[Route]) -> None:
        self.site, self.routes = site, routes
        self._made: tuple[str, dict[str, Any]] | None = None
        self._written: tuple[dict[str, Any], Written] | None = None

    def document(self) -> dict[str, Any]:
        """The document; made anew when the owner gives the server another name."""
        from perron.api.openapi.document import document  # not at the start: most servers are never asked
        from perron.api.openapi.elsewhere import ELSEWHERE

        title = self.site.settings.title
        if self._made is None or self._made[0] != title:
            self._made = title, document(self.routes, ELSEWHERE, self.site.links.origin, title)
        return self._made[1]

    def written(self) -> Written:
        """The document as bytes."""
        found = self.document()
        if self._written is None or self._written[0] is not found:
            body = json.encode(found)
            etag = b'"%s"' % sha256(body).hexdigest()[:32].encode()
            self._written = found, Written(body, gzip.compress(body, mtime=0), etag)
        return self._written[1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            await _send(send, 204, b"", *PREFLIGHT)
            return
        if method not in ("GET", "HEAD"):
            refusal = json.encode({"error": "Method not allowed"})
            await _send(send, 405, refusal, JSON, *CORS, (b"allow", b"GET, HEAD, OPTIONS"))
            return
        one = await asyncio.to_thread(self.written)
        said = dict(scope["headers"])
        headers = [*CORS, KEPT, (b"etag", one.etag), (b"vary", b"Accept-Encoding")]
        if one.etag in said.get(b"if-none-match", b""):
            await _send(send, 304, b"", *headers)
            return
        packed = b"gzip" in said.get(b"accept-encoding", b"")
        if packed:
            headers.append((b"content-encoding", b"gzip"))
        body = one.packed if packed else one.body
        headers += [JSON, (b"x-content-type-options", b"nosniff")]
        await _send(send, 200, body, *headers, bodiless=method == "HEAD")


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes], bodiless: bool = False) -> None:
    length = [] if status in (204, 304) else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": b"" if bodiless else body})
