"""Follow a tag: what is published under it comes home."""

from sqlalchemy import bindparam, delete, select

from perron.kit.ids import new_id
from perron.people.model import Account
from perron.posts.tagging import tag_id
from perron.store import Db, Prepared, Tx, among, insert_new, tell
from perron.store.paging import Paged, Paging
from perron.store.tables import tag_follows
from perron.text.reading import Tag

_ADD = insert_new(tag_follows, "account_id", "tag_id", "id")
_REMOVE = Prepared(
    delete(tag_follows).where(tag_follows.c.account_id == bindparam("by"), tag_follows.c.tag_id == bindparam("of_tag"))
)
_PAGE = Paged(
    select(tag_follows.c.id, tag_follows.c.tag_id).where(tag_follows.c.account_id == bindparam("by")), tag_follows.c.id
)
_AMONG = Prepared(
    select(tag_follows.c.tag_id).where(tag_follows.c.account_id == bindparam("by"), among(tag_follows.c.tag_id))
)


def follow_tag(tx: Tx, who: Account, tag: Tag) -> int:
    """Follow a tag, even one that nobody has used; its id."""
    found = tag_id(tx, tag)
    if tx.run(_ADD, account_id=who.id, tag_id=found, id=new_id()):
        tell(tx, "tag_follows", who.id)
    return found


def unfollow_tag(tx: Tx, who: Account, of_tag: int) -> None:
    """Follow a tag no longer."""
    if tx.run(_REMOVE, by=who.id, of_tag=of_tag):
        tell(tx, "tag_follows", who.id)


def followed_tags(db: Db, account_id: int, paging: Paging) -> list[tuple[int, int]]:
    """A page of the tags that an account follows: (id of the following, tag)."""
    return [(row[0], row[1]) for row in _PAGE.rows(db, paging, by=account_id)]


def followed_among(db: Db, account_id: int, tag_ids: list[int]) -> set[int]:
    """Which of these tags an account follows."""
    return set(db.column(_AMONG, by=account_id, ids=db.id_list(tag_ids)))
