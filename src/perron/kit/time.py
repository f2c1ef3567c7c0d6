"""Time as the database keeps it: whole milliseconds since 1970, UTC."""

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@lru_cache(4096)  # what is read is mostly read by many
def iso(ms: int) -> str:
    """`2026-11-21T22:25:03.123Z`, three decimals and Z, as clients of the Mastodon API expect."""
    day, rest = divmod(ms, DAY)
    second, thousandth = divmod(rest, SECOND)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_date(day)}T{hour:02}:{minute:02}:{second:02}.{thousandth:03}Z"


def iso_day(ms: int) -> str:
    """`2026-11-21`"""
    return _date(ms // DAY)


@lru_cache(1024)
def _date(day: int) -> str:
    """The date of a day, counted since 1970."""
    return (date(1970, 1, 1) + timedelta(day)).isoformat()


def read_iso(text: str) -> int | None:
    """Milliseconds of an ISO 8601 date and time (UTC when no zone is named), or None when it is not one."""
    try:
        when = datetime.fromisoformat(text.strip())
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return int(when.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def as_datetime(ms: int) -> datetime:
    """An aware datetime in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)
