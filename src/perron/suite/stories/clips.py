"""The clip basket: what an account keeps for a story. Nobody hears of it: no count moves, no notice leaves."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.posts.cards import page_address
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx, among, insert_new
from perron.store.paging import Paged, Paging
from perron.store.tables import clips
from perron.suite.stories.model import LONGEST_WORDS, MOST_CLIPS, Clip
from perron.text.letters import settle

_COLUMNS = (clips.c.id, clips.c.post_id, clips.c.url, clips.c.title)
_MINE = clips.c.account_id == bindparam("of_account")
_PAGE = Paged(select(*_COLUMNS).where(_MINE), clips.c.id)
_SOME = Prepared(select(*_COLUMNS).where(_MINE, among(clips.c.id)).order_by(clips.c.id))
_BY_SUBJECT = Prepared(select(*_COLUMNS).where(_MINE, clips.c.subject == bindparam("of_subject")))
_ADD = insert_new(clips, "id", "account_id", "post_id", "url", "title", "subject")
_REMOVE = Prepared(delete(clips).where(_MINE, clips.c.id == bindparam("of_clip")))
_POSTS = Prepared(select(clips.c.post_id).where(_MINE, among(clips.c.post_id)))
_FULL = Prepared(select(clips.c.id).where(_MINE).limit(MOST_CLIPS))
_FORGET = Prepared(delete(clips).where(_MINE))
_POST_GONE = Prepared(delete(clips).where(clips.c.post_id == bindparam("of_post")))


def clips_of(db: Db, account_id: int, paging: Paging) -> list[Clip]:
    """One page of a basket, the newest first."""
    return [Clip(*row) for row in _PAGE.rows(db, paging, of_account=account_id)]


def clips_among(db: Db, account_id: int, ids: list[int]) -> list[Clip]:
    """Those of these clips that are in a basket, in the order in which they were kept."""
    return [Clip(*row) for row in db.all(_SOME, of_account=account_id, ids=db.id_list(ids))]


def clipped_among(db: Db, account_id: int, post_ids: list[int]) -> set[int]:
    """Which of these posts are in a basket."""
    return set(db.column(_POSTS, of_account=account_id, ids=db.id_list(post_ids)))


def clip_post(tx: Tx, account_id: int, post_id: int) -> Clip:
    """Keep a post that one sees (of a boost, the original); it is in the basket once."""
    post = find_post(tx, post_id, viewer=account_id)
    if post is not None and post.boost_of_id is not None:
        post = find_post(tx, post.boost_of_id, viewer=account_id)
    if post is None:
        raise NotFound("This post is gone, or not for you to see.")
    return _keep(tx, account_id, f"post:{post.id}", post_id=post.id)


def clip_page(tx: Tx, account_id: int, url: str, title: str = "") -> Clip:
    """Keep the address of a page."""
    address = page_address(settle(url).strip())
    if not address:
        raise Invalid("This is not the address of a page on the web.")
    return _keep(tx, account_id, address, url=address, title=" ".join(settle(title).split())[:LONGEST_WORDS])


def _keep(tx: Tx, account_id: int, subject: str, *, post_id: int | None = None, url: str = "", title: str = "") -> Clip:
    row = tx.one(_BY_SUBJECT, of_account=account_id, of_subject=subject)
    if row is not None:
        return Clip(*row)
    if len(tx.column(_FULL, of_account=account_id)) >= MOST_CLIPS:
        raise Invalid(f"There are {MOST_CLIPS} clips in the basket. Put some into a story, or remove them.")
    tx.run(_ADD, id=new_id(), account_id=account_id, post_id=post_id, url=url, title=title, subject=subject)
    row = tx.one(_BY_SUBJECT, of_account=account_id, of_subject=subject)
    assert row is not None
    return Clip(*row)


def remove_clip(tx: Tx, account_id: int, clip_id: int) -> None:
    """Take something out of the basket."""
    if not tx.run(_REMOVE, of_account=account_id, of_clip=clip_id):
        raise NotFound("This is not in the basket any more.")


def forget_clips(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its basket is gone."""
    tx.run(_FORGET, of_account=event["account_id"])


def forget_clip_of(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDeleted`: it is in nobody's basket."""
    tx.run(_POST_GONE, of_post=event["post_id"])
