"""Reading and writing posts, one statement a function."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, delete, select, update

from perron.posts.model import Post
from perron.posts.visibility import ForViewer, visible_to
from perron.store import Db, Prepared, Tx, among, insert, insert_new
from perron.store.tables import mentions, posts

_POST = tuple(posts.c[name] for name in Post.__slots__)

_FIND = ForViewer(lambda viewer: select(*_POST).where(posts.c.id == bindparam("post_id"), visible_to(viewer)))
_AS_STORED = Prepared(select(*_POST).where(posts.c.id == bindparam("post_id")))
_SEEN = ForViewer(lambda viewer: select(posts.c.id).where(among(posts.c.id), visible_to(viewer)))
_ADD = insert(
    posts,
    *("id", "author_id", "text", "warning", "language", "visibility", "sensitive", "listed", "here", "has_media"),
    *("has_poll", "has_tags", "reply_to_id", "reply_to_account_id", "thread_id", "boost_of_id", "app_id"),
    *("quote_of_id", "quote_state", "quote_policy", "via_id", "card_id", "card_title"),
    *("tie", "tied_to", "tied_url", "byline"),
)
_ADD_MENTION = insert_new(mentions, "post_id", "account_id")
_MENTIONED = Prepared(select(mentions.c.account_id).where(mentions.c.post_id == bindparam("post_id")))
_REMOVE_MENTIONS = Prepared(delete(mentions).where(mentions.c.post_id == bindparam("post_id")))
_REMOVE = Prepared(delete(posts).where(posts.c.id == bindparam("post_id")))
_BOOST_OF = Prepared(
    select(posts.c.id).where(posts.c.boost_of_id == bindparam("post_id"), posts.c.author_id == bindparam("account_id"))
)
_BOOSTS = Prepared(select(posts.c.id, posts.c.author_id).where(posts.c.boost_of_id == bindparam("post_id")))
_COUNT = {
    column: Prepared(
        update(posts).where(posts.c.id == bindparam("post_id")).values({column: posts.c[column] + bindparam("by")})
    )
    for column in ("replies_count", "boosts_count", "favourites_count", "quotes_count")
}

_KEEP_FRAGMENT = Prepared(
    update(posts)
    .where(posts.c.id == bindparam("of_post"))
    .values(fragment=bindparam("fragment"), stamp=bindparam("stamp"))
)


def find_post(db: Db, post_id: int, *, viewer: int | None) -> Post | None:
    """A post that the viewer (an account's id, or None for anybody) may see."""
    row = _FIND.one(db, viewer, post_id=post_id)
    return Post(*row) if row else None


def post_as_stored(db: Db, post_id: int) -> Post | None:
    """For jobs, which act for the server and not for a viewer."""
    row = db.one(_AS_STORED, post_id=post_id)
    return Post(*row) if row else None


def seen_among(db: Db, post_ids: Sequence[int], *, viewer: int | None) -> set[int]:
    """Which of these posts the viewer may see."""
    return {row[0] for row in _SEEN.all(db, viewer, ids=db.id_list(post_ids))}


def add_post(tx: Tx, post: Post, *, has_tags: bool = False, app_id: int | None = None) -> None:
    values = {name: getattr(post, name) for name in Post.__slots__ if name != "edited_at"}
    tx.run(_ADD, **values, has_tags=has_tags, app_id=app_id)


def add_mentions(tx: Tx, post_id: int, account_ids: Iterable[int]) -> None:
    tx.many(_ADD_MENTION, [{"post_id": post_id, "account_id": one} for one in account_ids])


def mentioned(db: Db, post_id: int) -> list[int]:
    """The accounts that a post names."""
    return db.column(_MENTIONED, post_id=post_id)


def remove_mentions(tx: Tx, post_id: int) -> None:
    tx.run(_REMOVE_MENTIONS, post_id=post_id)


def remove_post(tx: Tx, post_id: int) -> None:
    tx.run(_REMOVE, post_id=post_id)


def boost_of(db: Db, post_id: int, account_id: int) -> int | None:
    """The id of an account's boost of a post."""
    found: int | None = db.value(_BOOST_OF, post_id=post_id, account_id=account_id)
    return found


def boosts_as_stored(db: Db, post_id: int) -> list[tuple[int, int]]:
    """Every boost of a post, with who boosted."""
    return [(row[0], row[1]) for row in db.all(_BOOSTS, post_id=post_id)]


def change_count(tx: Tx, post_id: int, column: str, by: int) -> None:
    """Add to one of a post's counts: `replies_count`, `boosts_count`, `favourites_count`, `quotes_count`."""
    tx.run(_COUNT[column], post_id=post_id, by=by)


def keep_fragments(tx: Tx, made: Mapping[int, bytes], stamp: int) -> None:
    """Keep what is shown of posts, by id; `stamp` names the address and format it was made for."""
    rows = [{"of_post": id_, "fragment": one, "stamp": stamp} for id_, one in made.items()]
    tx.many(_KEEP_FRAGMENT, rows)
