"""What an account recommends: people, tags, and collections of people; and what it wrote under a tag."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from perron.entities.collections import collection_entities
from perron.entities.relations import relation_entity
from perron.kit.errors import NotFound
from perron.people.collections import Collection, collections_of, find_collection
from perron.people.endorse import endorsed_by
from perron.people.model import Account
from perron.people.relations import relations
from perron.posts.featured_tags import featured_tags_of
from perron.store import Db
from perron.store.paging import Paging
from perron.text.tags import fold, is_tag
from perron.timelines.public import account_page
from perron.web.drawn import stream
from perron.web.fields import read_id
from perron.web.framed import show_open
from perron.web.open.profiles import head_of, kept_away
from perron.web.shown import Entity, account_called, accounts_shown, paging
from perron.web.visit import Visit

MOST_PEOPLE = 80


async def featured(visit: Visit) -> Response:
    """Whom an account recommends, the tags it shows, and its collections."""

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        head = head_of(visit, db, account)
        empty: dict[str, Any] = {"people": [], "tags": [], "collections": []}
        return {**head, **(empty if kept_away(head["between"]) else _gathered(visit, db, account))}

    return show_open(visit, "open/featured.html", **await visit.read(read))


def _gathered(visit: Visit, db: Db, account: Account) -> dict[str, Any]:
    rows = endorsed_by(db, account.id, Paging(limit=MOST_PEOPLE))
    return {
        "people": accounts_shown(visit, db, [row[1] for row in rows]),
        "tags": [
            {"name": one.name, "count": one.count, "path": visit.ours(visit.links.tagged(account.handle, one.key))}
            for one in featured_tags_of(db, account.id)
        ],
        "collections": collections_shown(visit, db, collections_of(db, account.id, viewer=visit.reader_id)),
    }


async def collection(visit: Visit) -> Response:
    """A collection: who recommends whom, and a button to follow each of them."""

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        found = find_collection(db, read_id(visit.path["id"]), viewer=visit.reader_id)
        if found is None or found.account_id != account.id:
            raise NotFound
        (shown,) = collections_shown(visit, db, [found])
        ids = [int(one["account_id"]) for one in shown["items"]]
        owner, *people = accounts_shown(visit, db, [account.id, *ids])
        me = visit.reader_id
        known = relations(db, me, ids) if me is not None else {}
        return {
            "collection": shown,
            "account": owner,
            "people": people,
            "waiting": [one["account_id"] for one in shown["items"] if one["state"] == "pending"],
            "between": {str(id_): relation_entity(id_, one) for id_, one in known.items() if id_ != me},
            "own": me == account.id,
            "inside": me in ids,
        }

    return show_open(visit, "open/collection.html", **await visit.read(read))


def collections_shown(visit: Visit, db: Db, found: Sequence[Collection]) -> list[Entity]:
    """Collections as the visitor sees them, with the path of each."""
    entities = collection_entities(visit.links, db, found, viewer=visit.reader_id)
    return [{**one, "path": visit.ours(one["url"] or ""), "n": one["item_count"]} for one in entities]


async def tagged(visit: Visit) -> Response:
    """What an account wrote under a tag, newest first."""
    name: str = visit.path["name"]
    key = fold(name) if is_tag(name) else ""
    if not key:
        raise NotFound

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        ids = account_page(db, account.id, paging(visit), viewer=visit.reader_id, boosts=False, tag=key)
        shown = next((one.name for one in featured_tags_of(db, account.id) if one.key == key), name)
        return {**head_of(visit, db, account), "sheet": stream(visit, db, ids, "account"), "name": shown, "key": key}

    return show_open(visit, "open/tagged.html", **await visit.read(read))
