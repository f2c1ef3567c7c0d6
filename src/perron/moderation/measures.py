"""How much there was of something, day by day, for those who run a server. Ids tell when things were made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from perron.kit.ids import first_id_at
from perron.kit.time import DAY
from perron.store import Db, Prepared
from perron.store.tables import accounts, follows, marks, media, post_tags, posts, reports, users

_A_DAY = DAY << 16
"""What an id grows by in a day."""


def _born_on(id_: Any) -> ColumnElement[int]:
    """The day (since 1970) on which something with this id was made."""
    day: ColumnElement[int] = id_ // _A_DAY
    return day


def _by_birth(id_: Any, of: Select[Any], what: Any = None) -> Prepared:
    """How many, or how much, by the day of an id."""
    day = _born_on(id_)
    return Prepared(
        of.add_columns(day.label("day"), func.count() if what is None else what)
        .where(id_ >= bindparam("first"), id_ < bindparam("end"))
        .group_by(day)
    )


def _by_time(at: Any, of: Select[Any]) -> Prepared:
    day = at // DAY
    return Prepared(
        of.add_columns(day.label("day"), func.count())
        .where(at >= bindparam("since"), at < bindparam("to"))
        .group_by(day)
    )


_parent, _of, _by = posts.alias("parent"), accounts.alias("of"), accounts.alias("by")
_from_domain = accounts.c.domain == bindparam("domain")
_tagged = post_tags.c.tag_id == bindparam("tag_id")
_STATEMENTS: dict[str, tuple[Prepared, ...]] = {
    "active_users": (_by_time(users.c.seen_at, select().select_from(users)),),
    "new_users": (_by_birth(users.c.id, select().select_from(users)),),
    "interactions": (
        _by_birth(
            marks.c.favourite_id, select().join_from(marks, posts, posts.c.id == marks.c.post_id).where(posts.c.here)
        ),
        _by_birth(
            posts.c.id, select().join_from(posts, _parent, _parent.c.id == posts.c.boost_of_id).where(_parent.c.here)
        ),
        _by_birth(
            posts.c.id, select().join_from(posts, _parent, _parent.c.id == posts.c.reply_to_id).where(_parent.c.here)
        ),
    ),
    "opened_reports": (_by_birth(reports.c.id, select().select_from(reports)),),
    "resolved_reports": (_by_time(reports.c.closed_at, select().select_from(reports)),),
    "tag_accounts": (
        _by_birth(
            post_tags.c.post_id,
            select().select_from(post_tags).where(_tagged),
            func.count(post_tags.c.author_id.distinct()),
        ),
    ),
    "tag_uses": (_by_birth(post_tags.c.post_id, select().select_from(post_tags).where(_tagged)),),
    "tag_servers": (
        _by_birth(
            post_tags.c.post_id,
            select().join_from(post_tags, accounts, accounts.c.id == post_tags.c.author_id).where(_tagged),
            func.count(accounts.c.domain.distinct()),
        ),
    ),
    "instance_accounts": (_by_birth(accounts.c.id, select().select_from(accounts).where(_from_domain)),),
    "instance_media_attachments": (
        _by_birth(
            media.c.id,
            select().join_from(media, accounts, accounts.c.id == media.c.account_id).where(_from_domain),
            func.sum(media.c.bytes),
        ),
    ),
    "instance_reports": (
        _by_birth(
            reports.c.id,
            select().join_from(reports, accounts, accounts.c.id == reports.c.target_id).where(_from_domain),
        ),
    ),
    "instance_statuses": (
        _by_birth(
            posts.c.id, select().join_from(posts, accounts, accounts.c.id == posts.c.author_id).where(_from_domain)
        ),
    ),
    "instance_follows": (
        _by_birth(
            follows.c.id,
            select()
            .select_from(follows)
            .join(_by, _by.c.id == follows.c.follower_id)
            .join(_of, _of.c.id == follows.c.target_id)
            .where(_by.c.domain.is_(None), _of.c.domain == bindparam("domain")),
        ),
    ),
    "instance_followers": (
        _by_birth(
            follows.c.id,
            select()
            .select_from(follows)
            .join(_by, _by.c.id == follows.c.follower_id)
            .join(_of, _of.c.id == follows.c.target_id)
            .where(_of.c.domain.is_(None), _by.c.domain == bindparam("domain")),
        ),
    ),
}
_IN_ALL = {
    "tag_accounts": Prepared(
        select(func.count(post_tags.c.author_id.distinct())).where(
            _tagged, post_tags.c.post_id >= bindparam("first"), post_tags.c.post_id < bindparam("end")
        )
    ),
    "tag_servers": Prepared(
        select(func.count(accounts.c.domain.distinct()))
        .join_from(post_tags, accounts, accounts.c.id == post_tags.c.author_id)
        .where(_tagged, post_tags.c.post_id >= bindparam("first"), post_tags.c.post_id < bindparam("end"))
    ),
}
"""What is counted once in a period, however many days of it saw it."""
MEASURES = tuple(_STATEMENTS)
UNITS = {"instance_media_attachments": "bytes"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a period: in all, in the period of the same length before, and by day (its first millisecond)."""

    key: str
    total: int
    before: int
    days: tuple[tuple[int, int], ...]


def takes(key: str) -> str:
    """What a measure is of: a `tag_id`, a `domain`, or nothing."""
    return "domain" if key.startswith("instance_") else "tag_id" if key.startswith("tag_") else ""


def measure(db: Db, key: str, first_day: int, last_day: int, of: Mapping[str, int | str]) -> Measure:
    """Count one of `MEASURES` from one day (since 1970) to another, `of` what it takes.

    People count as active on the day on which they were last seen: what they did before is not kept."""
    length = last_day - first_day + 1
    counted: dict[int, int] = {}
    for statement in _STATEMENTS[key]:
        for day, n in db.all(statement, **_window(statement, first_day - length, last_day), **of):
            counted[day] = counted.get(day, 0) + int(n or 0)
    days = tuple((day * DAY, counted.get(day, 0)) for day in range(first_day, last_day + 1))
    in_all = _IN_ALL.get(key)
    if in_all is None:
        total = sum(n for _, n in days)
        return Measure(key, total, sum(counted.values()) - total, days)
    now_, before = (
        int(db.value(in_all, **_ids(*window), **of))
        for window in ((first_day, last_day), (first_day - length, first_day - 1))
    )
    return Measure(key, now_, before, days)


def _window(statement: Prepared, first_day: int, last_day: int) -> dict[str, int]:
    if statement in _TIMED:
        return {"since": first_day * DAY, "to": (last_day + 1) * DAY}
    return _ids(first_day, last_day)


def _ids(first_day: int, last_day: int) -> dict[str, int]:
    return {"first": first_id_at(first_day * DAY), "end": first_id_at((last_day + 1) * DAY)}


_TIMED = frozenset(one for key in ("active_users", "resolved_reports") for one in _STATEMENTS[key])
