"""Who speaks for an account with which role: given, changed and taken back, at once and in every process."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, delete, false, func, select, update

from perron.kit.errors import Invalid, NotAllowed
from perron.people.may import ROLES
from perron.store import Db, Prepared, Tx, among, const, tell, upsert
from perron.store.tables import grants, memberships, sessions, tokens

_LET = upsert(memberships, "user_id", "account_id", "role", "team", key=("user_id", "account_id"))
_ROLE = Prepared(
    select(memberships.c.role).where(
        memberships.c.user_id == bindparam("of_user"), memberships.c.account_id == bindparam("of_account")
    )
)
_MEMBERS = Prepared(
    select(memberships.c.user_id, memberships.c.role)
    .where(memberships.c.account_id == bindparam("of_account"))
    .order_by(memberships.c.user_id)
)
_OWNERS = Prepared(
    select(func.count())
    .select_from(memberships)
    .where(memberships.c.account_id == bindparam("of_account"), memberships.c.role == const("owner"))
)
_END = tuple(
    Prepared(
        delete(table).where(table.c.user_id == bindparam("of_user"), table.c.account_id == bindparam("of_account"))
    )
    for table in (memberships, tokens, sessions, grants)
)
_TEAM = Prepared(
    update(memberships).where(memberships.c.account_id == bindparam("of_account")).values(team=bindparam("shared"))
)
_PERSONS = Prepared(
    select(memberships.c.user_id, memberships.c.account_id, memberships.c.team)
    .where(among(memberships.c.user_id))
    .order_by(memberships.c.user_id, memberships.c.team, memberships.c.account_id)
)
_USERS = Prepared(
    select(memberships.c.user_id, memberships.c.account_id)
    .where(among(memberships.c.account_id), memberships.c.role == const("owner"), memberships.c.team == false())
    .order_by(memberships.c.user_id.desc())
)


class Member(NamedTuple):
    """One user who speaks for an account."""

    user_id: int
    role: str


def role_of(db: Db, user_id: int, account_id: int) -> str | None:
    """The role of a user in an account; None when they have none."""
    role: str | None = db.value(_ROLE, of_user=user_id, of_account=account_id)
    return role


def members_of(db: Db, account_id: int) -> list[Member]:
    """Everybody who speaks for an account."""
    return [Member(*row) for row in db.all(_MEMBERS, of_account=account_id)]


def let_speak(tx: Tx, user_id: int, account_id: int, role: str, *, team: bool = True) -> None:
    """Let a user speak for an account in this role, from now on and in every app."""
    if role not in ROLES:
        raise Invalid("This is not one of the roles that there are.")
    if role != "owner":
        _keep_an_owner(tx, user_id, account_id)
    tx.run(_LET, user_id=user_id, account_id=account_id, role=role, team=team)
    tell(tx, "tokens", user_id)


def end_speaking(tx: Tx, user_id: int, account_id: int) -> None:
    """Let a user speak for an account no longer: its tokens, browsers and open streams in their hands end now."""
    _keep_an_owner(tx, user_id, account_id)
    _end(tx, user_id, account_id)


def hold_speaking(tx: Tx, user_id: int, account_id: int) -> None:
    """The same for a while, also where nobody else owns the account: until what is asked of them is there."""
    _end(tx, user_id, account_id)


def persons_of(db: Db, user_ids: Iterable[int]) -> dict[int, int]:
    """By which account each user is known: the first that is theirs alone, or else the first for which they speak."""
    found: dict[int, int] = {}
    for user_id, account_id, _ in db.all(_PERSONS, ids=db.id_list(tuple(dict.fromkeys(user_ids)))):
        found.setdefault(user_id, account_id)
    return found


def users_of(db: Db, account_ids: Iterable[int]) -> dict[int, int]:
    """Whose account each is: the user to whom it alone belongs."""
    return {account_id: user_id for user_id, account_id in db.all(_USERS, ids=db.id_list(tuple(account_ids)))}


def share(tx: Tx, account_id: int, shared: bool) -> None:
    """Write down from now on who does what for an account, or no longer."""
    tx.run(_TEAM, of_account=account_id, shared=shared)
    tell(tx, "tokens", account_id)


def _end(tx: Tx, user_id: int, account_id: int) -> None:
    for each in _END:
        tx.run(each, of_user=user_id, of_account=account_id)
    tell(tx, "tokens", user_id)


def _keep_an_owner(tx: Tx, user_id: int, account_id: int) -> None:
    if role_of(tx, user_id, account_id) == "owner" and tx.value(_OWNERS, of_account=account_id) < 2:
        raise NotAllowed("An account needs an owner. Make somebody else one first; nothing was changed.")
