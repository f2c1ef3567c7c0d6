"""What there is most of: languages, apps, servers; and who stayed of those who joined."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from perron.kit.ids import first_id_at
from perron.kit.time import DAY
from perron.store import Db, Prepared
from perron.store.tables import accounts, apps, media, post_tags, posts, users

MOST = 100


class Counted(NamedTuple):
    """Something by its name, and how many there are."""

    key: str
    n: int


def _most(key: Any, of: Select[Any], id_: Any) -> Prepared:
    """How many by a key, what there is most of first, among what was made in a period."""
    return Prepared(
        of.add_columns(key.label("of_key"), func.count().label("n"))
        .where(id_ >= bindparam("first"), id_ < bindparam("end"))
        .group_by(key)
        .order_by(func.count().desc(), key)
        .limit(bindparam("limit"))
    )


_written = select().select_from(posts).where(posts.c.here, posts.c.boost_of_id.is_(None))
_from_domain = accounts.c.domain == bindparam("domain")
_authored = select().join_from(posts, accounts, accounts.c.id == posts.c.author_id).where(posts.c.boost_of_id.is_(None))
_tagged = select().select_from(post_tags).where(post_tags.c.tag_id == bindparam("tag_id"))
_STATEMENTS = {
    "languages": _most(posts.c.language, _written, posts.c.id),
    "sources": _most(apps.c.name, _written.outerjoin(apps, apps.c.id == posts.c.app_id), posts.c.id),
    "servers": _most(accounts.c.domain, _authored.where(accounts.c.domain.is_not(None)), posts.c.id),
    "tag_servers": _most(
        accounts.c.domain, _tagged.join(accounts, accounts.c.id == post_tags.c.author_id), post_tags.c.post_id
    ),
    "tag_languages": _most(
        posts.c.language, _tagged.join(posts, posts.c.id == post_tags.c.post_id), post_tags.c.post_id
    ),
    "instance_languages": _most(posts.c.language, _authored.where(_from_domain), posts.c.id),
}
_MOST_FOLLOWED = Prepared(
    select(accounts.c.username, accounts.c.followers_count)
    .where(_from_domain)
    .order_by(accounts.c.followers_count.desc(), accounts.c.id)
    .limit(bindparam("limit"))
)
_FILES = Prepared(select(func.coalesce(func.sum(media.c.bytes), 0)))
COUNTED = (*_STATEMENTS, "instance_accounts")
"""What is counted here; room and versions are told without counting."""


def takes(key: str) -> str:
    """What it is counted of: a `tag_id`, a `domain`, or nothing."""
    return "domain" if key.startswith("instance_") else "tag_id" if key.startswith("tag_") else ""


def most(db: Db, key: str, first_day: int, last_day: int, limit: int, of: Mapping[str, int | str]) -> list[Counted]:
    """What there is most of between two days (since 1970); accounts of a server by their followers, at any time."""
    if key == "instance_accounts":
        return [Counted(name, n) for name, n in db.all(_MOST_FOLLOWED, limit=limit, **of)]
    window = {"first": first_id_at(first_day * DAY), "end": first_id_at((last_day + 1) * DAY)}
    return [Counted(name or "", n) for name, n in db.all(_STATEMENTS[key], limit=limit, **window, **of)]


def bytes_of_files(db: Db) -> int:
    """How many bytes all uploaded files were taken in with."""
    return int(db.value(_FILES))


# -- who stayed --------------------------------------------------------------------------------------------------------

_JOINED = Prepared(
    select(users.c.id, users.c.seen_at)
    .where(users.c.id >= bindparam("first"), users.c.id < bindparam("end"))
    .order_by(users.c.id)
)


def joined_and_seen(db: Db, first: int, end: int) -> list[tuple[int, int]]:
    """(when they joined, when they were last seen) of those who joined between two moments (milliseconds)."""
    rows = db.all(_JOINED, first=first_id_at(first), end=first_id_at(end))
    return [(id_ >> 16, seen or 0) for id_, seen in rows]
