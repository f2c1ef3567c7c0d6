"""What a story is: a head, and items in an order; each is something said elsewhere, or words of the teller's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perron.jobs import Event
from perron.kit.errors import Refused

KINDS = ("heading", "text", "post", "link", "feed", "photo", "video", "quotation", "poll")
"""What an item can be. A `poll` is a post whose question is what matters; a `feed` is a link that came by one."""
QUOTING = ("post", "poll")
"""Kinds that show a post as it is at this moment."""
LINKING = ("link", "feed", "video")
"""Kinds that show a page elsewhere by its card."""
COMMENTS = ("open", "members", "closed")
"""Who may answer under a story: everybody, those who have an account here, nobody."""

MOST_ITEMS = 2000
MOST_STORIES = 1000
MOST_CLIPS = 1000
MOST_ACTS = 200
"""How many acts of a story can be undone, one after another."""
LONGEST_TITLE = 200
LONGEST_SUBTITLE = 500
LONGEST_HEADING = 200
LONGEST_TEXT = 20_000
LONGEST_WORDS = 500
"""A caption, a credit, a title of somebody else's page, the name of who said something."""
LONGEST_QUOTATION = 5000
STEP = 1 << 32
"""Between the ranks of two neighbours, where nothing was put between them yet."""


class Behind(Refused):
    """It was changed elsewhere meanwhile."""

    status = 409


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `body` holds words of the teller's own and what is known of something elsewhere: by `kind`, see
    `read.py`. `author_id`: whose post is quoted."""

    id: int
    story_id: int
    rank: int
    kind: str
    body: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    changed_at: int = 0
    post_id: int | None = None
    author_id: int | None = None
    card_id: int | None = None
    media_id: int | None = None

    @property
    def key(self) -> str:
        """Its anchor in every product of the story."""
        return f"i{self.id}"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the items, as somebody wishes it."""

    title: str
    subtitle: str = ""
    language: str = ""
    theme: str = ""
    accent: str = ""
    cover_id: int | None = None
    comments: str = "open"
    comments_days: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """A story without its items. `version` counts the changes of its head; each item counts its own."""

    id: int
    account_id: int
    user_id: int
    title: str
    subtitle: str
    language: str
    theme: str
    accent: str
    cover_id: int | None
    comments: str
    comments_days: int
    state: str
    items_count: int
    version: int
    published_at: int | None
    changed_at: int
    post_id: int | None = None
    """The teller's post that tells of it: what is said of the story stands under that."""

    @property
    def published(self) -> bool:
        """Whether anybody may read it."""
        return self.state == "published"

    @property
    def head(self) -> Head:
        """What stands above its items."""
        return Head(**{name: getattr(self, name) for name in Head.__slots__})


@dataclass(frozen=True, slots=True)
class Wish:
    """An item as somebody wishes it, held against the rules; what it names is not looked up yet. `gone`: the place of a
    post that was taken back, as a story that is brought along has it."""

    kind: str
    body: Mapping[str, str] = field(default_factory=dict)
    post_id: int | None = None
    media_id: int | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """Something kept for a story: a post, an address, or (with `kind`) an item as a source knows it."""

    id: int
    post_id: int | None
    url: str = ""
    title: str = ""
    kind: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
    media_id: int | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Somebody who is quoted in a story, and what they decided about it (milliseconds since 1970)."""

    account_id: int
    told_at: int | None = None
    left_at: int | None = None
    named_at: int | None = None


Act = dict[str, Any]
"""How to undo something: `do` (remove, restore, place, words, head) and what that needs."""


@dataclass(frozen=True)
class StoryPublished(Event):
    story_id: int
