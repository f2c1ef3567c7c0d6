"""How often tags and links were used day by day is forgotten when nobody asks for it any more. A chore."""

from typing import Any

from sqlalchemy import Column, Table, and_, bindparam, delete, func, select

from perron.kit.time import DAY, now
from perron.store import Prepared, Tx
from perron.store.tables import card_days, tag_days
from perron.store.trimming import STEP

KEPT = 60
"""Days that are kept: a week is shown, and trends compare with the weeks before."""


def _oldest(days: Table) -> Prepared:
    return Prepared(select(func.min(days.c.day)))


def _drop(days: Table, subject: Column[Any]) -> Prepared:
    """One step of one day."""
    some = select(subject).where(days.c.day == bindparam("of_day")).limit(STEP)
    return Prepared(delete(days).where(and_(days.c.day == bindparam("of_day"), subject.in_(some))))


_BOTH = tuple((_oldest(days), _drop(days, subject)) for days, subject in (
    (tag_days, tag_days.c.tag_id), (card_days, card_days.c.card_id),
))  # fmt: skip


def forget_days(tx: Tx) -> None:
    """Forget some of the oldest day of each that is not needed any more."""
    first = now() // DAY - KEPT
    for oldest, drop in _BOTH:
        day = tx.value(oldest)
        if day is not None and day < first:
            tx.run(drop, of_day=day)
