"""Look after a report: take it, give it back, close it, open it again, leave a note for the others."""

from collections.abc import Sequence

from perron.kit.errors import Invalid, NotFound
from perron.kit.settings import Settings
from perron.moderation.audit import record
from perron.moderation.model import CATEGORIES, Moderator, Report
from perron.moderation.permit import must_moderate
from perron.moderation.queries import (
    add_note,
    change_class,
    change_closed,
    change_reopened,
    change_taken,
    report_as_stored,
)
from perron.moderation.rules import rules as rules_in_force
from perron.people.queries import find_account
from perron.store import Db, Tx

LONGEST_NOTE = 2000


def take(tx: Tx, by: Moderator, report_id: int) -> None:
    """Look after a report, so that the others need not."""
    found = _open(tx, by, report_id)
    if found.taken_by != by.account_id:
        change_taken(tx, found.id, by.account_id)
        record(tx, by.account_id, "take_report", "report", found.id, _label(tx, found))


def give_back(tx: Tx, by: Moderator, report_id: int) -> None:
    """Leave a report to the others again; anybody may do so, for whoever took it may be away."""
    found = _open(tx, by, report_id)
    if found.taken_by is not None:
        change_taken(tx, found.id, None)
        record(tx, by.account_id, "give_back_report", "report", found.id, _label(tx, found))


def close(tx: Tx, by: Moderator, report_id: int) -> None:
    """Close a report; nothing else follows from that."""
    must_moderate(by)
    found = _find(tx, report_id)
    if change_closed(tx, found.id, by.account_id):
        record(tx, by.account_id, "close_report", "report", found.id, _label(tx, found))


def reopen(tx: Tx, by: Moderator, report_id: int) -> None:
    """Open a closed report again."""
    must_moderate(by)
    found = _find(tx, report_id)
    if change_reopened(tx, found.id):
        record(tx, by.account_id, "reopen_report", "report", found.id, _label(tx, found))


def classify(
    tx: Tx,
    by: Moderator,
    report_id: int,
    settings: Settings,
    *,
    category: str | None = None,
    rules: Sequence[int] | None = None,
) -> None:
    """Say what a report is about, and which rules were broken; what is None stays as it was."""
    must_moderate(by)
    found = _find(tx, report_id)
    category = found.category if category is None else category
    if category not in CATEGORIES:
        raise Invalid("Validation failed: Category is not included in the list")
    wanted = list(dict.fromkeys(found.rules if rules is None else rules)) if category == "violation" else []
    if not {one.id for one in rules_in_force(tx, settings)}.issuperset(set(wanted) - set(found.rules)):
        raise Invalid("Validation failed: Rules does not reference valid rules")

    if (category, wanted) != (found.category, found.rules):
        change_class(tx, found.id, category, wanted)
        said = {"before": found.category, "category": category}
        record(tx, by.account_id, "classify_report", "report", found.id, _label(tx, found), **said)


def note(tx: Tx, by: Moderator, report_id: int, text: str) -> None:
    """Leave a note that only moderators read."""
    must_moderate(by)
    found, text = _find(tx, report_id), text.strip()
    if not text:
        raise Invalid("A note needs words.")
    if len(text) > LONGEST_NOTE:
        raise Invalid(f"A note has at most {LONGEST_NOTE} characters.")
    add_note(tx, found.id, by.account_id, text)


def _find(db: Db, report_id: int) -> Report:
    found = report_as_stored(db, report_id)
    if found is None:
        raise NotFound
    return found


def _open(db: Db, by: Moderator, report_id: int) -> Report:
    must_moderate(by)
    found = _find(db, report_id)
    if found.state != "open":
        raise Invalid("This report is closed. Open it again first.")
    return found


def _label(db: Db, report: Report) -> str:
    target = find_account(db, report.target_id)
    return f"@{target.handle}" if target else ""
