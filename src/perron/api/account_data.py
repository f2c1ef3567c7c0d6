"""What older or other clients ask of an account, answered truthfully: there is none of it here."""

from typing import TypedDict

from perron.api.accounts import shown_account
from perron.api.kit import Answer, Call, speaks
from perron.entities.shapes.common import Empty
from perron.entities.shapes.terms import IdentityProof
from perron.kit.errors import NotFound
from perron.store import Db


@speaks(list[IdentityProof])
def identity_proofs(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/identity_proofs: nobody gives them any more."""
    shown_account(call, db)
    return []


class Subscriber(TypedDict, total=False):
    """Who would like to read an account by mail."""

    email: str


@speaks(Empty, takes=Subscriber)
def subscribe_by_mail(call: Call, db: Db) -> Answer:
    """POST /api/v1/accounts/:id/email_subscriptions: no account can be read by mail here, so there is nothing at this
    address."""
    raise NotFound
