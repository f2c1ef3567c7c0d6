"""What people talk about, and what moderators say of it."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Time
from perron.entities.shapes.statuses import PreviewCard, Status
from perron.entities.shapes.tags import History, Tag


class TrendsLink(PreviewCard):
    """A page that more people than usual link to."""

    history: list[History]


class AdminTrendsLink(TrendsLink):
    """The same for moderators."""

    id: Id
    requires_review: Annotated[bool, Meta(description="Nobody has said yet whether it may be shown.")]


class AdminTrendsStatus(Status):
    """A post that people pass on, for moderators."""

    requires_review: bool


class AdminTag(Tag):
    """A tag for moderators. `listable` is ours: whether it is found and suggested."""

    trendable: Annotated[bool, Meta(description="It may be shown among what people talk about.")]
    usable: Annotated[bool, Meta(description="New posts may bear it.")]
    listable: bool
    requires_review: bool


class Publisher(TypedDict):
    """A site whose pages are talked about."""

    id: Id
    domain: str
    trendable: bool | None
    reviewed_at: Time | None
    requested_review_at: Time | None
    requires_review: bool
