"""Moving from one account to another: those who follow are led along.

The successor says first that the account is one of its own names (`also_known_as`), so that nobody can send followers
to somebody who never asked for them.
"""

from typing import Any

from sqlalchemy import bindparam, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid
from perron.kit.settings import Settings
from perron.people.follow import follow_on
from perron.people.model import Account, AccountMoved
from perron.people.queries import account_by_handle, find_account
from perron.people.relations import Following
from perron.store import Db, Prepared, Tx
from perron.store.tables import accounts, follows

MOST_ALIASES = 10
BATCH = 200

_ALIASES = Prepared(select(accounts.c.also_known_as).where(accounts.c.id == bindparam("of_account")))
_SET_ALIASES = Prepared(
    update(accounts).where(accounts.c.id == bindparam("of_account")).values(also_known_as=bindparam("names"))
)
_MOVED = Prepared(select(accounts.c.moved_to_id).where(accounts.c.id == bindparam("of_account")))
_MOVE = Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values(moved_to_id=bindparam("to")))
_FOLLOWERS = Prepared(
    select(follows.c.follower_id, follows.c.boosts, follows.c.notify, follows.c.languages)
    .join(accounts, accounts.c.id == follows.c.follower_id)
    .where(follows.c.target_id == bindparam("of_account"), accounts.c.domain.is_(None))
    .order_by(follows.c.id)
    .limit(BATCH)
)


def aliases_of(db: Db, account_id: int) -> list[str]:
    """The names under which an account was or is known elsewhere: those that may move to it."""
    names: list[str] = json.decode(db.value(_ALIASES, of_account=account_id) or "[]")
    return names


def add_alias(tx: Tx, who: Account, text: str, *, settings: Settings) -> None:
    """Let another account move to this one."""
    names, other = aliases_of(tx, who.id), named(tx, text, settings=settings)
    if other.id == who.id:
        raise Invalid("This is the account itself. Give the name of another one.")
    if other.handle in names:
        return
    if len(names) >= MOST_ALIASES:
        raise Invalid(f"An account has at most {MOST_ALIASES} other names.")
    tx.run(_SET_ALIASES, of_account=who.id, names=json.encode_text([*names, other.handle]))


def remove_alias(tx: Tx, who: Account, name: str) -> None:
    """Let it move here no longer."""
    names = [one for one in aliases_of(tx, who.id) if one != name]
    tx.run(_SET_ALIASES, of_account=who.id, names=json.encode_text(names))


def moved_to(db: Db, account_id: int) -> Account | None:
    """Where an account has moved to."""
    to = db.value(_MOVED, of_account=account_id)
    return find_account(db, to) if to else None


def move(tx: Tx, who: Account, text: str, *, settings: Settings) -> Account:
    """Name another account as one's successor; those who follow are led there by jobs. The successor."""
    to = named(tx, text, settings=settings)
    if to.id == who.id:
        raise Invalid("This is the account itself. Give the name of another one.")
    if who.handle not in aliases_of(tx, to.id):
        raise Invalid("That account has to say first that this one is among its other names.")
    if moved_to(tx, to.id) is not None:
        raise Invalid("That account has moved itself.")
    if moved_to(tx, who.id) is not None:
        raise Invalid("This account has moved already. Take that back first.")
    tx.run(_MOVE, of_account=who.id, to=to.id)
    tx.rerender("account", who.id)
    emit(tx, AccountMoved(who.id, to.id))
    return to


def move_back(tx: Tx, who: Account) -> None:
    """Be where one was; who was led along stays there."""
    if tx.value(_MOVED, of_account=who.id):
        tx.run(_MOVE, of_account=who.id, to=None)
        tx.rerender("account", who.id)


def named(db: Db, text: str, *, settings: Settings) -> Account:
    """The account that a name means, as somebody typed it."""
    name, _, domain = text.strip().removeprefix("@").lower().replace("\x00", "").partition("@")
    here = domain in ("", settings.domain, settings.domain.partition(":")[0])
    found = account_by_handle(db, name if here else f"{name}@{domain}") if name else None
    if found is None or found.state != "active":
        raise Invalid("Nobody of that name is known here.")
    return found


def lead_followers(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountMoved`: two hundred who follow it follow its successor instead, and come back for the rest."""
    account, to = find_account(tx, event["account_id"]), find_account(tx, event["to_id"])
    if account is None or to is None or to.state != "active" or tx.value(_MOVED, of_account=account.id) != to.id:
        return
    rows = tx.all(_FOLLOWERS, of_account=account.id)
    for follower_id, boosts, notify, languages in rows:
        how = Following(bool(boosts), bool(notify), tuple(languages.split()))
        follow_on(tx, follower_id, account.id, to, how)
    if len(rows) == BATCH:
        emit(tx, AccountMoved(account.id, to.id))
