"""Reports and decisions, as those who made them or whom they concern read them."""

from typing import Literal, NotRequired, TypedDict

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Id, Time

Category = Literal["spam", "legal", "violation", "other"]
Action = Literal["none", "disable", "mark_statuses_as_sensitive", "delete_statuses", "sensitive", "silence", "suspend"]


class Report(TypedDict):
    """What somebody told the moderators about an account."""

    id: Id
    action_taken: bool
    action_taken_at: Time | None
    category: Category
    comment: str
    forwarded: bool
    created_at: Time
    status_ids: list[Id] | None
    rule_ids: list[Id] | None
    collection_ids: NotRequired[list[Id] | None]
    target_account: Account | None


class Appeal(TypedDict):
    """What somebody answered to a decision about them."""

    text: str
    state: Literal["approved", "rejected", "pending"]


class AccountWarning(TypedDict):
    """A decision of moderators, as the person whom it concerns reads it."""

    id: Id
    action: Action
    text: str
    status_ids: list[Id] | None
    target_account: Account | None
    appeal: Appeal | None
    created_at: Time
