"""Which pages of settings and of running the server there are, and for whom. `sections.html` lists them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perron.web.kit import Visit

MODERATORS = ("moderator", "admin", "owner")
OWNERS = ("admin", "owner")


@dataclass(frozen=True, slots=True)
class Section:
    """One page in a list: its address, its name (a message), its icon in `bits.html`, and which users may open it."""

    path: str
    name: str
    icon: str
    roles: tuple[str, ...] = ()


def _(message: str) -> str:
    """Marks a message for the catalogues; it is said in the reader's language where it is shown."""
    return message


SETTINGS: list[Section] = [
    Section("/settings/profile", _("Profile"), "me"),
    Section("/settings/password", _("Password"), "lock"),
]

MANAGE: list[Section] = []


def sections(visit: "Visit", kind: str) -> list[Section]:
    """Those of a list that the visitor may open."""
    role = visit.user.role if visit.user else ""
    return [one for one in (SETTINGS if kind == "settings" else MANAGE) if not one.roles or role in one.roles]


def may_manage(visit: "Visit") -> bool:
    """Whether the visitor helps to run this server."""
    return visit.user is not None and visit.reader is not None and visit.user.role in MODERATORS
