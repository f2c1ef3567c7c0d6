"""Tags as moderators see them: how one is written, whether posts may bear it, whether it is found."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from perron.store import Db, Prepared, Tx, among
from perron.store.paging import Paged, Paging
from perron.store.tables import post_tags, posts, tags


class TagState(NamedTuple):
    """A tag. `usable`: new posts may bear it; `listable`: it is found and suggested."""

    id: int
    key: str
    name: str
    usable: bool
    listable: bool


_COLUMNS = tuple(tags.c[name] for name in TagState._fields)
_ONE = Prepared(select(*_COLUMNS).where(tags.c.id == bindparam("of_tag")))
_SOME = Prepared(select(*_COLUMNS).where(among(tags.c.id)))
_PAGE = Paged(select(tags.c.id), tags.c.id)
_CHANGE = Prepared(
    update(tags)
    .where(tags.c.id == bindparam("of_tag"))
    .values(name=bindparam("new_name"), usable=bindparam("new_usable"), listable=bindparam("new_listable"))
)
_OUTDATE = Prepared(
    update(posts)
    .where(posts.c.id.in_(select(post_tags.c.post_id).where(post_tags.c.tag_id == bindparam("of_tag"))))
    .values(stamp=0)
)


def tag_as_stored(db: Db, tag_id: int) -> TagState | None:
    """A tag by its id."""
    row = db.one(_ONE, of_tag=tag_id)
    return _state(row) if row else None


def tags_as_stored(db: Db, tag_ids: list[int]) -> dict[int, TagState]:
    """These tags, by id."""
    return {row[0]: _state(row) for row in db.all(_SOME, ids=db.id_list(tag_ids))}


def tag_ids_page(db: Db, paging: Paging) -> list[int]:
    """Ids of one page of all tags, the youngest first."""
    return [row[0] for row in _PAGE.rows(db, paging)]


def change_tag_state(tx: Tx, tag: TagState) -> None:
    """Keep what was decided about a tag. Where it is written otherwise now, posts that bear it are shown anew."""
    before = tag_as_stored(tx, tag.id)
    tx.run(_CHANGE, of_tag=tag.id, new_name=tag.name, new_usable=tag.usable, new_listable=tag.listable)
    if before is not None and before.name != tag.name:
        tx.run(_OUTDATE, of_tag=tag.id)


def _state(row: tuple[int, str, str, bool, bool]) -> TagState:
    return TagState(row[0], row[1], row[2], bool(row[3]), bool(row[4]))
