"""What a server says of itself and of others."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Day, Html, Language, Time, Url


class RuleWords(TypedDict):
    """A rule in another language."""

    text: str
    hint: str


class Rule(TypedDict):
    """One rule of this server."""

    id: Annotated[str, Meta(description="A number written as text.")]
    text: str
    hint: Annotated[str, Meta(description="What explains it, where the sentence does not.")]
    translations: dict[Language, RuleWords]


class Activity(TypedDict):
    """One week of this server, each number written as text."""

    week: Annotated[str, Meta(description="Its first moment (Monday, UTC), in seconds since 1970.")]
    statuses: str
    logins: Annotated[str, Meta(description="People who were last here in this week.")]
    registrations: str


class DomainBlock(TypedDict):
    """A server that is kept at a distance."""

    domain: Annotated[str, Meta(description="Its name, of which a part may be hidden.")]
    digest: Annotated[str, Meta(description="SHA-256 of its whole name.")]
    severity: Literal["silence", "suspend"]
    comment: str | None


class DomainBlockPreview(TypedDict):
    """What would end with the block of a server."""

    following_count: Count
    followers_count: Count


class ExtendedDescription(TypedDict):
    """What this server says of itself at length."""

    updated_at: str | None
    content: Html


class PrivacyPolicy(TypedDict):
    """What is kept of people."""

    updated_at: str
    content: Html


class NamedLanguage(TypedDict):
    """A language."""

    code: Language
    name: str


class TermsOfService(TypedDict):
    """What one agrees to by using this server."""

    effective_date: Day
    effective: Annotated[bool, Meta(description="Whether they hold today.")]
    content: Html
    succeeded_by: Annotated[Day | None, Meta(description="The day from which others will hold.")]


class IdentityProof(TypedDict):
    """What older servers told of a person's accounts elsewhere; nobody gives them any more."""

    provider: str
    provider_username: str
    updated_at: Time
    proof_url: Url
    profile_url: Url
