"""A post is committed: whose rings, of those in memory, does it reach? No work for anybody else."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from perron.store import Db, Prepared, among
from perron.store.tables import accounts, follows, list_members, lists, mentions, post_tags, posts, tag_follows
from perron.timelines.rings import Ring, Rings

_original = posts.alias("original")
_POST = Prepared(
    select(
        *(posts.c.id, posts.c.author_id, posts.c.visibility, posts.c.boost_of_id, posts.c.reply_to_account_id),
        *(posts.c.has_tags, posts.c.listed, _original.c.author_id, accounts.c.followers_count),
    )
    .join(accounts, accounts.c.id == posts.c.author_id)
    .outerjoin(_original, _original.c.id == posts.c.boost_of_id)
    .where(posts.c.id == bindparam("post_id"))
)
_FOLLOWERS = Prepared(
    select(follows.c.follower_id, follows.c.boosts).where(follows.c.target_id == bindparam("author_id"))
)
_FOLLOWERS_AMONG = Prepared(
    select(follows.c.follower_id, follows.c.boosts).where(
        follows.c.target_id == bindparam("author_id"), among(follows.c.follower_id)
    )
)
_MENTIONED = Prepared(select(mentions.c.account_id).where(mentions.c.post_id == bindparam("post_id")))
_TAG_FOLLOWERS = Prepared(
    select(tag_follows.c.account_id)
    .join(post_tags, post_tags.c.tag_id == tag_follows.c.tag_id)
    .where(post_tags.c.post_id == bindparam("post_id"), post_tags.c.listed)
)
_LISTS = Prepared(
    select(lists.c.id, lists.c.owner_id, lists.c.replies)
    .join(list_members, list_members.c.list_id == lists.c.id)
    .where(list_members.c.account_id == bindparam("author_id"))
)
_IN_LIST = Prepared(
    select(list_members.c.account_id).where(
        list_members.c.list_id == bindparam("list_id"), list_members.c.account_id == bindparam("account_id")
    )
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A post as its way to readers needs it."""

    id: int
    author_id: int
    visibility: str
    boost_of_id: int | None
    reply_to_account_id: int | None
    has_tags: bool
    listed: bool
    original_author_id: int | None
    followers_count: int

    @property
    def reply_to_other(self) -> int | None:
        """Whom it answers, when that is not the author."""
        return self.reply_to_account_id if self.reply_to_account_id != self.author_id else None


def arrive(db: Db, rings: Rings, post_id: int) -> list[int]:
    """Append a committed post to the rings it belongs to; the owners of those rings (accounts and lists)."""
    row = db.one(_POST, post_id=post_id)
    if row is None or not rings.by_owner:
        return []
    post = Arrival(*row)
    reached = [owner for owner in _readers(db, rings, post) if _add(rings.by_owner.get(owner), post)]
    if not post.boost_of_id or post.visibility != "mentioned":
        reached += _list_readers(db, rings, post)
    return reached


def _readers(db: Db, rings: Rings, post: Arrival) -> set[int]:
    """Accounts with a ring that the post is for."""
    active = rings.by_owner
    chosen = {
        follower
        for follower, boosts in _followers(db, rings, post.author_id, post.followers_count)
        if follower in active and (boosts or not post.boost_of_id)
    }
    if post.reply_to_other is not None:
        known = _followers(db, rings, post.reply_to_other, 1 << 30, among_these=chosen)
        chosen = {follower for follower, _ in known} | (chosen & {post.reply_to_other})
    if post.visibility == "mentioned":
        chosen &= set(db.column(_MENTIONED, post_id=post.id))
    if post.has_tags and post.listed:
        chosen |= {one for one in db.column(_TAG_FOLLOWERS, post_id=post.id) if one in active}
    if post.author_id in active:
        chosen.add(post.author_id)
    return chosen


def _followers(
    db: Db, rings: Rings, account_id: int, count: int, *, among_these: set[int] | None = None
) -> list[tuple[int, bool]]:
    """Followers with a ring (or among `these`); by whichever way reads fewer rows."""
    candidates = rings.by_owner.keys() if among_these is None else among_these
    if count > 4 * len(candidates):
        rows = db.all(_FOLLOWERS_AMONG, author_id=account_id, ids=db.id_list([*candidates])) if candidates else []
    else:
        rows = db.all(_FOLLOWERS, author_id=account_id)
    return [(row[0], bool(row[1])) for row in rows]


def _add(ring: Ring | None, post: Arrival) -> bool:
    """Whether a ring holds the post from now on. One that was derived after it was committed does so already; whoever
    listens has not heard of it yet."""
    if ring is None or post.author_id in ring.hidden or post.original_author_id in ring.hidden:
        return False
    return ring.add(post.id, post.boost_of_id or post.id) or ring.holds(post.id)


def _list_readers(db: Db, rings: Rings, post: Arrival) -> list[int]:
    """Lists with a ring that have the author as a member."""
    reached = []
    for list_id, owner_id, replies in db.all(_LISTS, author_id=post.author_id):
        ring = rings.by_owner.get(list_id)
        if ring is None or not _reply_fits(db, post, list_id, owner_id, replies):
            continue
        if _add(ring, post):
            reached.append(list_id)
    return reached


def _reply_fits(db: Db, post: Arrival, list_id: int, owner_id: int, replies: str) -> bool:
    other = post.reply_to_other
    if other is None or other == owner_id:
        return True
    if replies == "list":
        return db.value(_IN_LIST, list_id=list_id, account_id=other) is not None
    if replies == "followed":
        return bool(db.all(_FOLLOWERS_AMONG, author_id=other, ids=db.id_list([owner_id])))
    return False
