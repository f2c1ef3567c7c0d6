"""Full-text indexes: what each engine calls them, behind one way of asking.

On SQLite an index is an FTS5 table without content of its own; a row is taken out by saying its words again.
"""

from sqlalchemy import DDL, ColumnElement, bindparam, column, event, literal_column, table
from sqlalchemy.sql.selectable import TableClause

from perron.store.engine import Tx
from perron.store.statements import Prepared
from perron.store.tables import metadata

NAMES = ("post_words", "account_words")
CREATE_SQLITE = tuple(
    f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='', tokenize='unicode61 remove_diacritics 2')"
    for name in NAMES
)
DROP_SQLITE = tuple(f"DROP TABLE IF EXISTS {name}" for name in NAMES)


class Index:
    """A full-text index over rows that have an id."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.table: TableClause = table(name, column("rowid"), column("words"), column(name))
        self.id: ColumnElement[int] = self.table.c.rowid
        self._add = Prepared(self.table.insert(), "rowid", "words")
        self._remove = Prepared(self.table.insert(), name, "rowid", "words")

    def matches(self, words: str = "words") -> ColumnElement[bool]:
        """The row's words answer the query bound as `words` (made by `text.words`)."""
        return literal_column(self.name).op("MATCH", is_comparison=True)(bindparam(words))

    def add(self, tx: Tx, id_: int, words: str) -> None:
        """Make a row found by its words."""
        tx.run(self._add, rowid=id_, words=words)

    def remove(self, tx: Tx, id_: int, words: str) -> None:
        """Make a row no longer found; `words` as they were added."""
        tx.run(self._remove, **{self.name: "delete", "rowid": id_, "words": words})


post_words = Index("post_words")
account_words = Index("account_words")


for _statement in CREATE_SQLITE:
    event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
for _statement in DROP_SQLITE:
    event.listen(metadata, "before_drop", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
