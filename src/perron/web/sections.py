"""Which pages of settings and of running the server there are, and for whom. `sections.html` lists them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perron.web.visit import Visit

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
    Section("/settings/featured", _("What you recommend"), "pin"),
    Section("/settings/appearance", _("Appearance and reading"), "palette"),
    Section("/settings/language", _("Language and time"), "language"),
    Section("/settings/notices", _("Notices"), "notices"),
    Section("/settings/privacy", _("Privacy"), "eye"),
    Section("/settings/reach", _("Who may reach you"), "notices"),
    Section("/settings/filters", _("Filters"), "filter"),
    Section("/settings/mutes", _("Muted people"), "eye"),
    Section("/settings/blocks", _("Blocked people"), "cross"),
    Section("/settings/domains", _("Hidden servers"), "globe"),
    Section("/settings/safety", _("Safety"), "lock"),
    Section("/settings/email", _("E-mail address"), "mail"),
    Section("/settings/sessions", _("Browsers and apps"), "device"),
    Section("/settings/accounts", _("Accounts"), "people"),
    Section("/organisations", _("Organisations"), "house"),
    Section("/settings/move", _("Moving"), "leave"),
    Section("/settings/data", _("Your data"), "archive"),
]

MANAGE: list[Section] = []


MANAGE += [  # the owner's pages
    Section("/manage", _("At a glance"), "glance", OWNERS),
    Section("/manage/server", _("The server"), "server", OWNERS),
    Section("/manage/rules", _("Rules"), "scale", OWNERS),
    Section("/manage/announcements", _("Announcements"), "horn", OWNERS),
    Section("/manage/emojis", _("Emojis"), "smile", OWNERS),
    Section("/manage/invitations", _("Invitations"), "invite", OWNERS),
    Section("/manage/jobs", _("Background work"), "job", OWNERS),
    Section("/manage/storage", _("Storage"), "disk", OWNERS),
]
SETTINGS += [Section("/invitations", _("Invitations"), "invite")]


MANAGE += [  # the moderators' pages
    Section("/manage/reports", _("Reports"), "flag", MODERATORS),
    Section("/manage/accounts", _("Accounts"), "people", MODERATORS),
    Section("/manage/appeals", _("Appeals"), "reply", MODERATORS),
    Section("/manage/trends", _("What people talk about"), "tag", MODERATORS),
    Section("/manage/audit", _("Audit"), "list", MODERATORS),
    Section("/manage/domains", _("Other servers"), "globe", MODERATORS),
    Section("/manage/allowed", _("Allowed servers"), "check", MODERATORS),
    Section("/manage/addresses", _("E-mail addresses"), "message", OWNERS),
    Section("/manage/networks", _("Networks"), "lock", OWNERS),
]
SETTINGS += [Section("/settings/standing", _("Standing of your account"), "scale")]


def sections(visit: "Visit", kind: str) -> list[Section]:
    """Those of a list that the visitor may open."""
    role = visit.user.role if visit.user else ""
    return [one for one in (SETTINGS if kind == "settings" else MANAGE) if not one.roles or role in one.roles]


def may_manage(visit: "Visit") -> bool:
    """Whether the visitor helps to run this server."""
    return visit.user is not None and visit.reader is not None and visit.user.role in MODERATORS
