"""Statuses that wait for their time: see them, move them, cancel them."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.entities.scheduled import scheduled_entities
from perron.entities.shapes.common import Empty, Time
from perron.entities.shapes.scheduled import ScheduledStatus
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.time import read_iso
from perron.posts.planned import find_scheduled, scheduled_page
from perron.posts.scheduled import cancel_scheduled, reschedule
from perron.store import Db, Tx


class When(TypedDict, total=False):
    """Another moment for a status that waits."""

    scheduled_at: Required[Annotated[Time, Meta(description="Five minutes from now or later.")]]


@speaks(list[ScheduledStatus], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/scheduled_statuses"""
    found = scheduled_page(db, call.me.id, call.paging(20, 40))
    headers = call.link_header([one.id for one in found])
    told = [one for one in found if call.is_told(one.draft.visibility)]
    return Reply(json.encode(scheduled_entities(call.links, db, told)), headers=headers)


@speaks(ScheduledStatus)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/scheduled_statuses/:id"""
    return _entity(call, db, call.id)


@speaks(ScheduledStatus, takes=When)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/scheduled_statuses/:id: move it to another moment."""
    _entity(call, tx, call.id)  # whoever has none such hears nothing of moments
    due = read_due(call)
    if due is not None:
        reschedule(tx, call.me, call.id, due)
    return _entity(call, tx, call.id)


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/scheduled_statuses/:id"""
    cancel_scheduled(tx, call.me, call.id)
    return {}


def read_due(call: Call) -> int | None:
    """The moment for which something is planned, or None when none was named."""
    text = call.params.text("scheduled_at")
    if not text:
        return None
    due = read_iso(text)
    if due is None:
        raise Invalid("Validation failed: Scheduled at is not a date and time such as 2030-05-01T08:30:00Z")
    return due


def answer_once(call: Call, tx: Tx, made: int) -> Answer:
    """What was planned under a key or, when its time has come since, the status that it has become."""
    if find_scheduled(tx, made, account_id=call.me.id) is not None:
        return _entity(call, tx, made)
    return call.post(tx, made)


def _entity(call: Call, db: Db, scheduled_id: int) -> ScheduledStatus:
    found = find_scheduled(db, scheduled_id, account_id=call.me.id)
    if found is None or not call.is_told(found.draft.visibility):
        raise NotFound
    return scheduled_entities(call.links, db, [found])[0]
