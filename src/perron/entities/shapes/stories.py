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
    comments: Annotated[Comments, Meta(description="Who may answer under it, where answers reach it.")]
    comments_days: Annotated[int, Meta(description="Days after which comments close; 0: never.")]
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


class StoryMention(TypedDict):
    """A public mention as it could be sent, one text for each post."""

    texts: list[str]


class Clip(TypedDict):
    """Something kept for a story; nobody hears of it."""

    id: Id
    created_at: Time
    status: Status | None
    url: str
    title: str
