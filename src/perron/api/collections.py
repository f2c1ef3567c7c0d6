"""Collections: accounts that somebody recommends together."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.accounts import shown_account
from perron.api.featured import open_profile
from perron.api.kit import Answer, Call, Reply, join, speaks
from perron.entities.accounts import accounts_json
from perron.entities.collections import collection_entities, item_entity, people_in, previews
from perron.entities.shapes.collections import (
    Collections,
    CollectionWithAccounts,
    WrappedCollection,
    WrappedCollectionItem,
)
from perron.entities.shapes.common import Empty, Id, Language
from perron.kit import json
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.people.collections import Collection, collections_of, collections_with, find_collection
from perron.people.gather import (
    About,
    add_item,
    change_collection,
    leave_collection,
    make_collection,
    own_collection,
    remove_collection,
    remove_item,
)
from perron.people.model import Unfit
from perron.store import Db, Tx

FURTHEST = 10_000


class SomeCollections(TypedDict, total=False):
    """Which of many."""

    limit: Annotated[int, Meta(description="How many, at most 80.")]
    offset: Annotated[int, Meta(description="How many are passed over.")]


class AboutCollection(TypedDict, total=False):
    """What a collection says of itself."""

    name: Annotated[str, Meta(description="At most 40 characters.")]
    description: Annotated[str, Meta(description="At most 100 characters.")]
    language: Language
    tag_name: Annotated[str, Meta(description="A tag that says what it is about, with or without `#`.")]
    sensitive: bool
    discoverable: bool


class NewCollection(AboutCollection, total=False):
    """A collection to begin."""

    name: Required[str]  # type: ignore[misc]
    account_ids: Annotated[list[Id], Meta(description="Accounts to put into it at once, at most 25.")]


class AccountToAdd(TypedDict, total=False):
    """Whom to put into a collection."""

    account_id: Required[Id]


@speaks(WrappedCollection, takes=NewCollection)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/collections: begin a collection, perhaps with accounts in it."""
    try:
        made = make_collection(tx, call.me, _about(call, About("")), call.params.ids("account_ids"), call.settings)
    except Unfit as wrong:
        return unfit(wrong)
    return _wrapped(call, tx, made)


@speaks(CollectionWithAccounts)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/collections/:id: a collection, its owner, and those in it whom the one who asks may see."""
    found = find_collection(db, call.id, viewer=call.my_id)
    if found is None:
        raise NotFound
    (entity,) = collection_entities(call.links, db, [found], viewer=call.my_id)
    people = join(accounts_json(call.links, db, people_in(entity)))
    return b'{"accounts":%b,"collection":%b}' % (people, json.encode(entity))


@speaks(Collections, takes=SomeCollections, paged=True)
def of_account(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:account_id/collections: what somebody gathered, the newest first."""
    account, (limit, offset) = open_profile(call, db), _window(call)
    if account is None:
        return _several(call, db, [])
    return _several(call, db, collections_of(db, account.id, viewer=call.my_id, limit=limit, offset=offset))


@speaks(Collections, takes=SomeCollections, paged=True)
def with_account(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:account_id/in_collections: the collections that one is in oneself."""
    if shown_account(call, db).id != call.me.id:
        raise NotAllowed("This action is not allowed")
    limit, offset = _window(call)
    return _several(call, db, collections_with(db, call.me.id, limit=limit, offset=offset))


@speaks(WrappedCollection, takes=AboutCollection)
def change(call: Call, tx: Tx) -> Answer:
    """PATCH /api/v1/collections/:id: what is not sent stays as it is."""
    found = own_collection(tx, call.me, call.id)
    before = About(*(getattr(found, name) for name in About.__slots__))
    try:
        changed = change_collection(tx, call.me, found.id, _about(call, before))
    except Unfit as wrong:
        return unfit(wrong)
    return _wrapped(call, tx, changed)


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/collections/:id: end a collection of one's own."""
    remove_collection(tx, call.me, call.id)
    return {}


@speaks(WrappedCollectionItem, takes=AccountToAdd)
def add(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/collections/:collection_id/items: put an account into one's collection; it is told."""
    id_ = call.id_called("collection_id")
    own_collection(tx, call.me, id_)
    account_id = call.params.id("account_id")
    if account_id is None:
        raise Invalid("`account_id` parameter is missing")
    return {"collection_item": item_entity(add_item(tx, call.me, id_, account_id))}


@speaks(Empty)
def take_out(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/collections/:collection_id/items/:id: take an account out of one's collection."""
    remove_item(tx, call.me, call.id_called("collection_id"), call.id)
    return {}


@speaks(Empty)
def revoke(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/collections/:collection_id/items/:id/revoke: take oneself out of a collection, for good."""
    leave_collection(tx, call.me, call.id_called("collection_id"), call.id)
    return {}


def _about(call: Call, before: About) -> About:
    params = call.params
    return About(
        name=" ".join(params.text("name", before.name).split()),
        description=params.text("description", before.description).strip(),
        language=params.text("language", before.language),
        topic=params.text("tag_name", before.topic).strip().removeprefix("#"),
        sensitive=params.flag("sensitive", bool(before.sensitive)),
        discoverable=params.flag("discoverable", bool(before.discoverable)),
    )


def unfit(wrong: Unfit) -> Reply:
    """What cannot be accepted, with the attribute it is about in the words that apps know (`ERR_TOO_LONG`, …)."""
    details = {wrong.field: [{"error": f"ERR_{wrong.why.upper()}", "description": str(wrong)}]}
    return Reply(json.encode({"error": str(wrong), "details": details}), wrong.status)


def _wrapped(call: Call, tx: Tx, found: Collection) -> Answer:
    (entity,) = collection_entities(call.links, tx, [found], viewer=call.my_id)
    return {"collection": entity}


def _window(call: Call) -> tuple[int, int]:
    return call.params.limit(40, 80), max(0, min(FURTHEST, call.params.number("offset")))


def _several(call: Call, db: Db, found: list[Collection]) -> Answer:
    entities = collection_entities(call.links, db, found, viewer=call.my_id)
    body = json.encode({"collections": entities, "partial_accounts": previews(call.links, db, entities)})
    return Reply(body, headers=_link(call, len(found)))


def _link(call: Call, n: int) -> list[tuple[bytes, bytes]]:
    """`Link` to the pages before and after, counted by how many are passed over."""
    limit, offset = _window(call)
    base = f"{call.links.origin}{call.url}?limit={limit}&offset="
    links = [f'<{base}{offset + limit}>; rel="next"'] if n == limit else []
    if offset:
        links.append(f'<{base}{max(0, offset - limit)}>; rel="prev"')
    return [(b"link", ", ".join(links).encode())] if links else []
