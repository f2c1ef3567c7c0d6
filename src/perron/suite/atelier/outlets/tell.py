"""What becomes of plans and approvals, told to the webhooks that wish to hear of it: ids and states, never words."""

from typing import Any

from sqlalchemy import bindparam, select

from perron.kit import json
from perron.kit.time import iso
from perron.store import Prepared, Tx
from perron.store.tables import scheduled_posts, submissions
from perron.suite.atelier.outlets.deliver import owe_telling

_PLANNED = Prepared(
    select(scheduled_posts.c.due, scheduled_posts.c.error).where(scheduled_posts.c.id == bindparam("wanted"))
)
_HANDED_IN = Prepared(
    select(
        submissions.c.account_id, submissions.c.state, submissions.c.due, submissions.c.posts, submissions.c.error
    ).where(submissions.c.id == bindparam("wanted"))
)
_CALLED = {"asked_for_changes": "refused", "released": "published", "not_published": "failed"}
"""What a line of the history of a submission is called outside, where that is another word."""


def tell_plan(tx: Tx, event: dict[str, Any]) -> None:
    """After `PlanChanged`."""
    due, error = tx.one(_PLANNED, wanted=event["scheduled_id"]) or (None, "")
    told = {
        "id": str(event["scheduled_id"]),
        "account_id": str(event["account_id"]),
        "scheduled_at": iso(due) if due is not None else None,
        "error": error or None,
    }
    owe_telling(tx, event["account_id"], f"plan.{event['verb']}", told)


def tell_plan_published(tx: Tx, event: dict[str, Any]) -> None:
    """After `PlanPublished`."""
    told = {
        "id": str(event["scheduled_id"]),
        "account_id": str(event["account_id"]),
        "scheduled_at": iso(event["due"]),
        "status_ids": [str(one) for one in event["posts"]],
    }
    owe_telling(tx, event["account_id"], "plan.published", told)


def tell_submission(tx: Tx, event: dict[str, Any]) -> None:
    """After `SubmissionChanged`."""
    row = tx.one(_HANDED_IN, wanted=event["submission_id"])
    if row is None:
        return
    account_id, state, due, posts, error = row
    told = {
        "id": str(event["submission_id"]),
        "account_id": str(account_id),
        "state": state,
        "scheduled_at": iso(due) if due is not None else None,
        "status_ids": json.decode(posts),
        "error": error or None,
    }
    owe_telling(tx, account_id, f"submission.{_CALLED.get(event['verb'], event['verb'])}", told)
