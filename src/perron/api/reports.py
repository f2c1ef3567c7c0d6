"""Reports: what somebody tells the moderators."""

from typing import Annotated, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.moderation import report_entity
from perron.entities.shapes.common import Id
from perron.entities.shapes.moderation import Report
from perron.moderation.report import report
from perron.store import Tx


class Reported(TypedDict, total=False):
    """What somebody tells about an account."""

    account_id: Required[Id]
    status_ids: Annotated[list[Id], Meta(description="Posts to show them; those that are not its own are left out.")]
    comment: str
    forward: Annotated[bool, Meta(description="Nothing is sent to other servers; it changes nothing.")]
    category: Literal["spam", "legal", "violation", "other"]
    rule_ids: Annotated[list[Id], Meta(description="The rules that were broken, for the category `violation`.")]


@speaks(Report, takes=Reported)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/reports"""
    params = call.params
    call.limit("report", 30, 3600)
    rules = params.ids("rule_ids")
    made = report(
        tx,
        call.me,
        params.id("account_id") or -1,
        call.settings,
        category=params.text("category") or ("violation" if rules else "other"),
        words=params.text("comment"),
        rules=rules,
        post_ids=params.ids("status_ids"),
    )
    return report_entity(call.links, tx, made)
