"""What ambassadors of an organisation go by."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Id, Url
from perron.entities.shapes.plans import Clock
from perron.entities.shapes.statuses import MediaAttachment


class KitPicture(TypedDict):
    """A picture that ambassadors may use."""

    id: Id
    description: str
    credit: str
    media: MediaAttachment


class AmbassadorResults(TypedDict):
    """What ambassadors published, all together; null where it was fewer than five people."""

    days: Annotated[Count, Meta(description="Over how many days.")]
    people: Count | None
    posts: Count | None
    echoes: Annotated[Count | None, Meta(description="Favourites, boosts and quotes.")]
    answers: Count | None


class AmbassadorKit(TypedDict):
    """Guidelines, a page, the next meeting, pictures, and what came of it without names."""

    guidelines: str
    url: Url | None
    meeting: str
    meets: Clock | None
    pictures: list[KitPicture]
    results: AmbassadorResults
