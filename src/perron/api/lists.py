"""Lists: a few accounts read together."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.accounts import shown_account
from perron.api.kit import Answer, Call, Page, join, speaks
from perron.entities.accounts import accounts_json
from perron.entities.lists import list_entity
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.lists import List, RepliesPolicy
from perron.store import Db, Tx
from perron.store.paging import NEWEST, Paging
from perron.timelines.lists import (
    add_members,
    change_list,
    lists_of,
    lists_with,
    make_list,
    members,
    own_list,
    remove_list,
    remove_members,
)

EVERYBODY = 10_000


class HowToRead(TypedDict, total=False):
    """What a list shows."""

    replies_policy: RepliesPolicy
    exclusive: Annotated[bool, Meta(description="Whether its members are read here alone, and not at home.")]


class ListWish(HowToRead, total=False):
    """A list as one wishes it; what is not sent stays as it is."""

    title: str


class NewList(HowToRead):
    """A list to begin with."""

    title: str


class Members(TypedDict):
    """Accounts that one follows."""

    account_ids: list[Id]


@speaks(list[List])
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/lists"""
    return [list_entity(one) for one in lists_of(db, call.me.id)]


@speaks(List)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/lists/:id"""
    return list_entity(own_list(db, call.me.id, call.id))


@speaks(List, takes=NewList)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/lists"""
    params = call.params
    replies = params.text("replies_policy", "list")
    made = make_list(tx, call.me, params.text("title").strip(), replies=replies, exclusive=params.flag("exclusive"))
    return list_entity(made)


@speaks(List, takes=ListWish)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/lists/:id: what is not sent stays as it is."""
    params, before = call.params, own_list(tx, call.me.id, call.id)
    changed = change_list(
        tx,
        call.me,
        before.id,
        params.text("title", before.title).strip(),
        replies=params.text("replies_policy", before.replies),
        exclusive=params.flag("exclusive", bool(before.exclusive)),
    )
    return list_entity(changed)


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/lists/:id"""
    remove_list(tx, call.me, call.id)
    return {}


@speaks(list[Account], takes=Page, paged=True)
def accounts(call: Call, db: Db) -> Answer:
    """GET /api/v1/lists/:id/accounts; `limit=0` asks for everybody."""
    found = own_list(db, call.me.id, call.id)
    everybody = call.params.text("limit") == "0"
    paging = Paging(below=NEWEST, limit=EVERYBODY) if everybody else call.paging(40, 80)
    rows = members(db, found.id, paging)
    people = accounts_json(call.links, db, [row[1] for row in rows])
    return join(people) if everybody else call.page(people, [row[0] for row in rows])


@speaks(Empty, takes=Members)
def add_accounts(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/lists/:id/accounts"""
    add_members(tx, call.me, call.id, call.params.ids("account_ids"))
    return {}


@speaks(Empty, takes=Members)
def remove_accounts(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/lists/:id/accounts"""
    remove_members(tx, call.me, call.id, call.params.ids("account_ids"))
    return {}


@speaks(list[List])
def with_account(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/lists"""
    return [list_entity(one) for one in lists_with(db, call.me.id, shown_account(call, db).id)]
