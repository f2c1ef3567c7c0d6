"""Accounts that wish to be discovered, and whom one knows among their followers."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, join, speaks
from perron.entities.accounts import account_rows, accounts_by_id, accounts_json
from perron.entities.shapes.accounts import Account, FamiliarFollowers
from perron.entities.shapes.common import Id
from perron.people.directory import directory
from perron.people.familiar import familiar_followers
from perron.store import Db

FURTHEST = 10_000


class WhichPart(TypedDict, total=False):
    """Which part of the directory."""

    order: Annotated[Literal["active", "new"], Meta(description="Who wrote last, or who came last.")]
    local: Annotated[bool, Meta(description="Only people of this server.")]
    limit: Annotated[int, Meta(description="How many, at most 80.")]
    offset: Annotated[int, Meta(description="How many are passed over.")]


@speaks(list[Account], takes=WhichPart)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/directory: people who wish to be discovered."""
    params = call.params
    ids = directory(
        db,
        viewer=call.my_id,
        newest=params.text("order") == "new",
        here=params.flag("local"),
        limit=params.limit(40, 80),
        offset=max(0, min(FURTHEST, params.number("offset"))),
    )
    return join(accounts_json(call.links, db, ids))


class WhoseFollowers(TypedDict, total=False):
    """Whose followers, at most 40 accounts."""

    id: list[Id]


@speaks(list[FamiliarFollowers], takes=WhoseFollowers)
def familiar(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/familiar_followers: whom one follows oneself among those who follow somebody."""
    asked = [one for one in call.params.ids("id")[:40] if one > 0]
    rows = account_rows(db, asked)
    ids = [one for one in asked if one in rows and rows[one]["state"] == "active"]
    known = familiar_followers(db, call.me.id, ids)
    people = accounts_by_id(call.links, db, list({one for each in known.values() for one in each}))
    return join([
        b'{"id":"%d","accounts":%b}' % (one, join([people[each] for each in known[one] if each in people]))
        for one in ids
    ])  # fmt: skip
