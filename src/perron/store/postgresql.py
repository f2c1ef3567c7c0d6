"""How PostgreSQL is spoken to."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.engine import Dialect

from perron.store.tables import metadata


class _WideNumbers(PGCompiler_psycopg):
    """A whole number that is given may be an id, also where it is compared with a small number written here."""

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        if isinstance(dbapi_type, Integer):
            return f"{sqltext}::BIGINT"
        cast: str = super().render_bind_cast(type_, dbapi_type, sqltext)  # type: ignore[no-untyped-call]
        return cast


def take_over_conditions() -> None:
    """Give each partial index of the schema its condition on PostgreSQL too. (To name it in `tables.py` would load this
    dialect in every small command.)"""
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


def speak() -> Dialect:
    """Its dialect, with values by name."""
    take_over_conditions()
    dialect: Dialect = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]
    dialect.statement_compiler = _WideNumbers
    return dialect
