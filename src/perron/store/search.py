"""Full-text indexes: what each engine calls them, behind one way of asking.

On SQLite an index is an FTS5 table without content of its own; a row is taken out by saying its words again. On
PostgreSQL it is a table of `tsvector`. Words come folded and stemmed from `text.words`; both engines take letters,
marks and digits for words, and make nothing else of them.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    DDL,
    BindParameter,
    ColumnElement,
    Insert,
    bindparam,
    cast,
    column,
    delete,
    event,
    literal_column,
    table,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.selectable import TableClause

from perron.store.engine import Db, Tx
from perron.store.statements import Prepared
from perron.store.tables import metadata

NAMES = ("post_words", "account_words", "bank_words")
CREATE = {
    "sqlite": tuple(
        f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='', tokenize='unicode61 remove_diacritics 2')"
        for name in NAMES
    ),
    "postgresql": tuple(
        statement
        for name in NAMES
        for statement in (
            f"CREATE TABLE {name} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
            f"CREATE INDEX ix_{name}_words ON {name} USING gin (words)",
        )
    ),
}
DROP = tuple(f"DROP TABLE IF EXISTS {name}" for name in NAMES)


class Index:
    """A full-text index over rows that have an id."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.table: TableClause = table(name, column("rowid"), column("words"), column(name))
        self.id: ColumnElement[int] = self.table.c.rowid
        self._add = {
            "sqlite": Prepared(self.table.insert(), "rowid", "words"),
            "postgresql": Prepared(self._add_vector, "rowid"),
        }
        self._forget = Prepared(self.table.insert(), name, "rowid", "words")  # how FTS5 is told to
        self._remove = Prepared(delete(self.table).where(self.id == bindparam("of_row")))

    def _add_vector(self, dialect: str) -> Insert:
        from sqlalchemy.dialects.postgresql import TSVECTOR

        return self.table.insert().values(words=cast(bindparam("words"), TSVECTOR))

    def matches(self, words: str = "words") -> ColumnElement[bool]:
        """The row's words answer the query bound as `words` (made by `asked`)."""
        return Matches(self, words)

    def matches_few(self, words: str = "words") -> ColumnElement[bool]:
        """The same, where few rows are known to answer: PostgreSQL then goes by the index, whatever it would guess."""
        return Matches(self, words, few=True)

    def asked(self, db: Db, expression: str) -> str:
        """An expression of `text.words.fts5_match` as the value that `matches` expects."""
        return expression if db.dialect == "sqlite" else tsquery(expression)

    def add(self, tx: Tx, id_: int, words: str) -> None:
        """Make a row found by its words."""
        kept = words if tx.dialect == "sqlite" else tsvector(words)
        tx.run(self._add[tx.dialect], rowid=id_, words=kept)

    def add_many(self, tx: Tx, rows: Sequence[tuple[int, str]]) -> None:
        """The same for many rows at once: for what comes from elsewhere."""
        if tx.dialect == "sqlite":
            tx.many(self._add["sqlite"], [{"rowid": id_, "words": words} for id_, words in rows])
        else:
            raw: Any = tx.connection.connection.driver_connection
            with raw.cursor().copy(f"COPY {self.name} (rowid, words) FROM STDIN") as copy:
                for id_, words in rows:
                    copy.write_row((id_, tsvector(words)))

    def remove(self, tx: Tx, id_: int, words: str) -> None:
        """Make a row no longer found; `words` as they were added."""
        if tx.dialect == "sqlite":
            tx.run(self._forget, **{self.name: "delete", "rowid": id_, "words": words})
        else:
            tx.run(self._remove, of_row=id_)


class Matches(ColumnElement[bool]):
    """The rows of an index that answer a query: see `Index.matches`."""

    inherit_cache = False

    def __init__(self, index: Index, words: str, *, few: bool = False) -> None:
        self.few = few
        self.whole: ColumnElement[str] = literal_column(index.name)
        self.column = index.table.c.words
        self.query: BindParameter[str] = bindparam(words)


@compiles(Matches, "sqlite")
def _matches_sqlite(element: Matches, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.whole, **kw)} MATCH {compiler.process(element.query, **kw)}"


@compiles(Matches, "postgresql")
def _matches_postgresql(element: Matches, compiler: Any, **kw: Any) -> str:
    query = f"CAST({compiler.process(element.query, **kw)} AS tsquery)"
    return f"{compiler.process(element.column, **kw)} @@ {f'(SELECT {query})' if element.few else query}"


_WORD = re.compile(r"[^\W_]+")
_LONGEST = 500  # letters; PostgreSQL refuses a word of more than 2,046 bytes
_TOKEN = re.compile(r'"((?:[^"]|"")*)"(\s*\*)?|[()]|AND|OR|NOT')
_OPERATORS = {"AND": "&", "OR": "|", "NOT": "& !", "(": "(", ")": ")"}


def tsquery(expression: str) -> str:
    """An FTS5 expression of quoted words, `*`, AND, OR, NOT and parentheses, as PostgreSQL writes it."""
    parts: list[str] = []
    for found in _TOKEN.finditer(expression):
        operator = _OPERATORS.get(found[0])
        part = operator or "(" + " <-> ".join(f"'{word}'" for word in _words(found[1])) + (":*)" if found[2] else ")")
        if operator in (None, "(") and parts and parts[-1].endswith(")"):
            parts.append("&")  # FTS5 lets two terms stand side by side
        parts.append(part)
    return " ".join(parts)


def tsvector(words: str) -> str:
    """Words in their order, as PostgreSQL writes them."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(_words(words), 1))


def _words(text: str) -> list[str]:
    return [word[:_LONGEST] for word in _WORD.findall(text)]


post_words = Index("post_words")
account_words = Index("account_words")
bank_words = Index("bank_words")


for _dialect, _statements in CREATE.items():
    for _statement in _statements:
        event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
for _statement in DROP:
    event.listen(metadata, "before_drop", DDL(_statement))  # type: ignore[no-untyped-call]
