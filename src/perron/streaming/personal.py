"""Whose view of a post is their own. They get it made for them; everybody else, the one that is made once."""

from collections.abc import Collection

from sqlalchemy import bindparam, or_, select, union

from perron.store import Db, Prepared, among
from perron.store.tables import marks, posts, votes
from perron.streaming.hub import Stream

_original = posts.alias("original")
_POST = Prepared(
    select(posts.c.author_id, posts.c.boost_of_id, _original.c.author_id)
    .outerjoin(_original, _original.c.id == posts.c.boost_of_id)
    .where(posts.c.id == bindparam("post_id"))
)
_TOUCHED = Prepared(
    union(
        select(marks.c.account_id).where(
            among(marks.c.account_id),
            or_(marks.c.post_id == bindparam("post_id"), marks.c.post_id == bindparam("original_id")),
        ),
        select(votes.c.account_id).where(
            among(votes.c.account_id),
            or_(votes.c.poll_id == bindparam("post_id"), votes.c.poll_id == bindparam("original_id")),
        ),
    )
)


def personally(db: Db, post_id: int, audience: Collection[Stream]) -> set[Stream]:
    """Those of an audience who wrote, marked or voted in a post, or whose filters or muted threads may change it."""
    row = db.one(_POST, post_id=post_id)
    if row is None or not audience:
        return set()
    accounts = {stream.account_id for stream in audience}
    touched = set(db.column(_TOUCHED, post_id=post_id, original_id=row[1] or post_id, ids=db.id_list(accounts)))
    touched |= {row[0], row[2]}
    return {
        one for one in audience if one.account_id in touched or one.viewer.has_filters or one.viewer.has_thread_mutes
    }
