"""Tags that an account shows on its profile, with what it has written under them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, or_, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import first_id_at, new_id
from perron.kit.time import DAY, now
from perron.people.model import Account
from perron.posts.tagging import tag_id
from perron.store import Db, Prepared, Tx, among, insert_new
from perron.store.tables import accounts, collections, endorsements, featured_tags, post_tags, tags
from perron.text.reading import Tag

MOST_FEATURED = 10
OFFERED = 10
LATELY = 90 * DAY
"""How far back one looks for tags that could be shown."""


@dataclass(frozen=True, slots=True)
class FeaturedTag:
    """A tag on a profile; `count` open posts of the account bear it, the last of them is `last_id` (None: none)."""

    id: int
    tag_id: int
    name: str
    key: str
    count: int
    last_id: int | None


_of: ColumnElement[int] = bindparam("of_account")
_own = (post_tags.c.author_id == featured_tags.c.account_id, post_tags.c.tag_id == featured_tags.c.tag_id)
_SHOWN = Prepared(
    select(
        featured_tags.c.id,
        featured_tags.c.tag_id,
        featured_tags.c.name,
        tags.c.key,
        select(func.count()).select_from(post_tags).where(*_own).scalar_subquery(),
        select(func.max(post_tags.c.post_id)).where(*_own).scalar_subquery(),
    )
    .join(tags, tags.c.id == featured_tags.c.tag_id)
    .where(featured_tags.c.account_id == _of)
    .order_by(featured_tags.c.id)
)
_ADD = insert_new(featured_tags, "id", "account_id", "tag_id", "name")
_REMOVE = Prepared(
    delete(featured_tags).where(
        featured_tags.c.account_id == _of,
        or_(featured_tags.c.id == bindparam("featured_id"), featured_tags.c.tag_id == bindparam("of_tag")),
    )
)
_AMONG = Prepared(
    select(featured_tags.c.tag_id).where(featured_tags.c.account_id == _of, among(featured_tags.c.tag_id))
)
_USED = Prepared(
    select(post_tags.c.tag_id)
    .where(
        post_tags.c.author_id == _of,
        post_tags.c.post_id >= bindparam("since"),
        ~exists().where(featured_tags.c.account_id == _of, featured_tags.c.tag_id == post_tags.c.tag_id),
    )
    .group_by(post_tags.c.tag_id)
    .order_by(func.count().desc(), func.max(post_tags.c.post_id).desc())
    .limit(OFFERED)
)
_ANYTHING = Prepared(
    select(
        or_(
            exists().where(endorsements.c.owner_id == accounts.c.id),
            exists().where(featured_tags.c.account_id == accounts.c.id),
            exists().where(collections.c.account_id == accounts.c.id, collections.c.discoverable),
        )
    ).where(accounts.c.id == _of, accounts.c.show_featured)
)


def featured_tags_of(db: Db, account_id: int) -> list[FeaturedTag]:
    """The tags on an account's profile, the first chosen first."""
    return [FeaturedTag(*row) for row in db.all(_SHOWN, of_account=account_id)]


def feature_tag(tx: Tx, who: Account, tag: Tag) -> FeaturedTag:
    """Show a tag on one's profile; a second time changes nothing."""
    of_tag, shown = tag_id(tx, tag), featured_tags_of(tx, who.id)
    known = next((one for one in shown if one.tag_id == of_tag), None)
    if known is not None:
        return known
    if len(shown) >= MOST_FEATURED:
        raise Invalid(f"Validation failed: A profile shows at most {MOST_FEATURED} tags. Take one off first.")
    tx.run(_ADD, id=new_id(), account_id=who.id, tag_id=of_tag, name=tag.name)
    return next(one for one in featured_tags_of(tx, who.id) if one.tag_id == of_tag)


def unfeature_tag(tx: Tx, who: Account, featured_id: int) -> None:
    """Show a tag on one's profile no longer."""
    if not tx.run(_REMOVE, of_account=who.id, featured_id=featured_id, of_tag=0):
        raise NotFound


def unfeature_tag_called(tx: Tx, who: Account, of_tag: int) -> None:
    """The same for a tag that one knows by the id of the tag; nothing is wrong when it was not shown."""
    tx.run(_REMOVE, of_account=who.id, featured_id=0, of_tag=of_tag)


def featured_among(db: Db, account_id: int, tag_ids: Collection[int]) -> set[int]:
    """Which of these tags an account shows on its profile."""
    return set(db.column(_AMONG, of_account=account_id, ids=db.id_list([*tag_ids])))


def tags_to_feature(db: Db, account_id: int) -> list[int]:
    """Ids of the tags that an account used most of late and does not show yet, at most ten."""
    return db.column(_USED, of_account=account_id, since=first_id_at(now() - LATELY))


def recommends_anything(db: Db, account_id: int) -> bool:
    """Whether a profile has something to recommend: people, tags or collections."""
    return bool(db.value(_ANYTHING, of_account=account_id))
