"""Figures of this server for everybody. Counting takes a while, so each holds for some time."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, func, select

from perron.entities.shapes.about import Activity
from perron.kit.ids import first_id_at
from perron.kit.time import DAY, SECOND, now
from perron.store import Db, Prepared, Store, const
from perron.store.tables import accounts, posts, users

_USERS = Prepared(select(func.count()).select_from(users).where(users.c.state == const("active")))
_ACTIVE = Prepared(select(func.count()).select_from(users).where(users.c.seen_at >= bindparam("since")))
_WRITTEN = Prepared(
    select(func.coalesce(func.sum(accounts.c.posts_count), 0)).where(
        accounts.c.domain.is_(None), accounts.c.state == const("active")
    )
)
_PEERS = Prepared(select(accounts.c.domain).where(accounts.c.domain.is_not(None)).distinct())
_POSTS_BETWEEN = Prepared(
    select(func.count())
    .select_from(posts)
    .where(posts.c.id >= bindparam("first"), posts.c.id < bindparam("end"), posts.c.here, posts.c.boost_of_id.is_(None))
)
_USERS_BETWEEN = Prepared(
    select(func.count()).select_from(users).where(users.c.id >= bindparam("first"), users.c.id < bindparam("end"))
)
_SEEN_BETWEEN = Prepared(
    select(func.count())
    .select_from(users)
    .where(users.c.seen_at >= bindparam("since"), users.c.seen_at < bindparam("to"))
)

_counted: WeakKeyDictionary[Store, dict[str, tuple[int, Any]]] = WeakKeyDictionary()


def counted(store: Store, db: Db, what: str, lasts: int) -> Any:
    """`stats`, `peers` or `activity`; an answer holds for `lasts` milliseconds."""
    kept = _counted.setdefault(store, {})
    at, value = kept.get(what, (0, None))
    if now() - at > lasts:
        value = _COUNTS[what](db)
        kept[what] = (now(), value)
    return value


def _stats(db: Db) -> dict[str, int]:
    return {
        "users": db.value(_USERS),
        "posts": int(db.value(_WRITTEN)),
        "domains": len(db.all(_PEERS)),
        "active": db.value(_ACTIVE, since=now() - 30 * DAY),
    }


def _peers(db: Db) -> list[str]:
    return sorted(db.column(_PEERS))


def _activity(db: Db) -> list[Activity]:
    """Twelve weeks, the present one first; somebody counts as signed in for the week in which they were last seen."""
    today = now() // DAY
    monday = (today - (today + 3) % 7) * DAY
    found: list[Activity] = []
    for start in range(monday, monday - 12 * 7 * DAY, -7 * DAY):
        end = start + 7 * DAY
        window = {"first": first_id_at(start), "end": first_id_at(end)}
        found.append(
            {
                "week": str(start // SECOND),
                "statuses": str(db.value(_POSTS_BETWEEN, **window)),
                "logins": str(db.value(_SEEN_BETWEEN, since=start, to=end)),
                "registrations": str(db.value(_USERS_BETWEEN, **window)),
            }
        )
    return found


_COUNTS = {"stats": _stats, "peers": _peers, "activity": _activity}
