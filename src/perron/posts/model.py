"""Posts, drafts, and the facts about them."""

from dataclasses import dataclass, field

from perron.jobs import Event

VISIBILITIES = ("public", "unlisted", "followers", "mentioned")
QUOTE_POLICIES = ("public", "followers", "nobody")
"""Who may quote a post: whoever can read it, those who follow its author, only the author."""


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
    quote_of: int | None = None
    """The post that this one carries inside."""
    quote_policy: str = ""
    """Who may quote it, one of `QUOTE_POLICIES`; as the author decided for all posts when empty."""
    via: str = ""
    """The handle, with or without @, of whom the author thanks for the find."""
    card_title: str = ""
    """The author's own title for the page that the first link leads to."""
    tie: str = ""
    """What binds its author to whom it speaks of, and is shown: one of `ties.TIES`, with a name and an address."""
    tied_to: str = ""
    tied_url: str = ""
    byline: str = ""
    """The guest who wrote it, where they are named."""
    undoable: bool = False
    """It can be taken back for half a minute: until then no device is told of it, and no other server."""
    outlets: tuple[int, ...] = ()
    """Where it goes besides here, once it is published; of a thread, the first post says so for all of it."""
    writer_id: int | None = None
    """The user who writes it, where several people speak for the account; it is written down, and shown to nobody
    outside."""


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
    quote_of_id: int | None = None
    quote_state: str = ""
    quote_policy: str = "public"
    via_id: int | None = None
    card_id: int | None = None
    card_title: str = ""
    tie: str = ""
    tied_to: str = ""
    tied_url: str = ""
    byline: str = ""

    @property
    def open(self) -> bool:
        """Whether anybody may read it."""
        return self.visibility in ("public", "unlisted")


@dataclass(frozen=True)
class PostPublished(Event):
    """A post is before its audience; the rest says what is in it, so that nobody looks for what is not."""

    post_id: int
    undoable: bool = False
    names: bool = True
    answers: bool = True
    quotes: bool = True
    shows: bool = True
    confides: bool = True


def published(post: Post, *, undoable: bool, names: bool) -> PostPublished:
    """What is to be said of a post that was published; `names`: whether it mentions anybody."""
    return PostPublished(
        post.id,
        undoable,
        names=names,
        answers=post.reply_to_id is not None,
        quotes=post.quote_of_id is not None,
        shows=bool(post.has_media),
        confides=post.visibility == "mentioned",
    )


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


@dataclass(frozen=True)
class PostDue(Event):
    """The moment has come for which a post was planned."""

    scheduled_id: int


@dataclass(frozen=True)
class PlanPublished(Event):
    """What waited has come out: which posts, in order; `due`, when they were meant to, and `wall`, the time on the wall
    with its zone, where they were planned by one."""

    account_id: int
    posts: tuple[int, ...]
    due: int
    wall: str = ""
    queued: bool = False
    series_id: int | None = None
    scheduled_id: int = 0


@dataclass(frozen=True)
class PlanChanged(Event):
    """Something that waits has become otherwise: *created*, *changed*, *held*, *resumed*, *cancelled* or *failed*."""

    account_id: int
    scheduled_id: int
    verb: str


@dataclass(frozen=True)
class SentElsewhere(Event):
    """What was published is to go to outlets as well: which posts, in order, and where."""

    account_id: int
    posts: tuple[int, ...]
    outlets: tuple[int, ...]
    undoable: bool = False


@dataclass(frozen=True)
class CardWanted(Event):
    card_id: int
