"""Tell people that they were put into a collection, and that it says something else now."""

from typing import Any

from perron.people.collections import Collection, find_collection, find_item_as_stored, items_of
from perron.store import Tx
from perron.timelines.notices import notify


def notify_added(tx: Tx, event: dict[str, Any]) -> None:
    """After `AddedToCollection`: tell the one who was put in, unless they are out again."""
    item = find_item_as_stored(tx, event["item_id"])
    if item is not None and item.state == "accepted":
        found = find_collection(tx, item.collection_id, viewer=item.account_id)
        if found is not None:
            _tell(tx, found, item.account_id, "added_to_collection")


def notify_collection_changed(tx: Tx, event: dict[str, Any]) -> None:
    """After `CollectionChanged`: tell everybody in it."""
    id_ = event["collection_id"]
    found = find_collection(tx, id_, viewer=None)
    if found is not None:
        for item in items_of(tx, [id_], viewer=found.account_id)[id_]:
            _tell(tx, found, item.account_id, "collection_update")


def _tell(tx: Tx, found: Collection, told: int, type_: str) -> None:
    notify(tx, told, type_, found.account_id, about_id=found.id)
