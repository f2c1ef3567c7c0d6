"""Tags and how they were used."""

from typing import Annotated, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Url


class History(TypedDict):
    """The uses of a tag on one day."""

    day: Annotated[str, Meta(description="Midnight (UTC) in seconds since 1970, as text.")]
    uses: str
    accounts: str


class Tag(TypedDict):
    """A tag, how it was used on each of seven days and, for somebody, whether they follow it and show it."""

    id: Id
    name: str
    url: Url
    history: list[History]
    following: NotRequired[bool]
    featuring: NotRequired[bool]
