"""A database that is filled from outside: tables first, indexes when the rows are there, its version last.

Without its version nothing starts on it: a database that was filled half is nobody's by mistake.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateTable

from perron.kit.settings import Settings, spoken
from perron.store.engine import Db, Tx
from perron.store.schema import HEAD, _stored, version
from perron.store.search import CREATE, NAMES
from perron.store.tables import changes, metadata

_INDEX = "CREATE INDEX"


def without_password(url: str) -> str:
    """A database's address as it may be shown."""
    return make_url(spoken(url)).render_as_string(hide_password=True)


@contextmanager
def transaction(connection: Connection, begin: str = "BEGIN") -> Iterator[Tx]:
    """Everything or nothing, on a connection of one's own."""
    raw: Any = connection.connection.driver_connection
    raw.execute(begin)
    try:
        if connection.dialect.name == "postgresql":  # what is done here takes as long as it takes
            raw.execute("SET LOCAL statement_timeout = 0")
            raw.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield Tx(connection, _nothing, Settings())
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    raw.execute("COMMIT")


def _nothing(tx: Tx) -> None:
    """Rows that come from elsewhere are rendered already."""


@contextmanager
def snapshot(connection: Connection) -> Iterator[Db]:
    """The database as it is at this moment, whoever writes meanwhile."""
    sqlite = connection.dialect.name == "sqlite"
    with transaction(connection, "BEGIN" if sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as db:
        version(connection)  # the first look is what fixes the moment
        yield db


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing at all in a database."""
    return not inspect(connection).get_table_names()


def make_tables(connection: Connection) -> None:
    """Every table, without what would make filling it slow."""
    for table in metadata.tables.values():
        connection.execute(CreateTable(table))
    for statement in CREATE[connection.dialect.name]:
        if not statement.startswith(_INDEX):
            connection.exec_driver_sql(statement)


def make_indexes(connection: Connection) -> None:
    """What is looked up by; those that are there already are passed over."""
    look = inspect(connection)
    there = {one["name"] for table in (*metadata.tables, *NAMES) for one in look.get_indexes(table)}
    for table in metadata.tables.values():
        for index in table.indexes:
            if index.name not in there:
                index.create(connection)
    for statement in CREATE[connection.dialect.name]:
        if statement.startswith(_INDEX) and statement.split()[2] not in there:
            connection.exec_driver_sql(statement)


def finish(connection: Connection) -> None:
    """From now on this is a database of this version; new rows of the log come after those that are there."""
    if connection.dialect.name == "postgresql":
        newest = select(func.coalesce(func.max(changes.c.id), 0) + 1).scalar_subquery()
        place = func.pg_get_serial_sequence(changes.name, changes.c.id.name)
        connection.execute(select(func.setval(place, newest, False)))
    _stored.create(connection, checkfirst=True)
    if version(connection) is None:
        connection.execute(_stored.insert().values(version_num=HEAD))


def hurry(connection: Connection, on: bool) -> None:
    """Whether a commit need not wait for the disk: power may then undo the last ones, which are done anew."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA synchronous = NORMAL" if on else "PRAGMA synchronous = FULL")
    else:
        connection.exec_driver_sql("SET synchronous_commit = off" if on else "SET synchronous_commit = on")


def settle_down(connection: Connection) -> None:
    """Let the database look at what it has been given, so that it finds the quickest ways; and see it on disk."""
    raw: Any = connection.connection.driver_connection
    raw.execute("ANALYZE")
    if connection.dialect.name == "sqlite":
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
