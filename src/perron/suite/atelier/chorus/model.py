"""What somebody says with several voices at once: a chorus, and its lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from perron.people.model import Account
from perron.posts.model import Draft
from perron.store import Tx

POST, PLAN, SUBMISSION = "post", "plan", "submission"
MOST = 24
"""How many further accounts one can speak as at once."""


@dataclass(frozen=True, slots=True)
class Other:
    """A further account. `texts`: its own words, by their place; "" or nothing for the same. `language`: of what it
    says; "" for the same."""

    account_id: int
    texts: tuple[str, ...] = ()
    language: str = ""

    def says(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Drafts in its words."""
        own = [*self.texts, *("" for _ in drafts)]
        return [
            replace(one, text=own_or(text, one.text), language=self.language or one.language)
            for one, text in zip(drafts, own, strict=False)
        ]


def own_or(own: str, same: str) -> str:
    """Somebody's own words, or the same as the first says where there are none."""
    return own if own.strip() else same


class Line(NamedTuple):
    """One thing of a chorus: something planned, the first post of what was published, or what was handed in."""

    item_id: int
    account_id: int
    kind: str


class Also(NamedTuple):
    """What was made together with `beside` and is still there, as somebody sees it; `role` is theirs in its account."""

    beside: int
    item_id: int
    account_id: int
    kind: str
    handle: str
    role: str


Way = Callable[[Tx, Account, Sequence[Draft]], Line]
"""How something is made of drafts for an account."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What becomes of drafts: for who publishes, and for who hands in. The doors know both; this room neither."""

    publish: Way
    hand_in: Way
