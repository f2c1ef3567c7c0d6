"""Show somebody's post to one's own followers."""

from perron.jobs import emit
from perron.kit.errors import NotFound
from perron.kit.ids import new_id
from perron.people.counts import count_post
from perron.people.model import Account
from perron.posts.marks import set_mark, unset_mark
from perron.posts.model import Post, PostBoosted, PostUnboosted
from perron.posts.queries import add_post, boost_of, change_count, find_post, remove_post
from perron.store import Tx, tell


def boost(tx: Tx, who: Account, post_id: int, *, visibility: str = "public", at: int | None = None) -> int:
    """Boost a post; the id of the boost. A post boosted before keeps its first boost."""
    post = find_post(tx, post_id, viewer=who.id)
    if post is not None and post.boost_of_id is not None:
        post = find_post(tx, post.boost_of_id, viewer=who.id)
    if post is None or not may_boost(who, post):
        raise NotFound
    before = boost_of(tx, post.id, who.id)
    if before is not None:
        return before
    made = Post(
        id=new_id(at),
        author_id=who.id,
        text="",
        warning="",
        language="",
        visibility=visibility if post.open else "followers",
        sensitive=False,
        listed=False,
        here=True,
        has_media=False,
        has_poll=False,
        reply_to_id=None,
        reply_to_account_id=None,
        thread_id=post.thread_id,
        boost_of_id=post.id,
        edited_at=None,
    )
    add_post(tx, made)
    set_mark(tx, who.id, post.id, "boost_id", made.id)
    change_count(tx, post.id, "boosts_count", 1)
    count_post(tx, who.id, made.id, 1)
    tx.rerender("post", made.id)
    tell(tx, "post", made.id, who.id)
    emit(tx, PostBoosted(post.id, made.id))
    return made.id


def may_boost(who: Account, post: Post) -> bool:
    """Open posts by anybody; one's own posts for followers to the same followers."""
    return post.open or (post.visibility == "followers" and post.author_id == who.id)


def unboost(tx: Tx, who: Account, post_id: int) -> None:
    """Take a boost back; it is gone from every home."""
    post = find_post(tx, post_id, viewer=who.id)
    if post is None:
        raise NotFound
    original = post.boost_of_id or post.id
    made = boost_of(tx, original, who.id)
    if made is None:
        return
    remove_post(tx, made)
    unset_mark(tx, who.id, original, "boost_id")
    change_count(tx, original, "boosts_count", -1)
    count_post(tx, who.id, made, -1)
    tell(tx, "post_gone", made, who.id, 0)
    emit(tx, PostUnboosted(original, who.id))
