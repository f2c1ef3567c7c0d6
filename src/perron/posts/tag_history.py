"""Tags as they are found and as they were used on each of the last days."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from perron.kit.time import DAY, now
from perron.store import Db, Prepared, among
from perron.store.tables import post_tags, tag_days, tags

DAYS = 7
_SOME = Prepared(select(tags.c.id, tags.c.key, tags.c.name).where(among(tags.c.id)))
_USES = Prepared(
    select(tag_days.c.tag_id, tag_days.c.day, tag_days.c.uses, tag_days.c.people).where(
        among(tag_days.c.tag_id), tag_days.c.day > bindparam("after")
    )
)
_BEGIN_SO = Prepared(
    select(tags.c.id)
    .where(tags.c.key >= bindparam("start"), tags.c.key < bindparam("end"), tags.c.listable)
    .order_by((tags.c.key == bindparam("start")).desc(), tags.c.posts_count.desc(), tags.c.key)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_TOGETHER = Prepared(
    select(tags.c.key, tags.c.name, func.count().label("times"))
    .where(
        tags.c.id != bindparam("of_tag"),
        tags.c.id == post_tags.c.tag_id,
        tags.c.listable,
        post_tags.c.listed,
        among(post_tags.c.post_id),
    )
    .group_by(tags.c.id, tags.c.key, tags.c.name)
    .order_by(func.count().desc(), tags.c.key)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class UsedTag:
    """A tag and its uses: (day since 1970, posts, people) for seven days, today first; `id` 0: nobody used it."""

    id: int
    key: str
    name: str
    days: tuple[tuple[int, int, int], ...]


def used_tags(db: Db, tag_ids: Sequence[int]) -> list[UsedTag]:
    """These tags with their uses, in the order of their ids."""
    ids, today = db.id_list(tag_ids), now() // DAY
    uses = {(row[0], row[1]): (row[2], row[3]) for row in db.all(_USES, ids=ids, after=today - DAYS)}
    rows = {row[0]: row for row in db.all(_SOME, ids=ids)}
    return [UsedTag(id_, rows[id_][1], rows[id_][2], _days(today, uses, id_)) for id_ in tag_ids if id_ in rows]


def unused_tag(key: str, name: str) -> UsedTag:
    """A tag that nobody has used yet."""
    return UsedTag(0, key, name, _days(now() // DAY, {}, 0))


def tags_that_begin(db: Db, key: str, *, limit: int, offset: int = 0) -> list[int]:
    """Ids of tags that may be found and whose folded key begins so; the one that is just that first, then the most
    used."""
    return db.column(_BEGIN_SO, start=key, end=key + chr(0x10FFFF), limit=limit, offset=offset) if key else []


def tags_beside(db: Db, tag_id: int, post_ids: list[int], limit: int = 8) -> list[tuple[str, str]]:
    """(key, name) of tags that stand together with this one in these posts, the most frequent first."""
    known: dict[tuple[int, str, int], list[tuple[str, str]]] = db.remembered("beside")
    key = (tag_id, db.id_list(post_ids), limit)
    if key not in known:
        known[key] = [(row[0], row[1]) for row in db.all(_TOGETHER, of_tag=tag_id, ids=key[1], limit=limit)]
    return known[key]


def _days(today: int, uses: dict[tuple[int, int], tuple[int, int]], tag_id: int) -> tuple[tuple[int, int, int], ...]:
    return tuple((day, *uses.get((tag_id, day), (0, 0))) for day in range(today, today - DAYS, -1))
