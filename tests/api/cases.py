"""Calls that follow from the description of the API, tried by many hands: as nobody, as a user, as who runs the server.

Schemathesis makes them up (also such that the description forbids); numbers in paths are often of things that exist.
What a server must never do is seen by the watcher of the suite (`tests/answers.py`) and by the checks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from perron.api.openapi.document import document
from perron.api.openapi.elsewhere import ELSEWHERE
from perron.api.routes import ROUTES
from perron.store.tables import metadata
from tests.answers import MISFITS
from tests.refusals.asking import Asker
from tests.refusals.world import World, build
from tests.rig import ALL, Site

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
UNTRIED = {
    "/oauth/authorize": "a page, which tests/browser looks at",
    "/api/openapi.json": "has no parameters, and is large",
}
"""What no case is made up for, and why; streams, which stay open, are left out as well."""
TABLES = {
    "accounts": "accounts",
    "statuses": "posts",
    "polls": "posts",
    "media": "media",
    "lists": "lists",
    "filters": "filters",
    "notifications": "notices",
    "collections": "collections",
    "reports": "reports",
    "announcements": "announcements",
    "scheduled_statuses": "scheduled_posts",
    "tags": "tags",
}
"""Where things are whose numbers stand in paths."""


@dataclass
class Town:
    """A server with people and things, and those who try it."""

    site: Site
    world: World
    hands: dict[str, str]
    """Tokens: of nobody, of a user, of who runs the server."""

    def numbers(self, word: str) -> list[str]:
        """Numbers of things of a kind that exist now."""
        table = metadata.tables.get(TABLES.get(word, ""))
        if table is None or "id" not in table.c:
            return [self.world.public_post]
        with self.site.store.engine.connect() as db:
            return [str(row[0]) for row in db.execute(table.select().with_only_columns(table.c.id).limit(50))] or ["1"]


def town(site: Site) -> Town:
    """Everybody of the tests of refusals, and the owner."""
    world = build(site, Asker(site))
    owner = site.person("olga", role="owner", scopes=f"{ALL} admin:read admin:write")
    tried = site.person("tried")
    tried.follows(world.alice)
    tried.says("Tried, #and #tested")
    return Town(site, world, {"nobody": "", "user": tried.token, "owner": owner.token})


@cache
def operations() -> dict[str, list[APIOperation]]:
    """The addresses that are tried, by chapter."""
    schema = schemathesis.openapi.from_dict(document(ROUTES, ELSEWHERE, "http://localhost:8000", "Perron"))
    found: dict[str, list[APIOperation]] = {}
    for result in schema.get_all_operations():
        one = result.ok()
        if one.path not in UNTRIED and not one.path.startswith("/api/v1/streaming"):
            found.setdefault(one.definition.raw["tags"][0], []).append(one)
    return found


def attempt(here: Town, one: APIOperation, *, examples: int, forbidden: bool = False) -> None:
    """Try one address with calls that its description allows, or forbids, where there is anything to forbid."""
    if forbidden and not takes_something(one):
        return
    mode = GenerationMode.NEGATIVE if forbidden else GenerationMode.POSITIVE

    @given(case=one.as_strategy(generation_mode=mode), number=st.integers(0, 10_000), real=st.integers(0, 3))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: Case, number: int, real: int) -> None:
        if real:
            put_numbers(here, case, number)
        for token in here.hands.values():
            send(here, case, token)

    with suppress(Unsatisfiable):  # nothing that it takes can be wrong: whatever is sent is a text
        tried()


def takes_something(one: APIOperation) -> bool:
    """Whether there is more to a call than its path."""
    raw = one.definition.raw
    return "requestBody" in raw or any(each["in"] == "query" for each in raw["parameters"])


def put_numbers(here: Town, case: Case, number: int) -> None:
    """Let the numbers in a path be of things that exist."""
    words = case.path.split("/")
    for name in case.path_parameters:
        if name.endswith("id"):
            known = here.numbers(words[words.index(f"{{{name}}}") - 1])
            case.path_parameters[name] = known[number % len(known)]


def send(here: Town, case: Case, token: str) -> None:
    """Make one call, and look at its answer."""
    ready = requests.Request(**case.as_transport_kwargs(base_url="http://localhost:8000")).prepare()
    headers = {name: value for name, value in ready.headers.items() if name.lower() != "content-length"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    reply = here.site.client.request(
        case.method, ready.url or "", content=ready.body, headers=headers, follow_redirects=False
    )
    case.validate_response(reply, checks=CHECKS)
    met = list(dict.fromkeys(MISFITS))
    MISFITS.clear()
    assert not met, met


def all_operations() -> Iterator[tuple[str, APIOperation]]:
    """Every address that is tried, with its chapter."""
    for chapter, found in operations().items():
        for one in found:
            yield chapter, one


def label(one: Any) -> str:
    """An address as people say it."""
    return f"{one.method.upper()} {one.path}"
