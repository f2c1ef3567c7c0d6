"""The log of changes: what one process has committed and every process must hear of, in order.

A row in the same transaction as the change; whoever listens reads on from the last id it has seen. A wake-up makes this
quick, and a lost wake-up only makes it slower. The rows are written last before the commit, and on PostgreSQL one
transaction at a time, so that nobody can see an id before a smaller one.
"""

from sqlalchemy import bindparam, delete, func, select

from perron.kit import json
from perron.kit.time import MINUTE, now
from perron.store.engine import Db, Tx
from perron.store.statements import Prepared, insert
from perron.store.tables import changes

_TELL = insert(changes, "kind", "payload", "at")
_IN_TURN = Prepared(select(func.pg_advisory_xact_lock(bindparam("of_changes"))))
_HEAR = Prepared(
    select(changes.c.id, changes.c.kind, changes.c.payload)
    .where(changes.c.id > bindparam("after"))
    .order_by(changes.c.id)
    .limit(1000)
)
_NEWEST = Prepared(select(func.max(changes.c.id)))
_OLDEST = Prepared(select(func.min(changes.c.id)))
_TRIM = Prepared(delete(changes).where(changes.c.at < bindparam("before"), changes.c.id < bindparam("newest")))

LOCK = 0x50_65_72_72_6F_6E  # the number under which PostgreSQL lets one transaction at a time write the log
Change = tuple[int, str, list[int | str]]


def tell(tx: Tx, kind: str, *what: int | str) -> None:
    """Let every process hear of it once this transaction commits."""
    tx.told.append({"kind": kind, "payload": json.encode_text(what), "at": now()})
    tx.wakes = True


def write_down(tx: Tx) -> None:
    """Put into the log what was told in this transaction: the last thing before its commit."""
    if tx.told:
        if tx.dialect == "postgresql":
            tx.run(_IN_TURN, of_changes=LOCK)
        for one in tx.told:
            tx.run(_TELL, **one)
        tx.told = []


def hear(db: Db, after: int) -> list[Change]:
    """Changes after the one with this id, oldest first, at most 1,000."""
    return [(id_, kind, json.decode(payload)) for id_, kind, payload in db.all(_HEAR, after=after)]


def newest(db: Db) -> int:
    """The id of the latest change."""
    return db.value(_NEWEST) or 0


def oldest(db: Db) -> int:
    """The id of the first change that is still known; 0 when there are none."""
    return db.value(_OLDEST) or 0


def trim(tx: Tx) -> None:
    """Forget changes older than ten minutes; the newest is kept, so that ids go on."""
    tx.run(_TRIM, before=now() - 10 * MINUTE, newest=newest(tx))
