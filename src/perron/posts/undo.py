"""Take a post back within half a minute of its birth, as if it had never been; its words return to their author."""

from itertools import product

from sqlalchemy import bindparam, delete, func, select

from perron.jobs import cancel
from perron.kit.errors import NotAllowed, NotFound
from perron.kit.ids import born
from perron.kit.time import SECOND, now
from perron.media.queries import media_of_posts
from perron.people.counts import set_last_post
from perron.people.model import Account
from perron.people.queries import find_account
from perron.posts.cards import drop_unused_card
from perron.posts.delete import take_down
from perron.posts.model import Draft, PollDraft, Post, published
from perron.posts.polls import polls_of
from perron.posts.publish_thread import published_at_once
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx
from perron.store.tables import idempotency, posts

TIME = 30 * SECOND
"""For how long a post can be taken back, and for how long nobody outside hears of one that can."""

_KEY = Prepared(
    select(idempotency.c.key).where(
        idempotency.c.account_id == bindparam("by"), idempotency.c.post_id == bindparam("made")
    )
)
_FORGET = Prepared(
    delete(idempotency).where(idempotency.c.account_id == bindparam("by"), idempotency.c.key == bindparam("of_key"))
)
_NEWEST = Prepared(select(func.max(posts.c.id)).where(posts.c.author_id == bindparam("by")))


def undo(tx: Tx, author: Account, post_id: int) -> list[Draft]:
    """Take back a post, or the thread that was published at once with it; the drafts they were, in order."""
    post = find_post(tx, post_id, viewer=author.id)
    if post is None or post.author_id != author.id or post.boost_of_id:
        raise NotFound
    if now() - born(post.id) > TIME:
        raise NotAllowed("Half a minute is over, and this post has gone out. You can still delete it.")

    keys, together = _together(tx, author, post)
    drafts = [_draft_of(tx, one) for one in together]
    for one in reversed(together):
        _take_back(tx, one)
    for key in keys:
        tx.run(_FORGET, by=author.id, of_key=key)
    newest = tx.value(_NEWEST, by=author.id)
    set_last_post(tx, author.id, born(newest) if newest else None)
    return drafts


def _together(db: Db, author: Account, post: Post) -> tuple[list[bytes], list[Post]]:
    """The keys and the posts that were published at once with a post, and are still there."""
    key = db.value(_KEY, by=author.id, made=post.id)
    if key is None:
        return [], [post]
    rows = published_at_once(db, author.id, bytes(key)[:32])
    found = [find_post(db, made, viewer=author.id) for _, made in rows]
    return [one for one, _ in rows], [one for one in found if one is not None]


def _take_back(tx: Tx, post: Post) -> None:
    take_down(tx, post, keep_media=True)
    for undoable, names in product((True, False), repeat=2):
        cancel(tx, published(post, undoable=undoable, names=names))
    if post.card_id is not None:
        drop_unused_card(tx, post.card_id)
    tx.rerender("told", post.id)  # whoever was told of it no longer is, before this transaction ends


def _draft_of(db: Db, post: Post) -> Draft:
    """The words, files and choices that a post was made of."""
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    credited = find_account(db, post.via_id) if post.via_id else None
    return Draft(
        text=post.text,
        visibility=post.visibility,
        reply_to=post.reply_to_id,
        warning=post.warning,
        sensitive=bool(post.sensitive),
        language=post.language,
        media=tuple(one.id for one in media_of_posts(db, [post.id]).get(post.id, ())) if post.has_media else (),
        poll=PollDraft(poll.options, (poll.expires_at or 0) - born(post.id), poll.multiple, poll.hide_totals)
        if poll
        else None,
        quote_of=post.quote_of_id,
        quote_policy=post.quote_policy,
        via=credited.handle if credited else "",
        card_title=post.card_title,
        tie=post.tie,
        tied_to=post.tied_to,
        tied_url=post.tied_url,
        byline=post.byline,
        undoable=True,
    )
