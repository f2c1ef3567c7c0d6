"""For moderators: the accounts, one account with what may be known of it, and the sign-ups that wait."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import iso
from perron.moderation.admit import approve, turn_away
from perron.moderation.audit import audit_about
from perron.moderation.decide import LONGEST_TEXT, decide, lift, undo
from perron.moderation.model import LASTING, Moderator
from perron.moderation.permit import may_act_on
from perron.moderation.promote import change_role, roles_to_give
from perron.moderation.queries import (
    FILTERS,
    appeals_of,
    count_reports_about,
    count_reports_by,
    count_waiting,
    facts_of,
    open_reports_about,
    people_page,
    reports_about,
    strike_as_stored,
    strikes_about,
)
from perron.moderation.rules import rules
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.timelines.public import account_page
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.manage_records import entries_shown
from perron.web.manage.moderators import (
    ACTIONS,
    evidence_shown,
    moderator,
    people_by_id,
    read_decision,
    report_shown,
    strike_shown,
    typed,
    when,
)
from perron.web.shown import PAGE, paging
from perron.web.visit import Visit

EARLIER = 10


async def accounts(visit: Visit) -> Response:
    """Accounts by name and by state."""
    moderator(visit)
    chosen, part = visit.query.get("show", "all"), visit.query.get("q", "").strip()[:254]
    if chosen not in FILTERS:
        raise NotFound

    def read(db: Db) -> dict[str, Any]:
        found = people_page(db, chosen, paging(visit), part=part)
        people = people_by_id(visit, db, [one["id"] for one in found])
        return {
            "found": [
                {**one, "account": people[one["id"]], "at": when(one["id"])} for one in found if one["id"] in people
            ],
            "waiting": count_waiting(db),
            "older": found[-1]["id"] if len(found) == PAGE else 0,
        }

    context = await visit.read_slowly(read)
    return visit.show("manage/manage_accounts.html", chosen=chosen, part=part, cache_control="no-store", **context)


async def account(visit: Visit) -> Response:
    """What may be known of an account, what was decided about it, and what can be done."""
    return await _account(visit, moderator(visit))


async def decide_account(visit: Visit, fields: Fields) -> Response:
    """Decide about an account; what was typed is kept when something is refused."""
    by, account_id, decision = moderator(visit), read_id(visit.path["id"]), read_decision(fields)
    try:
        await visit.write(lambda tx: decide(tx, by, account_id, decision, visit.settings))
    except NotFound:
        raise
    except Refused as wrong:
        return await _account(visit, by, typed(fields), wrong)
    return visit.go(f"/manage/accounts/{account_id}")


async def act_on_account(visit: Visit, fields: Fields) -> Response:
    """Approve or turn away who waits; give a role; lift a measure; undo one decision."""
    by, account_id, act = moderator(visit), read_id(visit.path["id"]), visit.path["act"]

    def work(tx: Tx) -> None:
        if act == "approve":
            approve(tx, by, account_id)
        elif act == "turn_away":
            turn_away(tx, by, account_id)
        elif act == "role":
            change_role(tx, by, account_id, fields.text("role"))
        elif act == "lift":
            lift(tx, by, account_id, fields.text("measure"))
        elif act == "undo":
            strike = strike_as_stored(tx, read_id(fields.text("strike")))
            if strike is None or strike.target_id != account_id:
                raise NotFound
            undo(tx, by, strike.id)
        else:
            raise NotFound

    await visit.write(work)
    return visit.go("/manage/accounts?show=waiting" if act == "turn_away" else fields.text("next"))


async def _account(
    visit: Visit, by: Moderator, given: dict[str, Any] | None = None, wrong: Refused | None = None
) -> Response:
    account_id = read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        facts = facts_of(db, account_id) if account_id > 0 else None
        if facts is None:
            raise NotFound
        strikes = strikes_about(db, account_id, Paging(limit=EARLIER))
        reports = reports_about(db, account_id, Paging(limit=EARLIER))
        appeals, record = appeals_of(db, [one.id for one in strikes]), audit_about(db, "account", account_id, Paging())
        ids = [account_id, *(one.by_id for one in strikes), *(one.reporter_id for one in reports)]
        people = people_by_id(visit, db, [*ids, *(one.by_id for one in record)])
        may_act = may_act_on(db, by, account_id)
        latest = account_page(db, account_id, Paging(limit=EARLIER), viewer=None, boosts=False) if may_act else []
        return {
            "account": people[account_id],
            "facts": facts | {"since": when(account_id), "seen": iso(facts["seen_at"]) if facts["seen_at"] else ""},
            "measures": _measures(facts),
            "strikes": [strike_shown(one, appeals.get(one.id), people) for one in strikes],
            "reports": [report_shown(one, people) for one in reports],
            "counts": count_reports_about(db, account_id),
            "told_before": count_reports_by(db, account_id),
            "record": entries_shown(visit, record, people),
            "also": open_reports_about(db, account_id),
            "posts": evidence_shown(visit, db, latest),
            "may_act": may_act,
            "roles": roles_to_give(by) if may_act and facts["user_state"] == "active" else [],
            "rules": rules(db, visit.settings),
        }

    return show_form(
        visit,
        "manage/manage_account.html",
        wrong,
        actions=ACTIONS,
        longest=LONGEST_TEXT,
        given=given or {"action": "", "text": "", "rules": [], "chosen": [], "close": "none"},
        **await visit.read(read),
    )


def _measures(facts: dict[str, Any]) -> list[str]:
    """Lasting measures that hold for an account."""
    holds = {
        "veil": bool(facts["sensitized"]),
        "limit": bool(facts["silenced"]),
        "disable": facts["user_state"] == "disabled",
        "suspend": facts["state"] == "suspended",
    }
    return [one for one in LASTING if holds[one]]
