"""An arrangement as it comes in and as it is kept: records that are held against the rules, one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from perron.kit import json
from perron.kit.errors import Invalid
from perron.suite.atelier.deck.model import (
    KINDS,
    LONGEST_NAME,
    LONGEST_WORDS,
    MOST_COLUMNS,
    NEEDS,
    ONLY,
    PLACES,
    SCREENS,
    TELLS,
    WIDTHS,
    Arrangement,
    Column,
    Place,
)
from perron.text.tags import fold, is_tag

MOST_NUMBER = 9999


def read_name(text: str) -> str:
    """What a deck is called: one line."""
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Invalid("A deck needs a name.")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"The name of a deck has at most {LONGEST_NAME} characters.")
    return name


def read_columns(raw: Sequence[Any]) -> tuple[Column, ...]:
    """The columns of a deck; each bears a number of its own, and those that come without one are given the next."""
    if len(raw) > MOST_COLUMNS:
        raise Invalid(f"A deck has at most {MOST_COLUMNS} columns. Take one out, or begin another deck.")
    records = [one for one in raw if isinstance(one, Mapping)]
    if len(records) < len(raw):
        raise Invalid("Each column must be a record.")
    taken = [_number(one.get("id")) for one in records]
    given = [one for one in taken if one]
    if len(set(given)) < len(given):
        raise Invalid("Two columns bear the same id.")
    free = (one for one in range(1, MOST_NUMBER) if one not in set(given))
    return tuple(read_column(one, number or next(free)) for one, number in zip(records, taken, strict=True))


def read_column(raw: Mapping[str, Any], id_: int) -> Column:
    """One column, as somebody wishes it."""
    kind = str(raw.get("kind", ""))
    if kind not in KINDS:
        raise Invalid(f"A column is one of: {', '.join(KINDS)}.")
    title = " ".join(str(raw.get("title") or "").replace("\x00", "").split())
    if len(title) > LONGEST_NAME:
        raise Invalid(f"The title of a column has at most {LONGEST_NAME} characters.")
    tells = str(raw.get("tells") or "mark")
    if tells not in TELLS:
        raise Invalid(f"A column tells what is new by one of: {', '.join(TELLS)}.")
    return Column(
        id=id_,
        kind=kind,
        of=_subject(kind, str(raw.get("of") or "").replace("\x00", "").strip()),
        title=title,
        media=_flag(raw, "only_media", False),
        boosts=_flag(raw, "boosts", True),
        replies=_flag(raw, "replies", True),
        tells=tells,
    )


def _subject(kind: str, of: str) -> str:
    """What a column is about, in the form in which it is kept."""
    if kind in NEEDS and not of:
        raise Invalid("This column needs to know what it shows: a list, a tag, words or somebody.")
    if kind == "notices":
        return _one_of(of, ONLY)
    if kind == "public":
        return _one_of(of, PLACES)
    if kind == "tag":
        return _tag(of)
    if kind == "search":
        return _words(of)
    if kind in ("list", "account"):
        if not (of.isascii() and of.isdigit() and len(of) < 19):
            raise Invalid("The list or the account of a column is named by its id.")
        return of
    return ""


def _one_of(of: str, choices: Sequence[str]) -> str:
    if of not in choices:
        raise Invalid(f"This column shows one of: {', '.join(one or 'all' for one in choices)}.")
    return of


def _tag(of: str) -> str:
    name = of.removeprefix("#")
    if not is_tag(name) or not fold(name):
        raise Invalid("This is not a tag.")
    return fold(name)


def _words(of: str) -> str:
    if len(of) > LONGEST_WORDS:
        raise Invalid(f"The words of a search have at most {LONGEST_WORDS} characters.")
    return " ".join(of.split())


def read_layouts(raw: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, tuple[Place, ...]]:
    """Order and widths by the size of the screen; places of columns that are not in the deck are passed over."""
    if not set(raw) <= set(SCREENS):
        raise Invalid(f"Screens are of these sizes: {', '.join(SCREENS)}.")
    known = {one.id for one in columns}
    found = {}
    for screen, row in raw.items():
        if not isinstance(row, list) or not all(isinstance(one, Mapping) for one in row):
            raise Invalid("A layout must be a list of records.")
        places = {place.column: place for place in map(_place, row) if place.column in known}
        found[screen] = tuple(places.values())
    return found


def _place(raw: Mapping[str, Any]) -> Place:
    width = str(raw.get("width") or "medium")
    if width not in WIDTHS:
        raise Invalid(f"A column is one of: {', '.join(WIDTHS)}.")
    return Place(_number(raw.get("column")), width, _flag(raw, "apart", False))


def _number(value: Any) -> int:
    """The number of a column; 0 for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        value = int(value)
    known = isinstance(value, int) and not isinstance(value, bool)
    return value if known and 0 < value <= MOST_NUMBER else 0


def _flag(raw: Mapping[str, Any], name: str, default: bool) -> bool:
    value = raw.get(name)
    return default if value is None else str(value).lower() not in ("false", "0", "off", "f", "")


def arrangement_said(held: Arrangement) -> dict[str, Any]:
    """An arrangement as records: how it is kept, and how it is told."""
    return {
        "columns": [column_said(one) for one in held.columns],
        "layouts": {
            screen: [{"column": str(one.column), "width": one.width, "apart": one.apart} for one in row]
            for screen, row in held.layouts.items()
        },
    }


def column_said(one: Column) -> dict[str, Any]:
    """One column as a record."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "of": one.of,
        "title": one.title,
        "only_media": one.media,
        "boosts": one.boosts,
        "replies": one.replies,
        "tells": one.tells,
    }


def arrangement_kept(text: str) -> Arrangement:
    """What was kept; it was held against the rules when it came in."""
    raw = json.decode(text)
    columns = read_columns(raw["columns"])
    return Arrangement(columns, read_layouts(raw["layouts"], columns))
