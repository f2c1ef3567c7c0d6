"""What an organisation proposes to its people, who write it in their own words on their own accounts."""

from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.api.organisations import my_user
from perron.entities.shapes.common import Empty
from perron.entities.shapes.outside import Proposal
from perron.kit.time import iso
from perron.store import Db, Tx
from perron.suite.teams import proposals


class NewProposal(TypedDict, total=False):
    """Words for others to choose from."""

    text: Required[str]
    url: str
    days: Annotated[int, Meta(description="For how many days it stands, at most 366; 0 is until it is withdrawn.")]


@speaks(list[Proposal])
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/proposals"""
    return [_entity(one) for one in proposals.proposals_of(db, my_user(call), call.id)]


def _entity(one: proposals.Proposal) -> dict[str, Any]:
    until = iso(one.until) if one.until else None
    return {"id": str(one.id), "text": one.text, "url": one.url or None, "until": until}


@speaks(Proposal, takes=NewProposal)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/proposals"""
    params, user_id = call.params, my_user(call)
    made = proposals.propose(tx, user_id, call.id, params.text("text"), params.text("url"), params.number("days", 30))
    return _entity(proposals.find_proposal(tx, user_id, made)[0])


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/organisations/:id/proposals/:proposal_id"""
    proposals.withdraw_proposal(tx, my_user(call), call.id, call.id_called("proposal_id"))
    return {}
