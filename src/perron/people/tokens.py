"""Access tokens: what an app shows to speak for an account, or for itself. Only their fingerprints are kept."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, or_, select, update

from perron.kit.errors import NotFound
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import DAY, now
from perron.people.may import LOOK, may
from perron.people.model import Account, Viewer
from perron.people.queries import ACCOUNT
from perron.people.scopes import read_scopes, scopes_text
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import accounts, apps, memberships, tokens, users

_ADD = insert(tokens, "id", "hash", "app_id", "user_id", "account_id", "scopes", "seen_at")
_TOKEN = (
    tokens.c.id,
    tokens.c.app_id,
    tokens.c.user_id,
    tokens.c.scopes,
    tokens.c.seen_at,
    users.c.state,
    users.c.role,
    users.c.confirmed_at,
    memberships.c.role,
    memberships.c.team,
    accounts.c.has_filters,
    accounts.c.has_thread_mutes,
)
_VIEWER = Prepared(
    select(*_TOKEN, *ACCOUNT)
    .select_from(tokens)
    .outerjoin(users, users.c.id == tokens.c.user_id)
    .outerjoin(accounts, accounts.c.id == tokens.c.account_id)
    .outerjoin(
        memberships,
        (memberships.c.user_id == tokens.c.user_id) & (memberships.c.account_id == tokens.c.account_id),
    )
    .where(tokens.c.hash == bindparam("hash"))
)
_TOUCH = Prepared(
    update(tokens)
    .where(tokens.c.id == bindparam("token_id"), or_(tokens.c.seen_at.is_(None), tokens.c.seen_at < bindparam("due")))
    .values(seen_at=bindparam("at"))
)
_TOUCH_USER = Prepared(
    update(users)
    .where(users.c.id == bindparam("user_id"), or_(users.c.seen_at.is_(None), users.c.seen_at < bindparam("due")))
    .values(seen_at=bindparam("at"))
)


_REMOVE = Prepared(delete(tokens).where(tokens.c.id == bindparam("token_id")))
_REMOVE_OF_USER = Prepared(delete(tokens).where(tokens.c.user_id == bindparam("user_id")))
_OF_USER = Prepared(
    select(tokens.c.id, apps.c.name, apps.c.website, tokens.c.scopes, tokens.c.seen_at, accounts.c.handle)
    .join(apps, apps.c.id == tokens.c.app_id)
    .join(accounts, accounts.c.id == tokens.c.account_id)
    .where(tokens.c.user_id == bindparam("of_user"))
    .order_by(tokens.c.seen_at.desc(), tokens.c.id.desc())
    .limit(200)
)
_OWNED = Prepared(
    select(tokens.c.id).where(tokens.c.id == bindparam("token_id"), tokens.c.user_id == bindparam("of_user"))
)
_LET_IN = Prepared(
    select(tokens.c.account_id, tokens.c.scopes).where(
        tokens.c.user_id == bindparam("of_user"), tokens.c.app_id == bindparam("of_app")
    )
)
_BY_HASH = Prepared(select(tokens.c.id, tokens.c.app_id).where(tokens.c.hash == bindparam("hash")))


@dataclass(frozen=True, slots=True)
class LetIn:
    """An app that a user has let in, as they see it; since when, its id tells. `seen_at` is right to the day."""

    id: int
    app: str
    website: str | None
    scopes: frozenset[str]
    seen_at: int | None
    handle: str


def issue_token(tx: Tx, app_id: int, user_id: int | None, account_id: int | None, scopes: frozenset[str]) -> str:
    """A new token, in plain text: shown once, never again. Without user and account the app speaks for itself."""
    plain = new_secret()
    add_token(tx, plain, app_id, user_id, account_id, scopes)
    return plain


def add_token(
    tx: Tx, plain: str, app_id: int, user_id: int | None, account_id: int | None, scopes: frozenset[str]
) -> int:
    """Keep a token's fingerprint; its id."""
    id_ = new_id()
    tx.run(
        _ADD,
        id=id_,
        hash=fingerprint(plain),
        app_id=app_id,
        user_id=user_id,
        account_id=account_id,
        scopes=scopes_text(scopes),
        seen_at=now(),
    )
    return id_


