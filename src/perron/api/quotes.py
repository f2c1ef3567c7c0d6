"""Quotes of a status: which there are, who may, and taking one's post out of one."""

from typing import Required, TypedDict

from perron.api.kit import Answer, Call, Page, speaks
from perron.api.status_acts import seen
from perron.entities.shapes.accounts import QuotePolicy
from perron.entities.shapes.common import Empty
from perron.entities.shapes.statuses import Status
from perron.kit.errors import NotFound
from perron.posts.queries import post_as_stored
from perron.posts.quote import change_quote_policy, quotes_page, revoke_quote
from perron.store import Db, Tx


class PolicyWish(TypedDict, total=False):
    """Who may quote a status from now on."""

    quote_approval_policy: Required[QuotePolicy]


@speaks(Status, takes=PolicyWish)
def set_policy(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/statuses/:id/interaction_policy"""
    change_quote_policy(tx, call.me, call.id, call.params.text("quote_approval_policy"))
    return call.post(tx, call.id)


@speaks(list[Status], takes=Page, paged=True)
def quotes(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/quotes"""
    seen(call, db)
    ids = quotes_page(db, call.id, call.paging(20, 40), viewer=call.my_id)
    return call.page(call.posts(db, ids), ids)


@speaks(Status | Empty)
def revoke(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke: answers the post that quoted, if one may see it."""
    quoting = post_as_stored(tx, call.id_called("quoting_id"))
    if quoting is None or quoting.quote_of_id != call.id:
        raise NotFound
    revoke_quote(tx, call.me, quoting.id)
    return next(iter(call.posts(tx, [quoting.id])), b"{}")
