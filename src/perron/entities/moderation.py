"""Reports, decisions and rules for other servers, as clients read them."""

from hashlib import sha256
from typing import Any

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.moderation.domains import domain_rules_in_force, obscured
from perron.moderation.model import Report, Strike
from perron.moderation.queries import appeals_of, last_report_by, last_strike_about, staff
from perron.store import Db
from perron.timelines.notices import Notice

ACTIONS = {
    "warn": "none",
    "sensitive": "mark_statuses_as_sensitive",
    "delete_posts": "delete_statuses",
    "limit": "silence",
    "disable": "disable",
    "suspend": "suspend",
}
APPEALS = {"open": "pending", "granted": "approved", "refused": "rejected"}


def report_entity(links: Links, db: Db, report: Report) -> dict[str, Any]:
    """A report, without what moderators did with it beyond closing it."""
    return {
        "id": str(report.id),
        "action_taken": report.state == "closed",
        "action_taken_at": iso(report.closed_at) if report.closed_at else None,
        "category": report.category,
        "comment": report.comment,
        "forwarded": False,
        "created_at": iso(born(report.id)),
        "status_ids": [str(id_) for id_ in report.posts],
        "rule_ids": [str(id_) for id_ in report.rules],
        "target_account": _account(links, db, report.target_id),
    }


def warning_entity(links: Links, db: Db, strike: Strike) -> dict[str, Any]:
    """A decision, as the person whom it concerns reads it."""
    appeal = appeals_of(db, [strike.id]).get(strike.id)
    rules = "\n".join(f"• {text}" for _, text in strike.rules)
    return {
        "id": str(strike.id),
        "action": ACTIONS[strike.action],
        "text": f"{strike.text}\n\n{rules}",
        "status_ids": [str(id_) for id_, _ in strike.posts],
        "target_account": _account(links, db, strike.target_id),
        "appeal": {"text": appeal.text, "state": APPEALS[appeal.state]} if appeal else None,
        "created_at": iso(born(strike.id)),
    }


def notice_about_moderation(links: Links, db: Db, notice: Notice) -> bytes:
    """What a notice of a report or of a decision carries beside its account; nothing for any other."""
    if notice.type == "moderation_warning":
        strike = last_strike_about(db, notice.account_id, below=notice.id)
        if strike is not None:
            return b',"moderation_warning":' + json.encode(warning_entity(links, db, strike))
    if notice.type == "admin.report" and notice.account_id in staff(db):
        report = last_report_by(db, notice.from_id, below=notice.id)
        if report is not None:
            return b',"report":' + json.encode(report_entity(links, db, report))
    return b""


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


def _account(links: Links, db: Db, account_id: int) -> dict[str, Any] | None:
    made = accounts_by_id(links, db, [account_id]).get(account_id)
    found: dict[str, Any] | None = json.decode(made) if made else None
    return found
