"""Carry somebody's post inside one's own: who may, what becomes of it, and who has."""

from typing import Any

from sqlalchemy import Select, bindparam, select, update

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.people.model import Account
from perron.people.relations import relation
from perron.posts.model import QUOTE_POLICIES, Post
from perron.posts.queries import change_count, find_post, post_as_stored
from perron.posts.visibility import PagedForViewer, Viewer, unhidden_from, visible_to
from perron.store import Db, Prepared, Tx, const, tell
from perron.store.paging import Paging
from perron.store.tables import accounts, posts

MOST_TOLD = 100
"""Of how many posts that quote another open streams hear when it changes."""

_POLICY = Prepared(select(accounts.c.quote_policy).where(accounts.c.id == bindparam("of_account")))
_SET_POLICY = Prepared(update(posts).where(posts.c.id == bindparam("of_post")).values(quote_policy=bindparam("to")))
_SET_STATE = Prepared(
    update(posts)
    .where(posts.c.id == bindparam("of_post"), posts.c.quote_state != bindparam("to"))
    .values(quote_state=bindparam("to"))
)
_QUOTING = Prepared(
    select(posts.c.id, posts.c.author_id)
    .where(posts.c.quote_of_id == bindparam("of_post"), posts.c.quote_state == const("accepted"))
    .order_by(posts.c.id.desc())
    .limit(bindparam("limit"))
)


def _quotes(viewer: Viewer) -> Select[Any]:
    return select(posts.c.id).where(
        posts.c.quote_of_id == bindparam("of_post"),
        posts.c.quote_state == const("accepted"),
        visible_to(viewer),
        unhidden_from(viewer),
    )


_PAGE = PagedForViewer(_quotes, posts.c.id)


def check_quote(tx: Tx, author: Account, post_id: int) -> Post:
    """The post that an author wishes to quote (of a boost, the original); refused when they may not."""
    post = find_post(tx, post_id, viewer=author.id)
    if post is not None and post.boost_of_id is not None:
        post = find_post(tx, post.boost_of_id, viewer=author.id)
    if post is None:
        raise NotFound("The post you quote is gone, or not for you to see.")
    if not may_quote(tx, author.id, post):
        raise NotAllowed("Its author does not let this post be quoted.")
    if post.author_id != author.id and relation(tx, author.id, post.author_id).blocking:
        raise NotAllowed("You have blocked the author of this post, and cannot quote it.")
    return post


def may_quote(db: Db, who_id: int, post: Post) -> bool:
    """Whether an account that sees a post may quote it: one for followers, only its author; one for those it mentions,
    nobody."""
    if post.visibility == "mentioned":
        return False
    if post.author_id == who_id:
        return True
    if not post.open or post.quote_policy == "nobody":
        return False
    return post.quote_policy == "public" or relation(db, who_id, post.author_id).following is not None


def policy_for(db: Db, author: Account, wanted: str) -> str:
    """Who may quote a new post: as its draft says, else as the author decided for all."""
    if wanted and wanted not in QUOTE_POLICIES:
        raise Invalid("Validation failed: Quote approval policy is not included in the list")
    return wanted or str(db.value(_POLICY, of_account=author.id) or "public")


def change_quote_policy(tx: Tx, author: Account, post_id: int, policy: str) -> Post:
    """Decide anew who may quote one's own post; quotes that are there stay."""
    post = find_post(tx, post_id, viewer=author.id)
    if post is None or post.author_id != author.id or post.boost_of_id:
        raise NotFound
    if policy not in QUOTE_POLICIES:
        raise Invalid("Validation failed: Quote approval policy is not included in the list")
    tx.run(_SET_POLICY, of_post=post.id, to=policy)
    tell(tx, "post_changed", post.id, post.author_id)
    return post


def revoke_quote(tx: Tx, author: Account, quoting_post_id: int) -> None:
    """Take one's post out of somebody's quote: its place says so from now on, and shows nothing of the post."""
    quoting = post_as_stored(tx, quoting_post_id)
    quoted = find_post(tx, quoting.quote_of_id, viewer=author.id) if quoting and quoting.quote_of_id else None
    if quoting is None or quoted is None:
        raise NotFound
    if quoted.author_id != author.id:
        raise NotAllowed("This action is not allowed")
    if quoting.quote_state == "accepted":
        change_count(tx, quoted.id, "quotes_count", -1)
    if tx.run(_SET_STATE, of_post=quoting.id, to="revoked"):
        tell(tx, "post_changed", quoting.id, quoting.author_id)


def quotes_page(db: Db, post_id: int, paging: Paging, *, viewer: int | None) -> list[int]:
    """Ids of one page of the posts that quote a post, as far as the viewer may and wishes to see them."""
    return [row[0] for row in _PAGE.rows(db, viewer, paging, of_post=post_id)]


def quoting_as_stored(db: Db, post_id: int, limit: int = MOST_TOLD) -> list[tuple[int, int]]:
    """The newest posts that quote a post, with who wrote them."""
    return [(row[0], row[1]) for row in db.all(_QUOTING, of_post=post_id, limit=limit)]


def tell_quoting(tx: Tx, post_id: int) -> None:
    """Let open streams hear that what some posts carry inside has changed, or is gone."""
    for quoting_id, author_id in quoting_as_stored(tx, post_id):
        tell(tx, "post_changed", quoting_id, author_id)
