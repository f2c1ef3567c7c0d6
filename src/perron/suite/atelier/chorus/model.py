"""What somebody says with several voices at once: a chorus, and its lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
