"""Make, change and forget decks. A deck belongs to one user who acts for one account: nobody else arranges it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from perron.kit.errors import Invalid, NotFound
from perron.store import Db, Tx
from perron.suite.atelier.deck import queries
from perron.suite.atelier.deck.model import MOST_COLUMNS, MOST_DECKS, Arrangement, Behind, Deck
from perron.suite.atelier.deck.read import read_name


def own_deck(db: Db, user_id: int, account_id: int, deck_id: int) -> Deck:
    """A deck of somebody; refused when it is not theirs."""
    found = queries.find_deck(db, user_id, account_id, deck_id)
    if found is None:
        raise NotFound("This deck is gone, or belongs to somebody else.")
    return found


def make_deck(tx: Tx, user_id: int, account_id: int, name: str, holds: Arrangement) -> Deck:
    """Begin a deck."""
    called = read_name(name)
    if queries.count_decks(tx, user_id, account_id) >= MOST_DECKS:
        raise Invalid(f"There are {MOST_DECKS} decks already. Remove one to begin another.")
    return queries.add_deck(tx, user_id, account_id, called, holds)


def rearrange(tx: Tx, deck: Deck, change: Callable[[Arrangement], Arrangement]) -> Deck:
    """Do something with what a deck holds, whatever it holds by now; what changes nothing is not kept anew."""
    holds = change(deck.holds)
    if len(holds.columns) > MOST_COLUMNS:
        raise Invalid(f"A deck has at most {MOST_COLUMNS} columns. Take one out, or begin another deck.")
    return _keep(tx, deck, deck.name, holds)


def rename(tx: Tx, deck: Deck, name: str) -> Deck:
    """Call a deck something else."""
    return _keep(tx, deck, read_name(name), deck.holds)


def replace_deck(tx: Tx, deck: Deck, version: int, name: str, holds: Arrangement) -> Deck:
    """Put a whole deck in the place of the one that somebody has seen as `version`; refused when it is not that any
    more, unless it would be just the same."""
    called = read_name(name)
    if version != deck.version and (called, holds) != (deck.name, deck.holds):
        raise Behind("This deck was arranged elsewhere meanwhile. Nothing was overwritten.")
    return _keep(tx, deck, called, holds)


def forget_deck(tx: Tx, user_id: int, account_id: int, deck_id: int) -> None:
    """Forget a deck. What its columns showed is where it was."""
    if not queries.remove_deck(tx, user_id, account_id, deck_id):
        raise NotFound("This deck is gone, or belongs to somebody else.")


def forget_decks(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its decks are gone."""
    queries.remove_decks_of(tx, event["account_id"])


def _keep(tx: Tx, deck: Deck, name: str, holds: Arrangement) -> Deck:
    if (name, holds) == (deck.name, deck.holds):
        return deck
    if not queries.change_deck(tx, deck, name, holds):
        raise Behind("This deck was arranged elsewhere meanwhile. Nothing was overwritten.")
    return replace(deck, name=name, holds=holds, version=deck.version + 1)
