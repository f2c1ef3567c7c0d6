"""The times of a week at which a queue publishes, and which of them are free."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from perron.kit.errors import Invalid
from perron.kit.time import MINUTE, now
from perron.kit.zones import Wall, moment_of, read_wall, wall_at
from perron.posts.planned import scheduled_of
from perron.store import Db
from perron.suite.atelier.plan.model import MOST_SLOTS, Queue, Slot
from perron.suite.atelier.plan.queries import queue_of

WEEKS = 105
"""How far ahead a free slot is looked for."""
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:hH.]([0-5]\d)?(?!\d)", re.ASCII)


def read_slots(days: Sequence[str]) -> tuple[Slot, ...]:
    """Slots as they are typed, a line for each day from Monday on: `9:30, 12h 18:45`."""
    found = {Slot(day, minute) for day, line in enumerate(days[:7]) for minute in _minutes(line)}
    return checked(found)


def checked(slots: Collection[Slot]) -> tuple[Slot, ...]:
    """Slots in their order; Invalid when one is none, or there are too many."""
    if any(not (0 <= one.day < 7 and 0 <= one.minute < 24 * 60) for one in slots):
        raise Invalid("This is not a time of the week.")
    if len(slots) > MOST_SLOTS:
        raise Invalid(f"A week has at most {MOST_SLOTS} slots.")
    return tuple(sorted(slots))


def _minutes(line: str) -> Iterator[int]:
    rest = _CLOCK.sub("", line)
    if rest.strip(" ,;\t\r\n·"):
        raise Invalid("Write times such as 09:30, with commas between them.")
    for found in _CLOCK.finditer(line):
        yield int(found[1]) * 60 + int(found[2] or 0)


def coming(queue: Queue, since: int) -> Iterator[tuple[Wall, int]]:
    """The slots of a queue from a moment on, each with its moment. Two that clocks make one are one: on a night when
    they leap, or where a zone is known no more, there are fewer."""
    first = wall_at(since, queue.zone)
    if first is None or not queue.slots:
        return
    day, last = datetime.fromisoformat(first.local).replace(hour=0, minute=0, second=0) - timedelta(1), 0
    for ahead in range(7 * WEEKS):
        date = day + timedelta(ahead)
        for slot in queue.slots:
            if slot.day != date.weekday():
                continue
            wall = Wall(f"{date:%Y-%m-%d}T{slot.clock}", queue.zone)
            moment = moment_of(wall)
            if moment is not None and moment.at > max(since, last):
                last = moment.at
                yield wall, moment.at


def free_slots(db: Db, account_id: int, *, but: Collection[int] = ()) -> Iterator[Wall]:
    """The slots to come at which nothing is planned yet; what is named by `but` takes none."""
    queue = queue_of(db, account_id)
    taken = {one.due // MINUTE for one in scheduled_of(db, account_id) if one.id not in but and not one.error}
    return (wall for wall, at in coming(queue, now() + MINUTE) if at // MINUTE not in taken)


def next_free(db: Db, account_id: int, *, but: Collection[int] = ()) -> Wall:
    """The first slot at which nothing is planned yet; what is named by `but` takes none."""
    queue = queue_of(db, account_id)
    if not queue.slots:
        raise Invalid("There are no slots yet. Say first at which times of the week your queue publishes.")
    found = next(free_slots(db, account_id, but=but), None)
    if found is None:
        raise Invalid("No slot is free. Add slots to your week, or choose a time yourself.")
    return found


def check_zone(zone: str) -> str:
    """A zone that there is."""
    return read_wall("2026-01-01T00:00", zone).zone
