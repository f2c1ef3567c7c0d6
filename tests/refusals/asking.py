"""Many requests in little time: the application is called without a client between, so that nothing is tidied up."""

import asyncio
import inspect
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints
from urllib.parse import unquote, urlencode

from perron.api.kit import Route, spoken
from perron.api.routes import ROUTES
from perron.kit.later import loaded
from tests.rig import Person, Site

Headers = Sequence[tuple[str, str | bytes]]
JSON: Headers = (("content-type", "application/json"),)
WRITING = ("POST", "PUT", "PATCH", "DELETE")
READS = re.compile(r'\.(?:text|flag|maybe_flag|number|id|ids|values|texts|record|records|has)\(\s*"(\w+)"')
NAMED = re.compile(r"\{(\w+)\}")
LINES = ("This action is outside the authorized scopes", "Your login is currently pending approval")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """One header; asking for one that comes twice is a mistake."""
        found = [value for key, value in self.headers if key == name]
        assert len(found) <= 1, f"{name} comes {len(found)} times"
        return found[0] if found else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The sentence of a refusal; fails when there is none."""
        found = self.json
        assert isinstance(found, dict) and isinstance(found["error"], str) and found["error"], found
        return str(found["error"])

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300]!r}"


@dataclass(frozen=True)
class Question:
    """What is asked."""

    method: str
    path: str
    token: str = ""
    body: bytes = b""
    headers: Headers = ()
    query: str = ""
    raw_path: bytes | None = None
    client: str = "203.0.113.7"

    def __str__(self) -> str:
        return f"{self.method} {self.path}{'?' + self.query if self.query else ''} {self.body[:200]!r}"


def question(method: str, path: str, who: Person | str | None = None, body: Any = None, **query: Any) -> Question:
    """A question with a JSON body."""
    token = who.token if isinstance(who, Person) else who or ""
    raw = b"" if body is None else json.dumps(body).encode()
    return Question(method, path, token, raw, JSON if raw else (), urlencode(query, doseq=True))


class Asker:
    """Asks one site, in the loop in which its client lives."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __call__(self, *questions: Question) -> list[Answer]:
        """The answers, in order, one after another."""
        portal = self.site.client.portal
        assert portal is not None
        return portal.call(self._all, questions)

    def together(self, *questions: Question) -> list[Answer]:
        """The answers to questions that are asked all at once."""
        portal = self.site.client.portal
        assert portal is not None

        async def at_once() -> list[Answer]:
            return [*await asyncio.gather(*[self._ask(one) for one in questions])]

        return portal.call(at_once)

    def watched(self, *questions: Question) -> list[tuple[Answer, bool]]:
        """The answers, each with whether anything at all was written meanwhile."""
        portal = self.site.client.portal
        assert portal is not None
        watch = Watch(self.site)
        try:
            return portal.call(self._all_watched, questions, watch)
        finally:
            watch.close()

    async def _all_watched(self, questions: Sequence[Question], watch: "Watch") -> list[tuple[Answer, bool]]:
        return [(await self._ask(one), watch.saw_a_write()) for one in questions]

    def one(self, method: str, path: str, who: Person | str | None = None, body: Any = None, **query: Any) -> Answer:
        """One question with a JSON body."""
        return self(question(method, path, who, body, **query))[0]

    async def _all(self, questions: Sequence[Question]) -> list[Answer]:
        return [await self._ask(one) for one in questions]

    async def _ask(self, asked: Question) -> Answer:
        headers = [(b"host", b"localhost:8000")]
        if asked.token:
            headers.append((b"authorization", f"Bearer {asked.token}".encode()))
        if asked.body or asked.method in WRITING:
            headers.append((b"content-length", str(len(asked.body)).encode()))
        headers += [
            (name.encode(), value if isinstance(value, bytes) else value.encode("latin-1"))
            for name, value in asked.headers
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": asked.method,
            "scheme": "http",
            "path": unquote(asked.path, errors="surrogateescape") if asked.raw_path is None else asked.path,
            "raw_path": asked.path.encode() if asked.raw_path is None else asked.raw_path,
            "query_string": asked.query.encode(),
            "root_path": "",
            "headers": headers,
            "client": (asked.client, 50000),
            "server": ("localhost", 8000),
            "state": {},
        }
        parts: list[bytes] = []
        head: list[Any] = []
        given = False

        async def receive() -> dict[str, Any]:
            nonlocal given
            if given:
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": asked.body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                assert not head, f"{asked}: two answers"
                head.append(message)
            else:
                parts.append(message.get("body", b""))

        try:
            await self.site.app(scope, receive, send)
        except Exception:
            if not head or head[0]["status"] < 500:  # a mistake is answered first, and then let through to the log
                raise
        assert head, f"{asked}: no answer"
        found = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in head[0]["headers"])
        return Answer(head[0]["status"], found, b"".join(parts))


