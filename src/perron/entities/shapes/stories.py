"""Stories: what somebody tells with what others said."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Count, Id, Time, Url
from perron.entities.shapes.statuses import Status

ItemType = Literal["heading", "text", "post", "link", "feed", "photo", "video", "quotation", "poll"]
Comments = Literal["open", "members", "closed"]


class NamedStory(TypedDict):
    """A story by its name."""

    id: Id
    title: str
    url: Url


class StoryItem(TypedDict):
    """One item of a story: words of the teller's own, or what somebody said or shows elsewhere."""

    id: Id
    type: ItemType
    version: Annotated[int, Meta(description="Grows with every change; say it back to change or remove this item.")]
    gone: Annotated[bool, Meta(description="Whether its place says only that it was taken back.")]
    text: NotRequired[str]
    url: NotRequired[str]
    title: NotRequired[str]
    feed: NotRequired[str]
    published: NotRequired[str]
    caption: NotRequired[str]
    credit: NotRequired[str]
    who: NotRequired[str]
    html: NotRequired[Annotated[str, Meta(description="Of words that were brought along: as they were set.")]]
    extract: NotRequired[Annotated[str, Meta(description="Of a page that was brought along: what it said then.")]]
    site: NotRequired[Annotated[str, Meta(description="Of a page that was brought along: whose it was then.")]]
    post_id: NotRequired[Id]
    media_id: NotRequired[Id]


class Story(TypedDict):
    """What somebody tells with what others said, in an order."""

    id: Id
    title: str
    subtitle: str
    language: Annotated[str, Meta(description="Empty: the language of its teller.")]
    theme: str
    accent: Annotated[str, Meta(description="A colour, as `#1f6f5c`; empty: the theme’s own.")]
    cover: Url | None
    comments: Annotated[Comments, Meta(description="Who may comment on it: answer to the status that tells of it.")]
    comments_days: Annotated[int, Meta(description="Days after which comments close; 0: never.")]
    comments_now: Annotated[Comments, Meta(description="Who may comment at this moment.")]
    comments_until: Annotated[Time | None, Meta(description="When comments close, or closed after so many days.")]
    comments_count: Count
    status_id: Annotated[Id | None, Meta(description="The status that tells of it, under which comments stand.")]
    state: Literal["draft", "published"]
    url: Annotated[Url, Meta(description="Where it is read once it is published, for good.")]
    account: Account
    items_count: Count
    version: Annotated[int, Meta(description="Grows with every change of what stands above the items.")]
    created_at: Time
    changed_at: Time
    published_at: Time | None


class WholeStory(Story):
    """A story with its items, in its order."""

    items: list[StoryItem]


class StoryPerson(TypedDict):
    """Somebody who is quoted in a story, and what they allow and decided."""

    account: Account
    allows: Annotated[
        Literal["public", "followers", "nobody"],
        Meta(description="The strictest word on being quoted of what the story shows of them."),
    ]
    told_at: Time | None
    left: Annotated[bool, Meta(description="Whether they took themselves out.")]
    named_at: Time | None


class StorySeat(TypedDict):
    """Somebody who is at the desk of a story."""

    account: Annotated[Account, Meta(description="The account under which they are known.")]
    item_id: Annotated[Id | None, Meta(description="What they write in.")]
    until: Annotated[Time, Meta(description="When they are gone, unless they say again that they are there.")]


class StoryWork(TypedDict):
    """A file that is made of stories, or one that is read into them, and how far that is."""

    id: Id
    kind: Annotated[
        Literal["export", "exports", "import"],
        Meta(description="A file of one story, one of all of them, or a file that was brought."),
    ]
    form: Annotated[str, Meta(description="Of a file that is made: `pdf`, `epub`, `zip`…")]
    name: Annotated[str, Meta(description="Of a file that was brought: what it was called.")]
    state: Literal["waiting", "working", "ready", "failed"]
    progress: Annotated[float, Meta(ge=0, le=1)]
    why: Annotated[str, Meta(description="Why it could not be done.")]
    left_out: Annotated[int, Meta(ge=0, description="Items that held nothing to show.")]
    story_id: Annotated[Id | None, Meta(description="What it is made of, or what became of it.")]
    pictures: Annotated[Count, Meta(description="Of an import: pictures of other servers that were taken in.")]
    missing: Annotated[list[Url], Meta(description="Of an import: pictures that were not, and are linked to.")]
    url: Annotated[Url | None, Meta(description="Where the file is, when it is ready.")]
    bytes: Count
    created_at: Time
    expires_at: Annotated[Time, Meta(description="When it is removed.")]


class StoryMention(TypedDict):
    """A public mention as it could be sent, one text for each post."""

    texts: list[str]


class Likely(TypedDict):
    """A part of a whole as counted (0 to 1), and between what it is likely to be."""

    value: float
    least: float
    most: float


