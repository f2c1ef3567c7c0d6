"""Counts that are kept as columns, held against what they count, and set right.

Each room says which counts it keeps (`people/recount.py`, `posts/recount.py`); how they are looked at is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, func, select, true

from perron.store.engine import Db, Tx

STEP = 200


@dataclass(frozen=True)
class Counter:
    """A column that says how many rows there are whose `of` names its row."""

    column: Column[Any]
    of: Column[Any]
    where: ColumnElement[bool] | None = None
    """Which rows count."""
    among: ColumnElement[bool] | None = None
    """Which rows keep this count at all."""

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A count that is not what it should be."""

    id: int
    says: int
    counted: int


def wrong_counts(db: Db, counter: Counter, limit: int = STEP) -> list[Wrong]:
    """Rows whose count is wrong."""
    rows: Any = db.execute(_wrong(counter).limit(limit))
    return [Wrong(*row) for row in rows]


def count_wrong(db: Db, counter: Counter) -> int:
    """How many rows there are whose count is wrong."""
    return int(db.execute(select(func.count()).select_from(_wrong(counter).subquery())).scalar_one())


def _wrong(counter: Counter) -> Any:
    table: Any = counter.column.table
    counted = all_counted(counter).subquery("counted")
    real = func.coalesce(counted.c.n, 0)
    return (
        select(table.c.id, counter.column, real)
        .select_from(table.outerjoin(counted, counted.c.id == table.c.id))
        .where(counter.column != real, true() if counter.among is None else counter.among)
        .order_by(table.c.id)
    )


def all_counted(counter: Counter) -> Any:
    """The query for what a counter counts: `id` and `n` of each that there is something of."""
    source: Any = counter.of.table
    if source is counter.column.table:
        source = source.alias("source")
    of = source.c[counter.of.key]
    query = select(of.label("id"), func.count().label("n")).where(of.is_not(None)).group_by(of)
    if counter.where is not None:
        query = query.where(_about(counter, source))
    return query


def _about(counter: Counter, source: Any) -> Any:
    """The condition, said of the table as it is called here."""
    from sqlalchemy.sql.util import ClauseAdapter

    return counter.where if source is counter.of.table else ClauseAdapter(source).traverse(counter.where)


def recount(tx: Tx, counter: Counter, ids: Sequence[int]) -> list[int]:
    """Set right the counts of these rows; which of them were wrong. Rows are held first, so that who counts meanwhile
    waits and goes on from the right figure."""
    table: Any = counter.column.table
    held = select(table.c.id, counter.column).where(table.c.id.in_(ids)).with_for_update()
    rows: Any = tx.execute(held)
    says = {row[0]: row[1] for row in rows}
    counted = all_counted(counter)
    source_id = counted.selected_columns.id
    rows = tx.execute(counted.where(source_id.in_([*says])))
    real = {row[0]: row[1] for row in rows}
    wrong = [id_ for id_, figure in says.items() if figure != real.get(id_, 0)]
    for id_ in wrong:
        tx.execute(table.update().where(table.c.id == id_).values({counter.column: real.get(id_, 0)}))
    return wrong
