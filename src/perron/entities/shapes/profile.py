"""One's own profile, as one edits it."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import QuotePolicy, Visibility
from perron.entities.shapes.common import Id, Language, Time, Url
from perron.entities.shapes.featured import FeaturedTag


class WrittenField(TypedDict):
    """A line of a profile as it was written, not as HTML."""

    name: str
    value: str
    verified_at: Annotated[Time | None, Meta(description="Since when the page it leads to is known to link back.")]


class Profile(TypedDict):
    """One's own profile as one wrote it. Pictures are null while the drawn ones stand in for them."""

    id: Id
    display_name: str
    note: str
    fields: list[WrittenField]
    avatar: Url | None
    avatar_static: Url | None
    avatar_description: str
    header: Url | None
    header_static: Url | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]
    featured_tags: list[FeaturedTag]


Preferences = TypedDict(
    "Preferences",
    {
        "posting:default:visibility": Visibility,
        "posting:default:sensitive": bool,
        "posting:default:language": Language | None,
        "posting:default:quote_policy": QuotePolicy,
        "reading:expand:media": str,
        "reading:expand:spoilers": bool,
        "reading:autoplay:gifs": bool,
    },
)
Preferences.__doc__ = "How one writes and reads unless one says otherwise."
