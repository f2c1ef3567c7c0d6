"""What came out by a plan is remembered as such: whoever reports on it later finds it here."""

from typing import Any

from perron.store import Tx
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.figures import forget_figures, look_later


def remember_published(tx: Tx, event: dict[str, Any]) -> None:
    """After `PlanPublished`: which posts came of it, when they were meant to, and in which series."""
    for post_id in event["posts"]:
        queries.add_shown(
            tx,
            event["account_id"],
            post_id,
            event["series_id"],
            event["due"],
            event["queued"],
            event["wall"],
        )
    look_later(tx, event["account_id"], event["posts"])


def forget_published(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDeleted`: it no longer came out."""
    queries.remove_shown(tx, event["post_id"])
    forget_figures(tx, event["post_id"])


def forget_plans(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its slots, its series and what it prepared for are gone."""
    queries.forget_all(tx, event["account_id"])
