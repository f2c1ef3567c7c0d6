"""Pictures of banks that cannot be found by their words, and words of pictures that are gone."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, func, select

from perron.store import Db, Prepared, among
from perron.store.search import bank_words
from perron.store.tables import bank_items

_lost = select(bank_items.c.id).where(~exists().where(bank_words.id == bank_items.c.id))
_UNFOUND, _UNFOUND_AMONG = Prepared(_lost.limit(bindparam("limit"))), Prepared(_lost.where(among(bank_items.c.id)))
_STRAYS = Prepared(
    select(func.count()).select_from(bank_words.table).where(~exists().where(bank_items.c.id == bank_words.id))
)


def unfound(db: Db, limit: int = 500) -> list[int]:
    """Pictures that the index does not know."""
    return db.column(_UNFOUND, limit=limit)


def unfound_among(db: Db, ids: Sequence[int]) -> list[int]:
    """Those of these pictures that are."""
    return db.column(_UNFOUND_AMONG, ids=db.id_list(ids))


def strays(db: Db) -> int:
    """How many rows of the index belong to no picture: nobody is shown them."""
    return int(db.value(_STRAYS))
