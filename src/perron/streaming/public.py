"""Which public channels a post is heard on."""

from sqlalchemy import bindparam, select

from perron.posts.visibility import by_limited
from perron.store import Db, Prepared
from perron.store.tables import post_tags, posts, tags

_POST = Prepared(
    select(posts.c.listed, posts.c.here, posts.c.has_media, posts.c.has_tags).where(
        posts.c.id == bindparam("post_id"), ~by_limited()
    )
)
_TAGS = Prepared(
    select(tags.c.key)
    .join(post_tags, post_tags.c.tag_id == tags.c.id)
    .where(post_tags.c.post_id == bindparam("post_id"), post_tags.c.listed)
)


def public_channels(db: Db, post_id: int) -> list[str]:
    """Keys of the public channels that carry a post; none when it is not for everybody."""
    row = db.one(_POST, post_id=post_id)
    if row is None:
        return []
    listed, here, has_media, has_tags = row
    keys = []
    if listed:
        where = ["public", "public:local" if here else "public:remote"]
        keys += where + ([f"{key}:media" for key in where] if has_media else [])
    if has_tags:
        for key in db.column(_TAGS, post_id=post_id):
            keys += [f"hashtag:{key}", *([f"hashtag:local:{key}"] if here else [])]
    return keys
