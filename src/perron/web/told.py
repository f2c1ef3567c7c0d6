"""Dates, numbers and languages as they are told to people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from jinja2 import pass_context
from jinja2.runtime import Context

from perron.kit.time import as_datetime
from perron.kit.time import now as time_now
from perron.people.preferences import zone_called
from perron.text.days import said_day, short_day

SHORT_DAY = timedelta(hours=24)
OFFERED = ("fr", "en", "es", "de", "it", "pt", "ca", "oc", "br", "eu", "nl", "ar", "ru", "uk", "ja", "zh")
"""Languages that a writer chooses from; any other is kept when it was chosen elsewhere."""


def filters(locale: str) -> dict[str, Callable[..., str]]:
    """The filters of templates in one language. Times are told by the clock of whoever visits."""

    def by_clock(tell: Callable[[str, str, str], str]) -> Callable[..., str]:
        @pass_context
        def told(context: Context, iso: str) -> str:
            visit = context.get("visit")
            return tell(iso, locale, visit.preferences.zone if visit is not None else "")

        return told

    return {
        "ago": by_clock(ago),
        "day": by_clock(day),
        "month": by_clock(month),
        "moment": by_clock(moment),
        "number": lambda n: number(n, locale),
        "share": lambda part: share(part, locale),
        "tongue": lambda code: tongue(code, locale),
    }


def share(part: float, locale: str) -> str:
    """`8.3%`, `8,3 %`"""
    return format_percent(part, "#,##0.#%" if locale == "en" else "#,##0.#\u202f%", locale=locale)


def ago(iso: str, locale: str, zone: str = "", *, now: datetime | None = None) -> str:
    """How long ago, within a day; then the day, with its year when it is not this one."""
    then, now = _read(iso), now or as_datetime(time_now())
    past = now - then
    if timedelta(0) <= past < timedelta(minutes=1):
        return {"fr": "à l’instant", "en": "just now"}[locale]
    if past < SHORT_DAY:
        return format_timedelta(-past, add_direction=True, format="short", locale=locale, threshold=1)
    there = _there(then, zone)
    return _short(there.date().isoformat(), there.year == _there(now, zone).year, locale)


@lru_cache(4096)
def _short(date: str, this_year: bool, locale: str) -> str:
    then = datetime.fromisoformat(date)
    return short_day(then, locale, year=not this_year)


@lru_cache(4096)
def day(iso: str, locale: str, zone: str = "") -> str:
    """`samedi 21 novembre 2026`"""
    return said_day(_there(_read(iso), zone), locale, "full")


@lru_cache(4096)
def month(iso: str, locale: str, zone: str = "") -> str:
    """`novembre 2026`"""
    return format_skeleton("yMMMM", _there(_read(iso), zone).date(), locale=locale)


@lru_cache(4096)
def moment(iso: str, locale: str, zone: str = "") -> str:
    """`21 novembre 2026, 23:25` by the clock of the reader; by `UTC`, which is then said, where it is not known."""
    then = _there(_read(iso), zone)
    return f"{said_day(then, locale)}, {then:%H:%M}{'' if zone else ' UTC'}"


def _there(then: datetime, zone: str) -> datetime:
    """A moment as clocks of a zone show it; a bare date is the same everywhere."""
    found = zone_called(zone) if zone and then.tzinfo is not None else None
    return then.astimezone(found) if found else then


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
