"""Finding posts by their words: accents and case folded, French and English stems."""

from sqlalchemy import bindparam, select, update

from perron.posts.model import Post
from perron.posts.polls import polls_of
from perron.posts.queries import post_as_stored
from perron.posts.visibility import ForViewer, unhidden_from, visible_to
from perron.store import Db, Prepared, Tx
from perron.store.search import post_words
from perron.store.tables import posts
from perron.text.words import fts5_match, index_words

_SEARCH = ForViewer(
    lambda viewer: (
        select(posts.c.id)
        .join(post_words.table, post_words.id == posts.c.id)
        .where(
            post_words.matches("words"),
            post_words.id < bindparam("below"),
            visible_to(viewer),
            unhidden_from(viewer),
            (bindparam("author") == 0) | (posts.c.author_id == bindparam("author")),
        )
        .order_by(post_words.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )
)
_INDEXED = Prepared(select(posts.c.indexed).where(posts.c.id == bindparam("of_post")))
_MARK = Prepared(update(posts).where(posts.c.id == bindparam("of_post")).values(indexed=bindparam("words")))
NEWEST = 2**62


def index_post(tx: Tx, post_id: int) -> None:
    """Make a post found by its words; what it was found by before is forgotten. Safe to repeat."""
    post = post_as_stored(tx, post_id)
    if post is None or post.boost_of_id:
        return
    forget_words(tx, post)
    words = index_words(said(tx, post), post.language or None)
    if words:
        post_words.add(tx, post.id, words)
        tx.run(_MARK, of_post=post.id, words=True)


def forget_words(tx: Tx, post: Post) -> None:
    """Make a post no longer found, while its words are still what they were when it was indexed."""
    if tx.value(_INDEXED, of_post=post.id):
        post_words.remove(tx, post.id, index_words(said(tx, post), post.language or None))
        tx.run(_MARK, of_post=post.id, words=False)


def said(db: Db, post: Post) -> str:
    """Everything in a post that has words."""
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    return "\n".join([post.warning, post.text, *(poll.options if poll else ())])


def search_posts(
    db: Db,
    query: str,
    *,
    viewer: int | None,
    author: int = 0,
    below: int = NEWEST,
    limit: int = 20,
    offset: int = 0,
) -> list[int]:
    """Ids of posts that answer a query and that the viewer may see, newest first."""
    match = fts5_match(query)
    if match is None:
        return []
    rows = _SEARCH.all(
        db, viewer, words=post_words.asked(db, match), below=below, author=author, limit=limit, offset=offset
    )
    return [row[0] for row in rows]
