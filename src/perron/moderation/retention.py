"""Who stayed of those who joined, by day or by month."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from perron.kit.time import DAY
from perron.moderation.dimensions import joined_and_seen
from perron.store import Db

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who joined in a period (its first millisecond): how many were still seen in each from then on."""

    period: int
    joined: int
    stayed: tuple[tuple[int, int], ...]


def retention(db: Db, first_day: int, last_day: int, frequency: str) -> list[Cohort]:
    """The cohorts between two days (since 1970), by `day` or `month`.

    Somebody who was last seen in a period was there in all before it."""
    starts = [_start(first_day, frequency)]
    while (after := _next(starts[-1], frequency)) <= last_day:
        starts.append(after)
    end = _next(starts[-1], frequency)
    groups: list[list[int]] = [[] for _ in starts]
    for joined, seen in joined_and_seen(db, starts[0] * DAY, end * DAY):
        groups[bisect_right(starts, joined // DAY) - 1].append(seen // DAY)
    return [
        Cohort(
            start * DAY,
            len(group),
            tuple((later * DAY, sum(seen >= later for seen in group)) for later in starts[place:]),
        )
        for place, (start, group) in enumerate(zip(starts, groups, strict=True))
    ]


def _start(day: int, frequency: str) -> int:
    """The first day of the period in which a day lies."""
    return day if frequency == "day" else date.fromordinal(EPOCH + day).replace(day=1).toordinal() - EPOCH


def _next(start: int, frequency: str) -> int:
    """The first day of the period after the one that begins on a day."""
    if frequency == "day":
        return start + 1
    first = date.fromordinal(EPOCH + start)
    month = first.month % 12 + 1
    return first.replace(year=first.year + (month == 1), month=month).toordinal() - EPOCH
