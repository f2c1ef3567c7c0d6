"""What a database knows of itself: which secrets belong to it, how old the code may be that runs on it, and so on."""

from sqlalchemy import bindparam, delete, select

from perron.store.engine import Db, Tx
from perron.store.statements import Prepared, insert_new, upsert
from perron.store.tables import facts

SHARED_AS = "shared as"
"""The name under which copies of what this database says are kept where nodes share them."""

_FACT = Prepared(select(facts.c.value).where(facts.c.name == bindparam("of_name")))
_STATE = upsert(facts, "name", "value", key=["name"])
_STATE_FIRST = insert_new(facts, "name", "value")
_TAKE_BACK = Prepared(delete(facts).where(facts.c.name == bindparam("of_name")))


def fact(db: Db, name: str) -> str | None:
    """What is known under a name; None when nothing is."""
    found: str | None = db.value(_FACT, of_name=name)
    return found


def state(tx: Tx, name: str, value: str) -> None:
    """Know something under a name; what was known is replaced."""
    tx.run(_STATE, name=name, value=value)


def state_first(tx: Tx, name: str, value: str) -> str:
    """Know something under a name unless something is known already; what is known then."""
    tx.run(_STATE_FIRST, name=name, value=value)
    return fact(tx, name) or value


def take_back(tx: Tx, name: str) -> None:
    """Know nothing under a name any more."""
    tx.run(_TAKE_BACK, of_name=name)
