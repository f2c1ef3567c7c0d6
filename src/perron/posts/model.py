"""Posts, drafts, and the facts about them."""

from dataclasses import dataclass, field

from perron.jobs import Event

VISIBILITIES = ("public", "unlisted", "followers", "mentioned")


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll that is not yet open. `lasts` is in milliseconds."""

    options: tuple[str, ...]
    lasts: int
    multiple: bool = False
    hide_totals: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Words not yet published."""

    text: str
    visibility: str = "public"
    reply_to: int | None = None
    warning: str = ""
    sensitive: bool = False
    language: str = ""
    media: tuple[int, ...] = ()
    poll: PollDraft | None = None
    app_id: int | None = None
    at: int | None = field(default=None)
    """Milliseconds since 1970, for posts that are brought in from elsewhere; now when None."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as rules need it; what is shown of it is made in `entities/`."""

    id: int
    author_id: int
    text: str
    warning: str
    language: str
    visibility: str
    sensitive: bool
    listed: bool
    here: bool
    has_media: bool
    has_poll: bool
    reply_to_id: int | None
    reply_to_account_id: int | None
    thread_id: int
    boost_of_id: int | None
    edited_at: int | None

    @property
    def open(self) -> bool:
        """Whether anybody may read it."""
        return self.visibility in ("public", "unlisted")


@dataclass(frozen=True)
class PostPublished(Event):
    post_id: int


@dataclass(frozen=True)
class PostEdited(Event):
    post_id: int


@dataclass(frozen=True)
class PostDeleted(Event):
    post_id: int
    thread_id: int
    visibility: str


@dataclass(frozen=True)
class PostBoosted(Event):
    post_id: int
    boost_id: int


@dataclass(frozen=True)
class PostUnboosted(Event):
    post_id: int
    account_id: int


@dataclass(frozen=True)
class PostFavourited(Event):
    post_id: int
    account_id: int


@dataclass(frozen=True)
class PostUnfavourited(Event):
    post_id: int
    account_id: int


@dataclass(frozen=True)
class PollClosed(Event):
    post_id: int
