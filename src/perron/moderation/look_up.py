"""Accounts as moderators look them up: any of several conditions at once, and the facts that they may know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from perron.kit import json
from perron.store import Db, Prepared, among, among_texts, const
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, invitations, memberships, users

STATES = ("active", "pending", "disabled", "silenced", "suspended", "sensitized")

_FACTS = (
    *(accounts.c[name] for name in ("id", "username", "domain", "state", "silenced", "sensitized")),
    *(users.c.id.label("user_id"), users.c.email, users.c.role, users.c.state.label("user_state"), users.c.reason),
    *(users.c.locale, users.c.app_id, users.c.confirmed_at),
    select(func.min(memberships.c.account_id))
    .where(memberships.c.user_id == invitations.c.user_id)
    .correlate(invitations)
    .scalar_subquery()
    .label("invited_by"),
)
_NAMES = [column.key for column in _FACTS]
_first = (
    select(func.min(memberships.c.user_id))
    .where(memberships.c.account_id == accounts.c.id)
    .correlate(accounts)
    .scalar_subquery()
)
_people = (
    select(*_FACTS)
    .select_from(accounts)
    .outerjoin(users, users.c.id == _first)
    .outerjoin(invitations, invitations.c.id == users.c.invitation_id)
    .where(accounts.c.state != const("deleted"))
)


def _maybe(name: str, condition: Any) -> Any:
    """A condition that holds for everything unless it is asked for."""
    return or_(bindparam(f"any_{name}") == 1, condition)


_STATES = {
    "active": and_(accounts.c.state == const("active"), or_(users.c.id.is_(None), users.c.state == const("active"))),
    "pending": users.c.state == const("pending"),
    "disabled": users.c.state == const("disabled"),
    "silenced": accounts.c.silenced,
    "suspended": accounts.c.state == const("suspended"),
    "sensitized": accounts.c.sensitized,
}
_PAGE = Paged(
    _people.where(
        *(_maybe(name, condition) for name, condition in _STATES.items()),
        _maybe("local", accounts.c.domain.is_(None)),
        _maybe("remote", accounts.c.domain.is_not(None)),
        _maybe("username", accounts.c.handle.like(bindparam("like_username"), escape="!")),
        _maybe("display_name", func.lower(accounts.c.display_name).like(bindparam("like_name"), escape="!")),
        _maybe("domain", accounts.c.domain == bindparam("of_domain")),
        _maybe("email", users.c.email == bindparam("of_email")),
        _maybe("role", among_texts(users.c.role, "roles")),
        _maybe(
            "guest",
            invitations.c.user_id.in_(
                select(memberships.c.user_id).where(memberships.c.account_id == bindparam("inviter"))
            ),
        ),
    ),
    accounts.c.id,
)
_SOME = Prepared(_people.where(among(accounts.c.id)))


@dataclass(frozen=True, slots=True)
class Sought:
    """Which accounts: those to which all of this applies. `states` are among `STATES`, `roles` those of their users;
    an e-mail address is sought as a whole, and an inviter by account."""

    states: Collection[str] = ()
    local: bool = False
    remote: bool = False
    username: str = ""
    display_name: str = ""
    domain: str = ""
    email: str = ""
    roles: Sequence[str] = ()
    invited_by: int = 0


def look_up(db: Db, sought: Sought, paging: Paging) -> list[dict[str, Any]]:
    """A page of accounts, newest first, with what moderators may know of each."""
    rows = _PAGE.rows(
        db,
        paging,
        **{f"any_{state}": int(state not in sought.states) for state in STATES},
        any_local=int(not sought.local),
        any_remote=int(not sought.remote),
        any_username=int(not sought.username),
        like_username=f"{_plain(sought.username.removeprefix('@'))}%",
        any_display_name=int(not sought.display_name),
        like_name=f"%{_plain(sought.display_name)}%",
        any_domain=int(not sought.domain),
        of_domain=sought.domain.strip().lower(),
        any_email=int(not sought.email),
        of_email=sought.email.strip().lower(),
        any_role=int(not sought.roles),
        roles=json.encode_text([*sought.roles]),
        any_guest=int(not sought.invited_by),
        inviter=sought.invited_by,
    )
    return [_facts(row) for row in rows]


def facts_by_id(db: Db, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What moderators may know of these accounts: nothing of what they read, keep or write in private."""
    return {row[0]: _facts(row) for row in db.all(_SOME, ids=db.id_list([*ids]))} if ids else {}


def _facts(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(_NAMES, row, strict=True))


def _plain(text: str) -> str:
    """A text for LIKE, in which nothing stands for anything else."""
    text = text.strip().lower()
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return text
