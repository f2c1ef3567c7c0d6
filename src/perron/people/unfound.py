"""Accounts that cannot be found by their names."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, select

from perron.store import Db, Prepared, among, const
from perron.store.search import account_words
from perron.store.tables import accounts

_lost = select(accounts.c.id).where(
    accounts.c.state != const("deleted"), accounts.c.username != "", ~exists().where(account_words.id == accounts.c.id)
)
_UNFOUND, _UNFOUND_AMONG = Prepared(_lost.limit(bindparam("limit"))), Prepared(_lost.where(among(accounts.c.id)))


def unfound(db: Db, limit: int = 500) -> list[int]:
    """Accounts that stand, and that the index does not know."""
    return db.column(_UNFOUND, limit=limit)


def unfound_among(db: Db, ids: Sequence[int]) -> list[int]:
    """Those of these accounts that are."""
    return db.column(_UNFOUND_AMONG, ids=db.id_list(ids))
