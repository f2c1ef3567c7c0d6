"""Accounts, and what is between two of them."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Day, Html, Id, Language, Time, Url

Visibility = Literal["public", "unlisted", "private", "direct"]
QuotePolicy = Literal["public", "followers", "nobody"]


class CustomEmoji(TypedDict):
    """A small picture of this server, written `:shortcode:`."""

    shortcode: str
    url: Url
    static_url: Url
    visible_in_picker: bool
    category: str | None


class Field(TypedDict):
    """A line of a profile; its link is proved when the page links back (`rel="me"`)."""

    name: str
    value: Html
    verified_at: Time | None


class Role(TypedDict):
    """What somebody does here."""

    id: Id
    name: str
    color: str
    highlighted: NotRequired[bool]
    permissions: NotRequired[str]
    collection_limit: NotRequired[int]


Featuring = Literal["public", "followers", "following", "unsupported_policy"]


class FeatureApproval(TypedDict):
    """Who may recommend an account in a collection. `current_user` says whether the one who asks may, where that is
    the same for all or one account was asked for."""

    automatic: list[Featuring]
    manual: list[Featuring]
    current_user: Literal["automatic", "manual", "denied", "unknown", "missing"]


class Account(TypedDict):
    """Somebody's public profile."""

    id: Id
    username: str
    acct: Annotated[str, Meta(description="The name, with its server when that is another one.")]
    url: Url
    uri: Url
    display_name: str
    note: Html
    avatar: Url
    avatar_static: Url
    avatar_description: str
    header: Url
    header_static: Url
    header_description: str
    locked: bool
    fields: list[Field]
    emojis: list[CustomEmoji]
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool | None
    hide_collections: bool | None
    show_media: Annotated[bool, Meta(description="Whether the profile has a page of pictures.")]
    show_media_replies: Annotated[bool, Meta(description="Whether pictures in answers stand on it.")]
    show_featured: Annotated[bool, Meta(description="Whether the profile has a page of what its owner recommends.")]
    created_at: Time
    last_status_at: Day | None
    statuses_count: Count
    followers_count: Count
    following_count: Count
    roles: list[Role]
    feature_approval: FeatureApproval
    moved: NotRequired["Account | None"]
    suspended: NotRequired[bool]
    limited: NotRequired[bool]
    memorial: NotRequired[bool]


class Source(TypedDict):
    """One's own profile as one wrote it, and how one posts unless said otherwise."""

    note: str
    fields: list[Field]
    privacy: Visibility
    sensitive: bool
    language: Language | None
    follow_requests_count: Count
    discoverable: bool | None
    indexable: bool
    hide_collections: bool | None
    attribution_domains: list[str]
    quote_policy: QuotePolicy


class CredentialAccount(Account):
    """One's own account."""

    source: Source
    role: Role


class MutedAccount(Account):
    """Somebody whom one mutes."""

    mute_expires_at: Annotated[Time | None, Meta(description="Null: until one says otherwise.")]


class Relationship(TypedDict):
    """What is between the one who asks and an account."""

    id: Id
    following: bool
    showing_reblogs: bool
    notifying: bool
    languages: list[Language] | None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: Time | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str


class FamiliarFollowers(TypedDict):
    """Those one follows who follow an account."""

    id: Id
    accounts: list[Account]
