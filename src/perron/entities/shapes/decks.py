"""Decks: columns side by side."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Time

Kind = Literal["home", "notices", "list", "tag", "search", "account", "public", "scheduled"]
Width = Literal["narrow", "medium", "broad"]
Tells = Literal["mark", "sound", "nothing"]


class DeckColumn(TypedDict):
    """One column."""

    id: Annotated[Id, Meta(description="Its number in this deck.")]
    kind: Annotated[Kind, Meta(description="What it shows.")]
    of: Annotated[
        str,
        Meta(
            description="The id of the list or the account, the tag, or the words of the search; of notices: "
            "`mentions`, `echoes`, `follows`, `rest` or nothing for all; of public posts: `here` or nothing for "
            "everywhere."
        ),
    ]
    title: Annotated[str, Meta(description="What its owner calls it; empty: as what it shows is called.")]
    only_media: Annotated[bool, Meta(description="Whether only posts with files are shown.")]
    boosts: Annotated[bool, Meta(description="Whether boosts are shown.")]
    replies: Annotated[bool, Meta(description="Whether answers to others are shown.")]
    tells: Annotated[
        Tells, Meta(description="How it says that something is new: a mark, a mark and a soft sound, or not at all.")
    ]


class DeckPlace(TypedDict):
    """How a column stands on screens of one size."""

    column: Annotated[Id, Meta(description="The number of the column.")]
    width: Width
    apart: Annotated[bool, Meta(description="Whether it stands in a window of its own, and not in the deck.")]


class DeckLayouts(TypedDict):
    """Order and widths by the size of the screen. A size that is missing was never arranged; it is shown as the nearest
    one is."""

    phone: NotRequired[list[DeckPlace]]
    laptop: NotRequired[list[DeckPlace]]
    wide: NotRequired[list[DeckPlace]]


class Deck(TypedDict):
    """Columns side by side, as somebody arranged them for an account."""

    id: Id
    name: str
    version: Annotated[int, Meta(description="Grows with every change; say it back to change this deck as a whole.")]
    changed_at: Time
    columns: list[DeckColumn]
    layouts: DeckLayouts
