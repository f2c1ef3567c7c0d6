"""Users: who signs in, in which language, and whether they may."""

from sqlalchemy import bindparam, delete, func, select, update

from perron.jobs import emit
from perron.kit.errors import NotFound
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.people.grants import remove_grants_of_user
from perron.people.model import SafetyChanged, User
from perron.people.queries import USER, accounts_of_user
from perron.people.tokens import revoke_tokens_of_user
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import accounts, sessions, users

_BY_ID = Prepared(select(*USER).where(users.c.id == bindparam("user_id")))
_BY_EMAIL = Prepared(select(*USER).where(users.c.email == bindparam("email")))
_COUNT = Prepared(select(func.count()).select_from(users))
_ADD = insert(users, "id", "email", "password", "locale", "role", "state", "reason", "confirmed_at", "app_id")
_PASSWORD = Prepared(update(users).where(users.c.id == bindparam("user_id")).values(password=bindparam("kept")))
_STATE = Prepared(update(users).where(users.c.id == bindparam("user_id")).values(state=bindparam("now_is")))
_LOCALE = Prepared(update(users).where(users.c.id == bindparam("user_id")).values(locale=bindparam("speaks")))
_ROLE = Prepared(update(users).where(users.c.id == bindparam("user_id")).values(role=bindparam("now_is")))
_END_SESSIONS = Prepared(delete(sessions).where(sessions.c.user_id == bindparam("user_id")))
NOBODY_ASKED = 1
"""When an address counts as confirmed although nobody was asked to."""
_OPEN_ACCOUNT = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("account_id"), accounts.c.state == "pending")
    .values(state="active")
)


def find_user_by_email(db: Db, email: str) -> User | None:
    """The user with this e-mail address, in any case of letters."""
    row = db.one(_BY_EMAIL, email=email.strip().lower())
    return User(*row) if row else None


def user_as_stored(db: Db, user_id: int) -> User:
    """A user by id; NotFound when there is none."""
    row = db.one(_BY_ID, user_id=user_id)
    if row is None:
        raise NotFound
    return User(*row)


def count_users(db: Db) -> int:
    """How many users there are, in any state; 0 on a fresh server."""
    count: int = db.value(_COUNT)
    return count


def add_user(
    tx: Tx,
    email: str,
    password_hash: str,
    *,
    locale: str = "fr",
    role: str = "user",
    state: str = "active",
    reason: str = "",
    confirmed: bool = True,
    app_id: int | None = None,
) -> User:
    """Add a user; `join` is the rule."""
    user = User(new_id(), email.lower(), password_hash, locale, role, state, NOBODY_ASKED if confirmed else None)
    tx.run(
        _ADD,
        id=user.id,
        email=user.email,
        password=password_hash,
        locale=locale,
        role=role,
        state=state,
        reason=reason,
        confirmed_at=user.confirmed_at,
        app_id=app_id,
    )
    return user


def change_password(tx: Tx, user_id: int, password_hash: str) -> None:
    """Set another password; every app and every browser has to sign in again, and a letter tells of it."""
    tx.run(_PASSWORD, user_id=user_id, kept=password_hash)
    emit(tx, SafetyChanged(user_id, "password", now()))
    end_access(tx, user_id)


def rehash_password(tx: Tx, user_id: int, password_hash: str) -> None:
    """Keep the same password under newer figures; nobody is signed out."""
    tx.run(_PASSWORD, user_id=user_id, kept=password_hash)


def change_locale(tx: Tx, user_id: int, locale: str) -> None:
    """Speak another language with a user."""
    tx.run(_LOCALE, user_id=user_id, speaks=locale)


def change_user_role(tx: Tx, user_id: int, role: str) -> None:
    """Make a user a `user`, `moderator`, `admin` or `owner` of this server, in every app at once."""
    tx.run(_ROLE, user_id=user_id, now_is=role)
    for account in accounts_of_user(tx, user_id):
        tx.rerender("account", account.id)
    tell(tx, "tokens", user_id)


def disable_user(tx: Tx, user_id: int) -> None:
    """Let a user in no longer, and end what is open."""
    tx.run(_STATE, user_id=user_id, now_is="disabled")
    end_access(tx, user_id)


def enable_user(tx: Tx, user_id: int) -> None:
    """Let a user in again, or for the first time when they waited for approval."""
    tx.run(_STATE, user_id=user_id, now_is="active")
    if user_as_stored(tx, user_id).confirmed:
        open_accounts(tx, user_id)


def open_accounts(tx: Tx, user_id: int) -> None:
    """Let the accounts of a user be seen that have waited for it."""
    for account in accounts_of_user(tx, user_id):
        if tx.run(_OPEN_ACCOUNT, account_id=account.id):
            tx.rerender("account", account.id)
            tell(tx, "viewer", account.id)


def end_access(tx: Tx, user_id: int) -> None:
    """Sign a user out everywhere: apps (and those about to be let in), browsers and open streams."""
    remove_grants_of_user(tx, user_id)
    tx.run(_END_SESSIONS, user_id=user_id)
    revoke_tokens_of_user(tx, user_id)
