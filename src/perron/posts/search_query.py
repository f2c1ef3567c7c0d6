"""What somebody looks for: words, and operators that narrow where they are looked for.

`from:ada has:image before:2026-11 "petit port" -mairie`. Each operator has a French name as well, and a `-` before it
turns it round. What is not understood is a word like any other, so nothing that is typed is ever refused.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from perron.kit.ids import first_id_at

LONGEST = 1000
MOST_OPERATORS = 12
NEWEST = 2**62

HAS = {
    "media": ("media", "médias", "medias", "média"),
    "image": ("image", "images", "picture", "photo", "photos"),
    "video": ("video", "vidéo", "videos", "vidéos"),
    "audio": ("audio", "sound", "son", "sons"),
    "poll": ("poll", "sondage"),
    "link": ("link", "links", "lien", "liens"),
    "embed": ("embed", "card", "carte", "aperçu"),
    "tag": ("tag", "tags", "hashtag", "étiquette"),
    "warning": ("warning", "cw", "avertissement"),
}
IS = {
    "reply": ("reply", "réponse", "reponse"),
    "quote": ("quote", "citation"),
    "sensitive": ("sensitive", "sensible"),
    "edited": ("edited", "changed", "modifié", "modifie"),
}
IN = {
    "library": ("library", "bibliothèque", "bibliotheque"),
    "public": ("public", "publics"),
    "all": ("all", "tout"),
}
OPERATORS = {
    "from": ("from", "de"),
    "has": ("has", "avec"),
    "is": ("is", "est"),
    "in": ("in", "dans"),
    "before": ("before", "avant"),
    "after": ("after", "après", "apres"),
    "during": ("during", "pendant"),
    "language": ("language", "lang", "langue"),
}
"""Every operator by each of its names."""

_NAMED = {alias: name for name, aliases in OPERATORS.items() for alias in aliases}
_HAS = {f"has:{alias}": f"has:{name}" for name, aliases in HAS.items() for alias in aliases}
_IS = {f"is:{alias}": f"is:{name}" for name, aliases in IS.items() for alias in aliases}
_IN = {f"in:{alias}": f"in:{name}" for name, aliases in IN.items() for alias in aliases}
_QUALITIES = {**_HAS, **_IS, **_IN}
_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(r'-?"[^"]*"|\S+')
_OPERATOR = re.compile(r"(-?)([^\W\d_]+):(.+)")
_HANDLE = re.compile(r"@?([a-z0-9_]+(?:@[a-z0-9.:-]+)?)", re.IGNORECASE | re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """Words to look for, and where. `qualities` are (`has:image`, wanted or not); ids lie in `least` ≤ id < `most`."""

    words: str = ""
    author: str = ""
    without_author: str = ""
    language: str = ""
    without_language: str = ""
    least: int = 0
    most: int = NEWEST
    qualities: frozenset[tuple[str, bool]] = field(default=frozenset())

    @property
    def narrows(self) -> bool:
        """Whether anything but words is asked for."""
        return self != Query(self.words)


def read_query(text: str) -> Query:
    """Understand what was typed."""
    query, words, left = Query(), [], MOST_OPERATORS
    for part in _PART.findall(text[:LONGEST].translate(_QUOTES)):
        narrowed = _narrow(query, part) if left else None
        if narrowed is None:
            words.append(part)
        else:
            query, left = narrowed, left - 1
    return replace(query, words=" ".join(words))


def _narrow(query: Query, part: str) -> Query | None:
    """The query with an operator added, or None when this is not one."""
    found = _OPERATOR.fullmatch(part)
    if found is None:
        return None
    wanted, name, value = not found[1], _NAMED.get(found[2].lower(), ""), found[3].strip('"').lower()
    if name in ("has", "is", "in"):
        quality = _QUALITIES.get(f"{name}:{value}")
        return replace(query, qualities=query.qualities | {(quality, wanted)}) if quality else None
    if name == "from" and (handle := _HANDLE.fullmatch(value)) is not None:
        return replace(query, author=handle[1]) if wanted else replace(query, without_author=handle[1])
    if name == "language" and _LANGUAGE.fullmatch(value):
        return replace(query, language=value) if wanted else replace(query, without_language=value)
    if name in ("before", "after", "during") and wanted and (days := read_days(value)) is not None:
        return _within(query, name, *days)
    return None


def _within(query: Query, name: str, first: date, last: date) -> Query:
    begins, ends = _id_at(first), _id_at(last + timedelta(1))
    if name == "before":
        return replace(query, most=min(query.most, begins))
    if name == "after":
        return replace(query, least=max(query.least, ends))
    return replace(query, least=max(query.least, begins), most=min(query.most, ends))


def read_days(text: str) -> tuple[date, date] | None:
    """The first and the last day of a day, a month or a year: `2026-11-21`, `2026-11`, `2026`."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(one) if one else 0 for one in found.groups())
    try:
        if not 1970 <= year <= 3000:
            return None
        if not found[2]:
            return date(year, 1, 1), date(year, 12, 31)
        if not found[3]:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def _id_at(day: date) -> int:
    return first_id_at(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000)
