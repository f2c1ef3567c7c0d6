"""Every call and every answer of the API is held against what its handler says it takes and gives.

`watching()` puts itself between the door and the handlers for as long as tests run; what did not fit is told to the
test in which it was met. The server itself knows nothing of this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from perron.api import door
from perron.api.kit import Call, Reply, Route, Spoken, encode, spoken
from perron.api.openapi.schemas import arms
from perron.entities.shapes.common import Error

MISFITS: list[str] = []


@contextmanager
def watching() -> Iterator[None]:
    """Hold everything that the doors of this process are asked and answer against what was said."""
    run, send = door.Door._run, door._send

    async def watched_run(self: door.Door, route: Route, call: Call) -> Any:
        said = spoken(route.handler)
        if said is None:
            return await run(self, route, call)
        where = f"{route.method} {route.path}"
        call.params.raw = Noted(call.params.raw, said.takes, where)
        call.uploads = Noted(call.uploads, said.takes, where)
        reply = encode(await run(self, route, call))
        MISFITS.extend(f"{where} answers: {one}" for one in wrong_in(reply, said))
        return reply

    async def watched_send(send_on: Any, status: int, body: bytes, headers: Any, *, bodiless: bool = False) -> None:
        if status >= 400:
            MISFITS.extend(f"{status} answers: {one}" for one in wrong(body, Error))
        await send(send_on, status, body, headers, bodiless=bodiless)

    door.Door._run, door._send = watched_run, watched_send  # type: ignore[method-assign]
    try:
        yield
    finally:
        door.Door._run, door._send = run, send  # type: ignore[method-assign]


def wrong_in(reply: Reply, said: Spoken) -> Iterator[str]:
    """What does not fit in a reply to a call that was granted."""
    if not reply.status < 300 or reply.kind:
        return
    yield from wrong(reply.body, said.gives)
    if not said.paged and any(name == b"link" for name, _ in reply.headers):
        yield "it has a Link header and was not said to be paged"


def wrong(body: bytes, kind: Any) -> list[str]:
    """What does not fit in a body that should be of a kind: the first wrong type, or all members nobody declared."""
    if len(arms(kind)) > 1:
        tried = [wrong(body, arm) for arm in arms(kind)]
        return min(tried, key=len) if all(tried) else []
    if get_origin(kind) in (Union, UnionType):  # of records, which msgspec does not tell apart
        told = [wrong(body, arm) for arm in get_args(kind)]
        return [] if [] in told else [one for each in told for one in each]
    try:
        decoder(kind).decode(body)
    except msgspec.ValidationError as unfit:
        return [f"{unfit} in {body[:1000]!r}"]
    return [f"{place} is not declared" for place in dict.fromkeys(undeclared(msgspec.json.decode(body), kind, "$"))]


@cache
def decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@cache
def members(kind: Any) -> dict[str, Any]:
    """The members of a `TypedDict`, with their types."""
    return get_type_hints(kind, include_extras=True)


def bare(kind: Any) -> Any:
    """A type without what is said about it."""
    while get_origin(kind) in (Annotated, Required, NotRequired):
        kind = get_args(kind)[0]
    return kind


@dataclass(frozen=True)
class Shape:
    """What a type has within: other types it may be as well, members, or items of one kind."""

    arms: tuple[Any, ...] = ()
    known: dict[str, Any] | None = None
    items: Any = None
    values: Any = None


@cache
def shape(kind: Any) -> Shape:
    """Of each type once, as every answer of every test is looked at."""
    kind = bare(kind)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return Shape(arms=get_args(kind))
    if is_typeddict(kind):
        return Shape(known=members(kind))
    if origin is list:
        return Shape(items=get_args(kind)[0])
    return Shape(values=get_args(kind)[1]) if origin is dict else Shape()


def undeclared(value: Any, kind: Any, place: str) -> Iterator[str]:
    """The places of members of a value that its type does not know."""
    if not isinstance(value, dict | list):
        return
    of = shape(kind)
    for arm in of.arms:
        yield from undeclared(value, arm, place)
    if isinstance(value, list):
        if of.items is not None:
            for inner in value:
                yield from undeclared(inner, of.items, f"{place}[]")
    elif of.known is not None:
        for name, inner in value.items():
            if name not in of.known:
                yield f"{place}.{name}"
            elif isinstance(inner, dict | list):
                yield from undeclared(inner, of.known[name], f"{place}.{name}")
    elif of.values is not None:
        for inner in value.values():
            yield from undeclared(inner, of.values, f"{place}.*")


class Noted(dict[str, Any]):
    """Parameters that note when somebody reads one which was not declared."""

    def __init__(self, raw: Mapping[str, Any], takes: Any, where: str) -> None:
        self.known, self.where = members(takes), where
        super().__init__({name: noted(value, self.known.get(name), where) for name, value in raw.items()})

    def _note(self, name: object) -> None:
        if name not in self.known:
            MISFITS.append(f"{self.where} reads {name!r} without saying that it takes it")

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(name)
        return super().__contains__(name)


def noted(value: Any, kind: Any, where: str) -> Any:
    """Records within parameters are watched as well."""
    if not isinstance(value, dict | list):
        return value
    kind = bare(kind)
    if is_typeddict(kind) and isinstance(value, dict):
        return Noted(value, kind, where)
    inner = shape(kind).items
    if inner is not None and is_typeddict(inner := bare(inner)):
        if isinstance(value, list):
            return [noted(one, inner, where) for one in value]
        return {name: noted(one, inner, where) for name, one in value.items()}  # a record with numbered members
    return value
