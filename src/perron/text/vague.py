"""Dates that may be vague or long ago: `v. 1898`, `années 1920`, `été 1936`, `12 juin 1911 ?`.

They are kept as EDTF, level 1 (ISO 8601-2): `1898~`, `192X`, `1936-22`, `1911-06-12?`. People read and write them in
French or in English; what one language prints, it also reads.
"""

import re
from calendar import monthrange
from dataclasses import dataclass

from perron.text.letters import bare

FIRST, LAST = 10101, 99991231
"""The first and the last day there is, as numbers: `18980421` is the 21st of April 1898."""
SPRING, WINTER = 21, 24
_ONE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<how>[?~%]?)"
    r"|(?P<decade>\d{3})X|(?P<century>\d\d)XX",
    re.ASCII,
)
_SIGNS = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}

MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre"),
        "décembre",
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *("November", "December"),
    ),
}  # fmt: skip
SEASONS = {"fr": ("printemps", "été", "automne", "hiver"), "en": ("spring", "summer", "autumn", "winter")}


@dataclass(frozen=True, slots=True, order=True)
class Vague:
    """A date as it is known: between two days, both included; `edtf` is how it is kept."""

    begins: int
    ends: int
    edtf: str

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year in which it may be."""
        return self.begins // 10000, self.ends // 10000

    @property
    def day(self) -> int:
        """The day of the year as `612` (the 12th of June), when it is one; else 0."""
        return self.begins % 10000 if self.begins == self.ends else 0


def from_edtf(text: str) -> Vague | None:
    """A date in EDTF (level 1, years 1 to 9999), or None when it is none."""
    if "/" not in text:
        return _single(text)
    first, _, last = text.partition("/")
    begins, ends = _single(first), _single(last)
    if (begins is None and first not in ("", "..")) or (ends is None and last not in ("", "..")):
        return None
    if begins is None and ends is None:
        return None
    from_, to = begins.begins if begins else FIRST, ends.ends if ends else LAST
    return Vague(from_, to, f"{first or '..'}/{last or '..'}") if from_ <= to else None


def _single(text: str) -> Vague | None:
    found = _ONE.fullmatch(text)
    if found is None:
        return None
    if found["decade"]:
        year = int(found["decade"]) * 10
        return _whole(year, year + 9, text)
    if found["century"]:
        year = int(found["century"]) * 100
        return _whole(year, year + 99, text)
    year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
    if not year:
        return None
    if not month:
        return _whole(year, year, text) if not found["month"] else None
    if SPRING <= month <= WINTER and not found["day"]:
        return _season(year, month - SPRING, text)
    if month > 12 or (found["day"] and not 1 <= day <= monthrange(max(year, 1), month)[1]):
        return None
    last = day or monthrange(year, month)[1]
    return Vague(year * 10000 + month * 100 + (day or 1), year * 10000 + month * 100 + last, text)


def _whole(first: int, last: int, text: str) -> Vague:
    return Vague(max(first, 1) * 10000 + 101, last * 10000 + 1231, text)


def _season(year: int, which: int, text: str) -> Vague:
    """Three months, as one says it in the north; a winter goes on in the next year."""
    first = 3 + 3 * which
    end_year, end_month = (year + 1, 2) if which == 3 and year < 9999 else (year, min(first + 2, 12))
    return Vague(
        year * 10000 + first * 100 + 1, end_year * 10000 + end_month * 100 + monthrange(end_year, end_month)[1], text
    )


# -- what people type --------------------------------------------------------------------------------------------------

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_ABOUT = re.compile(
    r"^(?:vers|v\.|env\.?|environ|autour de|circa|ca\.?|c\.|"
    r"about|around|abt\.?|approx\.?|~)\s*(?:l'annee |en )?"
)
_PERHAPS = re.compile(r"^(?:peut-etre|probablement|sans doute|perhaps|maybe|probably|possibly)\s+(?:en |in )?")
_FROM_TO = re.compile(r"^(?:entre|de|du|between|from)\s+(.+?)\s+(?:et|a|au|and|to)\s+(?:le )?(.+)$")
_DASH = re.compile(r"^(\d{4})\s*[-–—]\s*(\d{4})$")
_BEFORE = re.compile(r"^(?:avant|before|bef\.?)\s+(?:le |en |the )?(.+)$")
_AFTER = re.compile(r"^(?:apres|after|aft\.?)\s+(?:le |en |the )?(.+)$")
_UNTIL = re.compile(r"^(?:jusqu'(?:en|au|a)|until|up to)\s+(.+)$")
_SINCE = re.compile(r"^(?:a partir d(?:e |u |')|depuis(?: le)?|des|since|from)\s*(.+?)(?: on(?:wards?)?)?$")
_PART = re.compile(
    r"^(?:(?P<early>debut|early|beginning of)|(?P<mid>milieu|mid|middle of)"
    r"|(?P<late>fin|late|end of))[\s-]+"
    r"(?:de la |des |du |de |the )*(?P<rest>.+)$"
)
_DECADE = re.compile(r"^(?:les )?(?:annees|decennie)\s+(\d{3})0$|^(?:the )?(\d{3})0s$|^(\d{3})x$")
_CENTURY = re.compile(
    r"^(?:le )?(?P<roman>[ivx]+)\s?(?:eme|e|ieme|er)\s+(?:siecle|s\.?)$"
    r"|^(?:le )?(?P<number>\d{1,2})\s?(?:eme|e|er|ieme|iem)\s+(?:siecle|s\.?)$"
    r"|^(?:the )?(?P<english>\d{1,2})(?:st|nd|rd|th)\s+century$"
    r"|^(?P<plain>\d\d)xx$"
)
_UNKNOWN = {
    *("", "s.d.", "s. d.", "sd", "sans date", "date inconnue", "inconnue", "n.d.", "n. d.", "nd", "no date"),
    *("undated", "unknown"),
}
_DAY_FIRST = re.compile(r"^(?:le )?(\d{1,2})(?:er|st|nd|rd|th)?(?: of)?\s+([a-z]+)\.?,?\s+(\d{4})$")
_MONTH_FIRST = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_MONTH = re.compile(r"^(?:en |in )?(?:l'|the )?([a-z]+)\.?(?: de| of)?,?\s+(\d{4})$")
_SLASHES = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_YEAR = re.compile(r"^(?:en |in |l'an |annee )?(\d{4})$")
_ROMAN = {"i": 1, "v": 5, "x": 10}


def read_vague(text: str, locale: str = "fr") -> Vague | None:
    """A date as somebody typed it, in French or in English (or as EDTF); None when it says none; ValueError when it
    cannot be understood. `locale` decides what `3/4/1911` means."""
    typed = _SPACES.sub(" ", text.replace("’", "'")).strip()
    if bare(typed) in _UNKNOWN:
        return None
    if (kept := from_edtf(typed.upper().replace("–", "-"))) is not None and "-" not in typed.partition("/")[0][5:6]:
        return kept
    found = _read(bare(typed), locale)
    if found is None:
        raise ValueError(text)
    return found


def _read(text: str, locale: str) -> Vague | None:
    """What folded words say; None when they say nothing that we know."""
    if two := _DASH.match(text):
        return from_edtf(f"{two[1]}/{two[2]}")
    if two := _FROM_TO.match(text):
        return _between(_edtf(two[1], locale), _edtf(two[2], locale))
    for pattern, made in ((_BEFORE, _before), (_AFTER, _after), (_UNTIL, _until), (_SINCE, _since)):
        if found := pattern.match(text):
            inner = _read(found[1], locale)
            return made(inner) if inner else None
    return from_edtf(_edtf(text, locale))


def _between(first: str, last: str) -> Vague | None:
    return from_edtf(f"{first}/{last}") if first and last and "/" not in first + last else None


def _before(limit: Vague) -> Vague | None:
    """Everything up to the day, month or year before."""
    year, month, day = limit.begins // 10000, limit.begins // 100 % 100, limit.begins % 100
    if limit.begins != limit.ends:
        return (
            from_edtf(f"../{year - 1:04}") if (month, day) == (1, 1) else from_edtf(f"../{_previous(year, month, 1)}")
        )
    return from_edtf(f"../{_previous(year, month, day)}")


def _previous(year: int, month: int, day: int) -> str:
    if day > 1:
        return f"{year:04}-{month:02}-{day - 1:02}"
    year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return f"{year:04}-{month:02}-{monthrange(max(year, 1), month)[1]:02}"


def _after(limit: Vague) -> Vague | None:
    year, month, day = limit.ends // 10000, limit.ends // 100 % 100, limit.ends % 100
    if limit.begins != limit.ends and (month, day) == (12, 31):
        return from_edtf(f"{year + 1:04}/..")
    if day < monthrange(year, month)[1]:
        return from_edtf(f"{year:04}-{month:02}-{day + 1:02}/..")
    year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return from_edtf(f"{year:04}-{month:02}-01/..")


def _until(limit: Vague) -> Vague | None:
    return from_edtf(f"../{limit.edtf}") if "/" not in limit.edtf else None


def _since(limit: Vague) -> Vague | None:
    return from_edtf(f"{limit.edtf}/..") if "/" not in limit.edtf else None


def _edtf(text: str, locale: str) -> str:
    """One date of folded words as EDTF; "" when it is none."""
    about, perhaps, plain = _doubts(text)
    if found := _PART.match(plain):
        return _third(found, locale)
    made = _certain(plain, locale)
    how = _SIGNS[about, perhaps]
    if not made or not how:
        return made
    if made.endswith("X"):  # level 1 doubts no decade and no century: their first and last year, both in doubt
        whole = _single(made)
        return f"{whole.years[0]:04}{how}/{whole.years[1]:04}{how}" if whole else ""
    return made + how


def _doubts(text: str) -> tuple[bool, bool, str]:
    """Whether a date is approximate, whether it is uncertain, and what is left of it."""
    perhaps = text.endswith("?")
    text = text.rstrip("? ")
    if found := _PERHAPS.match(text):
        perhaps, text = True, text[found.end() :]
    about = False
    if found := _ABOUT.match(text):
        about, text = True, text[found.end() :]
    return about, perhaps, text.strip()


def _third(found: re.Match[str], locale: str) -> str:
    """The beginning, the middle or the end of a year, a decade or a century."""
    whole = _single(_certain(found["rest"], locale))
    if whole is None or whole.ends - whole.begins < 1000:
        return ""
    first, last = whole.years
    if first == last:
        months = (1, 4) if found["early"] else (5, 8) if found["mid"] else (9, 12)
        return f"{first:04}-{months[0]:02}~/{first:04}-{months[1]:02}~"
    third = (last - first) // 3
    if found["early"]:
        return f"{first:04}~/{first + third:04}~"
    if found["mid"]:
        return f"{first + third + 1:04}~/{last - third - 1:04}~"
    return f"{last - third:04}~/{last:04}~"


def _certain(text: str, locale: str) -> str:
    if found := _YEAR.match(text):
        return found[1] if int(found[1]) else ""
    if found := _DECADE.match(text):
        return f"{found[1] or found[2] or found[3]}X"
    if found := _CENTURY.match(text):
        return _century(found)
    if found := _DAY_FIRST.match(text):
        return _day(found[3], _month(found[2]), found[1])
    if found := _MONTH_FIRST.match(text):
        return _day(found[3], _month(found[1]), found[2])
    if found := _MONTH.match(text):
        month = _month(found[1]) or _season_called(found[1])
        return f"{found[2]}-{month:02}" if month and int(found[2]) else ""
    if found := _SLASHES.match(text):
        return _slashes(int(found[1]), int(found[2]), int(found[3]), locale)
    return text if _single(text) else ""


def _slashes(one: int, other: int, year: int, locale: str) -> str:
    """Day and month in the order of the language; in English only where there is no doubt which is which."""
    if locale == "en" and one <= 12 and other <= 12 and one != other:
        return ""
    day, month = (one, other) if other <= 12 else (other, one)
    return _day(f"{year:04}", month, str(day))


def _day(year: str, month: int, day: str) -> str:
    made = f"{year}-{month:02}-{int(day):02}"
    return made if month and _single(made) else ""


def _century(found: re.Match[str]) -> str:
    if found["plain"]:
        return f"{found['plain']}XX"
    number = int(found["number"] or found["english"] or 0) or _roman(found["roman"])
    return f"{number - 1:02}XX" if 1 <= number <= 99 else ""


def _roman(text: str) -> int:
    values = [_ROMAN[one] for one in text]
    return sum(-one if one < max(values[n:]) else one for n, one in enumerate(values))


def _month(name: str) -> int:
    """The number of a month by its name in either language, or how it is shortened; 0 when it is none."""
    if len(name) < 3:
        return 0
    return next((n for names in _MONTH_NAMES for n, one in enumerate(names, 1) if _is_short(name, one)), 0)


def _is_short(name: str, whole: str) -> bool:
    return (
        whole.startswith(name) or (whole == "juillet" and name == "juil") or (whole == "september" and name == "sept")
    )


def _season_called(name: str) -> int:
    return next((SPRING + n for n, names in enumerate(_SEASON_NAMES) if name in names), 0)


_MONTH_NAMES = tuple(tuple(bare(one) for one in MONTHS[locale]) for locale in ("fr", "en"))
_SEASON_NAMES = (("printemps", "spring"), ("ete", "summer"), ("automne", "autumn", "fall"), ("hiver", "winter"))


# -- how it is said ----------------------------------------------------------------------------------------------------


def say_vague(edtf: str, locale: str) -> str:
    """A kept date in words: `v. 1898`, `été 1936`, `12 juin 1911 ?`; what cannot be read is said as it stands."""
    if from_edtf(edtf) is None:
        return edtf
    if "/" not in edtf:
        return _say(edtf, locale)
    first, _, last = edtf.partition("/")
    if first in ("", ".."):
        return _up_to(last, locale)
    if last in ("", ".."):
        return _from(first, locale)
    between = "entre {} et {}" if locale == "fr" else "between {} and {}"
    if re.fullmatch(r"\d{4}/\d{4}", edtf, re.ASCII):
        return f"{first}–{last}"
    return between.format(_say(first, locale), _say(last, locale))


def _up_to(last: str, locale: str) -> str:
    said = _say(last, locale)
    if locale == "en":
        return f"until {said}"
    return f"jusqu’au {said}" if said[0].isdigit() and not re.match(r"\d{4}", said, re.ASCII) else f"jusqu’en {said}"


def _from(first: str, locale: str) -> str:
    said = _say(first, locale)
    return f"from {said} on" if locale == "en" else f"depuis {said}"


def _say(one: str, locale: str) -> str:
    how = one[-1] if one[-1] in "?~%" else ""
    plain = one.rstrip("?~%")
    said = _plainly(plain, locale)
    if how in ("~", "%"):
        said = f"v. {said}" if locale == "fr" else f"c. {said}"
    if how in ("?", "%"):
        said += "\u202f?" if locale == "fr" else "?"
    return said


def _plainly(plain: str, locale: str) -> str:
    if plain.endswith("XX"):
        return _say_century(int(plain[:2]) + 1, locale)
    if plain.endswith("X"):
        return f"années {plain[:3]}0" if locale == "fr" else f"{plain[:3]}0s"
    year, *rest = plain.split("-")
    if not rest:
        return year
    month = int(rest[0])
    if month >= SPRING:
        return f"{SEASONS[locale][month - SPRING]} {year}"
    name = MONTHS[locale][month - 1]
    if len(rest) == 1:
        return f"{name} {year}"
    day = int(rest[1])
    return f"{'1er' if day == 1 and locale == 'fr' else day} {name} {year}"


def _say_century(number: int, locale: str) -> str:
    if locale == "fr":
        return f"{_as_roman(number)}{'er' if number == 1 else 'e'} siècle"
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending} century"


def _as_roman(number: int) -> str:
    """`XIX`; centuries that nobody writes so (above the 39th) in figures."""
    if number > 39:
        return str(number)
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (number // 10) + units[number % 10]
