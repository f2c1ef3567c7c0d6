"""The clip basket: what an account keeps for a story. Nobody hears of it: no count moves, no notice leaves."""

from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, select

from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.media.queries import find_media
from perron.posts.cards import page_address
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx, among, insert_new
from perron.store.paging import Paged, Paging
from perron.store.tables import clips
from perron.suite.stories.address import wish_at
from perron.suite.stories.model import LINKING, LONGEST_WORDS, MOST_CLIPS, QUOTING, Clip, Wish
from perron.suite.stories.read import shorter
from perron.text.letters import settle

SAID = ("url", "title", "text", "who", "feed", "published", "caption", "credit")
"""Words by which an item is kept as what it is."""
_COLUMNS = tuple(clips.c[name] for name in ("id", "post_id", "url", "title", "kind", "body", "media_id"))
_MINE = clips.c.account_id == bindparam("of_account")
_PAGE = Paged(select(*_COLUMNS).where(_MINE), clips.c.id)
_SOME = Prepared(select(*_COLUMNS).where(_MINE, among(clips.c.id)).order_by(clips.c.id))
_BY_SUBJECT = Prepared(select(*_COLUMNS).where(_MINE, clips.c.subject == bindparam("of_subject")))
_ADD = insert_new(clips, "id", "account_id", "post_id", "url", "title", "kind", "body", "media_id", "subject")
_REMOVE = Prepared(delete(clips).where(_MINE, clips.c.id == bindparam("of_clip")))
_POSTS = Prepared(select(clips.c.post_id).where(_MINE, among(clips.c.post_id)))
_FULL = Prepared(select(clips.c.id).where(_MINE).limit(MOST_CLIPS))
_PLAIN: dict[str, Any] = {"post_id": None, "url": "", "title": "", "kind": "", "body": "{}", "media_id": None}
"""A clip of which nothing is said."""
_FORGET = Prepared(delete(clips).where(_MINE))
_POST_GONE = Prepared(delete(clips).where(clips.c.post_id == bindparam("of_post")))


def clips_of(db: Db, account_id: int, paging: Paging) -> list[Clip]:
    """One page of a basket, the newest first."""
    return [_clip(row) for row in _PAGE.rows(db, paging, of_account=account_id)]


def clips_among(db: Db, account_id: int, ids: list[int]) -> list[Clip]:
    """Those of these clips that are in a basket, in the order in which they were kept."""
    return [_clip(row) for row in db.all(_SOME, of_account=account_id, ids=db.id_list(ids))]


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


def clip_item(tx: Tx, account_id: int, wish: Wish) -> Clip:
    """Keep an item as a source knows it: a page, a video, a photo with its credit, what somebody said."""
    if wish.kind in QUOTING or (wish.media_id and find_media(tx, wish.media_id, owner_id=account_id) is None):
        raise NotFound("This post is gone, or not for you to see.")
    body, url = json.encode_text(wish.body), wish.body.get("url", "")
    subject = url if wish.kind in LINKING else f"{wish.kind}:{sha256(f'{url} {body}'.encode()).hexdigest()}"
    said = wish.body.get("title") or wish.body.get("caption") or wish.body.get("text", "")
    title = shorter(said, LONGEST_WORDS)
    more: dict[str, Any] = {"kind": wish.kind, "body": body, "media_id": wish.media_id}
    return _keep(tx, account_id, subject, url=url, title=title, **more)


def wish_of(clip: Clip, origin: str) -> Wish:
    """What a clip becomes in a story."""
    if clip.post_id:
        return Wish("post", {}, clip.post_id)
    if clip.kind:
        return Wish(clip.kind, clip.body, media_id=clip.media_id)
    return wish_at(clip.url, origin, clip.title)


def _keep(tx: Tx, account_id: int, subject: str, **said: Any) -> Clip:
    row = tx.one(_BY_SUBJECT, of_account=account_id, of_subject=subject)
    if row is not None:
        return _clip(row)
    if len(tx.column(_FULL, of_account=account_id)) >= MOST_CLIPS:
        raise Invalid(f"There are {MOST_CLIPS} clips in the basket. Put some into a story, or remove them.")
    tx.run(_ADD, **{**_PLAIN, **said}, id=new_id(), account_id=account_id, subject=subject)
    row = tx.one(_BY_SUBJECT, of_account=account_id, of_subject=subject)
    assert row is not None
    return _clip(row)


def _clip(row: tuple[Any, ...]) -> Clip:
    id_, post_id, url, title, kind, body, media_id = row
    return Clip(id_, post_id, url, title, kind, json.decode(body), media_id)


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
