"""Conversations among the mentioned."""

from perron.api.kit import Answer, Call, Page, speaks
from perron.entities.conversations import conversations_json
from perron.entities.shapes.common import Empty
from perron.entities.shapes.notifications import Conversation as ConversationShape
from perron.kit.errors import NotFound, NotSignedIn
from perron.people.model import Viewer
from perron.store import Db, Tx
from perron.timelines.conversations import (
    Conversation,
    conversations_page,
    find_conversation,
    mark_conversation,
    remove_conversation,
)


@speaks(list[ConversationShape], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/conversations: paged by the id of their last post."""
    found = conversations_page(db, call.me.id, call.paging())
    return call.page(conversations_json(call.links, db, found, _viewer(call)), [one.last_post_id for one in found])


@speaks(ConversationShape)
def read(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/conversations/:id/read"""
    return _mark(call, tx, unread=False)


@speaks(ConversationShape)
def unread(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/conversations/:id/unread"""
    return _mark(call, tx, unread=True)


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/conversations/:id: one's own side only."""
    remove_conversation(tx, call.me.id, _own(call, tx).id)
    return {}


def _mark(call: Call, tx: Tx, *, unread: bool) -> Answer:
    mark_conversation(tx, call.me.id, _own(call, tx).id, unread=unread)
    return conversations_json(call.links, tx, [_own(call, tx)], _viewer(call))[0]


def _own(call: Call, db: Db) -> Conversation:
    found = find_conversation(db, call.me.id, call.id)
    if found is None:
        raise NotFound
    return found


def _viewer(call: Call) -> Viewer:
    if call.viewer is None:
        raise NotSignedIn
    return call.viewer
