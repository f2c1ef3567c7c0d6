"""Which posts of a timeline a column shows."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from perron.store import Db, Prepared, among
from perron.store.paging import NEWEST, Paging
from perron.store.tables import posts
from perron.suite.atelier.deck.model import Column

ROUNDS = 6
"""Pages of a timeline that are looked through for one page of a column."""
STEP = 40

_original = posts.alias("original")
_TRAITS = Prepared(
    select(
        posts.c.id,
        posts.c.boost_of_id,
        posts.c.reply_to_account_id,
        posts.c.author_id,
        func.coalesce(_original.c.has_media, posts.c.has_media),
    )
    .outerjoin(_original, _original.c.id == posts.c.boost_of_id)
    .where(among(posts.c.id))
)
Timeline = Callable[[Paging], Sequence[int]]


def chosen(db: Db, column: Column, ids: Sequence[int]) -> list[int]:
    """Those of some posts that a column shows, in their order."""
    if not column.filters or not ids:
        return [*ids]
    shown = set()
    for id_, boost_of, answered, author, has_media in db.all(_TRAITS, ids=db.id_list(ids)):
        left_out = (
            (column.media and not has_media)
            or (not column.boosts and boost_of is not None)
            or (not column.replies and answered is not None and answered != author)
        )
        if not left_out:
            shown.add(id_)
    return [id_ for id_ in ids if id_ in shown]


def column_page(
    db: Db, column: Column, timeline: Timeline, *, below: int = NEWEST, above: int = 0, limit: int = 20
) -> tuple[list[int], int]:
    """One page of a column, newest first, and under which id the next begins (0: there is none). Where a column leaves
    nearly everything out, a page may be short and still have a next one."""
    step = STEP if column.filters else limit
    found: list[int] = []
    for _ in range(ROUNDS):
        ids = timeline(Paging(below=below, above=above, limit=step))
        found += chosen(db, column, ids)
        if len(found) >= limit:
            return found[:limit], found[limit - 1]
        if len(ids) < step:
            return found, 0
        below = ids[-1]
    return found, below
