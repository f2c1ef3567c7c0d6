"""How much room a database takes."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from perron.store.engine import Db, Store
from perron.store.statements import Prepared

_SIZE = Prepared(select(func.pg_database_size(func.current_database())))
_VERSION = Prepared(select(func.current_setting("server_version")))


def database_bytes(store: Store, db: Db) -> int:
    """Bytes that the database takes on its disk, with what waits to be written into its file."""
    if not store.sqlite:
        return int(db.value(_SIZE))
    path = make_url(store.url).database or ""
    files = (Path(path + ending) for ending in ("", "-wal", "-shm"))
    return sum(one.stat().st_size for one in files if one.is_file())


def database_name(store: Store) -> str:
    """The kind of database, as one calls it."""
    return "SQLite" if store.sqlite else "PostgreSQL"


def database_version(db: Db) -> str:
    """Which version of PostgreSQL this is."""
    return str(db.value(_VERSION)).partition(" ")[0]
