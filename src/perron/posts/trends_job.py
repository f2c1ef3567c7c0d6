"""Every five minutes what is talked about is counted anew, into one small table that pages read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from perron.jobs import Event, come_back, emit_once
from perron.kit.time import MINUTE, now
from perron.posts.trends_count import COUNTS, Found
from perron.posts.trends_review import add_publishers, judge
from perron.store import Prepared, Store, Tx, insert
from perron.store.tables import trends

PAUSE = 5 * MINUTE

_CLEAR = Prepared(delete(trends))
_ADD = insert(trends, *Found._fields, "position", "allowed")


@dataclass(frozen=True)
class TrendsDue(Event):
    """Five minutes have passed since what is talked about was counted."""


def keep_counting(tx: Tx) -> None:
    """See to it that counting is due at some time."""
    emit_once(tx, TrendsDue())


def count_trends(store: Store, payload: dict[str, Any]) -> None:
    """After `TrendsDue`: count, and come back in five minutes."""
    recount(store)
    store.write(lambda tx: come_back(tx, TrendsDue(), due=now() + PAUSE))


def recount(store: Store) -> None:
    """Count what is talked about now; the pen is held only to write it down."""
    at, settings = now(), store.settings
    with store.read() as db:
        found = [count(db, at, settings.trends_min_people) for count in COUNTS] if settings.trends != "off" else []
    store.write(lambda tx: keep(tx, found, settings.trends))


def keep(tx: Tx, found: list[list[Found]], mode: str) -> None:
    """Write down what is talked about, each kind in its order, and settle what may be shown."""
    tx.run(_CLEAR)
    rows = [{**one._asdict(), "position": place, "allowed": False} for kind in found for place, one in enumerate(kind)]
    tx.many(_ADD, rows)
    add_publishers(tx)
    judge(tx, mode)
