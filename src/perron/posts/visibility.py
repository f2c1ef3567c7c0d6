"""The one place that says who may see a post."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select, true

from perron.store import Db, Prepared, const
from perron.store.engine import Row
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, blocks, follows, mentions, mutes, posts

Viewer = ColumnElement[int] | None

# Under names of their own, so that they mean these rows and not those of the statement they stand in.
authors = accounts.alias("author")
barriers = blocks.alias("barrier")
ties = follows.alias("tie")
names = mentions.alias("name")
silences = mutes.alias("silence")


def visible_to(viewer: Viewer, post: Any = posts, *, author_stands: bool = False) -> ColumnElement[bool]:
    """A post may be seen: it is open, or the viewer wrote it, is mentioned in it, or follows its author when it is for
    followers. Nobody sees the posts of an account that was suspended, nor those of one that blocks them.

    `author_stands` leaves the last of these to another statement of the same reading (`entities/heads.py`).
    """
    stands: ColumnElement[bool] = exists().where(authors.c.id == post.c.author_id, authors.c.state == const("active"))
    if author_stands:
        stands = true()
    is_open = or_(post.c.visibility == const("public"), post.c.visibility == const("unlisted"))
    if viewer is None:
        return and_(is_open, stands)
    named = exists().where(names.c.post_id == post.c.id, names.c.account_id == viewer)
    follower = exists().where(ties.c.follower_id == viewer, ties.c.target_id == post.c.author_id)
    own = post.c.author_id == viewer
    allowed = or_(is_open, own, named, and_(post.c.visibility == const("followers"), follower))
    # Whoever blocks the viewer is looked up once for the whole statement, and mostly there is nobody.
    who_block = select(barriers.c.owner_id).where(barriers.c.target_id == viewer)
    return and_(allowed, stands, post.c.author_id.not_in(who_block))


def unhidden_from(viewer: Viewer, post: Any = posts) -> ColumnElement[bool]:
    """The viewer has neither blocked nor muted the author: what timelines and conversations add to `visible_to`."""
    if viewer is None:
        return true()
    blocked = select(barriers.c.target_id).where(barriers.c.owner_id == viewer)
    muted = select(silences.c.target_id).where(silences.c.owner_id == viewer)
    return and_(post.c.author_id.not_in(blocked), post.c.author_id.not_in(muted))


def by_limited(post: Any = posts) -> ColumnElement[bool]:
    """The author was limited by moderators: those who do not follow them come upon their posts nowhere by themselves.
    What is shown to everybody leaves them out; profiles, homes and conversations do not."""
    return exists().where(authors.c.id == post.c.author_id, authors.c.silenced)


def barred(viewer: Viewer, quoting: Any, quoted: Any) -> ColumnElement[bool]:
    """The post inside a quote is not for the viewer: they may not see it by itself, or its author keeps away the one
    who quotes it."""
    apart = exists().where(barriers.c.owner_id == quoted.c.author_id, barriers.c.target_id == quoting.c.author_id)
    return or_(~visible_to(viewer, quoted), apart)


class ForViewer:
    """A reading of posts in two forms, for somebody and for anybody; there is no third."""

    def __init__(
        self, build: Callable[[Viewer], Select[Any]], more: Callable[[str, Select[Any]], Select[Any]] | None = None
    ) -> None:
        """`more` says what a dialect, given by its name, adds to the statement."""

        def prepared(viewer: Viewer) -> Prepared:
            return Prepared(lambda dialect: more(dialect, build(viewer)) if more else build(viewer))

        self._somebody, self._anybody = prepared(bindparam("viewer")), prepared(None)

    def all(self, db: Db, viewer: int | None, **values: Any) -> list[Row]:
        """Every row that the viewer (an account's id, or None for anybody) may see."""
        if viewer is None:
            return db.all(self._anybody, **values)
        return db.all(self._somebody, viewer=viewer, **values)

    def one(self, db: Db, viewer: int | None, **values: Any) -> Row | None:
        """The first row that the viewer may see."""
        if viewer is None:
            return db.one(self._anybody, **values)
        return db.one(self._somebody, viewer=viewer, **values)


class PagedForViewer:
    """As `ForViewer`, read page by page along a column of ids."""

    def __init__(self, build: Callable[[Viewer], Select[Any]], column: Any) -> None:
        self._somebody = Paged(lambda: build(bindparam("viewer")), column)
        self._anybody = Paged(lambda: build(None), column)

    def rows(self, db: Db, viewer: int | None, paging: Paging, **values: Any) -> list[Row]:
        """One page of what the viewer may see, newest first."""
        if viewer is None:
            return self._anybody.rows(db, paging, **values)
        return self._somebody.rows(db, paging, viewer=viewer, **values)
