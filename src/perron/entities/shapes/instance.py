"""The server itself."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.about import Rule
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Count, Html, Language, Url

Access = Annotated[
    Literal["public", "authenticated", "disabled"],
    Meta(description="Who reads it: everybody, those who are signed in, or nobody."),
]
Bytes = Annotated[int, Meta(ge=0, description="In bytes.")]
Seconds = Annotated[int, Meta(ge=0, description="In seconds.")]
Pixels = Annotated[int, Meta(ge=0, description="Width times height.")]


class UsersUsage(TypedDict):
    """How many people use this server."""

    active_month: Count


class Usage(TypedDict):
    """How this server is used."""

    users: UsersUsage


class Thumbnail(TypedDict):
    """A picture that stands for this server; what is optional is told of one that was chosen for it."""

    url: Url
    description: NotRequired[str]
    blurhash: NotRequired[str | None]
    versions: NotRequired[dict[str, Url]]


class Icon(TypedDict):
    """The mark of this server in one size."""

    src: Url
    size: Annotated[str, Meta(pattern=r"^\d+x\d+$")]


class AccountLimits(TypedDict):
    """What a profile holds."""

    max_display_name_length: Count
    max_note_length: Count
    max_avatar_description_length: Count
    max_header_description_length: Count
    max_featured_tags: Count
    max_pinned_statuses: Count
    max_profile_fields: Count
    profile_field_name_limit: Count
    profile_field_value_limit: Count


class StatusLimits(TypedDict):
    """What a post holds."""

    max_characters: Count
    max_media_attachments: Count
    characters_reserved_per_url: Count
    supported_mime_types: list[str]


class MediaLimits(TypedDict):
    """Which files are taken, and how large they may be."""

    supported_mime_types: list[str]
    description_limit: Count
    image_size_limit: Bytes
    image_matrix_limit: Pixels
    video_size_limit: Bytes
    video_frame_rate_limit: Count
    video_matrix_limit: Pixels


class PollLimits(TypedDict):
    """What a poll holds."""

    max_options: Count
    max_characters_per_option: Count
    min_expiration: Seconds
    max_expiration: Seconds


class Limits(TypedDict):
    """What this server allows."""

    accounts: AccountLimits
    statuses: StatusLimits
    media_attachments: MediaLimits
    polls: PollLimits


class Urls(TypedDict):
    """Where things are."""

    streaming: Annotated[str, Meta(description="Where streams are: `wss://…`")]
    status: Url | None
    about: Url
    privacy_policy: Url | None
    terms_of_service: Url | None


class Vapid(TypedDict):
    """The key by which this server signs what it pushes."""

    public_key: str


class Translating(TypedDict):
    """Whether posts can be translated."""

    enabled: bool


class FeedAccess(TypedDict):
    """Who reads a timeline: its posts of here, and of elsewhere."""

    local: Access
    remote: Access


class TimelinesAccess(TypedDict):
    """Who reads the timelines that are not one's own."""

    live_feeds: FeedAccess
    hashtag_feeds: FeedAccess
    trending_link_feeds: FeedAccess


class Configuration(Limits):
    """What this server allows, and where things are."""

    urls: Urls
    vapid: Vapid
    translation: Translating
    timelines_access: TimelinesAccess
    limited_federation: Annotated[bool, Meta(description="Whether it speaks only with servers that were allowed.")]


class Registrations(TypedDict):
    """Whether and how one joins."""

    enabled: bool
    approval_required: bool
    reason_required: bool | None
    message: Html | None
    min_age: int | None
    url: Url | None


class ApiVersions(TypedDict):
    """The level of the API that is whole here."""

    mastodon: int


class Contact(TypedDict):
    """Who runs this server."""

    email: str
    account: Account | None


class Instance(TypedDict):
    """This server."""

    domain: str
    title: str
    version: Annotated[str, Meta(description="The version whose apps find everything, then what this server is.")]
    source_url: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    icon: list[Icon]
    languages: list[Language]
    configuration: Configuration
    registrations: Registrations
    api_versions: ApiVersions
    wrapstodon: int | None
    contact: Contact
    rules: list[Rule]


class V1Urls(TypedDict):
    """Where streams are."""

    streaming_api: str


class Stats(TypedDict):
    """How much there is here."""

    user_count: Count
    status_count: Count
    domain_count: Count


class V1Instance(TypedDict):
    """This server, as older apps read it."""

    uri: str
    title: str
    short_description: str
    description: Html
    email: str
    version: str
    urls: V1Urls
    stats: Stats
    thumbnail: Url | None
    languages: list[Language]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: Limits
    contact_account: Account | None
    rules: list[Rule]