def find_viewer(db: Db, token: str) -> Viewer | None:
    """Who shows this token, or None when it is unknown or whom it stood for may not act any more."""
    row = db.one(_VIEWER, hash=fingerprint(token))
    if row is None:
        return None
    id_, app_id, user_id, scopes, seen_at, user_state, user_role, confirmed_at, role, team, *rest = row
    has_filters, has_thread_mutes, *account = rest
    viewed = Account(*account) if account[0] is not None else None
    if user_id is not None and not may_act(user_state, viewed, role):
        return None
    return Viewer(
        account=viewed,
        user_id=user_id,
        token_id=id_,
        app_id=app_id,
        scopes=read_scopes(scopes),
        has_filters=bool(has_filters),
        has_thread_mutes=bool(has_thread_mutes),
        role=role or "owner",
        team=bool(team),
        pending=user_state == "pending",
        unconfirmed=user_id is not None and confirmed_at is None,
        touch_due=seen_at is None or seen_at < now() - DAY,
        server_role=user_role or "user",
    )


def may_act(user_state: str | None, account: Account | None, role: str | None) -> bool:
    """Whether a user in this state may still speak for an account in which they have this role."""
    return (
        user_state in ("active", "pending")
        and account is not None
        and account.state in ("active", "pending")
        and may(role, LOOK)
    )


def touch_token(tx: Tx, token_id: int, user_id: int | None) -> None:
    """Note that a token, and its user, were here today; at most one write a day."""
    at = now()
    tx.run(_TOUCH, token_id=token_id, at=at, due=at - DAY)
    if user_id is not None:
        touch_user(tx, user_id)


def touch_user(tx: Tx, user_id: int) -> None:
    """Note that a user was here today."""
    at = now()
    tx.run(_TOUCH_USER, user_id=user_id, at=at, due=at - DAY)


def token_as_stored(db: Db, plain: str) -> tuple[int, int] | None:
    """The ids of a token and of its app."""
    row = db.one(_BY_HASH, hash=fingerprint(plain))
    return (row[0], row[1]) if row else None


def revoke_token(tx: Tx, token_id: int) -> None:
    """Make a token worthless at once, in every process, with the streams it holds open."""
    tx.run(_REMOVE, token_id=token_id)
    tell(tx, "tokens", token_id)


def apps_of_user(db: Db, user_id: int) -> list[LetIn]:
    """The apps that a user has let in, the one used last first; two hundred at most."""
    rows = db.all(_OF_USER, of_user=user_id)
    return [
        LetIn(id_, app, website, read_scopes(scopes), seen_at, handle)
        for id_, app, website, scopes, seen_at, handle in rows
    ]


def let_in_for(db: Db, app_id: int, user_id: int) -> dict[int, frozenset[str]]:
    """The accounts for which a user has let an app in, and what it may do there."""
    found: dict[int, frozenset[str]] = {}
    for account_id, scopes in db.all(_LET_IN, of_app=app_id, of_user=user_id):
        found[account_id] = found.get(account_id, frozenset()) | read_scopes(scopes)
    return found


def revoke_token_of(tx: Tx, user_id: int, token_id: int) -> None:
    """Let an app in no longer, as its user decides."""
    if tx.one(_OWNED, token_id=token_id, of_user=user_id) is None:
        raise NotFound
    revoke_token(tx, token_id)


def revoke_tokens_of_user(tx: Tx, user_id: int) -> None:
    """Make every token of a user worthless."""
    tx.run(_REMOVE_OF_USER, user_id=user_id)
    tell(tx, "tokens", user_id)
