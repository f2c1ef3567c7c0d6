"""Organisations and their people, and the facts about them."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from perron.jobs import Event

ROLES = ("owner", "editor", "author", "analyst")
"""What somebody can be to a brand, the most first."""


class Organisation(NamedTuple):
    """A house of several brands. `role`: what the one who looks is in it, owner or member."""

    id: int
    name: str
    two_factor: bool
    role: str = ""

    @property
    def mine(self) -> bool:
        """Whether whoever looks decides in it."""
        return self.role == "owner"


class Brand(NamedTuple):
    """An account of an organisation, and how it works. `paused_at`: since when nothing goes out by itself."""

    account_id: int
    organisation_id: int
    four_eyes: bool
    byline: bool
    paused_at: int | None
    paused_by: int | None


class Colleague(NamedTuple):
    """Somebody in an organisation."""

    user_id: int
    role: str
    initials: str


class Invitation(NamedTuple):
    """A link by which people join an organisation; `roles` is JSON: what they will be to which brand."""

    id: int
    organisation_id: int
    by_id: int
    email: str
    role: str
    roles: str
    uses_left: int
    expires_at: int


class Campaign(NamedTuple):
    """What a brand does for one occasion or one client."""

    id: int
    organisation_id: int
    account_id: int
    name: str
    brief: str


class Item(NamedTuple):
    """One thing of a campaign: a *submission*, or a *post*, planned or published."""

    item_id: int
    kind: str


class Sponsor(NamedTuple):
    """Who pays for some posts of the brands of an organisation."""

    id: int
    organisation_id: int
    name: str
    url: str


class Line(NamedTuple):
    """One line of the journal."""

    id: int
    organisation_id: int
    account_id: int | None
    by_id: int | None
    verb: str
    label: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class OrganisationInvited(Event):
    """A letter is to ask somebody into an organisation; `sealed` holds the code."""

    invitation_id: int
    sealed: str
