"""Hours in the zone of a person: when it is quiet, until when, and when the letter of the day is due."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from perron.kit.time import as_datetime
from perron.people.preferences import Preferences, Quiet

MORNING = time(8, 0)
_LONGEST = 8
"""Quiet hours that follow each other are put together, up to a week."""


def quiet_until(chosen: Preferences, at: int) -> int | None:
    """When the quiet that reigns at `at` (milliseconds) ends; None when it does not reign."""
    if chosen.quiet is None:
        return None
    until: int | None = None
    for _ in range(_LONGEST):
        ends = _end_of_quiet(chosen.quiet, chosen.place, at if until is None else until)
        if ends is None:
            break
        until = ends
    return until


def _end_of_quiet(quiet: Quiet, zone: ZoneInfo, at: int) -> int | None:
    today = as_datetime(at).astimezone(zone).date()
    for day in (today - timedelta(1), today):
        if day.weekday() not in quiet.days:
            continue
        last = day if quiet.ends > quiet.begins else day + timedelta(1)
        begins, ends = _moment(day, quiet.begins, zone), _moment(last, quiet.ends, zone, later=True)
        if begins <= at < ends:
            return ends
    return None


def _moment(day: date, minute: int, zone: ZoneInfo, *, later: bool = False) -> int:
    """A minute of a day, in milliseconds; where clocks change, and it comes twice or not at all, the earlier or the
    `later` of what it could mean."""
    shown = datetime.combine(day, time(minute // 60, minute % 60), zone)
    both = [int(shown.replace(fold=fold).timestamp() * 1000) for fold in (0, 1)]
    return max(both) if later else min(both)


def digest_day(chosen: Preferences, at: int) -> date:
    """The day whose letter tells of what happens at `at`: today before eight in the morning, else tomorrow."""
    today = as_datetime(at).astimezone(chosen.place).date()
    return today if at < digest_at(chosen, today) else today + timedelta(1)


def digest_at(chosen: Preferences, day: date) -> int:
    """When the letter of a day is due: at eight in the morning there, in milliseconds."""
    return int(datetime.combine(day, MORNING, chosen.place).timestamp() * 1000)
