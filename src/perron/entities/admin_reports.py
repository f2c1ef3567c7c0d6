"""Reports as moderators read them."""

from collections.abc import Sequence

from perron.entities.admin_accounts import admin_accounts_by_id
from perron.entities.links import Links
from perron.entities.posts import posts_as_stored
from perron.entities.shapes.about import Rule
from perron.entities.shapes.admin import AdminReport
from perron.entities.shapes.statuses import Status
from perron.kit import json
from perron.kit.ids import born
from perron.kit.settings import Settings
from perron.kit.time import iso
from perron.moderation.model import Report
from perron.moderation.rules import rules_as_stored
from perron.store import Db


def admin_reports(links: Links, db: Db, settings: Settings, found: Sequence[Report]) -> list[AdminReport]:
    """Reports with everybody who has to do with them, and the posts they point at, whoever those were for.

    Posts that are gone, or whose author does not stand, are left out."""
    concerned = {
        one for report in found for one in (report.reporter_id, report.target_id, report.taken_by, report.closed_by)
    }
    people = admin_accounts_by_id(links, db, {one for one in concerned if one is not None})
    said = [json.decode(one) for one in posts_as_stored(links, db, sorted({id_ for one in found for id_ in one.posts}))]
    posts: dict[int, Status] = {int(one["id"]): one for one in said}
    known = rules_as_stored(db, settings) if any(report.rules for report in found) else {}
    rules: dict[int, Rule] = {
        id_: {"id": str(id_), "text": one.text, "hint": one.hint, "translations": {}} for id_, one in known.items()
    }
    return [
        {
            "id": str(report.id),
            "action_taken": report.state == "closed",
            "action_taken_at": iso(report.closed_at) if report.closed_at else None,
            "category": report.category,  # type: ignore[typeddict-item]
            "comment": report.comment,
            "forwarded": False,
            "created_at": iso(born(report.id)),
            "updated_at": iso(report.closed_at or born(report.id)),
            "account": people.get(report.reporter_id),
            "target_account": people.get(report.target_id),
            "assigned_account": people.get(report.taken_by or 0),
            "action_taken_by_account": people.get(report.closed_by or 0),
            "statuses": [posts[id_] for id_ in report.posts if id_ in posts],
            "rules": [rules[id_] for id_ in report.rules if id_ in rules],
        }
        for report in found
    ]


def admin_report(links: Links, db: Db, settings: Settings, report: Report) -> AdminReport:
    """One of them."""
    return admin_reports(links, db, settings, [report])[0]
