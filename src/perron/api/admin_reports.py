"""Reports in the hands of moderators."""

from collections.abc import Callable
from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.api.admin_kit import moderator
from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.entities.admin_reports import admin_report, admin_reports
from perron.entities.shapes.admin import AdminReport
from perron.entities.shapes.common import Id
from perron.kit import json
from perron.kit.errors import NotFound
from perron.moderation.attend import classify, close, give_back, take
from perron.moderation.attend import reopen as open_again
from perron.moderation.model import Moderator
from perron.moderation.queries import report_as_stored, reports_sought
from perron.store import Db, Tx

MOST = 200


class Sifted(Page, total=False):
    """Which reports."""

    resolved: Annotated[bool, Meta(description="Those that are closed; else those that are open.")]
    account_id: Annotated[Id, Meta(description="Made by this account.")]
    target_account_id: Annotated[Id, Meta(description="About this account.")]


class Classified(TypedDict, total=False):
    """What a report is about."""

    category: Literal["spam", "legal", "violation", "other"]
    rule_ids: Annotated[list[Id], Meta(description="The rules that were broken, for the category `violation`.")]


@speaks(list[AdminReport], takes=Sifted, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/reports"""
    moderator(call)
    params = call.params
    found = reports_sought(
        db,
        call.paging(100, MOST),
        state="closed" if params.flag("resolved") else "open",
        by=params.id("account_id"),
        about=params.id("target_account_id"),
    )
    made = [json.encode(one) for one in admin_reports(call.links, db, call.settings, found)]
    return Reply(join(made), headers=call.link_header([one.id for one in found]))


@speaks(AdminReport)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/reports/{id}"""
    moderator(call)
    return _report(call, db)


@speaks(AdminReport, takes=Classified)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/admin/reports/{id}"""
    params = call.params
    category = params.text("category") if params.has("category") else None
    rules = params.ids("rule_ids") if "rule_ids" in params.raw else None
    classify(tx, moderator(call), call.id, call.settings, category=category, rules=rules)
    return _report(call, tx)


@speaks(AdminReport)
def assign_to_self(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/reports/{id}/assign_to_self"""
    return _attended(call, tx, take)


@speaks(AdminReport)
def unassign(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/reports/{id}/unassign"""
    return _attended(call, tx, give_back)


@speaks(AdminReport)
def resolve(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/reports/{id}/resolve"""
    return _attended(call, tx, close)


@speaks(AdminReport)
def reopen(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/reports/{id}/reopen"""
    return _attended(call, tx, open_again)


def _attended(call: Call, tx: Tx, does: Callable[[Tx, Moderator, int], None]) -> Answer:
    does(tx, moderator(call), call.id)
    return _report(call, tx)


def _report(call: Call, db: Db) -> AdminReport:
    found = report_as_stored(db, call.id)
    if found is None:
        raise NotFound
    return admin_report(call.links, db, call.settings, found)
