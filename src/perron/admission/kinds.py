"""Which requests are left out first when there is more to do than time.

Each kind has a band of pressure: below it all of them are served, above it none, within it a growing part. The bands
follow each other, so that search gives way before pages, pages for visitors before posts, and reading for those who are
here last. Whether the server lives and the way in for its owner never give way.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from perron.entities.site import Site

Scope = MutableMapping[str, Any]

ALWAYS = ("/health", "/metrics", "/sign-in", "/static/", "/confirm", "/favicon.ico", "/robots.txt")
COSTLY = (
    *("/search", "/explore", "/sitemap", "/suggestions", "/api/oembed", "/settings/data"),
    *("/api/v2/search", "/api/v1/search", "/api/v1/accounts/search", "/api/v1/directory", "/api/v1/suggestions"),
    *("/api/v2/suggestions", "/api/v1/instance/", "/api/v1/peers", "/api/v1/admin/", "/api/v2/admin/"),
)
WORDS = ("/post", "/drafts", "/messages")
"""Forms with words in them: they are answered with the words, or not taken by their own pages."""


@dataclass(slots=True)
class Kind:
    """Requests that give way together. `first`, `last`: at which pressure the first and the last of them do.
    `patience`: seconds after which one of them has waited too long to be served at all."""

    name: str
    first: float
    last: float
    patience: float
    _owed: float = 0.0

    def gives_way(self, pressure: float) -> bool:
        """Whether this one is left out: evenly, so many of them as the pressure asks."""
        self._owed += min(1.0, max(0.0, (pressure - self.first) / (self.last - self.first)))
        if self._owed < 1.0:
            return False
        self._owed -= 1.0
        return True


class Kinds:
    """Tells what kind a request is of, from its first line and who seems to send it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.costly_for_anybody = Kind("costly, for visitors", 0.0, 0.25, 0.03)
        self.for_anybody = Kind("for visitors", 0.1, 0.45, 0.05)
        self.costly = Kind("costly", 0.3, 0.55, 0.06)
        self.unknown = Kind("for a token not seen lately", 0.55, 0.8, 0.09)
        self.writes = Kind("writes", 0.5, 0.8, 0.12)
        self.reads = Kind("reads", 0.75, 1.0, 0.18)

    def of(self, scope: Scope) -> Kind | None:
        """The kind of a request; None for what is always served."""
        path: str = scope["path"]
        if path.startswith(ALWAYS):
            return None
        writes = scope.get("method", "GET") not in ("GET", "HEAD", "OPTIONS")
        if writes and path in WORDS:
            return None
        inside = self._inside(scope)
        if not inside:
            return self.costly_for_anybody if path.startswith(COSTLY) else self.for_anybody
        if writes:
            return self.writes
        if inside == "unknown":
            return self.unknown
        return self.costly if path.startswith(COSTLY) else self.reads

    def _inside(self, scope: Scope) -> str:
        """Whether somebody seems to be signed in: "", "unknown" (a token that nobody has shown here lately) or "known".
        A cookie is believed until its page looks at it."""
        cookie_name = self.site.settings.session_cookie.encode()
        for name, value in scope["headers"]:
            if name == b"authorization":
                return "known" if self.site.viewers.known(value[7:].decode("latin-1").strip()) else "unknown"
            if name == b"cookie" and cookie_name in value:
                return "known"
        if b"access_token=" in scope["query_string"] or scope["type"] == "websocket":
            return "unknown"
        return ""
