"""Holding a database still while it is moved, and shutting it for good when it is somewhere else.

A database that was moved refuses every write itself, by a trigger on each table: whoever comes, a server that still
runs or a command, is told in one line where it is now. Reading goes on. A look at a mark by each writer would have cost
every write of every server; this costs nothing until it is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from perron.kit.errors import Refused, Unavailable
from perron.store.building import transaction
from perron.store.engine import Db, Tx, state_of
from perron.store.facts import fact
from perron.store.rows import SHAPES

MOVED, MOVING, MOVE = "moved", "moving", "move"
"""Facts: of the old database, where its data is now, and which move takes it there; of the new one, how far that is."""
REFUSAL = "57P99"
"""What PostgreSQL says of a write to a database that was moved: class 57 is an operator who intervened."""
PATIENCE = 20


@contextmanager
def held(connection: Connection) -> Iterator[Tx]:
    """The database while nobody writes to it: others read on, and wait with what they would write."""
    if connection.dialect.name == "sqlite":
        with transaction(connection, "BEGIN IMMEDIATE") as db:
            yield db
        return
    for attempt in range(PATIENCE):
        with transaction(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ") as db:
            try:
                _lock(connection)
            except DBAPIError as wrong:
                if state_of(wrong) not in ("55P03", "40P01") or attempt == PATIENCE - 1:
                    raise Unavailable("The database is too busy to be held still. Try again.") from wrong
                continue
            yield db
            return


def _lock(connection: Connection) -> None:
    names = ", ".join(f'"{shape.name}"' for shape in SHAPES)
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def shut(connection: Connection, says: str) -> None:
    """From the end of this transaction on, every write is refused with this sentence."""
    said = says.replace("'", "''")
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        for name in _names():
            for verb in ("INSERT", "UPDATE", "DELETE"):
                raw.execute(
                    f'CREATE TRIGGER "moved_{name}_{verb.lower()}" BEFORE {verb} ON "{name}" '
                    f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
        return
    raw.execute(
        "CREATE FUNCTION perron_moved() RETURNS trigger LANGUAGE plpgsql AS "
        f"$moved$ BEGIN RAISE EXCEPTION USING MESSAGE = '{said}', ERRCODE = '{REFUSAL}'; END $moved$"
    )
    for name in _names():
        raw.execute(
            f'CREATE TRIGGER "moved_{name}" BEFORE INSERT OR UPDATE OR DELETE ON "{name}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION perron_moved()"
        )


def open_again(connection: Connection) -> None:
    """Take writes again."""
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        for name in _names():
            for verb in ("insert", "update", "delete"):
                raw.execute(f'DROP TRIGGER IF EXISTS "moved_{name}_{verb}"')
    else:
        raw.execute("DROP FUNCTION IF EXISTS perron_moved() CASCADE")


def refuse_moved(db: Db) -> None:
    """Refused where the data of a database is elsewhere, or not all here yet."""
    if where := fact(db, MOVED):
        raise Refused(where)
    if fact(db, MOVE):
        raise Refused("This database is being filled by `perron move`, which has not ended. Run it again.")


def _names() -> list[str]:
    return [shape.name for shape in SHAPES]


def has_tables(connection: Connection) -> bool:
    """Whether there is anything of ours to look at."""
    return inspect(connection).has_table("facts")
