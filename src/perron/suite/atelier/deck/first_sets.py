"""Columns to begin with, for three who work here every day. What somebody has already (lists, tags) is taken up."""

from collections.abc import Sequence
from dataclasses import dataclass

from perron.suite.atelier.deck.model import Arrangement, Column

SETS = ("blogger", "manager", "journalist")
MOST_LISTS, MOST_TAGS = 3, 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody: their name, their lists (ids), the tags they follow (keys)."""

    name: str
    lists: Sequence[int] = ()
    tags: Sequence[str] = ()


def first_set(name: str, known: Known) -> Arrangement:
    """The columns of a set; none for a name that is none."""
    wished = {"blogger": _blogger, "manager": _manager, "journalist": _journalist}.get(name, _nothing)(known)
    return Arrangement(tuple(Column(n, kind, of) for n, (kind, of) in enumerate(wished, 1)))


Wish = tuple[str, str]


def _blogger(known: Known) -> list[Wish]:
    """Readers first: what they answer, what they pass on; then what is planned."""
    tags = [("tag", one) for one in known.tags[:MOST_TAGS]]
    return [("home", ""), ("notices", "mentions"), ("notices", "echoes"), *tags, ("scheduled", "")]


def _manager(known: Known) -> list[Wish]:
    """What is said to the brand, what is said of it, what it will say itself."""
    spoken = [("search", f'"{known.name}"')] if known.name else []
    tags = [("tag", one) for one in known.tags[:MOST_TAGS]]
    return [("notices", "mentions"), *spoken, ("notices", ""), ("scheduled", ""), *tags, ("public", "here")]


def _journalist(known: Known) -> list[Wish]:
    """Sources by list and by subject, then everybody."""
    lists = [("list", str(one)) for one in known.lists[:MOST_LISTS]]
    tags = [("tag", one) for one in known.tags[:MOST_TAGS]]
    return [("home", ""), *lists, *tags, ("public", ""), ("notices", "mentions")]


def _nothing(known: Known) -> list[Wish]:
    return []
