"""The inbox of a brand."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Count, Id, Time
from perron.entities.shapes.statuses import Status

InboxState = Literal["open", "answered", "done"]


class InboxTicket(TypedDict):
    """What somebody said to a brand."""

    status: Status
    kind: Literal["mention", "message"]
    state: InboxState
    user_id: Annotated[Id | None, Meta(description="Who has taken it up.")]
    taken_up_by: Account | None
    answered_at: Time | None
    answered_by: Account | None
    answer_id: Id | None
    first_answer_within: Annotated[int | None, Meta(description="Seconds until the first answer.")]
    writing: Annotated[Account | None, Meta(description="Who else writes an answer at the moment.")]
    asked_at: Annotated[Time | None, Meta(description="When they were asked whether the answer helped.")]
    satisfied: Annotated[str | None, Meta(description="What they said: `yes`, `partly` or `no`.")]
    version: Annotated[int, Meta(description="Changes with who deals with it and how it stands.")]


class AskedOfYou(TypedDict):
    """What a brand asks of somebody whom it answered."""

    account: Account
    status_id: Id
    answer: Annotated[str | None, Meta(description="`yes`, `partly` or `no`; null while nothing was said.")]


class InboxWriting(TypedDict):
    """Who else writes an answer."""

    writing: Account | None


class InboxStanding(TypedDict):
    """How the inbox of a brand stands."""

    account: Account
    open: Count
    answered: Count
    n: Annotated[Count, Meta(description="First answers of the last thirty days.")]
    half_within: Annotated[
        int | None, Meta(description="Seconds within which half of them came; null where there are fewer than five.")
    ]
