"""Organisations as clients read them."""

from collections.abc import Iterable, Sequence
from typing import Any

from perron.entities.accounts import accounts_json
from perron.entities.links import Links
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.members import persons_of
from perron.store import Db


def accounts_by_id(links: Links, db: Db, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Accounts as clients read them, by id."""
    wanted = list(dict.fromkeys(ids))
    return {int(one["id"]): one for one in map(json.decode, accounts_json(links, db, wanted))}


def persons(links: Links, db: Db, user_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Users by the accounts under which they are known."""
    known = persons_of(db, user_ids)
    shown = accounts_by_id(links, db, known.values())
    return {user_id: shown[account_id] for user_id, account_id in known.items() if account_id in shown}


def line_entities(links: Links, db: Db, lines: Sequence[Any]) -> list[dict[str, Any]]:
    """Lines of a journal."""
    who = persons(links, db, [one.by_id for one in lines if one.by_id])
    return [
        {
            "id": str(one.id),
            "created_at": iso(born(one.id)),
            "by": who.get(one.by_id),
            "account_id": str(one.account_id) if one.account_id else None,
            "verb": one.verb,
            "label": one.label,
            "detail": one.detail,
        }
        for one in lines
    ]
