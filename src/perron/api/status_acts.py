"""What others do with a status: favourite, boost, keep, mute, pin; and who has."""

from dataclasses import replace
from typing import TypedDict

from perron.api.kit import Answer, Call, Page, speaks
from perron.entities.accounts import accounts_json
from perron.entities.fragments import OURS
from perron.entities.shapes.accounts import Account, Visibility
from perron.entities.shapes.statuses import Status
from perron.kit.errors import NotFound
from perron.posts import boost as boosts
from perron.posts import favourite as marking
from perron.posts import thread
from perron.posts.model import Post
from perron.posts.queries import find_post
from perron.store import Db, Tx
from perron.timelines.kept import boosted_by, favourited_by


@speaks(list[Account], takes=Page, paged=True)
def reblogged_by(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/reblogged_by"""
    seen(call, db)
    rows = boosted_by(db, call.id, call.paging(40, 80), viewer=call.my_id)
    return call.page(accounts_json(call.links, db, [row[1] for row in rows]), [row[0] for row in rows])


@speaks(list[Account], takes=Page, paged=True)
def favourited(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/favourited_by"""
    seen(call, db)
    rows = favourited_by(db, call.id, call.paging(40, 80), viewer=call.my_id)
    return call.page(accounts_json(call.links, db, [row[1] for row in rows]), [row[0] for row in rows])


@speaks(Status)
def favourite(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/favourite"""
    marking.favourite(tx, call.me, call.id)
    return call.post(tx, call.id)


@speaks(Status)
def unfavourite(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unfavourite"""
    marking.unfavourite(tx, call.me, call.id)
    return call.post(tx, call.id)


@speaks(Status)
def bookmark(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/bookmark"""
    marking.bookmark(tx, call.me, call.id)
    return call.post(tx, call.id)


@speaks(Status)
def unbookmark(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unbookmark"""
    marking.unbookmark(tx, call.me, call.id)
    return call.post(tx, call.id)


@speaks(Status)
def pin(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/pin"""
    marking.pin(tx, call.me, call.id)
    return call.post(tx, call.id)


@speaks(Status)
def unpin(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unpin"""
    marking.unpin(tx, call.me, call.id)
    return call.post(tx, call.id)


@speaks(Status)
def mute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/mute"""
    thread.mute_thread(tx, call.me, call.id)
    if call.viewer is not None:  # who asked was known before this mute
        call.viewer = replace(call.viewer, has_thread_mutes=True)
    return call.post(tx, call.id)


@speaks(Status)
def unmute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unmute"""
    thread.unmute_thread(tx, call.me, call.id)
    return call.post(tx, call.id)


class BoostWish(TypedDict, total=False):
    """To whom a boost is shown."""

    visibility: Visibility


@speaks(Status, takes=BoostWish)
def reblog(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/reblog: answers the boost, which holds the original."""
    wanted = OURS.get(call.params.text("visibility", "public"), "public")
    if wanted == "mentioned":
        wanted = "public"
    return call.post(tx, boosts.boost(tx, call.me, call.id, visibility=wanted))


@speaks(Status)
def unreblog(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unreblog: answers the original."""
    post = find_post(tx, call.id, viewer=call.me.id)
    if post is None:
        raise NotFound
    boosts.unboost(tx, call.me, post.id)
    return call.post(tx, post.boost_of_id or post.id)


def seen(call: Call, db: Db) -> Post:
    """The post in the path, when the caller may see it."""
    post = find_post(db, call.id, viewer=call.my_id)
    if post is None or not call.is_told(post.visibility):
        raise NotFound
    return post
