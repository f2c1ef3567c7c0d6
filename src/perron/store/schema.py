"""Bringing a database to this version's schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError

from perron.kit.errors import Refused
from perron.store import search  # noqa: F401  (its tables belong to the schema)
from perron.store.engine import Store
from perron.store.tables import metadata

HEAD = "0004"
STEPS = "perron.store:migrations"
LOCK = 0x73_63_68_65_6D_61  # the number under which PostgreSQL lets one process at a time change the schema
_stored = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))


def prepare(store: Store) -> str:
    """Make the schema when there is none, or migrate an older one; a sentence that says what was done."""
    _make_folder(store)
    try:
        with store.engine.connect() as connection:
            if version(connection) == HEAD:
                return f"The database is at version {HEAD}; there is nothing to do."
            with _alone(connection):
                return _bring_up(connection)
    except DBAPIError as wrong:
        raise Refused(f"The database cannot be prepared: {str(wrong.orig).strip().splitlines()[0]}") from wrong


def version(connection: Connection) -> str | None:
    """The version of the schema in a database; None when it has never had one."""
    if not connection.dialect.has_table(connection, _stored.name):
        return None
    found: str | None = connection.execute(select(_stored.c.version_num)).scalar()
    return found


def _bring_up(connection: Connection) -> str:
    found = version(connection)
    if found == HEAD:  # another process was here first
        return f"The database is at version {HEAD}; there is nothing to do."
    if found is not None:
        return _migrate(connection, found)
    if inspect(connection).get_table_names():
        raise Refused("The database holds tables that are not Perron's. Name an empty one, or another data folder.")
    metadata.create_all(connection, checkfirst=False)
    _stored.create(connection, checkfirst=False)
    connection.execute(_stored.insert().values(version_num=HEAD))
    return f"The database was empty; its schema is now at version {HEAD}."


def _migrate(connection: Connection, found: str) -> str:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", STEPS)
    if found not in {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}:
        raise Refused(
            f"The database is at version {found}, which this Perron does not know (it knows up to {HEAD}). "
            "It was made by a newer Perron: install that one, or go back to a backup."
        )
    command.upgrade(config, HEAD)
    return f"The database was at version {found} and is now at {HEAD}."


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """A transaction in which no other process changes the schema."""
    raw = connection.connection.driver_connection
    assert raw is not None
    sqlite = connection.dialect.name == "sqlite"
    raw.execute("BEGIN IMMEDIATE" if sqlite else "BEGIN")
    try:
        if not sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        yield
        raw.execute("COMMIT")
    except BaseException:
        raw.execute("ROLLBACK")
        raise


def _make_folder(store: Store) -> None:
    place = store.engine.url.database
    if store.sqlite and place:
        try:
            Path(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is in it is nobody else's
        except OSError as wrong:
            raise Refused(f"The folder {Path(place).parent} cannot be made: {wrong.strerror}.") from wrong
