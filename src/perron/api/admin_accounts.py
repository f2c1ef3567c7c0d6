"""Accounts in the hands of moderators. Who may decide about whom, and what follows, is the same as on the pages."""

from typing import Annotated, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.admin_kit import NO, moderator
from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.entities.admin_accounts import admin_accounts, admin_accounts_by_id
from perron.entities.roles import own_role
from perron.entities.shapes.admin import AdminAccount
from perron.entities.shapes.common import Empty, Id
from perron.kit import json
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.moderation.admit import approve as let_in
from perron.moderation.admit import turn_away
from perron.moderation.decide import decide, lift
from perron.moderation.look_up import STATES, Sought, facts_by_id, look_up
from perron.moderation.model import RANKS, Decision
from perron.moderation.permit import must_act_on
from perron.moderation.queries import open_reports_about, report_as_stored
from perron.moderation.remove import remove_account
from perron.moderation.rules import rules_as_stored
from perron.people.scopes import STAFF
from perron.store import Db, Tx

MOST = 200
TYPES = {"none": "warn", "sensitive": "veil", "disable": "disable", "silence": "limit", "suspend": "suspend"}
"""What apps call decisions about a whole account."""
ROLES = {own_role(role)["id"]: role for role in RANKS}


class Sifted(Page, total=False):
    """Which accounts."""

    username: Annotated[str, Meta(description="How the name begins.")]
    display_name: Annotated[str, Meta(description="A part of the name it shows.")]
    by_domain: str
    email: Annotated[str, Meta(description="The whole address with which its user signs in.")]
    ip: Annotated[str, Meta(description="Finds nobody: addresses from which people come are not kept.")]


class SiftedV1(Sifted, total=False):
    """Which accounts, one flag a condition; all that are given apply."""

    local: bool
    remote: bool
    active: bool
    pending: bool
    disabled: bool
    silenced: bool
    suspended: bool
    sensitized: bool
    staff: bool


class SiftedV2(Sifted, total=False):
    """Which accounts."""

    origin: Literal["local", "remote"]
    status: Literal["active", "pending", "disabled", "silenced", "suspended", "sensitized"]
    permissions: Literal["staff"]
    role_ids: list[Id]
    invited_by: Id


class Decided(TypedDict, total=False):
    """What is decided about an account, and why. Without `rule_ids`, the rules of the report are cited."""

    type: Required[Literal["none", "sensitive", "disable", "silence", "suspend"]]
    report_id: Id
    warning_preset_id: Annotated[str, Meta(description="There are none here; it changes nothing.")]
    text: Annotated[str, Meta(description="What the person is told; without it, the words of the rules.")]
    send_email_notification: Annotated[bool, Meta(description="The person is told in any case; it changes nothing.")]
    rule_ids: Annotated[list[Id], Meta(description="The rules that were broken.")]