class Around(TypedDict):
    """How often something happened in so many days before a story came out and after it."""

    days: Annotated[int, Meta(description="0: not a whole day is over yet.")]
    before: Count
    after: Count
    likely: Annotated[
        Literal["more", "less", "same"] | None,
        Meta(description="Whether chance alone explains it (`same`); null: too seldom to say anything."),
    ]


class StoryDay(TypedDict):
    """A day of UTC."""

    day: Time
    views: Count
    readers: Count


class StoryStep(TypedDict):
    """How far people read: one item."""

    id: Id
    type: ItemType
    reached: Annotated[Count, Meta(description="Readers who came to it, of those of whom it is known.")]
    share: Annotated[Likely | None, Meta(description="Null: not enough data.")]
    stopped: Annotated[Count, Meta(description="Readers who went no further.")]
    clicks: Annotated[Count, Meta(description="Readers who left by it for where it comes from.")]


class StoryFigures(TypedDict):
    """How a story is read. No reader is known from one day to the next."""

    views: Count
    readers_least: Annotated[Count, Meta(description="At least so many people: the most of one day.")]
    readers_most: Annotated[Count, Meta(description="At most so many: those of each day, added up.")]
    quiet: Annotated[Count, Meta(description="Views of people who ask not to be followed; no readers among those.")]
    frames: Annotated[Count, Meta(description="Shown within other pages; not among the views.")]
    machines: Annotated[Count, Meta(description="Fetched by robots and for previews; not among the views.")]
    told: Annotated[Count, Meta(description="Readers of whom it is known how far they came.")]
    finished: Annotated[Likely | None, Meta(description="Who came to the last item; null: not enough data.")]
    clicks: Count
    shares: Annotated[Count, Meta(description="Boosts and quotes of the status that tells of it.")]
    comments: Count
    follows: Annotated[Count, Meta(description="Accounts that began to follow its teller from it.")]
    followers: Annotated[Around, Meta(description="New followers of its teller who are still there.")]
    days: Annotated[list[StoryDay], Meta(description="The last thirty.")]
    items: list[StoryStep]


class StorySide(TypedDict):
    """One of two titles or covers, and what readers did who were shown it. Nobody is known from one day to the next."""

    title: str
    cover: Annotated[Url | None, Meta(description="Null: none, or not ready.")]
    shown: Annotated[int, Meta(ge=0, description="Seconds, without the first two minutes of each turn.")]
    readers: Annotated[Count, Meta(description="Readers who opened the story in its turns.")]
    told: Annotated[Count, Meta(description="Of them, those of whom it is known how far they came.")]
    finished: Annotated[Likely | None, Meta(description="Who came to the last item; null: not enough data.")]


Verdict = Annotated[
    Literal["first", "other", "same"] | None,
    Meta(description="Which is ahead of what chance alone explains (`same`: neither); null: not enough data yet."),
]


class StoryRival(TypedDict):
    """A second title or cover of a story, which takes turns with the first: half an hour each, in an order that is
    drawn for each hour, the same for all who look at one moment."""

    now: Annotated[Literal["first", "other"], Meta(description="Whose turn it is.")]
    began_at: Time
    ended_at: Annotated[Time | None, Meta(description="Null while they take turns.")]
    kept: Annotated[Literal["first", "other"] | None, Meta(description="Which of them its teller let stay.")]
    first: StorySide
    other: StorySide
    opened: Verdict
    read: Verdict


class QuotedStatusGain(TypedDict):
    """A status that a story quotes."""

    status_id: Id
    item_id: Id
    marks: Annotated[Around, Meta(description="Favourites, boosts and quotes.")]


class StoryGains(TypedDict):
    """What a story brought somebody whom it quotes."""

    item_ids: Annotated[list[Id], Meta(description="Where one is quoted.")]
    reached: Annotated[Count, Meta(description="Readers who came to the first of these.")]
    share: Likely | None
    clicks: Count
    followers: Around
    statuses: list[QuotedStatusGain]


class StoryWithStatus(TypedDict):
    """A story that shows a status."""

    story: Story
    marks: Annotated[
        Around | None,
        Meta(description="Favourites, boosts and quotes of the status; null: one’s own story, or an old one."),
    ]


class StatusStories(TypedDict):
    """In how many published stories a status of one’s own is, and in which. Nobody else is told."""

    count: Count
    more: Annotated[bool, Meta(description="Whether there are more than are counted.")]
    stories: Annotated[list[StoryWithStatus], Meta(description="The newest first.")]


class Clip(TypedDict):
    """Something kept for a story; nobody hears of it."""

    id: Id
    created_at: Time
    status: Status | None
    url: str
    title: str
    type: Annotated[ItemType, Meta(description="What it becomes in a story; of an address, `link` may be a `video`.")]
