"""What is planned, as our own API tells it."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Time
from perron.entities.shapes.scheduled import ScheduledParams
from perron.entities.shapes.statuses import MediaAttachment, Status

Local = Annotated[str, Meta(description="Date and time to the minute, as clocks show it: `2026-03-29T09:30`.")]


class Clock(TypedDict):
    """A time on the wall, and which moment it is by the rules of its zone."""

    local: Local
    zone: Annotated[str, Meta(description="A zone of the IANA database, such as `Europe/Paris`.")]
    fold: Annotated[int, Meta(description="0: the first time that clocks show it; 1: the second, where there are two.")]
    kind: Annotated[
        str,
        Meta(
            description="`exact`; `gap` when clocks leap over it, and the first moment after stands for it; "
            "`first` or `second` when they show it twice."
        ),
    ]
    shown: Annotated[str, Meta(description="What clocks there show at that moment.")]
    scheduled_at: Annotated[Time, Meta(description="The moment itself.")]


class PlannedPost(TypedDict):
    """One post of what is planned."""

    params: ScheduledParams
    media_attachments: list[MediaAttachment]


class Repeat(TypedDict):
    """That a post says again what its author said within thirty days, or has planned."""

    place: Annotated[int, Meta(description="Which of the posts that were sent, from 0.")]
    kind: Annotated[str, Meta(description="`link`, the same page; or `text`, the same words or nearly so.")]
    link: Annotated[str | None, Meta(description="The page, without what says where its readers come from.")]
    status_id: Id | None
    planned_id: Id | None
    at: Time
    words: Annotated[str, Meta(description="How it begins.")]


class CheckedThread(TypedDict):
    """What there is to say of posts before they are published."""

    repeats: list[Repeat]
    proposal: Annotated[Clock | None, Meta(description="To a brand that repeats itself: when to say it otherwise.")]
    lengths: Annotated[list[int], Meta(description="Characters of each post, as they are counted here.")]


class AlsoAs(TypedDict):
    """What was made at once as another account."""

    account_id: Id
    acct: str
    kind: Annotated[str, Meta(description="`plan`, `post`, or `submission`: handed in for approval there.")]
    id: Annotated[Id, Meta(description="Of what is planned, of the first status, or of the submission.")]


class PlannedThread(TypedDict):
    """A post, or several in order, planned or (`statuses`) just published."""

    id: Id
    state: Annotated[str, Meta(description="`waiting`, `held`, `failed` or `published`.")]
    held_by: Annotated[list[str], Meta(description="What holds it back: `queue`, `person` …")]
    error: Annotated[str | None, Meta(description="Why it could not be published at its time; it stays then.")]
    scheduled_at: Time | None
    at: Annotated[Clock | None, Meta(description="By which clock it was planned; null where only a moment is known.")]
    queued: Annotated[bool, Meta(description="Whether its time is a slot of the queue.")]
    series_id: Id | None
    note: Annotated[str, Meta(description="A note to oneself; it is never published.")]
    version: Annotated[int, Meta(description="It grows with each change.")]
    outlets: Annotated[list[Id], Meta(description="Where it goes besides here.")]
    also_as: Annotated[
        list[AlsoAs],
        Meta(
            description="What was made at once as other accounts, is still there, and is for whoever asks to know of."
        ),
    ]
    posts: list[PlannedPost]
    statuses: list[Status]
