"""What a deck is: columns side by side, and how they stand on screens of each size."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from perron.kit.errors import Refused

KINDS = ("home", "notices", "list", "tag", "search", "account", "public", "scheduled")
"""What a column shows."""
NEEDS = ("list", "tag", "search", "account")
"""Kinds that show something in particular: a list, a tag, words, somebody."""
ONLY = ("", "mentions", "echoes", "follows", "rest")
"""Which notices a column of notices shows: all of them, or those of one kind."""
PLACES = ("", "here")
"""Of where a column of public posts is: everywhere, or this server."""
SCREENS = ("phone", "laptop", "wide")
WIDTHS = ("narrow", "medium", "broad")
TELLS = ("mark", "sound", "nothing")
"""How a column says that something is new: a mark, a mark and a soft sound, or not at all."""

MOST_DECKS = 20
MOST_COLUMNS = 30
LONGEST_NAME = 60
LONGEST_WORDS = 200


class Behind(Refused):
    """The deck was arranged elsewhere meanwhile."""

    status = 409


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `id` is its number in the deck; `of`: the id of a list or an account, the key of a tag, the words of
    a search, a kind of notices, a place of public posts."""

    id: int
    kind: str
    of: str = ""
    title: str = ""
    media: bool = False
    boosts: bool = True
    replies: bool = True
    tells: str = "mark"

    @property
    def filters(self) -> bool:
        """Whether it leaves anything out."""
        return self.media or not (self.boosts and self.replies)


@dataclass(frozen=True, slots=True)
class Place:
    """How a column stands on screens of one size; `apart`: in a window of its own, and not in the deck."""

    column: int
    width: str = "medium"
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a deck holds: its columns, and their order and widths by the size of the screen."""

    columns: tuple[Column, ...] = ()
    layouts: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)

    def column(self, id_: int) -> Column | None:
        """A column by its number."""
        return next((one for one in self.columns if one.id == id_), None)


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck as it was kept last."""

    id: int
    user_id: int
    account_id: int
    name: str
    version: int
    changed_at: int
    holds: Arrangement
