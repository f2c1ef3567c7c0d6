"""For moderators: who decided what, and how other servers are met."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.moderation.audit import audit_page, people_named, verbs_used
from perron.moderation.domains import (
    LONGEST_COMMENT,
    SEVERITIES,
    Meeting,
    domain_rules_in_force,
    find_domain_rule,
    forget_domain,
    meet_domain,
)
from perron.moderation.model import Entry
from perron.store import Db
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import moderator, people_by_id, when
from perron.web.shown import Entity, paging
from perron.web.visit import Visit

LINES = 50


def _(message: str) -> str:
    """Marks a message for the catalogues; it is said in the reader's language where it is shown."""
    return message


VERBS = {
    "warn": _("warned an account"),
    "sensitive": _("marked posts as sensitive"),
    "delete_posts": _("deleted posts"),
    "veil": _("veiled all pictures of an account"),
    "limit": _("limited an account"),
    "disable": _("ended the sign-in"),
    "suspend": _("suspended an account"),
    "undo_warn": _("took a warning back"),
    "undo_sensitive": _("showed posts openly again"),
    "undo_delete_posts": _("took back the decision to delete posts"),
    "undo_veil": _("lifted the veil from an account"),
    "undo_limit": _("ended the limit"),
    "undo_disable": _("allowed the sign-in again"),
    "undo_suspend": _("ended the suspension"),
    "take_report": _("took a report"),
    "give_back_report": _("gave a report back"),
    "close_report": _("closed a report"),
    "reopen_report": _("opened a report again"),
    "classify_report": _("said what a report is about"),
    "grant_appeal": _("granted an appeal"),
    "refuse_appeal": _("refused an appeal"),
    "approve": _("let somebody in"),
    "turn_away": _("turned somebody away"),
    "meet_domain": _("made a rule for a server"),
    "change_domain": _("changed the rule for a server"),
    "forget_domain": _("dropped the rule for a server"),
    "allow_server": _("allowed a server"),
    "disallow_server": _("took a server off the list of those allowed"),
    "keep_out_email_domain": _("kept a domain of e-mail addresses out"),
    "let_email_domain_in": _("let a domain of e-mail addresses in again"),
    "keep_out_address": _("kept an e-mail address out"),
    "let_address_in": _("let an e-mail address in again"),
    "block_network": _("decided about a network"),
    "change_network": _("changed what holds for a network"),
    "unblock_network": _("ended what held for a network"),
    "approve_trend": _("let something be shown that people talk about"),
    "reject_trend": _("kept something from being shown that people talk about"),
    "change_tag": _("decided about a tag"),
    "add_rule": _("added a rule"),
    "change_rule": _("changed a rule"),
    "move_rule": _("moved a rule"),
    "drop_rule": _("dropped a rule"),
    "change_setting": _("changed a setting"),
    "forget_setting": _("reset a setting"),
    "add_announcement": _("wrote an announcement"),
    "publish_announcement": _("announced something"),
    "change_announcement": _("changed an announcement"),
    "withdraw_announcement": _("took an announcement down"),
    "remove_announcement": _("removed an announcement"),
    "add_emoji": _("added an emoji"),
    "change_emoji": _("moved an emoji to another category"),
    "show_emoji": _("offered an emoji again"),
    "hide_emoji": _("hid an emoji from the choice"),
    "remove_emoji": _("removed an emoji"),
    "end_invitation": _("ended an invitation"),
    "retry_job": _("let a job try again"),
    "retry_jobs": _("let all jobs try again"),
    "drop_job": _("dropped a job"),
    "change_role": _("gave a role"),
    "confirm_email": _("took an e-mail address for theirs"),
    "two_step_off": _("took the second step of signing in away"),
    "delete_account": _("deleted an account"),
    "reset_password": _("set another password"),
}
"""What was done, as it is told after who did it; what is not here is told by its own name."""


DETAILS = {
    "text": _("in these words"),
    "rules": _("by these rules"),
    "posts": _("about these posts"),
    "before": _("before"),
    "after": _("after"),
    "usable": _("new posts may bear it"),
    "listable": _("it is found and suggested"),
    "hint": _("explanation"),
    "hint_before": _("explanation before"),
    "place": _("new place"),
    "category": _("category"),
    "count": _("how many"),
    "severity": _("how it is met"),
    "reject_media": _("files are refused"),
    "reject_reports": _("reports are refused"),
    "public_comment": _("for everybody"),
    "private_comment": _("among moderators"),
    "obscured": _("its name is partly hidden in public"),
    "allow_with_approval": _("they wait for a moderator"),
    "comment": _("because of"),
    "because": _("because of"),
}
"""What the details of a line are called."""


