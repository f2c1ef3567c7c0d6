"""The words of posts put into an index that is empty: for data that came from elsewhere, or an index that was lost."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, func, select

from perron.posts.queries import post_as_stored
from perron.posts.search_index import said
from perron.store import Db, Prepared, Tx, among
from perron.store.search import post_words
from perron.store.tables import posts
from perron.text.words import index_words

_PAGE = Prepared(
    select(posts.c.id, posts.c.indexed)
    .where(posts.c.id > bindparam("after"))
    .order_by(posts.c.id)
    .limit(bindparam("limit"))
)
_INDEXED = Prepared(select(posts.c.id).where(among(posts.c.id), posts.c.indexed))
_lost = select(posts.c.id).where(posts.c.indexed, ~exists().where(post_words.id == posts.c.id))
_UNFOUND, _UNFOUND_AMONG = Prepared(_lost.limit(bindparam("limit"))), Prepared(_lost.where(among(posts.c.id)))
_STRAYS = Prepared(
    select(func.count())
    .select_from(post_words.table)
    .where(~exists().where(posts.c.id == post_words.id, posts.c.indexed))
)
_BARE = Prepared(
    select(posts.c.id, posts.c.warning, posts.c.text, posts.c.language).where(
        among(posts.c.id), posts.c.indexed, ~posts.c.has_poll
    )
)


def unfound(db: Db, limit: int = 500) -> list[int]:
    """Posts whose rows say that they are indexed, and that the index does not know."""
    return db.column(_UNFOUND, limit=limit)


def unfound_among(db: Db, ids: Sequence[int]) -> list[int]:
    """Those of these posts that are."""
    return db.column(_UNFOUND_AMONG, ids=db.id_list(ids))


def strays(db: Db) -> int:
    """How many rows of the index belong to no indexed post: they are never shown, and only take room."""
    return int(db.value(_STRAYS))


def add_page_of_words(tx: Tx, after: int, limit: int) -> tuple[int, int]:
    """Add the words of the next posts whose rows say that they are indexed; how many posts, and the last one's id."""
    rows = tx.all(_PAGE, after=after, limit=limit)
    add_words(tx, [row[0] for row in rows if row[1]])
    return len(rows), rows[-1][0] if rows else after


def add_words(tx: Tx, post_ids: Sequence[int]) -> None:
    """Add the words of those of these posts whose rows say that they are indexed; they must not be there yet."""
    ids = tx.id_list(post_ids)
    plain = tx.all(_BARE, ids=ids)
    made = {id_: index_words(f"{warning}\n{text}", language or None) for id_, warning, text, language in plain}
    for id_ in tx.column(_INDEXED, ids=ids):
        if id_ not in made and (post := post_as_stored(tx, id_)):
            made[id_] = index_words(said(tx, post), post.language or None)
    post_words.add_many(tx, [*made.items()])


def take_words(tx: Tx, post_id: int) -> None:
    """Take a post's words out, while its row is still as it was when they were added; the row stays as it is."""
    post = post_as_stored(tx, post_id)
    if post is not None and tx.column(_INDEXED, ids=tx.id_list([post_id])):
        post_words.remove(tx, post_id, index_words(said(tx, post), post.language or None))
