"""People outside an organisation: guests, campaigns that are shown, sponsors."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Id, Time, Url
from perron.entities.shapes.teams import Submission


class OutsideLink(TypedDict):
    """A link by which somebody outside comes; its address is told once."""

    id: Id
    name: Annotated[str, Meta(description="For whom it is.")]
    expires_at: Time


class Given(TypedDict):
    """A link that was just made."""

    id: Annotated[Id, Meta(description="Of the link; of the guest, where one was asked to write.")]
    url: Annotated[str, Meta(description="Told now, and never again.")]


class Guest(TypedDict):
    """Somebody who was asked to write for a brand."""

    id: Id
    account_id: Id
    name: str
    brief: str
    named: Annotated[bool, Meta(description="What they write bears their name.")]
    posts_left: Count
    submission_ids: list[Id]
    links: list[OutsideLink]


class Campaign(TypedDict):
    """What a brand does for one occasion."""

    id: Id
    account_id: Id
    name: str
    brief: str


class CampaignWhole(Campaign):
    """With what it holds."""

    outside: Annotated[bool, Meta(description="Whoever asks reads it from outside, and may answer.")]
    submissions: list[Submission]
    status_ids: Annotated[list[Id], Meta(description="Posts, planned or published.")]
    links: list[OutsideLink]


class SponsorFigures(TypedDict):
    """What became of the posts of a sponsor."""

    posts: Count
    favourites: Count
    boosts: Count
    replies: Count
    quotes: Count


class Sponsor(TypedDict):
    """Who pays for some posts of the brands of an organisation."""

    id: Id
    name: str
    url: Url | None
    figures: SponsorFigures
    links: list[OutsideLink]


class Proposal(TypedDict):
    """Words that an organisation proposes to its people."""

    id: Id
    text: str
    url: Url | None
    until: Time | None