async def audit(visit: Visit) -> Response:
    """Every decision, newest first: all, one person's, one kind."""
    moderator(visit)
    by, verb = read_id(visit.query.get("by", "")), visit.query.get("verb", "")

    def read(db: Db) -> dict[str, Any]:
        found = audit_page(db, paging(visit, LINES), by=by if by > 0 else None, verb=verb)
        people = people_by_id(visit, db, [*people_named(db), *(one.by_id for one in found)])
        return {
            "lines_shown": entries_shown(visit, found, people),
            "people": people,
            "verbs": sorted((VERBS.get(one, one), one) for one in verbs_used(db)),
            "older": found[-1].id if len(found) == LINES else 0,
        }

    return visit.show("manage/manage_audit.html", by=by, verb=verb, cache_control="no-store", **await visit.read(read))


def entries_shown(visit: Visit, entries: Sequence[Entry], people: Mapping[int, Entity]) -> list[dict[str, Any]]:
    """Lines of the audit as sentences, with where they lead."""
    return [
        {
            "at": when(one.id),
            "by": people.get(one.by_id or 0),
            "by_server": one.by_id is None,
            "did": visit.say(VERBS[one.verb]) if one.verb in VERBS else one.verb,
            "label": one.label,
            "path": _path(one),
            "detail": [
                (visit.say(DETAILS.get(name, name)), _said(value))
                for name, value in one.detail.items()
                if name != "strike" and value
            ],
        }
        for one in entries
    ]


def _path(entry: Entry) -> str:
    places = {"account": "accounts", "report": "reports"}
    return f"/manage/{places[entry.subject]}/{entry.subject_id}" if entry.subject in places else ""


def _said(value: object) -> str:
    if isinstance(value, list):
        return " · ".join(str(one) for one in value)
    return "✓" if value is True else str(value)


async def domains(visit: Visit) -> Response:
    """The servers for which there is a rule, and the form for one more."""
    moderator(visit)
    rule_id = read_id(visit.query.get("change", ""))
    rule = await visit.read(lambda db: find_domain_rule(db, rule_id)) if rule_id > 0 else None
    return await _domains(visit, rule._asdict() if rule else None)


async def save_domain(visit: Visit, fields: Fields) -> Response:
    """Make or change a rule; what was typed is kept when it is refused."""
    by = moderator(visit)
    meeting = _meeting(fields)
    try:
        await visit.write(lambda tx: meet_domain(tx, by, fields.text("domain"), meeting, here=visit.settings.domain))
    except Refused as wrong:
        given = {name: getattr(meeting, name) for name in Meeting.__slots__}
        return await _domains(visit, given | {"domain": fields.text("domain")}, wrong)
    return visit.go("/manage/domains")


async def drop_domain(visit: Visit, fields: Fields) -> Response:
    """Meet a server as any other again."""
    by, rule_id = moderator(visit), read_id(visit.path["id"])
    if rule_id < 0:
        raise NotFound
    await visit.write(lambda tx: forget_domain(tx, by, rule_id))
    return visit.go("/manage/domains")


async def _domains(visit: Visit, given: dict[str, Any] | None, wrong: Refused | None = None) -> Response:
    empty = {name: getattr(Meeting(), name) for name in Meeting.__slots__} | {"domain": ""}
    return show_form(
        visit,
        "manage/manage_domains.html",
        wrong,
        found=await visit.read(domain_rules_in_force),
        given=given or empty,
        changing=given is not None and wrong is None,
        severities=SEVERITIES,
        longest=LONGEST_COMMENT,
    )


def _meeting(fields: Fields) -> Meeting:
    return Meeting(
        severity=fields.text("severity"),
        reject_media="reject_media" in fields,
        reject_reports="reject_reports" in fields,
        public_comment=fields.text("public_comment"),
        private_comment=fields.text("private_comment"),
        obscured="obscured" in fields,
    )
