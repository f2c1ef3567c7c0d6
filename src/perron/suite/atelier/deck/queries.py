"""Decks in the database, one statement a function."""

from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from perron.kit import json
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import decks
from perron.suite.atelier.deck.model import Arrangement, Deck
from perron.suite.atelier.deck.read import arrangement_kept, arrangement_said

_COLUMNS = (
    *(decks.c.id, decks.c.user_id, decks.c.account_id, decks.c.name),
    *(decks.c.version, decks.c.changed_at, decks.c.body),
)
_OWN = (decks.c.user_id == bindparam("of_user"), decks.c.account_id == bindparam("of_account"))
_ONE = Prepared(select(*_COLUMNS).where(decks.c.id == bindparam("of_deck"), *_OWN))
_ALL = Prepared(select(*_COLUMNS).where(*_OWN).order_by(decks.c.id))
_NAMES = Prepared(select(decks.c.id, decks.c.name).where(*_OWN).order_by(decks.c.id))
_COUNT = Prepared(select(func.count()).select_from(decks).where(*_OWN))
_ADD = insert(decks, "id", "user_id", "account_id", "name", "body", "version", "changed_at")
_CHANGE = Prepared(
    update(decks)
    .where(decks.c.id == bindparam("of_deck"), decks.c.version == bindparam("before"))
    .values(
        name=bindparam("called"), body=bindparam("new_body"), version=decks.c.version + 1, changed_at=bindparam("at")
    )
)
_REMOVE = Prepared(delete(decks).where(decks.c.id == bindparam("of_deck"), *_OWN))
_FORGET = Prepared(delete(decks).where(decks.c.account_id == bindparam("of_account")))


def decks_of(db: Db, user_id: int, account_id: int) -> list[Deck]:
    """The decks of a user who acts for an account, the oldest first."""
    return [_deck(row) for row in db.all(_ALL, of_user=user_id, of_account=account_id)]


def deck_names(db: Db, user_id: int, account_id: int) -> list[tuple[int, str]]:
    """(id, name) of the same decks."""
    return [(row[0], row[1]) for row in db.all(_NAMES, of_user=user_id, of_account=account_id)]


def find_deck(db: Db, user_id: int, account_id: int, deck_id: int) -> Deck | None:
    """One deck, when it is theirs."""
    row = db.one(_ONE, of_deck=deck_id, of_user=user_id, of_account=account_id)
    return _deck(row) if row else None


def count_decks(db: Db, user_id: int, account_id: int) -> int:
    """How many there are; a few."""
    return int(db.value(_COUNT, of_user=user_id, of_account=account_id))


def add_deck(tx: Tx, user_id: int, account_id: int, name: str, holds: Arrangement) -> Deck:
    """Add a deck."""
    made = Deck(new_id(), user_id, account_id, name, 1, now(), holds)
    values = {"user_id": user_id, "account_id": account_id, "name": name, "version": 1, "changed_at": made.changed_at}
    tx.run(_ADD, id=made.id, body=json.encode_text(arrangement_said(holds)), **values)
    return made


def change_deck(tx: Tx, before: Deck, name: str, holds: Arrangement) -> bool:
    """Put a newer version in the place of one; False when it is not the newest any more."""
    body = json.encode_text(arrangement_said(holds))
    values = {"of_deck": before.id, "before": before.version, "called": name, "new_body": body, "at": now()}
    return tx.run(_CHANGE, **values) > 0


def remove_deck(tx: Tx, user_id: int, account_id: int, deck_id: int) -> bool:
    """Remove a deck; False when it was not there."""
    return tx.run(_REMOVE, of_deck=deck_id, of_user=user_id, of_account=account_id) > 0


def remove_decks_of(tx: Tx, account_id: int) -> None:
    """Remove every deck of an account, whoever arranged it."""
    tx.run(_FORGET, of_account=account_id)


def _deck(row: tuple[Any, ...]) -> Deck:
    id_, user_id, account_id, name, version, changed_at, body = row
    return Deck(id_, user_id, account_id, name, version, changed_at, arrangement_kept(body))
