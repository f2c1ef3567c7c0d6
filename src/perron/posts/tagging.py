"""Which tags a post bears, and how often each tag is used."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, exists, func, select, update

from perron.kit.ids import born, first_id_at, new_id
from perron.kit.time import DAY
from perron.posts.model import Post
from perron.store import Db, Prepared, Tx, insert_new, insert_or_change
from perron.store.tables import featured_tags, post_tags, tag_days, tag_follows, tags, trend_reviews
from perron.text.reading import Tag

_FIND = Prepared(select(tags.c.id, tags.c.name, tags.c.usable).where(tags.c.key == bindparam("of_key")))
_ADD = insert_new(tags, "id", "key", "name")
_BEAR = insert_new(post_tags, "tag_id", "post_id", "author_id", "listed")
_COUNT = Prepared(
    update(tags)
    .where(tags.c.id == bindparam("of_tag"))
    .values(
        posts_count=tags.c.posts_count + bindparam("by"),
        last_post_at=func.coalesce(bindparam("at"), tags.c.last_post_at),
    )
)
_USE = insert_or_change(
    tag_days,
    *("tag_id", "day", "uses", "people"),
    key=("tag_id", "day"),
    to=lambda new: {"uses": tag_days.c.uses + 1, "people": tag_days.c.people + new.people},
)
_UNUSE = Prepared(
    update(tag_days)
    .where(tag_days.c.tag_id == bindparam("of_tag"), tag_days.c.day == bindparam("of_day"))
    .values(uses=tag_days.c.uses - 1, people=tag_days.c.people - bindparam("fewer"))
)
_NO_USE = Prepared(
    delete(tag_days).where(
        tag_days.c.tag_id == bindparam("of_tag"), tag_days.c.day == bindparam("of_day"), tag_days.c.uses < 1
    )
)
_NEWEST = Prepared(select(func.max(post_tags.c.post_id)).where(post_tags.c.tag_id == bindparam("of_tag")))
_LAST = Prepared(update(tags).where(tags.c.id == bindparam("of_tag")).values(last_post_at=bindparam("at")))
_REMOVE_UNUSED = Prepared(
    delete(tags).where(
        tags.c.id == bindparam("of_tag"),
        tags.c.posts_count < 1,
        tags.c.usable,
        tags.c.listable,
        ~exists().where(tag_days.c.tag_id == tags.c.id),
        ~exists().where(tag_follows.c.tag_id == tags.c.id),
        ~exists().where(featured_tags.c.tag_id == tags.c.id),
        ~exists().where(trend_reviews.c.subject_id == tags.c.id, trend_reviews.c.allowed.is_not(None)),
    )
)
_USED_TODAY = Prepared(
    select(post_tags.c.post_id)
    .where(
        post_tags.c.tag_id == bindparam("of_tag"),
        post_tags.c.post_id >= bindparam("since"),
        post_tags.c.post_id < bindparam("until"),
        post_tags.c.author_id == bindparam("by"),
    )
    .limit(1)
)
_OF_POST = Prepared(
    select(tags.c.id, tags.c.key, tags.c.name)
    .join(post_tags, post_tags.c.tag_id == tags.c.id)
    .where(post_tags.c.post_id == bindparam("post_id"))
)
_REMOVE = Prepared(
    delete(post_tags).where(post_tags.c.tag_id == bindparam("of_tag"), post_tags.c.post_id == bindparam("post_id"))
)


def tag_id(tx: Tx, tag: Tag) -> int:
    """The id of a tag, which is made when nobody has used it before."""
    found = tx.value(_FIND, of_key=tag.key)
    if found is not None:
        return int(found)
    made = new_id()
    if tx.run(_ADD, id=made, key=tag.key, name=tag.name):
        return made
    return int(tx.value(_FIND, of_key=tag.key))  # somebody else has made it this moment


def find_tag(db: Db, key: str) -> tuple[int, str] | None:
    """Id and name of the tag with this folded key."""
    row = db.one(_FIND, of_key=key)
    return (row[0], row[1]) if row else None


def tags_of(db: Db, post_id: int) -> list[tuple[int, str, str]]:
    """Id, key and name of each tag of a post."""
    return [(row[0], row[1], row[2]) for row in db.all(_OF_POST, post_id=post_id)]


def bear_tags(tx: Tx, post: Post, found: Sequence[Tag]) -> None:
    """Write down the tags of an open post; a private post bears none that others could find, and no post those that
    moderators have taken out of use."""
    for tag in found if post.open else ():
        known = tx.one(_FIND, of_key=tag.key)
        if known is not None and not known[2]:
            continue
        of_tag = known[0] if known is not None else tag_id(tx, tag)
        day = born(post.id) // DAY
        window = {"since": first_id_at(day * DAY), "until": first_id_at((day + 1) * DAY)}
        first = tx.value(_USED_TODAY, of_tag=of_tag, by=post.author_id, **window) is None
        tx.run(_BEAR, tag_id=of_tag, post_id=post.id, author_id=post.author_id, listed=post.visibility == "public")
        tx.later(_COUNT, of_tag, of_tag=of_tag, by=1, at=born(post.id))
        tx.later(_USE, of_tag, tag_id=of_tag, day=day, uses=1, people=int(first))


def change_tags(tx: Tx, post: Post, found: Sequence[Tag]) -> None:
    """Write down the tags that an open post bears since it was edited. Those it bore before are not counted again."""
    borne = {key: of_tag for of_tag, key, _ in tags_of(tx, post.id)}
    kept = {tag.key for tag in found}
    _unuse(tx, post, [of_tag for key, of_tag in borne.items() if key not in kept])
    bear_tags(tx, post, [tag for tag in found if tag.key not in borne])


def unuse_tags(tx: Tx, post: Post) -> None:
    """Forget the tags of a post, and that they were ever used by it."""
    _unuse(tx, post, [of_tag for of_tag, _, _ in tags_of(tx, post.id)])


def _unuse(tx: Tx, post: Post, gone: Sequence[int]) -> None:
    day = born(post.id) // DAY
    window = {"since": first_id_at(day * DAY), "until": first_id_at((day + 1) * DAY)}
    for of_tag in gone:
        tx.run(_REMOVE, of_tag=of_tag, post_id=post.id)
        tx.run(_COUNT, of_tag=of_tag, by=-1, at=None)
        others = tx.value(_USED_TODAY, of_tag=of_tag, by=post.author_id, **window) is not None
        tx.run(_UNUSE, of_tag=of_tag, of_day=day, fewer=int(not others))
        tx.run(_NO_USE, of_tag=of_tag, of_day=day)
        newest = tx.value(_NEWEST, of_tag=of_tag)
        tx.run(_LAST, of_tag=of_tag, at=born(newest) if newest else None)
        tx.run(_REMOVE_UNUSED, of_tag=of_tag)
