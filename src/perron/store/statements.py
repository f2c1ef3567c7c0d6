"""Statements compiled once, and what the two dialects say differently."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Executable, FromClause, Select, Table, bindparam, literal_column
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

DIALECTS = ("sqlite", "postgresql")


@lru_cache
def dialect_named(name: str) -> Dialect:
    """How a database is spoken to; PostgreSQL's way is loaded only where it is spoken."""
    if name == "sqlite":
        return sqlite.dialect(paramstyle="named")
    from perron.store.postgresql import speak

    return speak()


def inserting(dialect: str) -> Callable[[Table], Any]:
    """The dialect's INSERT, which knows ON CONFLICT."""
    if dialect == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects.postgresql import insert

    return insert


class Prepared:
    """A Core statement that is compiled once for each dialect and runs on the driver's own cursor.

    Values are given by name (`bindparam`); a row is a plain tuple. Building a statement for each call costs sixteen
    times as much as running it. For an INSERT, `columns` names the columns that will be given. Where the two dialects
    need two statements, a function of the dialect's name makes them.
    """

    __slots__ = ("_ready", "columns", "statement")

    def __init__(self, statement: Executable | Callable[[str], Executable], *columns: str) -> None:
        self.statement = statement
        self.columns = columns or None
        self._ready: dict[str, tuple[str, dict[str, Any]]] = {}

    def sql(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """The text for a dialect, and the values that are part of the statement itself."""
        found = self._ready.get(dialect)
        if found is None:
            statement = self.statement(dialect) if callable(self.statement) else self.statement
            assert isinstance(statement, ClauseElement)
            compiled = statement.compile(dialect=dialect_named(dialect), column_keys=self.columns)
            assert isinstance(compiled, SQLCompiler)
            fixed = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
            found = self._ready[dialect] = (str(compiled), fixed)
        return found


class AmongIds(ColumnElement[bool]):
    """`column IN (…)` for any number of ids in one constant text: see `among`."""

    inherit_cache = False

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.ids: BindParameter[Any] = bindparam(name)


@compiles(AmongIds, "sqlite")
def _among_sqlite(element: AmongIds, compiler: Any, **kw: Any) -> str:
    column, ids = compiler.process(element.column, **kw), compiler.process(element.ids, **kw)
    return f"{column} IN (SELECT value FROM json_each({ids}))"


@compiles(AmongIds, "postgresql")
def _among_postgresql(element: AmongIds, compiler: Any, **kw: Any) -> str:
    column, ids = compiler.process(element.column, **kw), compiler.process(element.ids, **kw)
    return f"{column} = ANY(CAST({ids} AS bigint[]))"


class AmongTexts(AmongIds):
    """As `AmongIds`, for a column of texts: see `among_texts`."""

    inherit_cache = False


@compiles(AmongTexts, "postgresql")
def _among_texts_postgresql(element: AmongTexts, compiler: Any, **kw: Any) -> str:
    column, texts = compiler.process(element.column, **kw), compiler.process(element.ids, **kw)
    return f"{column} IN (SELECT jsonb_array_elements_text(CAST({texts} AS jsonb)))"


class Version(ColumnElement[str]):
    """Which version of its row one sees: see `version_of`."""

    inherit_cache = False

    def __init__(self, table: FromClause) -> None:
        self.table = table


@compiles(Version, "postgresql")
def _version_postgresql(element: Version, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.table, ashint=True, **kw)}.xmin"


def version_of(table: FromClause) -> ColumnElement[str]:
    """The number of the transaction that wrote the row as it is (PostgreSQL): another one, whenever it has changed."""
    return Version(table)


def among(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """`column` is one of the ids bound as `name`; bind them with `db.id_list(ids)`."""
    return AmongIds(column, name)


def among_texts(column: Any, name: str = "texts") -> ColumnElement[bool]:
    """`column` is one of the texts bound as `name`; bind them as a JSON list (`json.encode_text(texts)`)."""
    return AmongTexts(column, name)


def id_list(dialect: str, ids: Sequence[int] | set[int] | frozenset[int]) -> str:
    """Ids as the value that `among` expects, in a dialect's own notation of a list."""
    joined = ",".join(map(str, ids))
    return "[" + joined + "]" if dialect == "sqlite" else "{" + joined + "}"


def const(value: str) -> ColumnElement[str]:
    """A fixed word written into the statement itself (never anything that came from outside)."""
    if not value.isidentifier():
        raise ValueError(value)
    return literal_column(f"'{value}'")


def row_by_row(found: Select[Any]) -> Select[Any]:
    """Rows that are asked for one by one, in the order in which the rest of the statement comes to them: PostgreSQL
    does not take a part apart that has an offset, even of nothing."""
    return found.offset(literal_column("0"))


def insert_new(table: Table, *columns: str) -> Prepared:
    """An INSERT that passes over rows already there."""
    return Prepared(lambda dialect: inserting(dialect)(table).on_conflict_do_nothing(), *columns)


def insert(table: Table, *columns: str) -> Prepared:
    """An INSERT of the named columns."""
    return Prepared(table.insert().inline(), *columns)


def upsert(table: Table, *columns: str, key: Sequence[str]) -> Prepared:
    """An INSERT of the named columns that replaces them in the row with the same key."""

    changed = [name for name in columns if name not in key]
    return insert_or_change(table, *columns, key=key, to=lambda new: {name: new[name] for name in changed})


def insert_or_change(
    table: Table,
    *columns: str,
    key: Sequence[str],
    to: Callable[[Any], Mapping[str, Any]],
    when: Callable[[Any], ColumnElement[bool]] | None = None,
    returning: Sequence[ColumnElement[Any]] = (),
) -> Prepared:
    """An INSERT of the named columns that changes the row with the same key: `to` what it becomes and, if not always,
    `when`, both said of the columns of the new row."""

    def changing(dialect: str) -> Executable:
        statement = inserting(dialect)(table)
        new = statement.excluded
        where = None if when is None else when(new)
        made = statement.on_conflict_do_update(index_elements=list(key), set_=to(new), where=where)
        done: Executable = made.returning(*returning) if returning else made
        return done

    return Prepared(changing, *columns)
