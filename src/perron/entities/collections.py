"""Collections as clients read them."""

from collections.abc import Iterable, Sequence

from perron.entities.accounts import accounts_by_id, words_to_html
from perron.entities.links import Links
from perron.entities.shapes.collections import Collection as CollectionShape
from perron.entities.shapes.collections import CollectionItem, PartialAccount
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.collections import Collection, Item, collections_among, items_of
from perron.store import Db
from perron.text.tags import fold

PREVIEWED = 4
"""How many of those in a collection are shown where many collections stand together."""
_PARTIAL = ("id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot")


def collection_entities(
    links: Links, db: Db, found: Sequence[Collection], *, viewer: int | None
) -> list[CollectionShape]:
    """Collections with those in them whom the viewer may see."""
    items = items_of(db, [one.id for one in found], viewer=viewer)
    return [_collection(links, one, items[one.id]) for one in found]


def collections_by_id(links: Links, db: Db, ids: Sequence[int], *, viewer: int | None) -> dict[int, CollectionShape]:
    """Those of these collections that the viewer may see."""
    found = collections_among(db, ids, viewer=viewer) if ids else []
    return {int(one["id"]): one for one in collection_entities(links, db, found, viewer=viewer)}


def item_entity(item: Item) -> CollectionItem:
    """One account in a collection."""
    return {
        "id": str(item.id),
        "account_id": str(item.account_id),
        "state": "pending" if item.state == "pending" else "accepted",
        "created_at": iso(born(item.id)),
    }


def people_in(one: CollectionShape, most: int | None = None) -> list[int]:
    """The owner of a collection and those in it."""
    return [int(one["account_id"]), *(int(item["account_id"] or 0) for item in one["items"][:most])]


def previews(links: Links, db: Db, found: Iterable[CollectionShape]) -> list[PartialAccount]:
    """The owners of collections and the first in each, as far as their pictures need."""
    ids = list(dict.fromkeys(id_ for one in found for id_ in people_in(one, PREVIEWED)))
    known = accounts_by_id(links, db, ids)
    return [_partial(known[id_]) for id_ in ids if id_ in known]


def _partial(account: bytes) -> PartialAccount:
    whole = json.decode(account)
    part: PartialAccount = {name: whole[name] for name in _PARTIAL}  # type: ignore[assignment]
    return part


def _collection(links: Links, one: Collection, items: Sequence[Item]) -> CollectionShape:
    return {
        "id": str(one.id),
        "account_id": str(one.account_id),
        "uri": links.collection_uri(one.account_id, one.id),
        "url": links.collection(one.handle, one.id),
        "name": one.name,
        "description": words_to_html(links, one.description, here=True),
        "language": one.language or None,
        "local": True,
        "sensitive": bool(one.sensitive),
        "discoverable": bool(one.discoverable),
        "tag": {"name": one.topic, "url": links.tag(fold(one.topic))} if one.topic else None,
        "item_count": len(items),
        "items": [item_entity(item) for item in items],
        "created_at": iso(born(one.id)),
        "updated_at": iso(one.changed_at),
    }
