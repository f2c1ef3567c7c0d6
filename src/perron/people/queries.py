"""Accounts as rules need them, one statement each."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, or_, select, update

from perron.kit.ids import new_id
from perron.people.model import Account
from perron.store import Db, Prepared, Tx, among, insert
from perron.store.tables import accounts, memberships, users

ACCOUNT = (  # in the order of the dataclass: Account(*row)
    accounts.c.id,
    accounts.c.handle,
    accounts.c.username,
    accounts.c.domain,
    accounts.c.kind,
    accounts.c.state,
    accounts.c.locked,
    accounts.c.default_visibility,
    accounts.c.default_language,
    accounts.c.default_sensitive,
)
USER = (  # in the order of the dataclass: User(*row)
    *(users.c.id, users.c.email, users.c.password, users.c.locale, users.c.role, users.c.state),
    users.c.confirmed_at,
)

_BY_ID = Prepared(select(*ACCOUNT).where(accounts.c.id == bindparam("id")))
_BY_IDS = Prepared(select(*ACCOUNT).where(among(accounts.c.id)))
_BY_HANDLE = Prepared(select(*ACCOUNT).where(accounts.c.handle == bindparam("handle")))
_OF_USER = Prepared(
    select(*ACCOUNT)
    .join(memberships, memberships.c.account_id == accounts.c.id)
    .where(
        memberships.c.user_id == bindparam("user_id"),
        or_(accounts.c.state == "active", accounts.c.state == "pending"),
    )
    .order_by(memberships.c.team, accounts.c.id)  # oneself first, then for whom one speaks with others
)
_ADD = insert(
    accounts, "id", "handle", "username", "domain", "kind", "state", "display_name", "uri", "url", "default_language"
)
_ADD_MEMBERSHIP = insert(memberships, "user_id", "account_id", "role", "team")

_KEEP_FRAGMENT = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("of_account"))
    .values(fragment=bindparam("fragment"), stamp=bindparam("stamp"))
)


def find_account(db: Db, id_: int) -> Account | None:
    """The account with this id, whatever its state."""
    row = db.one(_BY_ID, id=id_)
    return Account(*row) if row else None


def find_accounts(db: Db, ids: Iterable[int]) -> list[Account]:
    """The accounts with these ids, whatever their state, in no particular order."""
    return [Account(*row) for row in db.all(_BY_IDS, ids=db.id_list(tuple(ids)))]


def account_by_handle(db: Db, handle: str) -> Account | None:
    """The account called `ada` (here) or `ada@far.example`, in any case of letters, whatever its state."""
    row = db.one(_BY_HANDLE, handle=handle.lower())
    return Account(*row) if row else None


def accounts_by_handles(db: Db, handles: Iterable[str]) -> list[Account]:
    """Those of the accounts that exist, in the order of their handles; each once."""
    found = (account_by_handle(db, handle) for handle in dict.fromkeys(handle.lower() for handle in handles))
    return [account for account in found if account]


def accounts_of_user(db: Db, user_id: int) -> list[Account]:
    """The accounts for which a user may act, oldest first."""
    return [Account(*row) for row in db.all(_OF_USER, user_id=user_id)]


def add_account(
    tx: Tx,
    username: str,
    *,
    domain: str | None = None,
    kind: str = "person",
    state: str = "active",
    display_name: str = "",
    language: str = "",
    uri: str | None = None,
    url: str | None = None,
    born_at: int | None = None,
) -> Account:
    """Add an account, here or (with a domain) elsewhere; `born_at` dates it in the past, for imports."""
    id_ = new_id(born_at)
    handle = f"{username}@{domain}".lower() if domain else username.lower()
    tx.run(
        _ADD,
        id=id_,
        handle=handle,
        username=username,
        domain=domain,
        kind=kind,
        state=state,
        display_name=display_name,
        uri=uri,
        url=url,
        default_language=language,
    )
    from perron.people.search import index_account  # here, so that commands that add nobody start quickly

    index_account(tx, id_)
    tx.rerender("account", id_)
    return Account(id_, handle, username, domain, kind, state, False, "public", language, False)


def add_membership(tx: Tx, user_id: int, account_id: int, role: str = "owner", *, team: bool = False) -> None:
    """Let a user act for an account."""
    tx.run(_ADD_MEMBERSHIP, user_id=user_id, account_id=account_id, role=role, team=team)


def keep_fragments(tx: Tx, made: Mapping[int, bytes], stamp: int) -> None:
    """Keep what is shown of accounts, by id; `stamp` names the address and format it was made for."""
    rows = [{"of_account": id_, "fragment": one, "stamp": stamp} for id_, one in made.items()]
    tx.many(_KEEP_FRAGMENT, rows)
