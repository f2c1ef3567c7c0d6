"""Browsers that are signed in: a value in a cookie, its fingerprint here, thirty days from the last visit."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from perron.kit.errors import NotFound, Refused
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import DAY, HOUR, now
from perron.people.model import Account, User, Viewer
from perron.people.preferences import Preferences, read_preferences
from perron.people.queries import ACCOUNT, USER, accounts_of_user
from perron.people.scopes import for_role
from perron.people.tokens import may_act, touch_user
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import accounts, memberships, sessions, users

LIFE = 30 * DAY
SCOPES = frozenset({"read", "write", "follow", "push", "profile", "admin:read", "admin:write"})

_ADD = insert(sessions, "id", "hash", "user_id", "account_id", "browser", "seen_at", "expires_at")
_FIND = Prepared(
    select(
        sessions.c.id,
        sessions.c.seen_at,
        memberships.c.role,
        memberships.c.team,
        accounts.c.has_filters,
        accounts.c.has_thread_mutes,
        users.c.preferences,
        *USER,
        *ACCOUNT,
    )
    .join(users, users.c.id == sessions.c.user_id)
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .outerjoin(
        memberships,
        (memberships.c.user_id == sessions.c.user_id) & (memberships.c.account_id == sessions.c.account_id),
    )
    .where(sessions.c.hash == bindparam("hash"), sessions.c.expires_at > bindparam("at"))
)
_TOUCH = Prepared(
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"))
    .values(seen_at=bindparam("at"), expires_at=bindparam("until"))
)
_TURN = Prepared(
    update(sessions).where(sessions.c.id == bindparam("session_id")).values(account_id=bindparam("speaks_as"))
)
_RENEW = Prepared(update(sessions).where(sessions.c.id == bindparam("session_id")).values(hash=bindparam("fresh")))
_OF_USER = Prepared(
    select(sessions.c.id, sessions.c.browser, sessions.c.seen_at, accounts.c.handle)
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(sessions.c.user_id == bindparam("of_user"), sessions.c.expires_at > bindparam("at"))
    .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
)
_ID = Prepared(select(sessions.c.id).where(sessions.c.hash == bindparam("hash")))
_END = Prepared(delete(sessions).where(sessions.c.id == bindparam("session_id")))
_END_OF_USER = Prepared(
    delete(sessions).where(sessions.c.id == bindparam("session_id"), sessions.c.user_id == bindparam("of_user"))
)
_TRIM = Prepared(
    delete(sessions).where(sessions.c.user_id == bindparam("of_user"), sessions.c.expires_at < bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user at a browser. `viewer.token_id` is the session's id: it ends streams as a token's would."""

    id: int
    user: User
    viewer: Viewer
    preferences: Preferences = Preferences()

    @property
    def account(self) -> Account:
        """The account for which they act at the moment."""
        assert self.viewer.account is not None
        return self.viewer.account


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in, as its user sees it. `seen_at` is right to the hour."""

    id: int
    browser: str
    seen_at: int
    handle: str


def start_session(tx: Tx, user_id: int, account_id: int, *, browser: str = "") -> str:
    """Sign a browser in; the new value of its cookie."""
    value, at = new_secret(), now()
    tx.run(_TRIM, of_user=user_id, at=at)
    tx.run(
        _ADD,
        id=new_id(),
        hash=fingerprint(value),
        user_id=user_id,
        account_id=account_id,
        browser=browser[:300],
        seen_at=at,
        expires_at=at + LIFE,
    )
    return value


def find_session(db: Db, value: str) -> SignedIn | None:
    """Who sits at the browser with this cookie; None for anybody."""
    row = db.one(_FIND, hash=fingerprint(value), at=now())
    if row is None:
        return None
    id_, seen_at, role, team, has_filters, has_thread_mutes, chosen = row[:7]
    user, account = User(*row[7 : 7 + len(USER)]), Account(*row[7 + len(USER) :])
    if not may_act(user.state, account, role):
        return None
    viewer = Viewer(
        account=account,
        user_id=user.id,
        token_id=id_,
        app_id=0,
        scopes=for_role(SCOPES, user.role),
        has_filters=bool(has_filters),
        has_thread_mutes=bool(has_thread_mutes),
        role=role,
        team=bool(team),
        pending=user.state == "pending",
        touch_due=seen_at is None or seen_at < now() - HOUR,
        server_role=user.role,
        unconfirmed=not user.confirmed,
    )
    return SignedIn(id_, user, viewer, read_preferences(chosen))


def touch_session(tx: Tx, session_id: int, user_id: int) -> None:
    """Count the thirty days from now."""
    at = now()
    tx.run(_TOUCH, session_id=session_id, at=at, until=at + LIFE)
    touch_user(tx, user_id)


def act_for(tx: Tx, session_id: int, account_id: int) -> None:
    """Let a browser speak for another account of its user; the caller has seen that it is one."""
    tx.run(_TURN, session_id=session_id, speaks_as=account_id)


def end_session(tx: Tx, value: str) -> None:
    """Sign a browser out, and close its streams."""
    session_id = tx.value(_ID, hash=fingerprint(value))
    if session_id is not None:
        tx.run(_END, session_id=session_id)
        tell(tx, "tokens", session_id)


def switch_account(tx: Tx, signed_in: SignedIn, account_id: int) -> str:
    """Let a browser speak for another account of its user; the new value of its cookie.

    What was opened before (forms in other tabs, streams) spoke for the account of before, and is worth nothing now.
    """
    if all(each.id != account_id for each in accounts_of_user(tx, signed_in.user.id)):
        raise Refused("You cannot act for this account.")
    act_for(tx, signed_in.id, account_id)
    value = new_secret()
    tx.run(_RENEW, session_id=signed_in.id, fresh=fingerprint(value))
    tell(tx, "tokens", signed_in.id)
    return value


def sessions_of(db: Db, user_id: int) -> list[Session]:
    """The browsers in which a user is signed in, the latest first."""
    return [Session(*row) for row in db.all(_OF_USER, of_user=user_id, at=now())]


def end_session_of(tx: Tx, user_id: int, session_id: int) -> None:
    """Sign one browser of a user out, from another."""
    if not tx.run(_END_OF_USER, of_user=user_id, session_id=session_id):
        raise NotFound
    tell(tx, "tokens", session_id)


def end_other_sessions(tx: Tx, user_id: int, kept_id: int) -> None:
    """Sign a user out of every browser but one."""
    for each in sessions_of(tx, user_id):
        if each.id != kept_id:
            end_session_of(tx, user_id, each.id)
