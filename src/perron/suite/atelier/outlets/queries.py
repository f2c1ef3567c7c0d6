"""One statement a function."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, null, select, update

from perron.kit import json
from perron.kit.ids import born, first_id_at, new_id
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, const, insert, insert_new
from perron.store.paging import Paged, Paging
from perron.store.tables import jobs, outlet_deliveries, outlet_items, outlet_readers, outlets
from perron.suite.atelier.outlets.model import (
    KEPT,
    LOST,
    POSTS,
    SENDING,
    UNCONFIRMED,
    UNKNOWN,
    WAITING,
    Delivery,
    Outlet,
    Reader,
)

_OF: Any = bindparam("of_account")
_ONE: Any = bindparam("wanted")
_OUTLET = tuple(outlets.c[name] for name in Outlet._fields)
_READER = tuple(outlet_readers.c[name] for name in Reader._fields)
_DELIVERY = tuple(outlet_deliveries.c[name] for name in Delivery._fields)

_ALL = Prepared(select(*_OUTLET).where(outlets.c.account_id == _OF).order_by(outlets.c.id))
_STORED = Prepared(select(*_OUTLET).where(outlets.c.id == _ONE))
_BY_CODE = Prepared(select(*_OUTLET).where(outlets.c.code == bindparam("hash")))
_ADD = insert(outlets, *(name for name in Outlet._fields if name not in ("former_until", "failing_since")), "code")
_CHANGE = Prepared(
    update(outlets)
    .where(outlets.c.id == _ONE)
    .values(name=bindparam("called"), url=bindparam("at"), tells=bindparam("of"), open=bindparam("for_all"))
)
_SECRET = Prepared(
    update(outlets)
    .where(outlets.c.id == _ONE)
    .values(
        secret=bindparam("sealed"), former=bindparam("before"), former_until=bindparam("until"), code=bindparam("hash")
    )
)
_SWITCH = Prepared(
    update(outlets)
    .where(outlets.c.id == _ONE)
    .values(state=bindparam("is_now"), why=bindparam("because"), failing_since=null())
)
_FAILS = Prepared(
    update(outlets).where(outlets.c.id == _ONE, outlets.c.failing_since.is_(None)).values(failing_since=bindparam("at"))
)
_WORKS = Prepared(
    update(outlets).where(outlets.c.id == _ONE, outlets.c.failing_since.is_not(None)).values(failing_since=null())
)
_REMOVE = tuple(
    Prepared(delete(table).where(column == _ONE))
    for table, column in (
        (outlet_readers, outlet_readers.c.outlet_id),
        (outlet_deliveries, outlet_deliveries.c.outlet_id),
        (outlet_items, outlet_items.c.outlet_id),
        (outlets, outlets.c.id),
    )
)

_READERS = Prepared(select(*_READER).where(outlet_readers.c.outlet_id == _ONE).order_by(outlet_readers.c.id))
_A_READER = Prepared(select(*_READER).where(outlet_readers.c.id == _ONE))
_BY_EMAIL = Prepared(
    select(*_READER).where(outlet_readers.c.outlet_id == _ONE, outlet_readers.c.email == bindparam("at"))
)
_ADD_READER = insert(outlet_readers, "id", "outlet_id", "email", "locale", "asked_at")
_ASK = Prepared(
    update(outlet_readers).where(outlet_readers.c.id == _ONE).values(asked_at=bindparam("at"), left_at=null())
)
_CONFIRM = Prepared(
    update(outlet_readers).where(outlet_readers.c.id == _ONE).values(confirmed_at=bindparam("at"), left_at=null())
)
_LEAVE = Prepared(
    update(outlet_readers).where(outlet_readers.c.id == _ONE).values(confirmed_at=null(), left_at=bindparam("at"))
)
_REMOVE_READER = Prepared(
    delete(outlet_readers).where(outlet_readers.c.id == _ONE, outlet_readers.c.outlet_id == bindparam("of_outlet"))
)
_COUNT = Prepared(
    select(func.count())
    .select_from(outlet_readers)
    .where(
        outlet_readers.c.outlet_id == _ONE,
        outlet_readers.c.confirmed_at.is_not(None),
        outlet_readers.c.left_at.is_(None),
    )
)

_ADD_DELIVERY = insert(
    outlet_deliveries, "id", "outlet_id", "account_id", "reader_id", "type", "posts", "told", "due", "changed_at"
)
_A_DELIVERY = Prepared(select(*_DELIVERY).where(outlet_deliveries.c.id == _ONE))
_BEGIN = Prepared(
    update(outlet_deliveries)
    .where(outlet_deliveries.c.id == _ONE, outlet_deliveries.c.state == const(WAITING))
    .values(state=const(SENDING), tries=outlet_deliveries.c.tries + 1, changed_at=bindparam("at"), due=null())
)
_END = Prepared(
    update(outlet_deliveries)
    .where(outlet_deliveries.c.id == _ONE, outlet_deliveries.c.state == const(SENDING))
    .values(
        state=bindparam("is_now"),
        status=bindparam("answered"),
        said=bindparam("words"),
        due=bindparam("next_at"),
        changed_at=bindparam("at"),
    )
)
_PUT_BACK = Prepared(
    update(outlet_deliveries)
    .where(outlet_deliveries.c.id == _ONE, outlet_deliveries.c.state == const(SENDING))
    .values(state=const(WAITING), tries=outlet_deliveries.c.tries - 1, due=bindparam("next_at"))
)
_SET = Prepared(
    update(outlet_deliveries)
    .where(outlet_deliveries.c.id == _ONE, outlet_deliveries.c.state == bindparam("was"))
    .values(state=bindparam("is_now"), said=bindparam("words"), changed_at=bindparam("at"), due=null())
)
_AGAIN = Prepared(
    update(outlet_deliveries)
    .where(outlet_deliveries.c.id == _ONE, outlet_deliveries.c.state == bindparam("was"))
    .values(state=const(WAITING), tries=0, status=0, said="", changed_at=bindparam("at"), due=bindparam("next_at"))
)
_PAGE = Paged(select(*_DELIVERY).where(outlet_deliveries.c.outlet_id == _ONE), outlet_deliveries.c.id)
_UNKNOWN = Prepared(
    select(*_DELIVERY)
    .where(outlet_deliveries.c.outlet_id == _ONE, outlet_deliveries.c.state == const(UNKNOWN))
    .order_by(outlet_deliveries.c.id)
    .limit(100)
)
_SENT = Prepared(
    select(outlet_deliveries.c.outlet_id, outlet_deliveries.c.posts)
    .join(outlets, outlets.c.id == outlet_deliveries.c.outlet_id)
    .where(
        outlets.c.account_id == _OF,
        outlet_deliveries.c.type == POSTS,
        outlet_deliveries.c.id >= bindparam("since"),
    )
    .distinct()
)
_OWED = Prepared(select(jobs.c.payload).where(jobs.c.name == const("SentElsewhere")))
_LOST = Prepared(
    update(outlet_deliveries)
    .where(outlet_deliveries.c.state == const(SENDING), outlet_deliveries.c.changed_at < bindparam("before"))
    .values(state=const(UNKNOWN))
)
_FORGET = Prepared(delete(outlet_deliveries).where(outlet_deliveries.c.id < bindparam("before")))
_UNASKED = Prepared(
    delete(outlet_readers).where(
        outlet_readers.c.id < bindparam("before"),
        outlet_readers.c.confirmed_at.is_(None),
        outlet_readers.c.left_at.is_(None),
        outlet_readers.c.asked_at < bindparam("asked_before"),
    )
)

_PUT_IN = insert_new(outlet_items, "outlet_id", "post_id", "posts")
_IN_FEED = Prepared(
    select(outlet_items.c.post_id, outlet_items.c.posts)
    .where(outlet_items.c.outlet_id == _ONE)
    .order_by(outlet_items.c.post_id.desc())
    .limit(40)
)
_TAKE_OUT = Prepared(delete(outlet_items).where(outlet_items.c.post_id == bindparam("on_post")))


# -- outlets -----------------------------------------------------------------------------------------------------------


def outlets_of(db: Db, account_id: int) -> list[Outlet]:
    """The outlets of an account, the oldest first."""
    return [_outlet(row) for row in db.all(_ALL, of_account=account_id)]


def outlet_as_stored(db: Db, outlet_id: int) -> Outlet | None:
    """An outlet, whoever asks."""
    row = db.one(_STORED, wanted=outlet_id)
    return _outlet(row) if row else None


def outlet_by_code(db: Db, code: bytes) -> Outlet | None:
    """The feed that an address opens which is not for everybody."""
    row = db.one(_BY_CODE, hash=code)
    return _outlet(row) if row else None


def _outlet(row: Sequence[Any]) -> Outlet:
    one = Outlet(*row)
    return one._replace(open=bool(one.open))


def add_outlet(tx: Tx, one: Outlet, code: bytes | None) -> None:
    """Add an outlet."""
    row = {name: value for name, value in one._asdict().items() if name not in ("former_until", "failing_since")}
    tx.run(_ADD, code=code, **row)


def change_outlet(tx: Tx, one: Outlet) -> None:
    """What it is called, where it is, what it hears of, and for whom."""
    tx.run(_CHANGE, wanted=one.id, called=one.name, at=one.url, of=one.tells, for_all=one.open)


def change_secret(tx: Tx, outlet_id: int, sealed: str, former: str, until: int | None, code: bytes | None) -> None:
    """Another secret, and until when the one before counts too."""
    tx.run(_SECRET, wanted=outlet_id, sealed=sealed, before=former, until=until, hash=code)


def switch_outlet(tx: Tx, outlet_id: int, state: str, why: str = "") -> None:
    """On or off, and why."""
    tx.run(_SWITCH, wanted=outlet_id, is_now=state, because=why)


def note_failing(tx: Tx, outlet_id: int) -> None:
    """Nothing comes through from now on, unless that is so already."""
    tx.run(_FAILS, wanted=outlet_id, at=now())


def note_working(tx: Tx, outlet_id: int) -> None:
    """Something came through."""
    tx.run(_WORKS, wanted=outlet_id)


def remove_outlet(tx: Tx, outlet_id: int) -> None:
    """An outlet, its readers, and what is known of its deliveries."""
    for each in _REMOVE:
        tx.run(each, wanted=outlet_id)


# -- readers -----------------------------------------------------------------------------------------------------------


def readers_of(db: Db, outlet_id: int) -> list[Reader]:
    """Everybody who was asked, whatever they answered."""
    return [Reader(*row) for row in db.all(_READERS, wanted=outlet_id)]


def reader_as_stored(db: Db, reader_id: int) -> Reader | None:
    row = db.one(_A_READER, wanted=reader_id)
    return Reader(*row) if row else None


def reader_called(db: Db, outlet_id: int, email: str) -> Reader | None:
    """Who has this address in an outlet."""
    row = db.one(_BY_EMAIL, wanted=outlet_id, at=email)
    return Reader(*row) if row else None


def count_readers(db: Db, outlet_id: int) -> int:
    """How many an outlet writes to."""
    return int(db.value(_COUNT, wanted=outlet_id))


def add_reader(tx: Tx, outlet_id: int, email: str, locale: str) -> int:
    """Somebody who is to be asked."""
    id_ = new_id()
    tx.run(_ADD_READER, id=id_, outlet_id=outlet_id, email=email, locale=locale, asked_at=now())
    return id_


def ask_once_more(tx: Tx, reader_id: int) -> None:
    tx.run(_ASK, wanted=reader_id, at=now())


def note_confirmed(tx: Tx, reader_id: int) -> None:
    tx.run(_CONFIRM, wanted=reader_id, at=now())


def note_left(tx: Tx, reader_id: int) -> None:
    tx.run(_LEAVE, wanted=reader_id, at=now())


def remove_reader(tx: Tx, outlet_id: int, reader_id: int) -> bool:
    return bool(tx.run(_REMOVE_READER, wanted=reader_id, of_outlet=outlet_id))


# -- deliveries --------------------------------------------------------------------------------------------------------


def add_delivery(
    tx: Tx,
    one: Outlet,
    type_: str,
    *,
    posts: Sequence[int] = (),
    told: str = "",
    reader_id: int | None = None,
    due: int,
) -> int:
    """What is to go to one receiver; its id."""
    id_ = new_id()
    about = {"type": type_, "posts": json.encode_text([str(each) for each in posts]), "told": told, "due": due}
    where = {"outlet_id": one.id, "account_id": one.account_id, "reader_id": reader_id}
    tx.run(_ADD_DELIVERY, id=id_, changed_at=now(), **where, **about)
    return id_


def delivery_as_stored(db: Db, delivery_id: int) -> Delivery | None:
    row = db.one(_A_DELIVERY, wanted=delivery_id)
    return Delivery(*row) if row else None


def begin_sending(tx: Tx, delivery_id: int) -> bool:
    """Write down that it is being sent, before it is; False when it is not for us to send."""
    return bool(tx.run(_BEGIN, wanted=delivery_id, at=now()))


def end_sending(tx: Tx, delivery_id: int, state: str, status: int, said: str, due: int | None) -> bool:
    """Write down what became of it; False when somebody has decided otherwise meanwhile."""
    values = {"is_now": state, "answered": status, "words": said[:300], "next_at": due}
    return bool(tx.run(_END, wanted=delivery_id, at=now(), **values))


def put_back(tx: Tx, delivery_id: int, due: int) -> None:
    """It was not tried after all."""
    tx.run(_PUT_BACK, wanted=delivery_id, next_at=due)


def set_delivery(tx: Tx, delivery_id: int, was: str, state: str, said: str) -> bool:
    """Say of a delivery what is so; False when it is no longer as it was."""
    return bool(tx.run(_SET, wanted=delivery_id, was=was, is_now=state, words=said[:300], at=now()))


def send_again(tx: Tx, delivery_id: int, was: str) -> bool:
    """Let a delivery wait once more, as if it had never been tried."""
    return bool(tx.run(_AGAIN, wanted=delivery_id, was=was, at=now(), next_at=now()))


def deliveries_page(db: Db, outlet_id: int, paging: Paging) -> list[Delivery]:
    """One page of what was sent to an outlet, the latest first."""
    return [Delivery(*row) for row in _PAGE.rows(db, paging, wanted=outlet_id)]


def sent_to(db: Db, account_id: int, post_id: int) -> tuple[int, ...]:
    """The outlets to which a post that was just published goes, whether that is written down already or still owed."""
    rows = db.all(_SENT, of_account=account_id, since=first_id_at(born(post_id)))
    found = [outlet_id for outlet_id, posts in rows if str(post_id) in map(str, json.decode(posts))]
    for owed in (json.decode(row[0]) for row in db.all(_OWED)):
        if owed["account_id"] == account_id and post_id in owed["posts"]:
            found += owed["outlets"]
    return tuple(dict.fromkeys(found))


def unknown_of(db: Db, outlet_id: int) -> list[Delivery]:
    """What nobody knows the end of."""
    return [Delivery(*row) for row in db.all(_UNKNOWN, wanted=outlet_id)]


def forget_deliveries(tx: Tx) -> None:
    """What is still being sent after an hour has an end that nobody knows. After thirty days nobody asks any more;
    whoever has not said yes in three days is forgotten."""
    at = now()
    tx.run(_LOST, before=at - LOST)
    tx.run(_FORGET, before=first_id_at(at - KEPT))
    tx.run(_UNASKED, before=first_id_at(at - UNCONFIRMED), asked_before=at - UNCONFIRMED)


# -- feeds -------------------------------------------------------------------------------------------------------------


def put_in_feed(tx: Tx, outlet_id: int, posts: Sequence[int]) -> None:
    """Let a post, or a thread, stand in a feed; once."""
    tx.run(_PUT_IN, outlet_id=outlet_id, post_id=posts[0], posts=json.encode_text([str(one) for one in posts]))


def items_of(db: Db, outlet_id: int) -> list[list[int]]:
    """What stands in a feed, the newest first: the posts of each item, in their order."""
    return [[int(one) for one in json.decode(posts)] for _, posts in db.all(_IN_FEED, wanted=outlet_id)]


def take_out_of_feeds(tx: Tx, post_id: int) -> None:
    tx.run(_TAKE_OUT, on_post=post_id)
