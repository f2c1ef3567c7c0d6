"""How far an account has read, on whichever device."""

from sqlalchemy import bindparam, select

from perron.kit.errors import Invalid
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, insert_or_change
from perron.store.tables import markers

TIMELINES = ("home", "notifications")

_SET = insert_or_change(
    markers,
    *("account_id", "timeline", "last_read_id", "version", "at"),
    key=("account_id", "timeline"),
    to=lambda new: {"last_read_id": new.last_read_id, "version": markers.c.version + 1, "at": new.at},
)
_ALL = Prepared(
    select(markers.c.timeline, markers.c.last_read_id, markers.c.version, markers.c.at).where(
        markers.c.account_id == bindparam("of_account")
    )
)


def mark_read(tx: Tx, account_id: int, timeline: str, last_read_id: int) -> None:
    """Remember how far one has read a timeline."""
    if timeline not in TIMELINES:
        raise Invalid("Validation failed: Timeline is not included in the list")
    tx.run(_SET, account_id=account_id, timeline=timeline, last_read_id=last_read_id, version=1, at=now())


def markers_of(db: Db, account_id: int) -> dict[str, tuple[int, int, int]]:
    """(last read id, version, when) by timeline."""
    return {row[0]: (row[1], row[2], row[3]) for row in db.all(_ALL, of_account=account_id)}


def last_read(db: Db, account_id: int, timeline: str) -> int:
    """The last id one has read of a timeline, or 0."""
    return markers_of(db, account_id).get(timeline, (0, 0, 0))[0]
