"""Pages of rows by id: newest first, below, above or right after an id."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam

from perron.store.engine import Db, Row
from perron.store.statements import Prepared

NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page: ids under `below` and over `above`; `ascending` takes those nearest to `above` (still shown newest
    first)."""

    below: int = NEWEST
    above: int = 0
    ascending: bool = False
    limit: int = 20


class Paged:
    """A query that is read page by page along a column of ids. One that is given as a function is put together when it
    is first asked: there are many, and most are never asked."""

    def __init__(self, query: Select[Any] | Callable[[], Select[Any]], column: Any) -> None:
        def window() -> Select[Any]:
            whole = query() if callable(query) else query
            return whole.where(column < bindparam("below"), column > bindparam("above")).limit(bindparam("limit"))

        self._down = Prepared(lambda dialect: window().order_by(column.desc()))
        self._up = Prepared(lambda dialect: window().order_by(column))

    def rows(self, db: Db, paging: Paging, **values: Any) -> list[Row]:
        """One page, newest first."""
        window = {"below": paging.below, "above": paging.above, "limit": paging.limit}
        if paging.ascending:
            return db.all(self._up, **window, **values)[::-1]
        return db.all(self._down, **window, **values)
