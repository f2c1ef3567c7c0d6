"""One statement a function."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, null, select, update

from perron.kit.ids import new_id
from perron.kit.time import now
from perron.kit.zones import Wall
from perron.store import Db, Prepared, Tx, insert, insert_new, upsert
from perron.store.paging import Paged, Paging
from perron.store.tables import (
    plan_events,
    plan_figures,
    plan_posts,
    plan_queues,
    plan_series,
    plan_slots,
    scheduled_posts,
)
from perron.suite.atelier.plan.model import Occasion, Queue, Series, Shown, Slot

_OF: Any = bindparam("of_account")
_QUEUE = Prepared(
    select(plan_queues.c.zone, plan_queues.c.paused, plan_queues.c.warn_below).where(plan_queues.c.account_id == _OF)
)
_SLOTS = Prepared(
    select(plan_slots.c.day, plan_slots.c.minute)
    .where(plan_slots.c.account_id == _OF)
    .order_by(plan_slots.c.day, plan_slots.c.minute)
)
_BEGIN = insert_new(plan_queues, "account_id", "zone", "paused", "warn_below", "warned_at")
_SET = upsert(plan_queues, "account_id", "zone", "paused", "warn_below", key=("account_id",))
_NO_SLOTS = Prepared(delete(plan_slots).where(plan_slots.c.account_id == _OF))
_ADD_SLOT = insert_new(plan_slots, "account_id", "day", "minute")
_WATCHED = Prepared(
    select(plan_queues.c.account_id, plan_queues.c.warn_below).where(
        plan_queues.c.warned_at.is_(None), plan_queues.c.warn_below > 0
    )
)
_WARNED = Prepared(update(plan_queues).where(plan_queues.c.account_id == _OF).values(warned_at=bindparam("at")))
_ARM = Prepared(update(plan_queues).where(plan_queues.c.account_id == _OF).values(warned_at=null()))
_QUEUED = Prepared(
    select(scheduled_posts.c.id)
    .where(scheduled_posts.c.account_id == _OF, scheduled_posts.c.queued, scheduled_posts.c.error == "")
    .order_by(scheduled_posts.c.due)
    .limit(bindparam("most"))
)
_EVENT = tuple(plan_events.c[name] for name in ("id", "account_id", "name", "begins", "ends", "weeks", "note"))
_EVENTS = Prepared(select(*_EVENT).where(plan_events.c.account_id == _OF).order_by(plan_events.c.begins))
_ADD_EVENT = insert(plan_events, "id", "account_id", "name", "begins", "ends", "weeks", "note")
_REMOVE_EVENT = Prepared(
    delete(plan_events).where(plan_events.c.account_id == _OF, plan_events.c.id == bindparam("one"))
)
_ROW = ("id", "account_id", "name", "tag", "rule", "begins", "zone", "template", "ended")
_SERIES = tuple(plan_series.c[name] for name in _ROW)
_ALL_SERIES = Prepared(select(*_SERIES).where(plan_series.c.account_id == _OF).order_by(plan_series.c.id))
_ONE_SERIES = Prepared(select(*_SERIES).where(plan_series.c.account_id == _OF, plan_series.c.id == bindparam("one")))
_KEEP_SERIES = upsert(plan_series, *_ROW, key=("id",))
_REMOVE_SERIES = Prepared(
    delete(plan_series).where(plan_series.c.account_id == _OF, plan_series.c.id == bindparam("one"))
)
_UNNAME = Prepared(update(plan_posts).where(plan_posts.c.series_id == bindparam("one")).values(series_id=null()))
_REMEMBER = insert_new(plan_posts, "post_id", "account_id", "series_id", "due", "queued", "wall")
_FORGET_POST = Prepared(delete(plan_posts).where(plan_posts.c.post_id == bindparam("one")))
_SHOWN = tuple(plan_posts.c[name] for name in ("post_id", "due", "wall", "queued", "series_id"))
_OF_ACCOUNT = Paged(select(*_SHOWN).where(plan_posts.c.account_id == _OF), plan_posts.c.post_id)
_OF_SERIES = Paged(select(*_SHOWN).where(plan_posts.c.series_id == bindparam("one")), plan_posts.c.post_id)
_SINCE = Prepared(
    select(*_SHOWN)
    .where(plan_posts.c.account_id == _OF, plan_posts.c.post_id >= bindparam("since"))
    .order_by(plan_posts.c.post_id)
    .limit(2000)
)
_FORGET = tuple(
    Prepared(delete(table).where(table.c.account_id == _OF))
    for table in (plan_queues, plan_slots, plan_events, plan_series, plan_posts, plan_figures)
)


def queue_of(db: Db, account_id: int) -> Queue:
    """How an account publishes by itself; one without slots where nobody has said yet."""
    row = db.one(_QUEUE, of_account=account_id)
    if row is None:
        return Queue(account_id)
    slots = tuple(Slot(*each) for each in db.all(_SLOTS, of_account=account_id))
    return Queue(account_id, row[0], bool(row[1]), row[2], slots)


def keep_queue(tx: Tx, queue: Queue) -> None:
    """Keep a queue as it is to be. One that is new warns nobody before something has waited in it."""
    values = {"zone": queue.zone, "paused": queue.paused, "warn_below": queue.warn_below}
    tx.run(_BEGIN, account_id=queue.account_id, warned_at=1, **values)
    tx.run(_SET, account_id=queue.account_id, **values)
    tx.run(_NO_SLOTS, of_account=queue.account_id)
    rows = [{"account_id": queue.account_id, "day": one.day, "minute": one.minute} for one in queue.slots]
    tx.many(_ADD_SLOT, rows)


def queued_ids(db: Db, account_id: int, most: int = 5000) -> list[int]:
    """What waits in a queue, the next to come first."""
    return [row[0] for row in db.all(_QUEUED, of_account=account_id, most=most)]


def watched_queues(db: Db) -> Sequence[tuple[int, int]]:
    """(account, how many are too few) of queues whose people have not been warned."""
    return [(row[0], row[1]) for row in db.all(_WATCHED)]


def note_warned(tx: Tx, account_id: int) -> None:
    """Its people have been warned; once until there is enough again."""
    tx.run(_WARNED, of_account=account_id, at=now())


def arm(tx: Tx, account_id: int) -> None:
    """There is enough in it: its people are to be warned when that ends."""
    tx.run(_ARM, of_account=account_id)


def occasions_of(db: Db, account_id: int) -> list[Occasion]:
    """What an account prepares for, the first to begin first."""
    return [Occasion(*row) for row in db.all(_EVENTS, of_account=account_id)]


def add_occasion(tx: Tx, account_id: int, name: str, begins: str, ends: str, weeks: int, note: str) -> int:
    id_ = new_id()
    tx.run(_ADD_EVENT, id=id_, account_id=account_id, name=name, begins=begins, ends=ends, weeks=weeks, note=note)
    return id_


def remove_occasion(tx: Tx, account_id: int, id_: int) -> bool:
    return bool(tx.run(_REMOVE_EVENT, of_account=account_id, one=id_))


def series_of(db: Db, account_id: int) -> list[Series]:
    """The series of an account, the oldest first."""
    return [_series(row) for row in db.all(_ALL_SERIES, of_account=account_id)]


def find_series(db: Db, account_id: int, id_: int) -> Series | None:
    """One series of an account."""
    row = db.one(_ONE_SERIES, of_account=account_id, one=id_)
    return _series(row) if row else None


def keep_series(tx: Tx, one: Series) -> None:
    """Keep a series as it is to be, new or in the place of what it was."""
    values = {name: getattr(one, name) for name in _ROW if name not in ("begins", "zone")}
    tx.run(_KEEP_SERIES, begins=one.begins.local, zone=one.begins.zone, **values)


def remove_series(tx: Tx, account_id: int, id_: int) -> bool:
    if not tx.run(_REMOVE_SERIES, of_account=account_id, one=id_):
        return False
    tx.run(_UNNAME, one=id_)
    return True


def add_shown(tx: Tx, account_id: int, post_id: int, series_id: int | None, due: int, queued: bool, wall: str) -> None:
    """Note that a post came out by a plan."""
    tx.run(_REMEMBER, post_id=post_id, account_id=account_id, series_id=series_id, due=due, queued=queued, wall=wall)


def remove_shown(tx: Tx, post_id: int) -> None:
    tx.run(_FORGET_POST, one=post_id)


def shown_of_series(db: Db, series_id: int, paging: Paging) -> list[Shown]:
    """One page of what came out in a series, the newest first."""
    return [_shown(row) for row in _OF_SERIES.rows(db, paging, one=series_id)]


def shown_page(db: Db, account_id: int, paging: Paging) -> list[Shown]:
    """One page of what came out by plans, the newest first."""
    return [_shown(row) for row in _OF_ACCOUNT.rows(db, paging, of_account=account_id)]


def shown_since(db: Db, account_id: int, post_id: int) -> list[Shown]:
    """What came out by plans since a moment (as an id), the oldest first."""
    return [_shown(row) for row in db.all(_SINCE, of_account=account_id, since=post_id)]


def forget_all(tx: Tx, account_id: int) -> None:
    """Everything that an account planned with."""
    for each in _FORGET:
        tx.run(each, of_account=account_id)


def _shown(row: Sequence[object]) -> Shown:
    post_id, due, wall, queued, series_id = row
    series = int(str(series_id)) if series_id else None
    return Shown(int(str(post_id)), int(str(due)), str(wall), bool(queued), series)


def _series(row: Sequence[object]) -> Series:
    id_, account_id, name, tag, rule, begins, zone, template, ended = row
    first = Wall(str(begins), str(zone))
    return Series(
        int(str(id_)), int(str(account_id)), str(name), str(tag), str(rule), first, str(template), bool(ended)
    )
