"""What a profile shows of others: tags; and whom one might follow."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Id, Time, Url


class FeaturedTag(TypedDict):
    """A tag that an account shows on its profile."""

    id: Id
    name: str
    url: Annotated[Url, Meta(description="What the account has written under it.")]
    statuses_count: Annotated[str, Meta(pattern="^[0-9]+$", description="How many of its posts bear it, as text.")]
    last_status_at: Time | None


class Suggestion(TypedDict):
    """Somebody one might like to follow, and why."""

    source: Annotated[
        Literal["staff", "past_interactions", "global"], Meta(description="The first reason in its older words.")
    ]
    sources: list[
        Literal["featured", "most_followed", "most_interactions", "similar_to_recently_followed", "friends_of_friends"]
    ]
    account: Account
