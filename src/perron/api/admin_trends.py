"""For moderators: what people talk about, whether it may be shown, and tags."""

from typing import Annotated, Any, TypedDict

from msgspec import Meta

from perron.api.admin_kit import moderator
from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.api.trends import Window, beside, window
from perron.entities.posts import posts_by_id
from perron.entities.shapes.trends import AdminTag, AdminTrendsLink, AdminTrendsStatus, Publisher
from perron.entities.trends import admin_links, admin_tags, publisher_entities
from perron.kit import json
from perron.kit.errors import NotFound
from perron.moderation.trends import change_tag, review
from perron.posts.tag_state import tag_as_stored, tag_ids_page
from perron.posts.trends import every_trend
from perron.posts.trends_review import authors_of, find_publisher, publisher_page, word_for, words_about
from perron.store import Db, Tx

MOST = 100


class TagWish(TypedDict, total=False):
    """What is decided about a tag; what is left out stays as it is."""

    display_name: Annotated[str, Meta(description="The same letters, in other cases.")]
    trendable: bool
    usable: bool
    listable: bool


@speaks(list[AdminTag], takes=Window, paged=True)
def tags(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/trends/tags"""
    moderator(call)
    limit, offset = window(call, 10, 20)
    ids = every_trend(db, "tag", limit=limit, offset=offset)
    return Reply(json.encode(_tags(call, db, ids)), headers=beside(call, len(ids), limit, offset))


@speaks(list[AdminTrendsStatus], takes=Window, paged=True)
def statuses(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/trends/statuses"""
    moderator(call)
    limit, offset = window(call, 20, 40)
    ids = every_trend(db, "post", limit=limit, offset=offset)
    return Reply(join(_statuses(call, db, ids)), headers=beside(call, len(ids), limit, offset))


@speaks(list[AdminTrendsLink], takes=Window, paged=True)
def links(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/trends/links"""
    moderator(call)
    limit, offset = window(call, 10, 20)
    ids = every_trend(db, "link", limit=limit, offset=offset)
    return Reply(json.encode(admin_links(call.links, db, ids)), headers=beside(call, len(ids), limit, offset))


@speaks(list[Publisher], takes=Page, paged=True)
def publishers(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/trends/links/publishers"""
    moderator(call)
    found = publisher_page(db, call.paging(MOST, MOST))
    made = publisher_entities(db, found)
    return Reply(json.encode(made), headers=call.link_header([id_ for id_, _ in found]))


@speaks(AdminTag)
def approve_tag(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/tags/:id/approve"""
    return _tag(call, tx, allowed=True)


@speaks(AdminTag)
def reject_tag(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/tags/:id/reject"""
    return _tag(call, tx, allowed=False)


@speaks(AdminTrendsStatus)
def approve_status(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/statuses/:id/approve"""
    return _status(call, tx, allowed=True)


@speaks(AdminTrendsStatus)
def reject_status(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/statuses/:id/reject"""
    return _status(call, tx, allowed=False)


@speaks(AdminTrendsLink)
def approve_link(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/links/:id/approve"""
    return _link(call, tx, allowed=True)


@speaks(AdminTrendsLink)
def reject_link(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/links/:id/reject"""
    return _link(call, tx, allowed=False)


@speaks(Publisher)
def approve_publisher(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/links/publishers/:id/approve"""
    return _publisher(call, tx, allowed=True)


@speaks(Publisher)
def reject_publisher(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/trends/links/publishers/:id/reject"""
    return _publisher(call, tx, allowed=False)


@speaks(list[AdminTag], takes=Page, paged=True)
def all_tags(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/tags"""
    moderator(call)
    ids = tag_ids_page(db, call.paging(MOST, MOST))
    return Reply(json.encode(_tags(call, db, ids)), headers=call.link_header(ids))


@speaks(AdminTag)
def show_tag(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/tags/:id"""
    moderator(call)
    if tag_as_stored(db, call.id) is None:
        raise NotFound
    return _tags(call, db, [call.id])[0]


@speaks(AdminTag, takes=TagWish)
def save_tag(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/admin/tags/:id"""
    by, params = moderator(call), call.params
    wanted: dict[str, Any] = {
        name: params.flag(name) for name in ("usable", "listable", "trendable") if name in params.raw
    }
    if "display_name" in params.raw:
        wanted["name"] = params.text("display_name").strip().removeprefix("#")
    change_tag(tx, by, call.id, call.settings, **wanted)
    return _tags(call, tx, [call.id])[0]


def _tags(call: Call, db: Db, ids: list[int]) -> list[AdminTag]:
    return admin_tags(call.links, db, ids, mode=call.settings.trends, viewer=call.me.id)


def _tag(call: Call, tx: Tx, *, allowed: bool) -> Answer:
    review(tx, moderator(call), "tag", call.id, call.settings, allowed=allowed)
    return _tags(call, tx, [call.id])[0]


def _statuses(call: Call, db: Db, ids: list[int]) -> list[bytes]:
    """Posts with whether anybody has said that they may be shown: of the post itself, or of its author."""
    authors = authors_of(db, ids)
    words = words_about(db, [*ids, *authors.values()])
    made = posts_by_id(call.links, db, ids, viewer=call.viewer)
    return [
        b'{"requires_review":%s,%s' % (json.encode(word_for(words, id_, authors[id_]) is None), one[1:])
        for id_, one in made.items()
    ]


def _status(call: Call, tx: Tx, *, allowed: bool) -> Answer:
    review(tx, moderator(call), "post", call.id, call.settings, allowed=allowed)
    found = _statuses(call, tx, [call.id])
    if not found:
        raise NotFound
    return found[0]


def _link(call: Call, tx: Tx, *, allowed: bool) -> Answer:
    review(tx, moderator(call), "link", call.id, call.settings, allowed=allowed)
    found = admin_links(call.links, tx, [call.id])
    if not found:
        raise NotFound
    return found[0]


def _publisher(call: Call, tx: Tx, *, allowed: bool) -> Answer:
    review(tx, moderator(call), "publisher", call.id, call.settings, allowed=allowed)
    return publisher_entities(tx, [(call.id, find_publisher(tx, call.id) or "")])[0]
