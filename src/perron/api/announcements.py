"""What is announced to everybody here, and how one reacts."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.announcements import announcements_shown
from perron.entities.shapes.announcements import Announcement
from perron.entities.shapes.common import Empty
from perron.moderation.announcements import current, dismiss
from perron.moderation.reactions import react, take_back_reaction
from perron.store import Db, Tx


class Which(TypedDict, total=False):
    """Which announcements."""

    with_dismissed: Annotated[bool, Meta(description="Also those that one has read.")]


@speaks(list[Announcement], takes=Which)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/announcements: those that are shown now and, with `with_dismissed`, that were read already."""
    too = call.params.flag("with_dismissed")
    found = [(one, seen) for one, seen in current(db, call.me.id) if too or not seen]
    seen = {one.id for one, seen in found if seen}
    return announcements_shown(call.links, db, [one for one, _ in found], call.viewer, seen)


@speaks(Empty)
def dismissed(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/announcements/:id/dismiss"""
    dismiss(tx, call.me.id, call.id)
    return {}


@speaks(Empty)
def add_reaction(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/announcements/:id/reactions/:name: an emoji, or the name of one of this server."""
    react(tx, call.me.id, call.id, call.path["name"])
    return {}


@speaks(Empty)
def remove_reaction(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/announcements/:id/reactions/:name"""
    take_back_reaction(tx, call.me.id, call.id, call.path["name"])
    return {}
