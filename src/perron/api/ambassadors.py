"""What ambassadors of an organisation go by, and what came of it without names."""

from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.api.organisations import my_user
from perron.entities.media import media_entity
from perron.entities.plans import clock_of
from perron.entities.shapes.ambassadors import AmbassadorKit
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.statuses import MediaAttachment
from perron.kit.errors import NotAllowed
from perron.store import Db, Tx
from perron.suite.teams import ambassadors


class AboutKit(TypedDict, total=False):
    """What is to be otherwise; what is not sent stays."""

    guidelines: str
    url: str
    meeting: Annotated[str, Meta(description="Where one meets, and what about.")]
    meets_at: Annotated[str, Meta(description="When, as clocks show it there: `2026-12-01T18:00`; empty: not fixed.")]
    zone: str


class NewKitPicture(TypedDict, total=False):
    """An upload of one's own that others may use."""

    media_id: Required[Id]
    description: Required[str]
    credit: str


class WhichPictures(TypedDict, total=False):
    """Which of them."""

    ids: Required[list[Id]]


@speaks(AmbassadorKit)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/kit"""
    return _entity(call, db)


@speaks(AmbassadorKit, takes=AboutKit)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/organisations/:id/kit"""
    params, user_id = call.params, my_user(call)
    was = ambassadors.kit_of(tx, user_id, call.id)
    ambassadors.change_kit(
        tx,
        user_id,
        call.id,
        params.text("guidelines", was.guidelines),
        params.text("url", was.url),
        params.text("meeting", was.meeting),
        params.text("meets_at", was.wall),
        params.text("zone", was.zone),
    )
    return _entity(call, tx)


@speaks(AmbassadorKit, takes=NewKitPicture)
def add_picture(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/kit/pictures"""
    params, about = call.params, (my_user(call), call.me.id, call.id)
    ambassadors.add_picture(tx, *about, params.id("media_id") or -1, params.text("description"), params.text("credit"))
    return _entity(call, tx)


@speaks(Empty)
def take_out(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/organisations/:id/kit/pictures/:picture_id"""
    ambassadors.take_out(tx, my_user(call), call.id, call.id_called("picture_id"))
    return {}


@speaks(list[MediaAttachment], takes=WhichPictures)
def take_along(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/kit/take: copies for a post of one's own."""
    if call.viewer is None or call.viewer.team:
        raise NotAllowed("What is proposed is published as oneself. Speak for an account of your own first.")
    made = ambassadors.take_along(tx, my_user(call), call.id, call.params.ids("ids"), owner_id=call.me.id)
    return [media_entity(call.links, one) for one in made]


def _entity(call: Call, db: Db) -> dict[str, Any]:
    user_id = my_user(call)
    kit, results = ambassadors.kit_of(db, user_id, call.id), ambassadors.results_of(db, user_id, call.id)
    return {
        "guidelines": kit.guidelines,
        "url": kit.url or None,
        "meeting": kit.meeting,
        "meets": clock_of(kit.meets) if kit.meets else None,
        "pictures": [
            {
                "id": str(one.id),
                "description": one.description,
                "credit": one.credit,
                "media": media_entity(call.links, m),
            }
            for one, m in ambassadors.pictures_of(db, user_id, call.id)
        ],
        "results": {
            "days": ambassadors.DAYS,
            "people": results.people if results.posts is not None else None,
            "posts": results.posts,
            "echoes": results.echoes,
            "answers": results.answers,
        },
    }
