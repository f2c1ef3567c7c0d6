"""Reports, decisions and rules for other servers, as clients read them."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.moderation import AccountWarning
from perron.entities.shapes.moderation import Report as ReportShape
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.moderation.domains import domain_rules_in_force, obscured
from perron.moderation.model import Appeal, Report, Strike
from perron.moderation.queries import appeals_of, reports_as_stored, staff, strikes_as_stored
from perron.store import Db

ACTIONS = {
    "warn": "none",
    "sensitive": "mark_statuses_as_sensitive",
    "delete_posts": "delete_statuses",
    "veil": "sensitive",
    "limit": "silence",
    "disable": "disable",
    "suspend": "suspend",
}
APPEALS = {"open": "pending", "granted": "approved", "refused": "rejected"}


def report_entity(links: Links, db: Db, report: Report) -> ReportShape:
    """A report, without what moderators did with it beyond closing it."""
    return _report(report, accounts_by_id(links, db, [report.target_id]))


def reports_for_staff(links: Links, db: Db, account_id: int, ids: Sequence[int]) -> dict[int, ReportShape]:
    """Reports by id, as far as an account is one of those who look after the server."""
    found = reports_as_stored(db, ids) if ids and account_id in staff(db) else {}
    people = accounts_by_id(links, db, list({one.target_id for one in found.values()})) if found else {}
    return {id_: _report(one, people) for id_, one in found.items()}


def warnings_of(links: Links, db: Db, account_id: int, ids: Sequence[int]) -> dict[int, AccountWarning]:
    """Decisions about an account by id, as it reads them."""
    found = {id_: one for id_, one in strikes_as_stored(db, ids).items() if one.target_id == account_id} if ids else {}
    appeals = appeals_of(db, found) if found else {}
    people = accounts_by_id(links, db, [account_id]) if found else {}
    return {id_: _warning(one, appeals.get(id_), people) for id_, one in found.items()}


def _report(report: Report, people: Mapping[int, bytes]) -> ReportShape:
    return {
        "id": str(report.id),
        "action_taken": report.state == "closed",
        "action_taken_at": iso(report.closed_at) if report.closed_at else None,
        "category": report.category,  # type: ignore[typeddict-item]
        "comment": report.comment,
        "forwarded": False,
        "created_at": iso(born(report.id)),
        "status_ids": [str(id_) for id_ in report.posts],
        "rule_ids": [str(id_) for id_ in report.rules],
        "target_account": _account(people, report.target_id),
    }


def _warning(strike: Strike, appeal: Appeal | None, people: Mapping[int, bytes]) -> AccountWarning:
    rules = "".join(f"\n• {text}" for _, text in strike.rules)
    state: Any = APPEALS[appeal.state] if appeal else None
    return {
        "id": str(strike.id),
        "action": ACTIONS[strike.action],  # type: ignore[typeddict-item]
        "text": f"{strike.text}\n{rules}" if rules else strike.text,
        "status_ids": [str(id_) for id_, _ in strike.posts],
        "target_account": _account(people, strike.target_id),
        "appeal": {"text": appeal.text, "state": state} if appeal else None,
        "created_at": iso(born(strike.id)),
    }


def domain_blocks(db: Db) -> list[dict[str, Any]]:
    """Servers that are kept at a distance, by name; some names are hidden in part, and known by their digest."""
    return [
        {
            "domain": obscured(one.domain) if one.obscured else one.domain,
            "digest": sha256(one.domain.encode()).hexdigest(),
            "severity": one.severity,
            "comment": one.public_comment or None,
        }
        for one in domain_rules_in_force(db)
        if one.severity != "none"
    ]


def _account(people: Mapping[int, bytes], account_id: int) -> Account | None:
    made = people.get(account_id)
    found: Account | None = json.decode(made) if made else None
    return found
