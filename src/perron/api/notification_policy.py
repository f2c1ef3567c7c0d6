"""From whom one is told at once, who is kept apart, and who is not heard."""

from dataclasses import replace
from typing import Any, TypedDict

from perron.api.kit import Answer, Call, speaks
from perron.entities.shapes.notifications import (
    NotificationPolicy,
    NotificationPolicyV1,
    PolicyAnswer,
    PolicySummary,
)
from perron.store import Db, Tx
from perron.timelines.notice_policy import change_policy, policy_of
from perron.timelines.notice_requests import how_many_apart

MOST_COUNTED = 100
NAMES = {
    "not_following": "not_followed",
    "not_followers": "not_followers",
    "new_accounts": "new_accounts",
    "private_mentions": "private_mentions",
    "limited_accounts": "limited_accounts",
    "bots": "bots",
}
"""Kinds of people in the API's words, and in ours."""
NOT_IN_V1 = "limited_accounts"


class Answers(TypedDict, total=False):
    """What becomes of each kind; the others stay."""

    for_not_following: PolicyAnswer
    for_not_followers: PolicyAnswer
    for_new_accounts: PolicyAnswer
    for_private_mentions: PolicyAnswer
    for_limited_accounts: PolicyAnswer
    for_bots: PolicyAnswer


class Filters(TypedDict, total=False):
    """Which kinds are kept apart; the others stay as they are."""

    filter_not_following: bool
    filter_not_followers: bool
    filter_new_accounts: bool
    filter_private_mentions: bool
    filter_bots: bool


@speaks(NotificationPolicy)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v2/notifications/policy"""
    return _entity(db, call.me.id)


@speaks(NotificationPolicy, takes=Answers)
def change(call: Call, tx: Tx) -> Answer:
    """PATCH /api/v2/notifications/policy"""
    asked = {ours: call.params.text(f"for_{name}") for name, ours in NAMES.items() if call.params.has(f"for_{name}")}
    change_policy(tx, call.me.id, replace(policy_of(tx, call.me.id), **asked))
    return _entity(tx, call.me.id)


@speaks(NotificationPolicyV1)
def show_v1(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/policy: what is dropped counts as kept apart."""
    return _entity_v1(db, call.me.id)


@speaks(NotificationPolicyV1, takes=Filters)
def change_v1(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/notifications/policy: what is dropped stays so when it is to be kept apart."""
    before, asked = policy_of(tx, call.me.id), {}
    for name, ours in NAMES.items():
        apart = call.params.maybe_flag(f"filter_{name}") if name != NOT_IN_V1 else None
        if apart is not None and apart != (getattr(before, ours) != "accept"):
            asked[ours] = "filter" if apart else "accept"
    change_policy(tx, call.me.id, replace(before, **asked))
    return _entity_v1(tx, call.me.id)


def _entity(db: Db, account_id: int) -> NotificationPolicy:
    policy: Any = policy_of(db, account_id)
    return {
        "for_not_following": policy.not_followed,
        "for_not_followers": policy.not_followers,
        "for_new_accounts": policy.new_accounts,
        "for_private_mentions": policy.private_mentions,
        "for_limited_accounts": policy.limited_accounts,
        "for_bots": policy.bots,
        "summary": _summary(db, account_id),
    }


def _entity_v1(db: Db, account_id: int) -> NotificationPolicyV1:
    policy = policy_of(db, account_id)
    return {
        "filter_not_following": policy.not_followed != "accept",
        "filter_not_followers": policy.not_followers != "accept",
        "filter_new_accounts": policy.new_accounts != "accept",
        "filter_private_mentions": policy.private_mentions != "accept",
        "filter_bots": policy.bots != "accept",
        "summary": _summary(db, account_id),
    }


def _summary(db: Db, account_id: int) -> PolicySummary:
    people, told = how_many_apart(db, account_id)
    return {"pending_requests_count": min(people, MOST_COUNTED), "pending_notifications_count": told}
