"""Mark a post as sensitive for its readers, or take that back, without changing a word of it."""

from sqlalchemy import bindparam, update

from perron.posts.queries import post_as_stored
from perron.store import Prepared, Tx, tell
from perron.store.tables import posts

_MARK = Prepared(update(posts).where(posts.c.id == bindparam("of_post")).values(sensitive=bindparam("to")))


def mark_sensitive(tx: Tx, post_id: int, on: bool) -> None:
    """Mark a post; it is shown anew wherever it is being read. A post that is gone stays gone."""
    post = post_as_stored(tx, post_id)
    if post is None:
        return
    tx.run(_MARK, of_post=post.id, to=on)
    tx.rerender("post", post.id)
    tell(tx, "post_changed", post.id, post.author_id)
