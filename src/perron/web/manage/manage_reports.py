"""For moderators: the reports, one report with everything that helps to decide, and the appeals."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.moderation import attend
from perron.moderation.appeal import LONGEST, grant, refuse
from perron.moderation.decide import LONGEST_TEXT, decide
from perron.moderation.model import Moderator
from perron.moderation.permit import may_act_on
from perron.moderation.queries import (
    appeals_of,
    appeals_page,
    count_open_appeals,
    count_reports,
    count_reports_by,
    facts_of,
    notes_of,
    open_reports_about,
    report_as_stored,
    reports_about,
    reports_page,
    strikes_about,
    strikes_as_stored,
)
from perron.moderation.rules import rules, rules_as_stored
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import (
    ACTIONS,
    appeal_shown,
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

QUEUES = ("open", "mine", "closed")
EARLIER = 10
ATTENDING: dict[str, Callable[[Tx, Moderator, int], None]] = {
    "take": attend.take,
    "give_back": attend.give_back,
    "close": attend.close,
    "reopen": attend.reopen,
}


async def queue(visit: Visit) -> Response:
    """Reports that are open, that one has taken, or that are closed."""
    by = moderator(visit)
    chosen = visit.query.get("show", "open")
    if chosen not in QUEUES:
        raise NotFound

    def read(db: Db) -> dict[str, Any]:
        found = reports_page(db, chosen, paging(visit), by=by.account_id)
        people = people_by_id(
            visit, db, [id_ for one in found for id_ in (one.reporter_id, one.target_id, one.taken_by)]
        )
        return {
            "reports": [report_shown(one, people) for one in found],
            "counts": count_reports(db, by=by.account_id),
            "older": found[-1].id if len(found) == PAGE else 0,
        }

    return visit.show("manage/manage_reports.html", chosen=chosen, cache_control="no-store", **await visit.read(read))


async def one_report(visit: Visit) -> Response:
    """Who, about whom, what was said and shown, what was decided before, and the form to decide."""
    return await _report(visit, moderator(visit))


async def attend_to(visit: Visit, fields: Fields) -> Response:
    """Take a report, give it back, close it, open it again."""
    by, does = moderator(visit), ATTENDING.get(visit.path["act"])
    report_id = read_id(visit.path["id"])
    if does is None:
        raise NotFound
    await visit.write(lambda tx: does(tx, by, report_id))
    return visit.go("/manage/reports" if visit.path["act"] == "close" else f"/manage/reports/{report_id}")


async def leave_note(visit: Visit, fields: Fields) -> Response:
    """Leave a note for the other moderators."""
    by, report_id = moderator(visit), read_id(visit.path["id"])
    try:
        await visit.write(lambda tx: attend.note(tx, by, report_id, fields.text("note")))
    except NotFound:
        raise
    except Refused as wrong:
        return await _report(visit, by, note=fields.text("note"), wrong=wrong)
    return visit.go(f"/manage/reports/{report_id}#notes")


async def decide_report(visit: Visit, fields: Fields) -> Response:
    """Decide about whom a report names; what was typed is kept when something is refused."""
    by, report_id = moderator(visit), read_id(visit.path["id"])
    decision = read_decision(fields)

    def work(tx: Tx) -> None:
        found = report_as_stored(tx, report_id)
        if found is None or decision.report_id != found.id:
            raise NotFound
        decide(tx, by, found.target_id, decision, visit.settings)

    try:
        await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _report(visit, by, given=typed(fields), wrong=wrong)
    return visit.go("/manage/reports" if decision.closes else f"/manage/reports/{report_id}")


async def _report(
    visit: Visit,
    by: Moderator,
    *,
    given: dict[str, Any] | None = None,
    note: str = "",
    wrong: Refused | None = None,
) -> Response:
    report_id = read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        found = report_as_stored(db, report_id) if report_id > 0 else None
        facts = facts_of(db, found.target_id) if found else None
        if found is None:
            raise NotFound
        notes, strikes = notes_of(db, found.id), strikes_about(db, found.target_id, Paging(limit=EARLIER))
        earlier = [one for one in reports_about(db, found.target_id, Paging(limit=EARLIER + 1)) if one.id != found.id]
        appeals = appeals_of(db, [one.id for one in strikes])
        ids: list[int | None] = [found.reporter_id, found.target_id, found.taken_by, found.closed_by]
        ids += [one.by_id for one in notes] + [one.by_id for one in strikes] + [one.reporter_id for one in earlier]
        people = people_by_id(visit, db, ids)
        known, posts = rules_as_stored(db, visit.settings), evidence_shown(visit, db, found.posts)
        return {
            "report": report_shown(found, people),
            "facts": facts,
            "told_before": count_reports_by(db, found.reporter_id),
            "broken": [known[id_].text for id_ in found.rules if id_ in known],
            "posts": posts,
            "gone": len(found.posts) - len(posts),
            "notes": [{**one._asdict(), "at": when(one.id), "by": people.get(one.by_id)} for one in notes],
            "earlier": [report_shown(one, people) for one in earlier],
            "strikes": [strike_shown(one, appeals.get(one.id), people) for one in strikes],
            "also": [id_ for id_ in open_reports_about(db, found.target_id) if id_ != found.id],
            "may_act": facts is not None and may_act_on(db, by, found.target_id),
            "rules": rules(db, visit.settings),
            "given": given
            or {
                "action": "",
                "text": "",
                "rules": [str(id_) for id_ in found.rules],
                "chosen": [str(id_) for id_ in found.posts],
                "close": "all",
            },
        }

    return show_form(
        visit,
        "manage/manage_report.html",
        wrong,
        actions=ACTIONS,
        longest=LONGEST_TEXT,
        note=note,
        mine=by.account_id,
        **await visit.read(read),
    )


async def appeals(visit: Visit) -> Response:
    """Appeals that wait, or that were answered."""
    return await _appeals(visit, moderator(visit))


async def answer_appeal(visit: Visit, fields: Fields) -> Response:
    """Grant an appeal, or refuse it with words."""
    by, appeal_id, words = moderator(visit), read_id(visit.path["id"]), fields.text("words")
    act = visit.path["act"]
    if act not in ("grant", "refuse"):
        raise NotFound
    try:
        await visit.write(
            lambda tx: grant(tx, by, appeal_id, words) if act == "grant" else refuse(tx, by, appeal_id, words)
        )
    except NotFound:
        raise
    except Refused as wrong:
        return await _appeals(visit, by, {appeal_id: words}, wrong)
    return visit.go("/manage/appeals")


async def _appeals(
    visit: Visit, by: Moderator, given: dict[int, str] | None = None, wrong: Refused | None = None
) -> Response:
    chosen = visit.query.get("show", "open")
    if chosen not in ("open", "closed"):
        raise NotFound

    def read(db: Db) -> dict[str, Any]:
        found = appeals_page(db, chosen, paging(visit))
        strikes = strikes_as_stored(db, [one.strike_id for one in found])
        ids: list[int | None] = [id_ for one in found for id_ in (one.account_id, one.decided_by)]
        people = people_by_id(visit, db, [*ids, *(one.by_id for one in strikes.values())])
        return {
            "appeals": [
                appeal_shown(one, people)
                | {
                    "strike": strike_shown(strikes[one.strike_id], None, people),
                    "may_act": may_act_on(db, by, one.account_id),
                }
                for one in found
                if one.strike_id in strikes
            ],
            "waiting": count_open_appeals(db),
            "older": found[-1].id if len(found) == PAGE else 0,
        }

    return show_form(
        visit,
        "manage/manage_appeals.html",
        wrong,
        chosen=chosen,
        given=given or {},
        longest=LONGEST,
        **await visit.read(read),
    )
