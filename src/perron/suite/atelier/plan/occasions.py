"""What an account prepares for: a cup that begins in June, and whose preparation begins in April."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from perron.kit.errors import Invalid, NotFound
from perron.store import Tx
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.model import MOST_EVENTS, Occasion


@dataclass(frozen=True, slots=True)
class Week:
    """A week of an occasion: the Monday on which it begins, whether it prepares, and how much is planned in it."""

    monday: date
    prepares: bool
    planned: int

    @property
    def gap(self) -> bool:
        """Whether nothing is planned in it."""
        return not self.planned


def prepare_for(tx: Tx, account_id: int, *, name: str, begins: str, ends: str, weeks: int, note: str) -> int:
    """Note an occasion, and how many weeks before it its preparation begins; its id."""
    first = _day(begins)
    last = _day(ends) if ends.strip() else first
    if not 0 < len(name.strip()) <= 120:
        raise Invalid("An event needs a name of at most 120 characters.")
    if last < first or (last - first).days > 400:
        raise Invalid("An event ends on the day on which it begins or later, within 400 days.")
    if not 0 <= weeks <= 52:
        raise Invalid("A preparation takes from 0 to 52 weeks.")
    if len(note) > 2000:
        raise Invalid("A note to yourself has at most 2000 characters.")
    if len(queries.occasions_of(tx, account_id)) >= MOST_EVENTS:
        raise Invalid(f"There are {MOST_EVENTS} events already. Remove one to add another.")
    called, note = name.strip(), note.strip()
    return queries.add_occasion(tx, account_id, called, first.isoformat(), last.isoformat(), weeks, note)


def forget_occasion(tx: Tx, account_id: int, id_: int) -> None:
    """Forget an occasion. What is planned stays."""
    if not queries.remove_occasion(tx, account_id, id_):
        raise NotFound("This event is gone, or belongs to somebody else.")


def begins_of(one: Occasion) -> date:
    """The first day on which it is prepared for."""
    return date.fromisoformat(one.begins) - timedelta(weeks=one.weeks)


def weeks_of(one: Occasion, planned: Collection[date], today: date) -> list[Week]:
    """The weeks of an occasion that are not over; `planned` are the days on which something is planned."""
    begins, ends = date.fromisoformat(one.begins), date.fromisoformat(one.ends)
    monday = _monday(max(begins_of(one), today))
    found = []
    while monday <= ends:
        to = monday + timedelta(7)
        found.append(Week(monday, to <= begins, sum(monday <= day < to for day in planned)))
        monday = to
    return found


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("This is not a day such as 2026-06-12.") from None
