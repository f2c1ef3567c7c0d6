"""Posts, and what they carry."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account, CustomEmoji, QuotePolicy, Visibility
from perron.entities.shapes.collections import Collection
from perron.entities.shapes.common import Count, Html, Id, Language, Time, Url


class Mention(TypedDict):
    """Somebody whom a post names."""

    id: Id
    username: str
    url: Url
    acct: str


class StatusTag(TypedDict):
    """A tag that a post bears."""

    name: str
    url: Url


class Application(TypedDict):
    """The program a post was written with."""

    name: str
    website: Url | None


class MediaAttachment(TypedDict):
    """A picture, clip or sound."""

    id: Id
    type: Literal["unknown", "image", "gifv", "video", "audio"]
    url: Annotated[Url | None, Meta(description="Null while the file is being prepared.")]
    preview_url: Url | None
    remote_url: Url | None
    preview_remote_url: Url | None
    text_url: Url | None
    meta: Annotated[
        dict[str, Any], Meta(description="Sizes (`original`, `small`), length, and `focus` (x, y in -1…1).")
    ]
    description: str | None
    blurhash: str | None


class PollOption(TypedDict):
    """One answer; its count is null while totals are hidden."""

    title: str
    votes_count: Count | None


class Poll(TypedDict):
    """A question with answers to choose from."""

    id: Id
    expires_at: Time | None
    expired: bool
    multiple: bool
    votes_count: Count
    voters_count: Count | None
    options: list[PollOption]
    emojis: list[CustomEmoji]
    voted: NotRequired[bool]
    own_votes: NotRequired[list[int]]


class CardAuthor(TypedDict):
    """Who wrote a page, and their account when they have claimed it."""

    name: str
    url: str
    account: Account | None


class PreviewCard(TypedDict):
    """A page that a post links to. `perron_original_title`: what the page itself is called, where the author of the
    post gave it another title."""

    url: Url
    title: str
    description: str
    language: Language | None
    type: Literal["link", "photo", "video", "rich"]
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: Count
    height: Count
    image: Url | None
    image_description: str
    embed_url: str
    blurhash: str | None
    published_at: Time | None
    authors: list[CardAuthor]
    perron_original_title: NotRequired[str]


class QuoteApproval(TypedDict):
    """Who may quote a post."""

    automatic: list[str]
    manual: list[str]
    current_user: Literal["automatic", "manual", "denied", "unknown"]


class FilterKeyword(TypedDict):
    """A word that a filter looks for."""

    id: Id
    keyword: str
    whole_word: bool


class FilterStatus(TypedDict):
    """A post that a filter names."""

    id: Id
    status_id: Id


FilterContext = Literal["home", "notifications", "public", "thread", "account"]


class Filter(TypedDict):
    """What somebody does not want to read, and where. Its words and posts are left out where only its name matters."""

    id: Id
    title: str
    context: list[FilterContext]
    expires_at: Time | None
    filter_action: Literal["warn", "hide", "blur"]
    keywords: NotRequired[list[FilterKeyword]]
    statuses: NotRequired[list[FilterStatus]]


class FilterResult(TypedDict):
    """Why a post is veiled."""

    filter: Filter
    keyword_matches: list[str] | None
    status_matches: list[Id] | None


QuoteState = Literal[
    "pending",
    "accepted",
    "rejected",
    "revoked",
    "deleted",
    "unauthorized",
    "blocked_account",
    "blocked_domain",
    "muted_account",
]


class Quote(TypedDict):
    """A post inside a post, or why it is not shown. Within a quoted post only its id is told."""

    state: QuoteState
    quoted_status: NotRequired["Status | None"]
    quoted_status_id: NotRequired[Id | None]


class Disclosure(TypedDict):
    """What binds an author to whom they speak of."""

    tie: Literal["sponsor", "employer"]
    name: str
    url: Url | None


class Status(TypedDict):
    """A post. `via` (ours): whom its author thanks for the find; `disclosure` (ours): what binds them to whom they
    speak of, and `byline` (ours): the guest who wrote it; both stand in `content` too. What belongs to a viewer
    (`favourited` …) is there only when somebody asks."""

    id: Id
    uri: Url
    url: Url | None
    created_at: Time
    edited_at: Time | None
    account: Account
    content: Html
    visibility: Visibility
    sensitive: bool
    spoiler_text: str
    media_attachments: list[MediaAttachment]
    application: NotRequired[Application | None]
    mentions: list[Mention]
    tags: list[StatusTag]
    tagged_collections: Annotated[list[Collection], Meta(description="None: a post that links to one bears a card.")]
    emojis: list[CustomEmoji]
    reblogs_count: Count
    favourites_count: Count
    replies_count: Count
    quotes_count: Count
    in_reply_to_id: Id | None
    in_reply_to_account_id: Id | None
    reblog: "Status | None"
    poll: Poll | None
    card: PreviewCard | None
    quote: Quote | None
    quote_approval: QuoteApproval
    language: Language | None
    via: Mention | None
    disclosure: Disclosure | None
    byline: str | None
    text: NotRequired[str]
    favourited: NotRequired[bool]
    reblogged: NotRequired[bool]
    muted: NotRequired[bool]
    bookmarked: NotRequired[bool]
    pinned: NotRequired[bool]
    filtered: NotRequired[list[FilterResult]]


class Context(TypedDict):
    """What is above and below a post in its conversation."""

    ancestors: list[Status]
    descendants: list[Status]


class StatusSource(TypedDict):
    """A post as it was written."""

    id: Id
    text: str
    spoiler_text: str


class PollEditOption(TypedDict):
    """An answer as it was."""

    title: str


class PollEdit(TypedDict):
    """A poll as it was."""

    options: list[PollEditOption]


class StatusEdit(TypedDict):
    """A post as it was before a change."""

    content: Html
    spoiler_text: str
    sensitive: bool
    created_at: Time
    account: Account
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    poll: PollEdit | None


class PollWish(TypedDict, total=False):
    """A poll to come."""

    options: list[str]
    expires_in: Annotated[int, Meta(description="How long it lasts, in seconds.")]
    multiple: bool
    hide_totals: bool


class StatusWords(TypedDict, total=False):
    """What a post says."""

    status: str
    spoiler_text: str
    sensitive: bool
    language: Language
    media_ids: list[Id]
    poll: PollWish
    quote_approval_policy: QuotePolicy
