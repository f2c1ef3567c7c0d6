"""When an audience answers: at which hours of the day people do something with what an account writes.

Counted from what the account was told of, so by one statement over an index that is there: favourites, shares, quotes
and answers. Each person counts once an hour. Where nothing can be said yet, nothing is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from perron.kit.ids import born, first_id_at
from perron.kit.time import DAY, HOUR, now
from perron.store import Db, Prepared, Tx, const
from perron.store.tables import notices
from perron.suite.atelier.plan.line import set_up
from perron.suite.atelier.plan.model import Slot
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.slots import check_zone

WINDOW = 90 * DAY
MOST = 20_000
"""Answers that are looked at, the newest."""
ENOUGH_ANSWERS, ENOUGH_PEOPLE, ENOUGH_DAYS = 50, 10, 7
"""From which on hours are drawn."""
BEST, APART = 3, 3
"""How many hours are proposed, and how many hours lie between two of them at least."""

_ANSWERS = Prepared(
    select(notices.c.id, notices.c.from_id)
    .where(
        notices.c.account_id == bindparam("told"),
        notices.c.id >= bindparam("since"),
        notices.c.type.in_([const(one) for one in ("favourite", "reblog", "mention", "quote")]),
    )
    .order_by(notices.c.id.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Hours:
    """How many answers came in each hour of the day, by the clock of a zone."""

    zone: str
    counts: tuple[int, ...]

    @property
    def best(self) -> list[int]:
        """The hours with the most answers, some hours apart, the best first."""
        found: list[int] = []
        for hour in sorted(range(24), key=lambda one: -self.counts[one]):
            if self.counts[hour] and all(min((hour - one) % 24, (one - hour) % 24) >= APART for one in found):
                found.append(hour)
        return found[:BEST]


@dataclass(frozen=True, slots=True)
class Audience:
    """When people answered within ninety days: once by each clock that was asked for."""

    answers: int
    people: int
    days: int
    by_clock: tuple[Hours, ...]

    @property
    def enough(self) -> bool:
        """Whether there is enough of it to say something."""
        return self.answers >= ENOUGH_ANSWERS and self.people >= ENOUGH_PEOPLE and self.days >= ENOUGH_DAYS


def audience_of(db: Db, account_id: int, zones: Sequence[str]) -> Audience:
    """When the audience of an account answers, by the clocks of these zones."""
    rows = db.all(_ANSWERS, told=account_id, since=first_id_at(now() - WINDOW))
    each = {(from_id, born(id_) // HOUR) for id_, from_id in rows}
    hours = [hour for _, hour in each]
    return Audience(
        answers=len(each),
        people=len({who for who, _ in each}),
        days=len({hour // 24 for hour in hours}),
        by_clock=tuple(_by_clock(hours, zone) for zone in zones),
    )


def add_hours(tx: Tx, account_id: int, hours: Sequence[int], zone: str) -> None:
    """Give the week of the queue a slot at each of these hours of every day; those that are there stay."""
    queue = queue_of(tx, account_id)
    fresh = {Slot(day, hour * 60) for day in range(7) for hour in hours}
    set_up(tx, account_id, zone=queue.zone or zone, slots=[*{*queue.slots, *fresh}])


def _by_clock(hours: Sequence[int], zone: str) -> Hours:
    clock, counts = ZoneInfo(check_zone(zone)), [0] * 24
    for hour in hours:
        counts[datetime.fromtimestamp(hour * 3600, clock).hour] += 1
    return Hours(zone, tuple(counts))
