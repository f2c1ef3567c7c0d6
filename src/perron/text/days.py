"""Days in words, as a locale says them."""

import re
from datetime import date

from babel.dates import format_date, format_skeleton

_FIRST = re.compile(r"(?<!\d)1 (?=[^\W\d])")


def said_day(day: date, locale: str, form: str = "long") -> str:
    """`21 novembre 2026`; `full` has its weekday, any other form is one of CLDR's patterns."""
    return _first(format_date(day, form, locale=locale), locale)


def short_day(day: date, locale: str, *, year: bool = False) -> str:
    """`21 nov.`, or with its year."""
    return _first(format_skeleton("yMMMd" if year else "MMMd", day, locale=locale), locale)


def _first(said: str, locale: str) -> str:
    """French counts the first of a month as a first, and CLDR does not."""
    return _FIRST.sub("1er ", said) if locale.startswith("fr") else said
