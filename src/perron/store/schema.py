"""Bringing a database to this version's schema, while others go on using it.

A step either *expands* (it adds what new code needs, and old code does not mind) or *contracts* (it takes away what
only old code needs). Whoever starts makes the steps up to the last that expands; the rest waits for `perron migrate
--contract`, when no old code runs any more. Each step is a transaction of its own: one that is broken off leaves
nothing behind. The fact `oldest_code` says how old the code may be that runs on this database.
"""

import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, MetaData, String, Table, bindparam, inspect, select
from sqlalchemy.exc import DBAPIError

from perron.kit.errors import Refused
from perron.store import search  # noqa: F401  (its tables belong to the schema)
from perron.store.engine import Db, Store, state_of
from perron.store.statements import Prepared
from perron.store.tables import facts, metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

log = logging.getLogger(__name__)
HEAD = "0025"
NEEDS = "0025"
"""The last step that expands: what this code needs. Those after it, up to `HEAD`, contract."""
FIRST = "0004"
"""The oldest code that knows what `oldest_code` means."""
OLDEST = "0004"
"""The oldest code that runs on a database at `HEAD`: what the last step that contracts says."""
STEPS = "perron.store:migrations"
LOCK = 0x73_63_68_65_6D_61  # the number under which PostgreSQL lets one process at a time change the schema
LONGEST_WAIT = 500
"""Milliseconds that a step waits for those who use a table, and others behind it; then it lets them pass and tries
again."""
MOST_TRIES = 120
LOCKED = "55P03"
_stored = Table("alembic_version", MetaData(), Column("version_num", String(32), nullable=False))
_FOUND = Prepared(
    select(
        select(_stored.c.version_num).limit(1).scalar_subquery(),
        select(facts.c.value).where(facts.c.name == bindparam("oldest")).scalar_subquery(),
    )
)


def prepare(store: Store, *, contract: bool = False) -> str:
    """Make the schema when there is none, or migrate an older one; a sentence that says what was done."""
    _make_folder(store)
    try:
        with store.engine.connect() as connection:
            found = version(connection)
            if found is not None and HEAD >= found >= (HEAD if contract else NEEDS):
                return f"The database is at version {found}; there is nothing to do."
            with _alone(store):
                return _bring_up(store, connection, HEAD if contract else NEEDS)
    except DBAPIError as wrong:
        raise Refused(f"The database cannot be prepared: {str(wrong.orig).strip().splitlines()[0]}") from wrong


def version(connection: Connection) -> str | None:
    """The version of the schema in a database; None when it has never had one."""
    if not connection.dialect.has_table(connection, _stored.name):
        return None
    found: str | None = connection.execute(select(_stored.c.version_num)).scalar()
    return found


def fits(db: Db) -> bool:
    """Whether this code can work with the database as it is now."""
    row = db.one(_FOUND, oldest="oldest_code")
    return row is not None and row[0] is not None and (NEEDS <= row[0] <= HEAD or (row[1] or row[0]) <= HEAD < row[0])


def _bring_up(store: Store, connection: Connection, goal: str) -> str:
    found = version(connection)
    if found is None:
        return _make(store, connection)
    if found > HEAD:
        return _live_with(connection, found)
    if found >= goal:  # another process was here first
        return f"The database is at version {found}; there is nothing to do."
    config, steps = _steps(found)
    for step in steps:
        if step.revision <= goal:
            _take(store, connection, config, step)
    return f"The database was at version {found} and is now at {goal}."


def _make(store: Store, connection: Connection) -> str:
    with _transaction(store, connection):
        if version(connection) is not None:  # on SQLite another process may have been here first
            return f"The database is at version {HEAD}; there is nothing to do."
        if inspect(connection).get_table_names():
            raise Refused("The database holds tables that are not Perron's. Name an empty one, or another data folder.")
        metadata.create_all(connection, checkfirst=False)
        _stored.create(connection, checkfirst=False)
        connection.execute(_stored.insert().values(version_num=HEAD))
        _state_oldest(connection, OLDEST)
    return f"The database was empty; its schema is now at version {HEAD}."


def _live_with(connection: Connection, found: str) -> str:
    """A database of a newer version: its steps may have left us all we need."""
    oldest = connection.execute(select(facts.c.value).where(facts.c.name == "oldest_code")).scalar() or found
    if oldest > HEAD:
        raise Refused(
            f"The database is at version {found}, which this Perron does not know (it knows up to {HEAD}). "
            "It was made by a newer Perron: install that one, or go back to a backup."
        )
    log.warning("The database is at version %s, newer than this Perron (%s), which still runs on it", found, HEAD)
    return f"The database is at version {found}; this Perron, which knows {HEAD}, still runs on it."


def _steps(found: str) -> "tuple[Config, list[Script]]":
    """The steps after a version, in order."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", STEPS)
    every = sorted(ScriptDirectory.from_config(config).walk_revisions(), key=lambda one: one.revision)
    if found and found not in {one.revision for one in every}:
        raise Refused(f"The database is at version {found}, which no Perron has ever made.")
    return config, [one for one in every if one.revision > found]


def _oldest_code(at: str) -> str:
    """The oldest code that runs on a schema of this version: contracting steps say which they leave behind."""
    _, steps = _steps("")
    return max(getattr(one.module, "oldest_code", FIRST) for one in steps if one.revision <= at)


def _take(store: Store, connection: Connection, config: "Config", step: "Script") -> None:
    """One step, whole; while its tables are in use it lets others pass and tries again."""
    from alembic import command

    config.attributes["connection"] = connection
    beside = getattr(step.module, "beside", None)
    if beside is not None:  # what takes long and stops nobody, outside of the transaction; safe to be done twice
        beside(connection)
    for tries in range(MOST_TRIES):
        try:
            with _transaction(store, connection):
                if (version(connection) or "") < step.revision:
                    command.upgrade(config, step.revision)
                    if step.revision >= FIRST:
                        _state_oldest(connection, _oldest_code(step.revision))
        except DBAPIError as wrong:
            if state_of(wrong) != LOCKED or tries == MOST_TRIES - 1:
                raise
            time.sleep(random.uniform(0.3, 0.7))
        else:
            log.info("The database is at version %s", step.revision)
            return


def _state_oldest(connection: Connection, code: str) -> None:
    connection.execute(facts.delete().where(facts.c.name == "oldest_code"))
    connection.execute(facts.insert().values(name="oldest_code", value=code))


@contextmanager
def _transaction(store: Store, connection: Connection) -> Iterator[None]:
    raw: Any = connection.connection.driver_connection
    raw.execute("BEGIN IMMEDIATE" if store.sqlite else "BEGIN")
    try:
        if not store.sqlite:
            raw.execute(f"SET LOCAL lock_timeout = {LONGEST_WAIT}; SET LOCAL statement_timeout = 0")
        yield
        raw.execute("COMMIT")
    except BaseException:
        raw.execute("ROLLBACK")
        raise


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """No other process changes the schema meanwhile. (On SQLite each step has the database to itself, and looks.)"""
    if store.sqlite:
        yield
        return
    with store.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0")
        try:
            # in one text, which leaves no snapshot behind: what is built CONCURRENTLY would wait for its end
            raw.execute(f"SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})")
            yield
        finally:
            raw.execute("ROLLBACK")


def _make_folder(store: Store) -> None:
    place = store.engine.url.database
    if store.sqlite and place:
        try:
            Path(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is in it is nobody else's
        except OSError as wrong:
            raise Refused(f"The folder {Path(place).parent} cannot be made: {wrong.strerror}.") from wrong
