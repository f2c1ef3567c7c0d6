"""Accounts as moderators read them."""

from collections.abc import Collection, Sequence
from typing import Any

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.roles import own_role
from perron.entities.shapes.admin import AdminAccount
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.moderation.look_up import facts_by_id
from perron.store import Db


def admin_accounts(links: Links, db: Db, found: Sequence[dict[str, Any]]) -> list[AdminAccount]:
    """Accounts in the order of the facts about them."""
    known = accounts_by_id(links, db, [facts["id"] for facts in found])
    return [_admin_account(facts, known[facts["id"]]) for facts in found if facts["id"] in known]


def admin_accounts_by_id(links: Links, db: Db, ids: Collection[int]) -> dict[int, AdminAccount]:
    """These accounts by id; those that are gone are missing."""
    facts = facts_by_id(db, ids)
    return {int(one["id"]): one for one in admin_accounts(links, db, [*facts.values()])}


def _admin_account(facts: dict[str, Any], shown: bytes) -> AdminAccount:
    state = facts["user_state"]
    made: AdminAccount = {
        "id": str(facts["id"]),
        "username": facts["username"],
        "domain": facts["domain"],
        "created_at": iso(born(facts["id"])),
        "email": facts["email"],
        "ip": None,
        "ips": [],
        "role": own_role(facts["role"]) if facts["role"] else None,
        "confirmed": facts["confirmed_at"] is not None,
        "approved": state != "pending",
        "disabled": state == "disabled",
        "silenced": bool(facts["silenced"]),
        "suspended": facts["state"] == "suspended",
        "sensitized": bool(facts["sensitized"]),
        "locale": facts["locale"],
        "invite_request": facts["reason"] or None,
        "account": json.decode(shown),
    }
    if facts["app_id"]:
        made["created_by_application_id"] = str(facts["app_id"])
    if facts["invited_by"]:
        made["invited_by_account_id"] = str(facts["invited_by"])
    return made
