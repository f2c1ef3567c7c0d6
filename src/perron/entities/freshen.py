"""Fragments of an older format, or of another address, are made anew in the background, newest first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from perron.entities.links import Links
from perron.jobs import Event, come_back, emit_once
from perron.kit.time import HOUR, now
from perron.store import Prepared, Store, Tx
from perron.store.paging import NEWEST
from perron.store.tables import accounts, posts

STEP = 500
"""Rows looked at in one transaction."""


@dataclass(frozen=True)
class FreshnessDue(Event):
    """An hour has passed since fragments were last asked how old they are."""


def _oldest(table: Table) -> Prepared:
    return Prepared(select(table.c.stamp).order_by(table.c.id).limit(1))


def _page(table: Table) -> Prepared:
    below = table.c.id < bindparam("below")
    return Prepared(
        select(table.c.id, table.c.stamp).where(below).order_by(table.c.id.desc()).limit(bindparam("limit"))
    )


_KINDS = {kind: (_oldest(table), _page(table)) for kind, table in (("account", accounts), ("post", posts))}


def keep_fresh(tx: Tx) -> None:
    """See to it that looking for old fragments is due at some time."""
    emit_once(tx, FreshnessDue())


def freshen(store: Store, payload: dict[str, Any]) -> None:
    """After `FreshnessDue`: make old fragments anew, and come back in an hour.

    The oldest row is the last to be made, so that a look at it tells whether there is anything to do."""
    stamp = Links(store.settings).stamp
    for kind, (oldest, page) in _KINDS.items():
        with store.read() as db:
            below = 0 if db.value(oldest) in (None, stamp) else NEWEST
        while below:
            below = store.write(lambda tx, kind=kind, page=page, below=below: _step(tx, kind, page, below, stamp))  # type: ignore[misc]
    store.write(lambda tx: come_back(tx, FreshnessDue(), due=now() + HOUR))


def _step(tx: Tx, kind: str, page: Prepared, below: int, stamp: int) -> int:
    """One page; under which id the next begins, 0 at the end."""
    rows = tx.all(page, below=below, limit=STEP)
    for id_, kept in rows:
        if kept != stamp:
            tx.rerender(kind, id_)
    return int(rows[-1][0]) if len(rows) == STEP else 0
