"""What an account has favourited or bookmarked, and who has favourited or boosted a post."""

from typing import Any

from sqlalchemy import Select, bindparam, exists, select

from perron.posts.visibility import PagedForViewer, Viewer, visible_to
from perron.store import Db, const
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, blocks, marks, mutes, posts


def _marked(column: str) -> PagedForViewer:
    def build(viewer: Viewer) -> Select[Any]:
        return (
            select(marks.c[column], marks.c.post_id)
            .join(posts, posts.c.id == marks.c.post_id)
            .where(marks.c.account_id == bindparam("by"), marks.c[column].is_not(None), visible_to(viewer))
        )

    return PagedForViewer(build, marks.c[column])


_MARKED = {"favourite_id": _marked("favourite_id"), "bookmark_id": _marked("bookmark_id")}


def marked_page(db: Db, account_id: int, column: str, paging: Paging) -> list[tuple[int, int]]:
    """A page of one's own favourites (`favourite_id`) or bookmarks (`bookmark_id`): (id of the mark, post)."""
    rows = _MARKED[column].rows(db, account_id, paging, by=account_id)
    return [(row[0], row[1]) for row in rows]


def _shown_to(viewer: Any, account: Any) -> Any:
    """Neither blocks the other, and the viewer has not muted the account."""
    blocked = (blocks.c.owner_id == account) & (blocks.c.target_id == viewer)
    blocking = (blocks.c.owner_id == viewer) & (blocks.c.target_id == account)
    muted = exists().where(mutes.c.owner_id == viewer, mutes.c.target_id == account)
    return ~exists().where(blocked) & ~exists().where(blocking) & ~muted


_FAVOURITED_BY = Paged(
    select(marks.c.favourite_id, marks.c.account_id)
    .join(accounts, accounts.c.id == marks.c.account_id)
    .where(
        marks.c.post_id == bindparam("on"),
        marks.c.favourite_id.is_not(None),
        accounts.c.state == const("active"),
        _shown_to(bindparam("viewer"), accounts.c.id),
    ),
    marks.c.favourite_id,
)
_BOOSTED_BY = Paged(
    select(posts.c.id, posts.c.author_id)
    .join(accounts, accounts.c.id == posts.c.author_id)
    .where(
        posts.c.boost_of_id == bindparam("on"),
        accounts.c.state == const("active"),
        _shown_to(bindparam("viewer"), accounts.c.id),
    ),
    posts.c.id,
)


def favourited_by(db: Db, post_id: int, paging: Paging, *, viewer: int | None) -> list[tuple[int, int]]:
    """A page of who favourited a post: (id of the favourite, account)."""
    return [(row[0], row[1]) for row in _FAVOURITED_BY.rows(db, paging, on=post_id, viewer=viewer or 0)]


def boosted_by(db: Db, post_id: int, paging: Paging, *, viewer: int | None) -> list[tuple[int, int]]:
    """A page of who boosted a post: (id of the boost, account)."""
    return [(row[0], row[1]) for row in _BOOSTED_BY.rows(db, paging, on=post_id, viewer=viewer or 0)]