def names_in(route: Route) -> list[str]:
    """The names in a route's path."""
    return NAMED.findall(route.path)


def label(route: Route) -> str:
    """How a route is called in a message."""
    return f"{route.method} {route.path}"


def routes(*methods: str) -> Iterator[Route]:
    """Every route of the API, or those with these methods."""
    return (route for route in ROUTES if not methods or route.method in methods)


def names_an_id(name: str) -> bool:
    """Whether a part of a path is an id; the others are words, such as a tag."""
    return name == "id" or name.endswith("_id")


@cache
def parameters(route: Route) -> list[str]:
    """The parameters that a handler says it takes, and those within them, found in the source of its chapter."""
    chapter = inspect.getmodule(loaded(route.handler))
    source = inspect.getsource(loaded(route.handler))
    done: set[str] = set()
    while called := set(re.findall(r"\b([a-z_]\w*)\(", source)) - done:
        done |= called
        for name in called:
            found = getattr(chapter, name, None)
            if inspect.isfunction(found) and found.__module__.startswith("perron.api"):
                source += inspect.getsource(found)
    said = spoken(route.handler)
    return sorted({*READS.findall(source), *(get_type_hints(said.takes) if said else ())})


WORDED = {"name": "%F0%9F%91%8D", "hashtag": "tag", "date": "2026-01-01"}
"""Parts of paths that are words, which nobody has for themselves, with something that may stand there."""


def has_id(route: Route) -> bool:
    """Whether something is named in a route's path that may be somebody's own."""
    return not WORDED.keys() >= {*names_in(route)}


def filled(route: Route, value: str) -> str:
    """A route's path with this id in place of every name that may be somebody's own, and words where words stand. A
    key of a group of notices is that of one notice."""
    names = names_in(route)
    if len(names) < 2 and names != ["group_key"]:
        return NAMED.sub(value, route.path)
    return NAMED.sub(
        lambda found: f"ungrouped-{value}" if found[1] == "group_key" else WORDED.get(found[1], value), route.path
    )


def dump(site: Site, *, but: Sequence[str] = ()) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table, but for those that note when somebody was here."""
    from perron.store.tables import metadata

    left_out = {"tokens", "users", "sessions", *but}
    with site.store.engine.connect() as db:
        return {
            table.name: {tuple(row) for row in db.execute(table.select())}
            for table in metadata.sorted_tables
            if table.name not in left_out
        }


def changed(before: dict[str, set[tuple[Any, ...]]], after: dict[str, set[tuple[Any, ...]]]) -> dict[str, Any]:
    """Which rows are gone or different, by table."""
    return {name: [*(rows - after[name])] for name, rows in before.items() if rows - after[name]}


class Watch:
    """Tells whether anything at all was written since it last looked; SQLite knows, PostgreSQL is believed."""

    def __init__(self, site: Site) -> None:
        self.knows = site.store.engine.dialect.name == "sqlite"
        self.connection = site.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self.seen = self._version()

    def _version(self) -> int:
        return int(self.connection.exec_driver_sql("PRAGMA data_version").scalar_one()) if self.knows else 0

    def saw_a_write(self) -> bool:
        before, self.seen = self.seen, self._version()
        return before != self.seen

    def close(self) -> None:
        self.connection.close()
