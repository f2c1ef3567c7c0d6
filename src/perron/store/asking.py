"""Asking PostgreSQL with as little between as there can be.

psycopg's cursor spends three times as long on a small question as the library beneath it. A reading on the event loop
asks the same few hundred statements for ever, with numbers and texts: each is translated once, prepared once on each
line, and its values are written as PostgreSQL reads them. Rows are made by psycopg.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus

from perron.store.lines import IN_ANY_ORDER, IN_ORDER

if TYPE_CHECKING:
    from perron.store.lines import Line

READABLE, WRITABLE = 1, 2
"""What a line can be ready for."""
MOST = 2000
"""Statements that are prepared on one line."""
_VALUE = re.compile(r"%(?:\((\w+)\)s|%)")
_GIVEN: dict[type, tuple[int, int, Callable[[Any], bytes | None]]] = {
    int: (20, 0, lambda one: b"%d" % one),
    str: (0, 0, lambda one: one.encode()),
    bool: (16, 0, lambda one: b"t" if one else b"f"),
    float: (701, 0, lambda one: repr(one).encode()),
    bytes: (17, 1, lambda one: one),
    type(None): (0, 0, lambda _: None),
}
"""How a value is given, by its type: PostgreSQL's number of the type, whether in binary, and its bytes."""
SEARCHES = " @@ "
"""What is in a statement that asks a full-text index, which can only be gathered from."""
_translated: dict[str, tuple[bytes, tuple[str, ...]]] = {}


class Answer:
    """The rows of an answer, as a cursor gives them."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row."""
        return self.rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row."""
        return self.rows[0] if self.rows else None


class Asking:
    """Asks on one line. `step_aside` waits until the line is ready for what is wanted."""

    def __init__(self, line: "Line", step_aside: Callable[[int], int], *, prepares: bool) -> None:
        self.line, self.step_aside, self.prepares = line, step_aside, prepares
        self._pg: Any = line.pgconn
        self._rows = Transformer(line)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}

    @property
    def closed(self) -> bool:
        """The connection is gone."""
        return self.line.closed

    def execute(self, sql: str, values: Mapping[str, Any]) -> Answer:
        """Ask, and wait for the whole answer."""
        if not self.line.in_order or SEARCHES not in sql:
            return self._ask(sql, values)
        self._ask(IN_ANY_ORDER, {})
        try:
            answer = self._ask(sql, values)
        except errors.Error as wrong:
            if wrong.sqlstate and not self.closed:  # the server has said no, and can be asked again
                self._ask(IN_ORDER, {})
            raise
        self._ask(IN_ORDER, {})
        return answer

    def _ask(self, sql: str, values: Mapping[str, Any]) -> Answer:
        text, names = _translated.get(sql) or _translate(sql)
        given = [_GIVEN[type(values[name])] for name in names]
        types = tuple([one[0] for one in given])
        formats = [one[1] for one in given]
        params = [one[2](values[name]) for one, name in zip(given, names, strict=True)]
        pg = self._pg
        key = (sql, types)
        name = self._names.get(key)
        if name is None and self.prepares and len(self._names) < MOST:
            name = b"p%d" % len(self._names)
            pg.send_prepare(name, text, types)
            self._answer()
            self._names[key] = name
        if name is None:
            pg.send_query_params(text, params, types, formats)
        else:
            pg.send_query_prepared(name, params, formats)
        result = self._answer()
        self._rows.set_pgresult(result)
        return Answer(self._rows.load_rows(0, result.ntuples, tuple))

    def _answer(self) -> Any:
        pg, step_aside = self._pg, self.step_aside
        while pg.flush():
            if step_aside(READABLE | WRITABLE) & READABLE:
                pg.consume_input()
        result = None
        while True:
            while pg.is_busy():
                step_aside(READABLE)
                pg.consume_input()
            following = pg.get_result()
            if following is None:
                break
            result = following
        if result is None or result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise errors.error_from_result(result) if result is not None else errors.OperationalError("no answer")
        return result


def _translate(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with its values by number, and their names in this order."""
    names: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "%"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    made = _translated[sql] = (_VALUE.sub(numbered, sql).encode(), tuple(names))
    return made
