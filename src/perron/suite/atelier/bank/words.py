"""What a picture is found by: its words as anybody types them, and marked words for whatever else is asked for.

Everything that can be asked for stands in one index, so that it is found by one question on either engine: names of
people, places, credits, tags and albums word by word (`qbpada qbplovelace`), its kind and shape, the years it may be
of, that it was never used. A span of years is taken apart into whole centuries, decades and years, each a word: two
spans touch where a piece of the one is, holds, or lies in a piece of the other.
"""

from collections.abc import Iterable, Iterator

from perron.suite.atelier.bank.model import Item, Wanted
from perron.text.vague import from_edtf
from perron.text.words import folded_words, fts5_match, index_words

FIELDS = {"person": "p", "place": "l", "credit": "c", "tag": "t", "album": "a"}
NEVER = "qbnever"
UNDATED = "qbundated"
BETWEEN = "qbx"
"""Stands between two names, so that no phrase reaches from one into the next."""
LAST_YEAR = 2199
"""Spans that are open go on until here."""


def item_words(item: Item) -> str:
    """Everything a picture is found by; the same words as long as nothing of it has changed."""
    about = item.about
    typed = [about.caption, about.alt, about.credit, about.place, *about.people, *about.tags, about.album, about.note]
    typed += [item.sender, item.name.replace("_", " ").replace("-", " ")]
    return " ".join([index_words("\n".join(typed), None), *_marks(item)])


def _marks(item: Item) -> Iterator[str]:
    about = item.about
    yield of_bank(item.bank_id)
    named = {"person": about.people, "place": (about.place,), "credit": (about.credit,), "tag": about.tags}
    for field, values in {**named, "album": (about.album,)}.items():
        for value in values:
            yield from _named(field, value)
            yield BETWEEN
    yield f"qbk{item.kind}"
    if item.shape:
        yield f"qbs{item.shape}"
    if not item.uses_count:
        yield NEVER
    yield from _dated(about.date)
    if item.box_id:
        yield f"qbb{item.box_id}"
    if item.import_id:
        yield f"qbi{item.import_id}"


def of_bank(bank_id: int) -> str:
    """The word that every picture of a bank is found by."""
    return f"qbq{bank_id}"


def _named(field: str, value: str) -> list[str]:
    return [f"qb{FIELDS[field]}{word}" for word in folded_words(value)]


def _dated(edtf: str) -> Iterator[str]:
    found = from_edtf(edtf)
    if found is None:
        yield UNDATED
        return
    if found.day:
        yield f"qbd{found.day:04}"
    yield from year_words(*found.years)


def year_words(first: int, last: int) -> Iterator[str]:
    """What a span of years is found by: its pieces, and what each of them lies in."""
    within: set[str] = set()
    for size, number in _pieces(first, last):
        yield f"qb{size}{number}"
        if size == "y":
            within |= {f"qbdecpart{number // 10}", f"qbcenpart{number // 100}"}
        elif size == "dec":
            within.add(f"qbcenpart{number // 10}")
    yield from sorted(within)


def years_asked(first: int, last: int) -> list[str]:
    """Words of which a span has at least one that touches this one."""
    asked: dict[str, None] = {}
    for size, number in _pieces(first, last):
        asked[f"qb{size}{number}"] = None
        if size == "y":
            asked |= {f"qbdec{number // 10}": None, f"qbcen{number // 100}": None}
        elif size == "dec":
            asked |= {f"qbdecpart{number}": None, f"qbcen{number // 10}": None}
        else:
            asked[f"qbcenpart{number}"] = None
    return [*asked]


def _pieces(first: int, last: int) -> Iterator[tuple[str, int]]:
    """A span as whole centuries, decades and years, each as large as can be."""
    year, last = max(first, 0), min(last, LAST_YEAR)
    while year <= last:
        if year % 100 == 0 and year + 99 <= last:
            yield "cen", year // 100
            year += 100
        elif year % 10 == 0 and year + 9 <= last:
            yield "dec", year // 10
            year += 10
        else:
            yield "y", year
            year += 1


def expression(bank_id: int, wanted: Wanted) -> str:
    """What is looked for as an FTS5 expression. What was typed and says nothing (`!?`) narrows nothing."""
    parts = [f'"{one}"' for one in (of_bank(bank_id), *_plain(wanted))]
    parts += [phrase for name in FIELDS if (phrase := _phrase(name, getattr(wanted, name)))]
    if wanted.first_year is not None or wanted.last_year is not None:
        first, last = wanted.first_year or 0, LAST_YEAR if wanted.last_year is None else wanted.last_year
        parts.append(_one_of(years_asked(first, last)))
    if (typed := fts5_match(wanted.words)) is not None:
        parts.append(f"({typed})")
    return " AND ".join(reversed(parts))  # what is rare comes first: the engine goes by it


def _plain(wanted: Wanted) -> Iterator[str]:
    if wanted.kind:
        yield f"qbk{_letters(wanted.kind)}"
    if wanted.shape:
        yield f"qbs{_letters(wanted.shape)}"
    if wanted.never_used:
        yield NEVER
    if wanted.undated:
        yield UNDATED
    if wanted.day:
        yield f"qbd{wanted.day:04}"
    if wanted.box_id:
        yield f"qbb{wanted.box_id}"
    if wanted.import_id:
        yield f"qbi{wanted.import_id}"


def _letters(text: str) -> str:
    """The name of a kind or a shape; what is none, and might be part of an expression, finds nothing."""
    return text if text.isascii() and text.isalpha() else "nothing"


def _phrase(field: str, value: str) -> str:
    """A name as it begins: `ada love` finds Ada Lovelace."""
    words = _named(field, value)
    if not words:
        return ""
    return f'"{" ".join(words)}"' + ("*" if len(words[-1]) > 4 else "")


def _one_of(words: Iterable[str]) -> str:
    found = [f'"{one}"' for one in words]
    return f"({' OR '.join(found)})" if found else '"qbnothing"'
