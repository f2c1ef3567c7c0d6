"""Values that SQLite holds and PostgreSQL would refuse, found before anything is moved.

SQLite takes any value in any column and any bytes for a text. Perron never writes such values; other programs might.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, and_, func, not_, or_, select, type_coerce

from perron.store.engine import Db
from perron.store.rows import SHAPES, Shape, kind
from perron.store.statements import Prepared

WIDEST = {"int4": 2**31, "int8": 2**63}
_HOLDS = {
    "bool": ("integer",),
    "int8": ("integer",),
    "int4": ("integer",),
    "float8": ("real", "integer"),
    "bytea": ("blob",),
    "text": ("text",),
}
PAGE = 5000


def misfits(db: Db) -> Iterator[str]:
    """A line for each value that PostgreSQL would refuse: table, row, column and what is wrong."""
    for shape in SHAPES:
        yield from _wrong_kinds(db, shape)
        if shape.texts:
            yield from _wrong_texts(db, shape)


def _wrong_kinds(db: Db, shape: Shape) -> Iterator[str]:
    for column in shape.columns:
        of_kind = kind(column)
        keys = [shape.columns[n] for n in shape.key]
        query = Prepared(select(func.typeof(column), *keys).where(not_(_fits(column, of_kind))).limit(20))
        for found, *key in db.all(query):
            place = ", ".join(f"{one.name} {value!r}" for one, value in zip(keys, key, strict=True))
            yield f"{shape.name}, {place}, {column.name}: holds {found}, {_wanted(of_kind)} is wanted"


def _wanted(of_kind: str) -> str:
    return {"bool": "true or false", "bytea": "bytes", "text": "a text", "float8": "a number"}.get(
        of_kind, "a whole number" if of_kind == "int8" else "a whole number under 2,147,483,648"
    )


def _fits(column: Column[Any], of_kind: str) -> ColumnElement[bool]:
    fits: ColumnElement[bool] = or_(*(func.typeof(column) == name for name in _HOLDS[of_kind]))
    if of_kind == "int4":
        fits = and_(fits, column.between(-WIDEST["int4"], WIDEST["int4"] - 1))
    elif of_kind == "bool":
        fits = and_(fits, type_coerce(column, Integer).between(0, 1))
    return or_(fits, column.is_(None)) if column.nullable else fits


def _wrong_texts(db: Db, shape: Shape) -> Iterator[str]:
    """Texts with a NUL in them, or that are no UTF-8."""
    keys = [shape.columns[n] for n in shape.key]
    texts = [shape.columns[n] for n in shape.texts]
    sql, fixed = Prepared(select(*keys, *texts)).sql(db.dialect)
    raw: Any = db.connection.connection.driver_connection
    before, raw.text_factory = raw.text_factory, bytes
    try:
        cursor = raw.execute(sql, fixed)
        while rows := cursor.fetchmany(PAGE):
            for row in rows:
                if _amiss(b"\x1f".join(one for one in row[len(keys) :] if type(one) is bytes)):
                    place = ", ".join(f"{one.name} {_shown(value)}" for one, value in zip(keys, row, strict=False))
                    for column, value in zip(texts, row[len(keys) :], strict=True):
                        if type(value) is bytes and (says := _amiss(value)):
                            yield f"{shape.name}, {place}, {column.name}: {says}"
    finally:
        raw.text_factory = before


def _amiss(text: bytes) -> str:
    if b"\0" in text:
        return "a text with a NUL character in it"
    try:
        text.decode()
    except UnicodeDecodeError:
        return "a text that is not UTF-8 (a lone surrogate, or bytes of another encoding)"
    return ""


def _shown(value: Any) -> str:
    return repr(value.decode("utf-8", "replace")) if isinstance(value, bytes) else repr(value)
