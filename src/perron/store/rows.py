"""Rows as they are: read in the order of their keys, written back, and summed up the same way on both engines.

What a row is does not depend on its engine: whole numbers, floats, texts, bytes, truths and NULL, encoded as
MessagePack; the digest of a table is SHA-256 over its rows in the order of their keys, texts ordered by their bytes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, LargeBinary, Table, bindparam, func, select, tuple_

from perron.store.engine import Db, Row
from perron.store.statements import Prepared
from perron.store.tables import facts, metadata

PAGE = 2000
LEFT = ("nodes", "leases", "story_readers", "story_salts")
"""Tables about processes that run, not about what anybody did, and what is destroyed with its day: they stay where they
are."""
OWN_FACTS = ("moved", "moving", "move", "backup")
"""Facts about the place where the data is, not about the data."""

_encode = msgspec.msgpack.Encoder().encode


class Shape:
    """A table as rows pass through it."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = str(table.name)
        self.columns: list[Column[Any]] = list(table.columns)
        self.names = [str(column.name) for column in self.columns]
        self.key = [self.columns.index(column) for column in table.primary_key.columns]
        self.flags = [n for n, column in enumerate(self.columns) if isinstance(column.type, Boolean)]
        self.texts = [n for n, column in enumerate(self.columns) if kind(column) == "text"]
        self.all = Prepared(lambda dialect: self._select(dialect, after=False))
        self.after = Prepared(lambda dialect: self._select(dialect, after=True))
        self.count = Prepared(self._mine(select(func.count()).select_from(table)))

    def key_of(self, row: Row) -> Row:
        """What tells a row from others of its table."""
        return tuple(row[n] for n in self.key)

    def named_key(self, row: Row) -> str:
        """The key of a row, as one writes it down."""
        return ", ".join(f"{self.names[n]} {row[n]!r}" for n in self.key)

    @cached_property
    def take_out(self) -> Prepared:
        """A statement that removes the row with a key, bound as `key_0`, `key_1` …"""
        keys = [self.columns[n] == bindparam(f"key_{place}") for place, n in enumerate(self.key)]
        return Prepared(self.table.delete().where(*keys))

    def tidy(self, rows: list[Row]) -> list[Row]:
        """Rows of SQLite with its 0 and 1 as truths."""
        if not self.flags:
            return rows
        made = []
        for row in rows:
            values = list(row)
            for n in self.flags:
                if values[n] is not None:
                    values[n] = values[n] != 0
            made.append(tuple(values))
        return made

    def _select(self, dialect: str, *, after: bool) -> Any:
        keys = [in_order(self.columns[n], dialect) for n in self.key]
        query = self._mine(select(*self.columns)).order_by(*keys)
        if not after:
            return query
        values = [bindparam(f"after_{place}", type_=self.columns[n].type) for place, n in enumerate(self.key)]
        if len(keys) == 1:
            return query.where(keys[0] > values[0])
        return query.where(tuple_(*keys) > tuple_(*values))

    def _mine(self, query: Any) -> Any:
        return query.where(*(facts.c.name != name for name in OWN_FACTS)) if self.table is facts else query


def in_order(column: Column[Any], dialect: str) -> Any:
    """A column as it is ordered on both engines: texts by their bytes, whatever the database was set to."""
    return column.collate("C") if dialect == "postgresql" and kind(column) == "text" else column


def kind(column: Column[Any]) -> str:
    """What a column holds, as PostgreSQL calls it."""
    for type_, name in _KINDS:
        if isinstance(column.type, type_):
            return name
    return "text"


_KINDS = ((Boolean, "bool"), (BigInteger, "int8"), (Integer, "int4"), (Float, "float8"), (LargeBinary, "bytea"))

SHAPES = [Shape(table) for name, table in metadata.tables.items() if name not in LEFT]
"""Every table that goes along, in the order of `tables.py`."""


class Digest:
    """What a table sums up to."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self.rows = 0

    def add(self, rows: Sequence[Row]) -> None:
        """The next rows, in the order of their keys."""
        self._sha.update(b"".join(map(_encode, rows)))
        self.rows += len(rows)

    @property
    def text(self) -> str:
        """As it is written down."""
        return self._sha.hexdigest()


def digest_of_all(tables: Iterable[tuple[str, int, str]]) -> str:
    """What a whole database sums up to, from name, rows and digest of each table."""
    lines = "".join(f"{name} {rows} {digest}\n" for name, rows, digest in tables)
    return hashlib.sha256(lines.encode()).hexdigest()


def count_rows(db: Db, shape: Shape) -> int:
    """How many rows a table has."""
    return int(db.value(shape.count))


def read_rows(db: Db, shape: Shape, *, after: Row | None = None, page: int = PAGE) -> Iterator[list[Row]]:
    """Pages of rows in the order of their keys, from the one behind `after` on. On PostgreSQL within a transaction."""
    values = {} if after is None else {f"after_{place}": value for place, value in enumerate(after)}
    sql, fixed = (shape.all if after is None else shape.after).sql(db.dialect)
    raw: Any = db.connection.connection.driver_connection
    if db.dialect == "sqlite":
        cursor = raw.execute(sql, {**fixed, **values})
        while rows := cursor.fetchmany(page):
            yield shape.tidy(rows)
    else:
        with raw.cursor(name=f"rows_of_{shape.name}", binary=True) as cursor:
            cursor.execute(sql, {**fixed, **values})
            while rows := cursor.fetchmany(page):
                yield rows


def sum_up(db: Db, shape: Shape) -> Digest:
    """The digest of a table as it is."""
    digest = Digest()
    for rows in read_rows(db, shape):
        digest.add(rows)
    return digest


def write_rows(db: Db, shape: Shape, rows: Sequence[Row]) -> None:
    """Add rows as they are: COPY on PostgreSQL."""
    raw: Any = db.connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in shape.names)
    if db.dialect == "sqlite":
        marks = ", ".join("?" * len(shape.names))
        raw.cursor().executemany(f'INSERT INTO "{shape.name}" ({names}) VALUES ({marks})', rows)
        return
    with raw.cursor().copy(f'COPY "{shape.name}" ({names}) FROM STDIN (FORMAT BINARY)') as copy:
        copy.set_types([kind(column) for column in shape.columns])
        for row in rows:
            copy.write_row(row)


def remove_rows(db: Db, shape: Shape, rows: Sequence[Row]) -> None:
    """Take rows out by their keys."""
    sql, fixed = shape.take_out.sql(db.dialect)
    raw: Any = db.connection.connection.driver_connection
    values = [{**fixed, **{f"key_{place}": value for place, value in enumerate(shape.key_of(row))}} for row in rows]
    raw.cursor().executemany(sql, values)
