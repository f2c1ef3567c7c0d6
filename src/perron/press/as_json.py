"""A document as JSON, and back: what is written is read again without a difference.

    {"format": "perron-document", "version": 1, "title": "…", "language": "fr", "published": "2026-06-01T08:00:00.000Z",
     "blocks": [{"type": "text", "key": "b1", "html": "<p>…</p>"}, …]}

The names are those of `press/document.py`; what has its default is left out, times are ISO 8601 in UTC.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from perron.kit import json
from perron.kit.errors import Invalid
from perron.kit.time import iso
from perron.press import document as d
from perron.press.fit import KEY, LATEST, fit
from perron.press.letters import is_web, seen
from perron.text.sanitise import clean

FORMAT, VERSION = "perron-document", 1
MOST_BYTES, MOST_BLOCKS, MOST_OF_ONE = 32 * 2**20, 2000, 100
LONGEST, LONGEST_HTML = 20_000, 100_000
KINDS: dict[str, type[d.Block]] = {
    "heading": d.Heading,
    "text": d.Text,
    "post": d.Post,
    "link": d.Link,
    "feed": d.FeedItem,
    "photo": d.Photo,
    "video": d.Video,
    "quotation": d.Quotation,
    "poll": d.Poll,
    "gone": d.Gone,
}
_NAMES = {kind: name for name, kind in KINDS.items()}
_TIMES = {"published", "updated", "edited", "ends"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_json(document: d.Document) -> bytes:
    """The document as UTF-8 JSON."""
    return json.encode({"format": FORMAT, "version": VERSION, **_written(fit(document))})


def decoded(data: bytes) -> Any:
    """What JSON that somebody brings along says; Invalid where it is none, or too much."""
    if len(data) > MOST_BYTES:
        raise Invalid("This file is too large: a document has at most 32 MB.")
    try:
        return json.decode(data)
    except ValueError:
        raise Invalid("This file is not JSON.") from None


def read_json(data: bytes) -> d.Document:
    """A document from JSON; Invalid says where it is none. HTML that comes along is cleaned."""
    found = decoded(data)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Invalid("This file does not hold a document of Perron.")
    if found.get("version") != VERSION:
        raise Invalid("This document was written by a newer Perron. Nothing was taken in.")
    read: d.Document = _read(d.Document, found, "")
    _each_its_key(read)
    return fit(read)


# -- writing -----------------------------------------------------------------------------------------------------------


def _written(one: Any) -> dict[str, Any]:
    shown = {"type": _NAMES[type(one)]} if type(one) in _NAMES else {}
    for field in fields(one):
        value = getattr(one, field.name)
        if field.default is MISSING or value != field.default:
            shown[field.name] = _value(field.name, value)
    return shown


def _value(name: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(name, each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _written(value)
    return iso(value) if name in _TIMES and isinstance(value, int) else value


# -- reading -----------------------------------------------------------------------------------------------------------


def _read(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, "an object with names and values is expected here")
    found = {}
    for field in fields(kind):
        place = f"{where}.{field.name}" if where else field.name
        if field.name in value:
            found[field.name] = _READ[_shape(kind, field.name)](field.name, value[field.name], place)
        elif field.default is MISSING:
            raise _wrong(place, "this is missing")
    return kind(**found)


@cache
def _shape(kind: type, name: str) -> Any:
    return get_type_hints(kind)[name]


def _text(name: str, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "words are expected here")
    if len(value) > (LONGEST_HTML if name == "html" else LONGEST):
        raise _wrong(where, "this is too long")
    if name == "key" and value and not KEY.fullmatch(value):
        raise _wrong(where, "an anchor begins with a letter and has letters, digits, - and _")
    if name in ("url", "uri") and value and not is_web(value):
        raise _wrong(where, "an address begins with https:// or http://")
    return clean(seen(value)) if name == "html" else seen(value)


def _number(name: str, value: Any, where: str) -> int:
    if name in _TIMES:
        return _time(value, where)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LATEST:
        raise _wrong(where, "a whole number is expected here")
    return value


def _time(value: Any, where: str) -> int:
    """The millisecond of an ISO 8601 time: exactly, without the detour by a fraction."""
    try:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise ValueError
        at = (datetime.fromisoformat(value) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        at = -1
    if not 0 <= at <= LATEST:
        raise _wrong(where, "a date and time such as 2026-06-01T08:00:00Z is expected here")
    return at


def _maybe(read: Callable[[str, Any, str], Any]) -> Callable[[str, Any, str], Any]:
    return lambda name, value, where: None if value is None else read(name, value, where)


def _some(kind: type) -> Callable[[str, Any, str], Any]:
    return lambda name, value, where: _read(kind, value, where)


def _many(read: Callable[[str, Any, str], Any], most: int) -> Callable[[str, Any, str], Any]:
    def read_all(name: str, value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _wrong(where, "a list is expected here")
        if len(value) > most:
            raise _wrong(where, f"there are {len(value)} of these; there can be {most}")
        return tuple(read(name, each, f"{where}[{number}]") for number, each in enumerate(value))

    return read_all


def _block(name: str, value: Any, where: str) -> d.Block:
    kind = KINDS.get(value.get("type", "")) if isinstance(value, dict) and isinstance(value.get("type"), str) else None
    if kind is None:
        raise _wrong(f"{where}.type", "one of these is expected here: " + ", ".join(KINDS))
    block: d.Block = _read(kind, value, where)
    return block


class _Readers(dict[Any, Callable[[str, Any, str], Any]]):
    """How a field of some type is read, found out once for each type."""

    def __missing__(self, shape: Any) -> Callable[[str, Any, str], Any]:
        self[shape] = read = _reader(shape)
        return read


def _reader(shape: Any) -> Callable[[str, Any, str], Any]:
    if get_origin(shape) is tuple:
        inner = get_args(shape)[0]
        return _many(_block, MOST_BLOCKS) if inner == d.Block else _many(_READ[inner], MOST_OF_ONE)
    if get_origin(shape) in (UnionType, Union):
        return _maybe(_READ[next(one for one in get_args(shape) if one is not NoneType)])
    return _some(shape)


_READ: Mapping[Any, Callable[[str, Any, str], Any]] = _Readers({str: _text, int: _number})


def _each_its_key(document: d.Document) -> None:
    met: set[str] = set()
    for number, block in enumerate(document.blocks):
        if not block.key:
            raise _wrong(f"blocks[{number}].key", "this is missing")
        if block.key in met:
            raise _wrong(f"blocks[{number}].key", "another block has this anchor already")
        met.add(block.key)


def _wrong(where: str, says: str) -> Invalid:
    return Invalid(f"In {where or 'the file'}: {says}.")
