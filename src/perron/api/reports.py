"""Reports: what somebody tells the moderators."""

from perron.api.kit import Answer, Call
from perron.entities.moderation import report_entity
from perron.moderation.report import report
from perron.store import Tx


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
