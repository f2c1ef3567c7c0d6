"""What those who run the server announce, and how people react."""

from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import CustomEmoji
from perron.entities.shapes.common import Count, Html, Id, Time, Url
from perron.entities.shapes.statuses import Mention, Status, StatusTag


class Reaction(TypedDict):
    """An emoji that people have put to an announcement; `url` and `static_url` when it is one of this server."""

    name: Annotated[str, Meta(description="An emoji, or the name of one of this server.")]
    count: Count
    me: NotRequired[Annotated[bool, Meta(description="Whether you did so; not told in streams.")]]
    url: NotRequired[Url]
    static_url: NotRequired[Url]


class Announcement(TypedDict):
    """Something that is announced to everybody here."""

    id: Id
    content: Html
    starts_at: Time | None
    ends_at: Time | None
    all_day: Annotated[bool, Meta(description="Whether start and end are days rather than moments.")]
    published_at: Time | None
    updated_at: Time | None
    read: NotRequired[Annotated[bool, Meta(description="Whether you have read it; not told in streams.")]]
    mentions: list[Mention]
    statuses: list[Status]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reactions: list[Reaction]


class ReactionCount(TypedDict):
    """What streams tell when somebody has reacted, or taken it back."""

    name: str
    count: Count
    announcement_id: Id
