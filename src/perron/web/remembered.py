"""Pages for everybody, rendered once for all visitors of a moment.

A page that was shown to somebody who is not signed in is kept in memory until anybody commits anything (as
`Db.remembered` is: docs/decisions/0010), and for a minute at most, since pages say how long ago things were. What is
kept is told apart by address, query and language; nothing is kept of an answer that differs for any other reason: to
a browser with a session or any other cookie, to a script, or with another status than 200.
"""

import time
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from perron.store import Db, Store, rim
from perron.web.kit import Handler, answer, arrive
from perron.web.packed import pack, packed, reads_packed
from perron.web.visit import FOR_ALL, LANGUAGE_COOKIE
from perron.web.words import LOCALES, accepted

LONGEST = 60.0
"""Seconds for which a page is shown again."""
MOST_BYTES = 16 * 2**20
LONGEST_QUERY = 200
_TOLD_AGAIN = ("cache-control", "vary", "etag", "content-security-policy", "content-language")

Key = tuple[str, str, str]


@dataclass(slots=True)
class Kept:
    """An answer as it was given; `packed` once somebody has asked for fewer bytes."""

    body: bytes
    headers: dict[str, str]
    at: float
    packed: bytes = b""

    def answer(self, request: Request) -> Response:
        """The same again, or a short word to a browser that has these bytes already."""
        if said := said_already(request, self.headers):
            return said
        if not reads_packed(request.headers):
            return Response(self.body, 200, self.headers)
        self.packed = self.packed or pack(self.body)
        changed = {
            "content-encoding": "gzip",
            "content-length": str(len(self.packed)),
            "etag": f"W/{self.headers['etag']}",
        }
        return Response(self.packed, 200, self.headers | changed)


@dataclass(slots=True)
class Shelf:
    """Answers that are still true, by address, query and language; the oldest go when there are too many bytes."""

    most: int = MOST_BYTES
    size: int = 0
    kept: dict[Key, Kept] = field(default_factory=dict)

    def find(self, key: Key) -> Kept | None:
        """What was answered less than a minute ago."""
        found = self.kept.get(key)
        if found is not None and found.at < time.monotonic() - LONGEST:
            self.take_down(key)
            return None
        return found

    def put(self, key: Key, one: Kept) -> None:
        """Keep an answer, unless it alone would fill an eighth of the shelf."""
        self.take_down(key)
        if len(one.body) > self.most // 8:
            return
        self.kept[key] = one
        self.size += _weight(key, one)
        while self.size > self.most:
            self.take_down(next(iter(self.kept)))

    def take_down(self, key: Key) -> None:
        """Keep one answer no longer."""
        if (one := self.kept.pop(key, None)) is not None:
            self.size -= _weight(key, one)

    def clear(self) -> None:
        """Keep nothing."""
        self.kept.clear()
        self.size = 0


def _weight(key: Key, one: Kept) -> int:
    return len(one.body) * 5 // 4 + len(key[0]) + len(key[1]) + 1000


def shelf(db: Db) -> Shelf:
    """What is kept since the last commit."""
    kept: Shelf = db.remembered("shown").setdefault("shelf", Shelf())
    return kept


def open_page(path: str, handler: Handler) -> Route:
    """A route that shows the same to everybody who is not signed in."""

    async def endpoint(request: Request) -> Response:
        store: Store = request.app.state.store
        key = _key(request)
        place = store.replica() if key else None
        kept = await rim.read(store, shelf, place=place) if key else None
        found = kept.find(key) if kept is not None and key else None
        if found is not None:
            return found.answer(request)
        visit = await arrive(request)
        visit.place = place
        response = await answer(visit, lambda: handler(visit))
        if not may_be_kept(response):
            return packed(request, response)
        name_version(response)
        response.headers.add_vary_header("Accept-Encoding")
        one = Kept(bytes(response.body), dict(response.headers), time.monotonic())
        if kept is not None and key:  # if somebody has committed meanwhile, this shelf is no longer the one in use
            kept.put(key, one)
        return one.answer(request)

    return Route(path, endpoint, methods=["GET"], name=handler.__name__)


def _key(request: Request) -> Key | None:
    """By what the answer is told apart; None when it might differ for another reason."""
    query: str = request.scope["query_string"].decode("latin-1")
    if request.cookies.keys() - {LANGUAGE_COOKIE} or "hx-request" in request.headers or len(query) > LONGEST_QUERY:
        return None
    if "lang=" in query or "password" in query:
        return None
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    otherwise: str = request.app.state.settings.locale
    locale = chosen if chosen in LOCALES else accepted(request.headers.get("accept-language", ""), otherwise)
    return request.scope["path"], query, locale


def may_be_kept(response: Response) -> bool:
    """Whether an answer is the same for everybody who is not signed in."""
    plain = response.status_code == 200 and "set-cookie" not in response.headers
    return plain and response.headers.get("cache-control") == FOR_ALL


def name_version(response: Response) -> None:
    """Name the bytes of an answer, so that a browser need not take them twice."""
    response.headers["ETag"] = f'"{sha256(response.body).hexdigest()[:32]}"'


def said_already(request: Request, headers: dict[str, str]) -> Response | None:
    """A short answer to a browser that has these bytes already."""
    if not names(request.headers.get("if-none-match", ""), headers["etag"]):
        return None
    return Response(None, 304, {name: headers[name] for name in _TOLD_AGAIN if name in headers})


def names(wanted: str, etag: str) -> bool:
    """Whether an `If-None-Match` header names this version."""
    return wanted.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in wanted.split(","))
