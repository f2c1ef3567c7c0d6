"""Posts that wait for their time."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import QuotePolicy, Visibility
from perron.entities.shapes.common import Id, Language, Time
from perron.entities.shapes.statuses import Disclosure, MediaAttachment


class ScheduledPoll(TypedDict):
    """The poll that a status will have."""

    options: list[str]
    expires_in: Annotated[int, Meta(description="How long it will be open, in seconds.")]
    multiple: bool
    hide_totals: bool


class ScheduledParams(TypedDict):
    """What a status was planned with. `via`, `card_title`, `disclosure` and `byline` are ours."""

    text: str
    media_ids: list[Id] | None
    sensitive: bool | None
    spoiler_text: str | None
    visibility: Visibility
    language: Language | None
    scheduled_at: Annotated[None, Meta(description="Nothing: a status is planned once.")]
    poll: ScheduledPoll | None
    idempotency: str | None
    with_rate_limit: bool
    in_reply_to_id: int | None
    application_id: int | None
    quoted_status_id: Id | None
    quote_approval_policy: QuotePolicy
    via: str | None
    card_title: str | None
    disclosure: Disclosure | None
    byline: str | None


class ScheduledStatus(TypedDict):
    """A status that will be published. `error` (ours): why it could not be when its time had come; it stays then, to be
    moved or cancelled. `posts_count` (ours): how many come out together when it is the first of a thread."""

    id: Id
    scheduled_at: Time
    params: ScheduledParams
    media_attachments: list[MediaAttachment]
    error: str | None
    state: Annotated[str, Meta(description="`waiting`, `held` (back by somebody) or `failed`.")]
    posts_count: int
