"""Tags: read one, follow it."""

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.entities.shapes.tags import Tag as TagShape
from perron.entities.tags import tag_entities
from perron.kit import json
from perron.kit.errors import NotFound
from perron.posts.featured_tags import feature_tag, unfeature_tag_called
from perron.posts.tag_history import UsedTag, unused_tag, used_tags
from perron.posts.tagging import find_tag
from perron.store import Db, Tx
from perron.text.reading import Tag
from perron.text.tags import fold, is_tag
from perron.timelines.tag_follows import follow_tag, followed_tags, unfollow_tag


@speaks(TagShape)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/tags/:name"""
    return _entity(call, db, _named(call))


@speaks(TagShape)
def follow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/tags/:name/follow"""
    tag = _named(call)
    follow_tag(tx, call.me, tag)
    return _entity(call, tx, tag)


@speaks(TagShape)
def unfollow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/tags/:name/unfollow"""
    tag = _named(call)
    found = find_tag(tx, tag.key)
    if found is not None:
        unfollow_tag(tx, call.me, found[0])
    return _entity(call, tx, tag)


@speaks(TagShape)
def feature(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/tags/:name/feature: show a tag on one's profile."""
    tag = _named(call)
    feature_tag(tx, call.me, tag)
    return _entity(call, tx, tag)


@speaks(TagShape)
def unfeature(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/tags/:name/unfeature: show a tag no longer."""
    tag = _named(call)
    found = find_tag(tx, tag.key)
    if found is not None:
        unfeature_tag_called(tx, call.me, found[0])
    return _entity(call, tx, tag)


@speaks(list[TagShape], takes=Page, paged=True)
def followed(call: Call, db: Db) -> Answer:
    """GET /api/v1/followed_tags"""
    rows = followed_tags(db, call.me.id, call.paging(100, 200))
    found = tag_entities(call.links, db, used_tags(db, [row[1] for row in rows]), viewer=call.me.id)
    return Reply(json.encode(found), headers=call.link_header([row[0] for row in rows]))


def _named(call: Call) -> Tag:
    name = call.path["name"].removeprefix("#")
    if not is_tag(name):
        raise NotFound
    return Tag(name, fold(name))


def _entity(call: Call, db: Db, tag: Tag) -> TagShape:
    found = find_tag(db, tag.key)
    used: list[UsedTag] = used_tags(db, [found[0]]) if found else [unused_tag(tag.key, tag.name)]
    return tag_entities(call.links, db, used, viewer=call.my_id)[0]
