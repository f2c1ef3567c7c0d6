"""Figures of a server for those who run it: people, posts day by day, files."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, const
from perron.store.tables import accounts, emojis, media, posts, users

_PEOPLE = Prepared(select(users.c.state, func.count()).group_by(users.c.state))
_SEEN = Prepared(select(func.count()).select_from(users).where(users.c.seen_at >= bindparam("since")))
_WRITTEN = Prepared(
    select(func.coalesce(func.sum(accounts.c.posts_count), 0)).where(
        accounts.c.domain.is_(None), accounts.c.state == const("active")
    )
)
_POSTS_BETWEEN = Prepared(
    select(func.count())
    .select_from(posts)
    .where(posts.c.id >= bindparam("first"), posts.c.id < bindparam("end"), posts.c.here, posts.c.boost_of_id.is_(None))
)
_JOINED_BETWEEN = Prepared(
    select(func.count()).select_from(users).where(users.c.id >= bindparam("first"), users.c.id < bindparam("end"))
)
_MEDIA = Prepared(select(media.c.kind, func.count(), func.coalesce(func.sum(media.c.bytes), 0)).group_by(media.c.kind))
_BIGGEST = Prepared(
    select(media.c.account_id, func.count(), func.sum(media.c.bytes).label("taken"))
    .group_by(media.c.account_id)
    .order_by(func.sum(media.c.bytes).desc())
    .limit(bindparam("limit"))
)
_EMOJIS = Prepared(select(func.count()).select_from(emojis))


class People(NamedTuple):
    """How many may sign in, wait for approval, and were here within thirty days."""

    active: int
    waiting: int
    seen: int


class Day(NamedTuple):
    """One day (UTC) by its first millisecond, and how much there was of something."""

    at: int
    n: int


class Kept(NamedTuple):
    """How many files of a kind, or of an account, and how many bytes they were taken in with."""

    what: str | int
    files: int
    bytes: int


def people(db: Db) -> People:
    """How many people there are."""
    by_state: dict[str, int] = dict(db.all(_PEOPLE))
    return People(by_state.get("active", 0), by_state.get("pending", 0), db.value(_SEEN, since=now() - 30 * DAY))


def posts_written(db: Db) -> int:
    """How many posts the accounts of this server have."""
    return int(db.value(_WRITTEN))


def posts_by_day(db: Db, days: int = 30) -> list[Day]:
    """Posts written here on each of the last days, today last."""
    return _by_day(db, _POSTS_BETWEEN, days)


def joined_by_day(db: Db, days: int = 30) -> list[Day]:
    """People who joined on each of the last days, today last."""
    return _by_day(db, _JOINED_BETWEEN, days)


def _by_day(db: Db, counting: Prepared, days: int) -> list[Day]:
    today = now() // DAY
    return [
        Day(day * DAY, db.value(counting, first=first_id_at(day * DAY), end=first_id_at((day + 1) * DAY)))
        for day in range(today - days + 1, today + 1)
    ]


def media_by_kind(db: Db) -> list[Kept]:
    """Uploaded files by kind, what takes most first."""
    return sorted((Kept(kind, files, int(size)) for kind, files, size in db.all(_MEDIA)), key=lambda one: -one.bytes)


def media_by_account(db: Db, limit: int = 10) -> list[Kept]:
    """The accounts whose files take most."""
    return [Kept(account_id, files, int(size)) for account_id, files, size in db.all(_BIGGEST, limit=limit)]


def count_emojis(db: Db) -> int:
    """How many emojis this server has, here and from elsewhere."""
    found: int = db.value(_EMOJIS)
    return found