@speaks(list[AdminAccount], takes=SiftedV1, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/accounts"""
    flag = call.params.flag
    roles = STAFF if flag("staff") else ()
    states = [state for state in STATES if flag(state)]
    return _page(call, db, states=states, local=flag("local"), remote=flag("remote"), roles=roles)


@speaks(list[AdminAccount], takes=SiftedV2, paged=True)
def index_v2(call: Call, db: Db) -> Answer:
    """GET /api/v2/admin/accounts"""
    params = call.params
    origin, status = params.text("origin"), params.text("status")
    if origin not in ("", "local", "remote"):
        raise Invalid("origin must be local or remote.")
    if status and status not in STATES:
        raise Invalid(f"status must be one of these: {', '.join(STATES)}.")
    if params.text("permissions") not in ("", "staff"):
        raise Invalid("permissions must be staff, or left out.")
    wanted = [ROLES.get(one, one) for one in params.texts("role_ids")]
    roles = [*STAFF] if params.text("permissions") else wanted
    return _page(
        call,
        db,
        states=[status] if status else [],
        local=origin == "local",
        remote=origin == "remote",
        roles=roles,
        invited_by=params.id("invited_by") or 0,
    )


@speaks(AdminAccount)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/accounts/{id}"""
    moderator(call)
    return _account(call, db)


@speaks(AdminAccount)
def approve(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/approve"""
    _must_wait(call, tx)
    let_in(tx, moderator(call), call.id)
    return _account(call, tx)


@speaks(AdminAccount)
def reject(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/reject: answers what is deleted, as it was."""
    _must_wait(call, tx)
    before = _account(call, tx)
    turn_away(tx, moderator(call), call.id)
    return before


@speaks(AdminAccount)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/admin/accounts/{id}: answers what is deleted, as it was."""
    before = _account(call, tx)
    remove_account(tx, moderator(call), call.id)
    return before


@speaks(Empty, takes=Decided)
def act(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/action"""
    by, params, account_id = moderator(call), call.params, call.id
    kind, report_id = params.text("type"), params.id("report_id")
    if kind not in TYPES:
        raise Invalid(f"Validation failed: Type must be one of these: {', '.join(TYPES)}")
    report = report_as_stored(tx, report_id) if report_id is not None else None
    if report_id is not None and (report is None or report.target_id != account_id):
        raise NotFound

    cited = params.ids("rule_ids") or (report.rules if report else [])
    known = rules_as_stored(tx, call.settings)
    text = params.text("text").strip() or "\n".join(known[one].text for one in cited if one in known)
    closes = open_reports_about(tx, account_id) if kind != "none" else [report_id] if report_id else []
    posts = tuple(report.posts) if report else ()
    decision = Decision(TYPES[kind], text, tuple(cited), posts, report_id, tuple(closes))
    decide(tx, by, account_id, decision, call.settings, must_cite=False)
    return {}


@speaks(AdminAccount)
def enable(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/enable"""
    return _lifted(call, tx, "disable", "disabled")


@speaks(AdminAccount)
def unsilence(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/unsilence"""
    return _lifted(call, tx, "limit", "silenced")


@speaks(AdminAccount)
def unsuspend(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/unsuspend"""
    return _lifted(call, tx, "suspend", "suspended", must_hold=True)


@speaks(AdminAccount)
def unsensitive(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/accounts/{id}/unsensitive"""
    return _lifted(call, tx, "veil", "sensitized")


def _page(
    call: Call,
    db: Db,
    *,
    states: list[str],
    local: bool,
    remote: bool,
    roles: tuple[str, ...] | list[str],
    invited_by: int = 0,
) -> Answer:
    moderator(call)
    params = call.params
    sought = Sought(
        states=states,
        local=local,
        remote=remote,
        username=params.text("username").strip(),
        display_name=params.text("display_name").strip(),
        domain=params.text("by_domain").strip(),
        email=params.text("email").strip(),
        roles=roles,
        invited_by=invited_by,
    )
    found = [] if params.text("ip").strip() else look_up(db, sought, call.paging(100, MOST))
    made = [json.encode(one) for one in admin_accounts(call.links, db, found)]
    return Reply(join(made), headers=call.link_header([one["id"] for one in found]))


def _account(call: Call, db: Db) -> AdminAccount:
    if isinstance(db, Tx):
        db.settle()
    found = admin_accounts_by_id(call.links, db, [call.id])
    if call.id not in found:
        raise NotFound
    return found[call.id]


def _must_wait(call: Call, db: Db) -> None:
    """Refuse to admit, or to turn away, somebody whose sign-up does not wait."""
    must_act_on(db, moderator(call), call.id)
    facts = facts_by_id(db, [call.id]).get(call.id)
    if facts is None or facts["user_state"] != "pending":
        raise NotAllowed(NO)


def _lifted(call: Call, tx: Tx, measure: str, holds: str, *, must_hold: bool = False) -> Answer:
    """End a measure; where it does not hold there is nothing to end."""
    by = moderator(call)
    must_act_on(tx, by, call.id)
    if _account(call, tx)[holds]:  # type: ignore[literal-required]
        lift(tx, by, call.id, measure)
    elif must_hold:
        raise NotAllowed(NO)
    return _account(call, tx)
