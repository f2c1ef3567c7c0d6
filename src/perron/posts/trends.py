"""What more people than usual talk about: counted by people, not by posts, and told with what is usual."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select

from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, among, const
from perron.store.tables import accounts, post_tags, tag_days, tags

WEEK, BEFORE = 7, 28
CANDIDATES = 60
FEWEST = 2
"""One person alone is no trend."""

_MOST_USED = Prepared(
    select(tag_days.c.tag_id)
    .where(tag_days.c.day > bindparam("after"))
    .group_by(tag_days.c.tag_id)
    .order_by(func.sum(tag_days.c.people).desc(), tag_days.c.tag_id.desc())
    .limit(CANDIDATES)
)
_heard = exists().where(
    accounts.c.id == post_tags.c.author_id, accounts.c.state == const("active"), ~accounts.c.silenced
)
_PEOPLE = Prepared(
    select(tags.c.key, tags.c.name, func.count(post_tags.c.author_id.distinct()), func.count(), tags.c.id)
    .join(post_tags, post_tags.c.tag_id == tags.c.id)
    .where(among(tags.c.id), post_tags.c.post_id >= bindparam("since"), post_tags.c.listed, _heard)
    .group_by(tags.c.id, tags.c.key, tags.c.name)
)
_USUAL = Prepared(
    select(tag_days.c.tag_id, func.sum(tag_days.c.people))
    .where(among(tag_days.c.tag_id), tag_days.c.day > bindparam("after"), tag_days.c.day <= bindparam("until"))
    .group_by(tag_days.c.tag_id)
)


@dataclass(frozen=True, slots=True)
class Trend:
    """A tag, how many different people used it in the last seven days, and how many use it in a usual week."""

    key: str
    name: str
    people: int
    posts: int
    usual: int


def trends(db: Db, limit: int = 10) -> list[Trend]:
    """The tags that most people used in seven days, those furthest above their usual week first."""
    known: dict[int, list[Trend]] = db.remembered("trends")
    if limit not in known:
        known[limit] = _counted(db)[:limit]
    return known[limit]


def _counted(db: Db) -> list[Trend]:
    today = now() // DAY
    ids = db.column(_MOST_USED, after=today - WEEK)
    since = first_id_at((today - WEEK + 1) * DAY)
    rows = db.all(_PEOPLE, ids=db.id_list(ids), since=since)
    usual = {
        row[0]: int(row[1])
        for row in db.all(_USUAL, ids=db.id_list(ids), after=today - WEEK - BEFORE, until=today - WEEK)
    }
    found = [
        Trend(key, name, people, written, round(usual.get(id_, 0) * WEEK / BEFORE))
        for key, name, people, written, id_ in rows
        if people >= FEWEST
    ]
    return sorted(found, key=lambda one: (one.usual - one.people, -one.posts, one.key))


_TOGETHER = Prepared(
    select(tags.c.key, tags.c.name, func.count().label("times"))
    .where(
        tags.c.id != bindparam("of_tag"),
        tags.c.id == post_tags.c.tag_id,
        post_tags.c.listed,
        among(post_tags.c.post_id),
    )
    .group_by(tags.c.id, tags.c.key, tags.c.name)
    .order_by(func.count().desc(), tags.c.key)
    .limit(bindparam("limit"))
)


def tags_beside(db: Db, tag_id: int, post_ids: list[int], limit: int = 8) -> list[tuple[str, str]]:
    """(key, name) of tags that stand together with this one in these posts, the most frequent first."""
    known: dict[tuple[int, str, int], list[tuple[str, str]]] = db.remembered("beside")
    key = (tag_id, db.id_list(post_ids), limit)
    if key not in known:
        known[key] = [(row[0], row[1]) for row in db.all(_TOGETHER, of_tag=tag_id, ids=key[1], limit=limit)]
    return known[key]
