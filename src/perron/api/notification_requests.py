"""Who is kept apart until one looks."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, join, speaks
from perron.api.notifications import viewer_of
from perron.entities.notice_requests import requests_json
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.notifications import Merged, NotificationRequest
from perron.kit.errors import Invalid, NotFound
from perron.store import Db, Tx
from perron.timelines.notice_requests import Request, dismiss_apart, find_requests, let_through, requests_page


class SeveralRequests(TypedDict):
    """Which ones; those that are not one's own are passed over."""

    id: Required[Annotated[list[Id], Meta(description="Requests, by id.")]]


@speaks(list[NotificationRequest], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/requests: whoever was kept apart last comes first."""
    found = requests_page(db, call.me.id, call.paging(40, 80))
    return call.page(requests_json(call.links, db, found, viewer_of(call)), [one.id for one in found])


@speaks(NotificationRequest)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/requests/:id"""
    return join(requests_json(call.links, db, [_own(call, db)], viewer_of(call)))[1:-1]


@speaks(Merged)
def merged(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/requests/merged: what was accepted stands among the notifications at once."""
    return {"merged": True}


@speaks(Empty)
def accept(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/requests/:id/accept: they are let through from now on."""
    let_through(tx, call.me.id, [_own(call, tx).from_id])
    return {}


@speaks(Empty)
def dismiss(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/requests/:id/dismiss: what was kept apart is forgotten."""
    dismiss_apart(tx, call.me.id, [_own(call, tx).from_id])
    return {}


@speaks(Empty, takes=SeveralRequests)
def accept_several(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/requests/accept"""
    let_through(tx, call.me.id, _named(call, tx))
    return {}


@speaks(Empty, takes=SeveralRequests)
def dismiss_several(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/requests/dismiss"""
    dismiss_apart(tx, call.me.id, _named(call, tx))
    return {}


def _own(call: Call, db: Db) -> Request:
    found = find_requests(db, call.me.id, [call.id])
    if not found:
        raise NotFound
    return found[0]


def _named(call: Call, db: Db) -> list[int]:
    """From whom the requests are that a call names."""
    if not call.params.has("id"):
        raise Invalid("Validation failed: id[] must name the requests")
    return [one.from_id for one in find_requests(db, call.me.id, call.params.ids("id"))]
