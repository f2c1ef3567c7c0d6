"""Dates, numbers and languages as they are told to people."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal

SHORT_DAY = timedelta(hours=24)
OFFERED = ("fr", "en", "es", "de", "it", "pt", "ca", "oc", "br", "eu", "nl", "ar", "ru", "uk", "ja", "zh")
"""Languages that a writer chooses from; any other is kept when it was chosen elsewhere."""


def filters(locale: str) -> dict[str, Callable[..., str]]:
    """The filters of templates in one language."""
    return {
        "ago": lambda iso: ago(iso, locale),
        "day": lambda iso: day(iso, locale),
        "month": lambda iso: month(iso, locale),
        "moment": lambda iso: moment(iso, locale),
        "number": lambda n: number(n, locale),
        "tongue": lambda code: tongue(code, locale),
    }


def ago(iso: str, locale: str, *, now: datetime | None = None) -> str:
    """How long ago, within a day; then the day, with its year when it is not this one."""
    then, now = _read(iso), now or datetime.now(UTC)
    past = now - then
    if timedelta(0) <= past < timedelta(minutes=1):
        return {"fr": "à l’instant", "en": "just now"}[locale]
    if past < SHORT_DAY:
        return format_timedelta(-past, add_direction=True, format="short", locale=locale, threshold=1)
    return _short(then.date().isoformat(), then.year == now.year, locale)


@lru_cache(4096)
def _short(date: str, this_year: bool, locale: str) -> str:
    then = datetime.fromisoformat(date)
    return format_skeleton("MMMd" if this_year else "yMMMd", then, locale=locale)


@lru_cache(4096)
def day(iso: str, locale: str) -> str:
    """`samedi 21 novembre 2026`"""
    return format_date(_read(iso), "full", locale=locale)


@lru_cache(4096)
def month(iso: str, locale: str) -> str:
    """`novembre 2026`"""
    return format_skeleton("yMMMM", _read(iso), locale=locale)


@lru_cache(4096)
def moment(iso: str, locale: str) -> str:
    """`21 novembre 2026, 22:25 UTC`: the server does not know where its readers are, and says so."""
    then = _read(iso)
    return f"{format_date(then, 'long', locale=locale)}, {then:%H:%M} UTC"


@lru_cache(4096)
def number(n: int, locale: str) -> str:
    """`1 234`, and from ten thousand on in short."""
    if abs(n) < 10_000:
        return format_decimal(n, locale=locale)
    return format_compact_decimal(n, fraction_digits=1 if abs(n) < 100_000 else 0, locale=locale)


@lru_cache(1024)
def tongue(code: str, locale: str) -> str:
    """The name of a language; its code where it has none."""
    try:
        found = Locale.parse(code, sep="-").get_display_name(locale)
    except (ValueError, UnknownLocaleError):
        return code
    return found or code


def _read(iso: str) -> datetime:
    return datetime.fromisoformat(iso)
