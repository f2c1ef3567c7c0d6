"""What somebody does on this server, as clients read it: a badge on their profile, and what they may do."""

from collections.abc import Sequence

from sqlalchemy import select

from perron.entities.shapes.accounts import Role
from perron.store import Db, Prepared, among, const
from perron.store.tables import accounts, memberships, users

NAMES = {"user": "", "moderator": "Moderator", "admin": "Admin", "owner": "Owner"}
_IDS = {"user": "-99", "moderator": "1", "admin": "2", "owner": "3"}

# bits, as Mastodon numbers them
INVITE = 0x10000
_MODERATE = 0x4 | 0x8 | 0x10 | 0x20 | 0x100 | 0x200 | 0x400  # audit, figures, reports, servers, trends, appeals, people
_RUN = 0x1 | 0x40 | 0x80 | 0x800 | 0x1000 | 0x2000 | 0x4000 | 0x40000 | 0x80000
_MAY = {"user": INVITE, "moderator": INVITE | _MODERATE, "admin": INVITE | _MODERATE | _RUN}
_MAY["owner"] = _MAY["admin"]

_BEHIND = Prepared(
    select(memberships.c.account_id, users.c.role)
    .join(users, users.c.id == memberships.c.user_id)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(
        among(memberships.c.account_id),
        memberships.c.role == const("owner"),
        accounts.c.kind == const("person"),
        users.c.role != const("user"),
    )
)


def badges(db: Db, account_ids: Sequence[int]) -> dict[int, list[Role]]:
    """The roles that stand on profiles, by account: those of people who look after this server. A brand bears none,
    whoever speaks for it."""
    return {id_: [badge(role)] for id_, role in db.all(_BEHIND, ids=db.id_list(account_ids))}


def badge(role: str) -> Role:
    """A role as everybody sees it."""
    return {"id": _IDS[role], "name": NAMES[role], "color": "", "highlighted": role != "user"}


def own_role(role: str) -> Role:
    """A role as its bearer sees it: with what they may do, a sum of bits."""
    return {**badge(role), "permissions": str(_MAY[role])}
