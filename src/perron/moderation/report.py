"""Report an account: tell the moderators, and nobody else, what is wrong."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from perron.jobs import emit
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.settings import Settings
from perron.moderation.model import CATEGORIES, Report, ReportMade
from perron.moderation.queries import add_report, report_as_stored, staff
from perron.moderation.rules import rules as rules_in_force
from perron.people.model import Account
from perron.people.queries import find_account
from perron.posts.queries import seen_among
from perron.store import Db, Prepared, Tx, among
from perron.store.tables import posts
from perron.timelines.notices import notify

LONGEST_COMMENT = 1000
MOST_POSTS = 50

_OF_AUTHOR = Prepared(select(posts.c.id).where(among(posts.c.id), posts.c.author_id == bindparam("by")))


def report(
    tx: Tx,
    who: Account,
    target_id: int,
    settings: Settings,
    *,
    category: str = "other",
    words: str = "",
    rules: Sequence[int] = (),
    post_ids: Sequence[int] = (),
) -> Report:
    """Tell the moderators about an account. Posts that are not its own, or not for `who` to see, are left out."""
    target = find_account(tx, target_id)
    if target is None or target.state != "active":
        raise NotFound
    if target.id == who.id:
        raise NotAllowed("This action is not allowed: you cannot report yourself")
    words = words.strip()
    if len(words) > LONGEST_COMMENT:
        raise Invalid(f"Validation failed: Comment is too long (maximum is {LONGEST_COMMENT} characters)")
    if category not in CATEGORIES:
        raise Invalid("Validation failed: Category is not included in the list")
    known = {one.id for one in rules_in_force(tx, settings)}
    if not known.issuperset(rules):
        raise Invalid("Validation failed: Rules does not reference valid rules")

    broken = list(dict.fromkeys(rules)) if category == "violation" else []
    made = add_report(tx, who.id, target.id, category, words, broken, reportable(tx, who, target.id, post_ids))
    emit(tx, ReportMade(made.id))
    return made


def reportable(db: Db, who: Account, target_id: int, post_ids: Sequence[int]) -> list[int]:
    """Those of some posts that an account wrote and `who` may see, fifty at most."""
    seen = seen_among(db, list(dict.fromkeys(post_ids))[:MOST_POSTS], viewer=who.id)
    return sorted(db.column(_OF_AUTHOR, ids=db.id_list(seen), by=target_id))


def tell_moderators(tx: Tx, event: dict[str, Any]) -> None:
    """After `ReportMade`: everybody who looks after this server is told, but not who it is about."""
    made = report_as_stored(tx, event["report_id"])
    if made is None or made.state != "open":
        return
    for account_id in staff(tx):
        if account_id != made.target_id:
            notify(tx, account_id, "admin.report", made.reporter_id, about_id=made.id, to_oneself=True)
