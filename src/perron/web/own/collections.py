"""One's collections: begin, change and end them, choose who is in them; leave one of somebody else."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.collections import collections_of, find_collection, item_of_account
from perron.people.gather import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    MOST_INSIDE,
    About,
    add_item,
    change_collection,
    leave_collection,
    make_collection,
    may_gather,
    own_collection,
    remove_collection,
    remove_item,
)
from perron.people.model import Account
from perron.people.queries import find_accounts
from perron.people.search import search_accounts
from perron.store import Db, Tx
from perron.web.fields import Fields, read_id
from perron.web.open.featured import collections_shown
from perron.web.shown import accounts_shown
from perron.web.visit import Visit

FOUND = 10


async def new_collection(visit: Visit) -> Response:
    """The form of a new collection."""
    visit.must_write()
    return _form(visit, About(""))


def _form(visit: Visit, about: About, wrong: Refused | None = None) -> Response:
    status, said = (wrong.status, visit.explain(wrong)) if wrong else (200, "")
    limits: dict[str, Any] = {"longest_name": LONGEST_NAME, "longest_description": LONGEST_DESCRIPTION}
    return visit.show("own/collection_new.html", status=status, wrong=said, about=about, **limits)


async def make(visit: Visit, fields: Fields) -> Response:
    """Begin a collection, and go on to choose who is in it."""
    me, about, settings = visit.must_write(), _about(fields), visit.settings
    try:
        made = await visit.write(lambda tx: make_collection(tx, me, about, (), settings))
    except Refused as wrong:
        return _form(visit, about, wrong)
    return visit.go(f"/collections/{made.id}/edit")


async def edit(visit: Visit) -> Response:
    """What a collection says, and who is in it; with `q`, whom one could add."""
    return await _edit(visit, visit.must_write())


async def _edit(visit: Visit, me: Account, wrong: Refused | None = None) -> Response:
    id_, query = read_id(visit.path["id"]), visit.query.get("q", "").replace("\x00", "").strip()[:200]

    def read(db: Db) -> dict[str, Any]:
        found = own_collection(db, me, id_)
        (shown,) = collections_shown(visit, db, [found])
        inside = [int(one["account_id"]) for one in shown["items"]]
        ids = search_accounts(db, query.removeprefix("@"), viewer=me.id, limit=FOUND) if query else []
        others = [one for one in ids if one not in inside]
        willing = {one.id for one in find_accounts(db, others) if may_gather(db, me, one)}
        return {
            "about": found,
            "collection": shown,
            "members": accounts_shown(visit, db, inside),
            "items": {one["account_id"]: one for one in shown["items"]},
            "found": accounts_shown(visit, db, others),
            "willing": {str(one) for one in willing},
        }

    shown = await visit.read(read)
    status, said = (wrong.status, visit.explain(wrong)) if wrong else (200, "")
    limits: dict[str, Any] = {
        "longest_name": LONGEST_NAME,
        "longest_description": LONGEST_DESCRIPTION,
        "most": MOST_INSIDE,
    }
    return visit.show("own/collection_edit.html", status=status, query=query, wrong=said, **limits, **shown)


async def change(visit: Visit, fields: Fields) -> Response:
    """Say something else of a collection."""
    me, id_, about = visit.must_write(), read_id(visit.path["id"]), _about(fields)

    def work(tx: Tx) -> str:
        return visit.links.collection(me.handle, change_collection(tx, me, id_, about).id)

    try:
        page = await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _edit(visit, me, wrong)
    return visit.go(visit.ours(page))


async def remove(visit: Visit, fields: Fields) -> Response:
    """End a collection; those in it are not told."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: remove_collection(tx, me, id_))
    return visit.go("/settings/featured")


async def change_inside(visit: Visit, fields: Fields) -> Response:
    """Add somebody to one's collection or take them out; or leave somebody else's."""
    me, id_, whom = visit.must_write(), read_id(visit.path["id"]), read_id(fields.text("who"))
    act = visit.path["act"]
    if act not in ("add", "drop", "leave"):
        raise NotFound

    def work(tx: Tx) -> None:
        if act == "add":
            add_item(tx, me, id_, whom)
            return
        found = item_of_account(tx, id_, whom if act == "drop" else me.id)
        if find_collection(tx, id_, viewer=me.id) is None or found is None or found.state != "accepted":
            raise NotFound
        (remove_item if act == "drop" else leave_collection)(tx, me, id_, found.id)

    try:
        await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        if act == "leave":
            raise
        return await _edit(visit, me, wrong)
    return visit.go(fields.text("next") or (f"/collections/{id_}/edit" if act != "leave" else "/settings/featured"))


async def with_account(visit: Visit) -> Response:
    """In which of one's collections somebody is, and a button to put them in another."""
    me, whom = visit.must_write(), read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        person = next((one for one in find_accounts(db, [whom]) if one.state == "active"), None)
        if person is None:
            raise NotFound
        own = collections_shown(visit, db, collections_of(db, me.id, viewer=me.id))
        return {
            "person": accounts_shown(visit, db, [whom])[0],
            "collections": own,
            "inside": {one["id"] for one in own if any(item["account_id"] == str(whom) for item in one["items"])},
            "willing": may_gather(db, me, person),
        }

    return visit.show("own/collections_with.html", **await visit.read(read))


def _about(fields: Fields) -> About:
    def said(name: str) -> str:
        return " ".join(fields.text(name).replace("\x00", "").split())

    return About(
        name=said("name"),
        description=said("description"),
        language=said("language"),
        topic=said("topic").removeprefix("#"),
        sensitive="sensitive" in fields,
        discoverable="discoverable" in fields,
    )
