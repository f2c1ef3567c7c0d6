"""Take a post back, with everything that followed from it."""

from sqlalchemy import bindparam, delete

from perron.jobs import emit
from perron.kit.errors import NotFound
from perron.media.queries import detach, remove_media_of_post
from perron.people.counts import count, count_post
from perron.people.model import Account
from perron.posts.card_days import uncount_link
from perron.posts.marks import remove_marks
from perron.posts.model import Post, PostDeleted
from perron.posts.polls import remove_poll
from perron.posts.queries import boosts_as_stored, change_count, find_post, remove_mentions, remove_post
from perron.posts.quote import tell_quoting
from perron.posts.search_index import forget_words
from perron.posts.tagging import unuse_tags
from perron.posts.writers import remove_writer
from perron.store import Prepared, Tx, tell
from perron.store.tables import post_edits

_REMOVE_EDITS = Prepared(delete(post_edits).where(post_edits.c.post_id == bindparam("post_id")))


def delete_post(tx: Tx, author: Account, post_id: int, *, keep_media: bool = False) -> Post:
    """Remove one's own post. `keep_media` leaves its files unattached, so that a redraft can use them."""
    post = find_post(tx, post_id, viewer=author.id)
    if post is None or post.author_id != author.id:
        raise NotFound
    take_down(tx, post, keep_media=keep_media)
    return post


def take_down(tx: Tx, post: Post, *, keep_media: bool = False) -> None:
    """Remove a post, its boosts, marks, tags, poll, words and edits; every process hears of it."""
    for boost_id, booster_id in boosts_as_stored(tx, post.id):
        remove_post(tx, boost_id)
        count_post(tx, booster_id, boost_id, -1)
        tell(tx, "post_gone", boost_id, booster_id, 0)
    forget_words(tx, post)
    unuse_tags(tx, post)
    uncount_link(tx, post)
    remove_marks(tx, post.id)
    remove_mentions(tx, post.id)
    tx.run(_REMOVE_EDITS, post_id=post.id)
    remove_writer(tx, post.id)
    if post.has_poll:
        remove_poll(tx, post.id)
    if post.has_media:
        if keep_media:
            detach(tx, post.id)
        else:
            remove_media_of_post(tx, post.id)
    if post.reply_to_id and post.open:
        change_count(tx, post.reply_to_id, "replies_count", -1)
    if post.quote_of_id and post.quote_state == "accepted":
        change_count(tx, post.quote_of_id, "quotes_count", -1)
    if post.via_id and post.open:
        count(tx, post.via_id, "credits_count", -1)
    tell_quoting(tx, post.id)
    remove_post(tx, post.id)
    count_post(tx, post.author_id, post.id, -1)
    tell(tx, "post_gone", post.id, post.author_id, int(post.listed))
    emit(tx, PostDeleted(post.id, post.thread_id, post.visibility))
