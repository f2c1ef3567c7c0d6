"""Rows whose parents are gone: counted, and taken out or let go of, as a foreign key would have done."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from perron.store.engine import Db, Row, Tx
from perron.store.references import CLEAR, Reference

STEP = 500


def _orphaned(reference: Reference) -> list[ColumnElement[bool]]:
    above = reference.parent.table.alias("above")
    there = exists().where(above.c[reference.parent.key] == reference.column)
    return [reference.column.is_not(None), reference.holds_for, ~there]


def count_orphans(db: Db, reference: Reference) -> int:
    """How many rows have lost the row above them."""
    return int(db.execute(select(func.count()).where(*_orphaned(reference))).scalar_one())


def some_orphans(db: Db, reference: Reference, limit: int = STEP) -> list[Row]:
    """The keys of some of them."""
    key = reference.column.table.primary_key.columns
    return [tuple(row) for row in db.execute(select(*key).where(*_orphaned(reference)).limit(limit))]


def mend_orphans(tx: Tx, reference: Reference) -> int:
    """Take out some of them, or clear their references; how many."""
    found = some_orphans(tx, reference)
    table: Any = reference.column.table
    key = [*table.primary_key.columns]
    for row in found:
        mine = [column == value for column, value in zip(key, row, strict=True)]
        if reference.mend == CLEAR:
            tx.execute(table.update().where(*mine).values({reference.column: None}))
        else:
            tx.execute(table.delete().where(*mine))
    return len(found)
