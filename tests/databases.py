"""Clean databases for tests, quickly: SQLite in files copied from one that was made once, PostgreSQL in databases of
this worker that are emptied before each use."""

import os
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from perron.store import Store, search
from perron.store.schema import prepare
from perron.store.tables import metadata

SERVER = os.environ.get("TEST_POSTGRES", "")
ENGINES = ["sqlite", "postgresql"] if SERVER else ["sqlite"]
OPEN: list[Engine] = []
READY: set[str] = set()
"""Addresses of databases that were handed out with this version's schema: nobody need look for it again."""
NAMES = [*metadata.tables, *search.NAMES]


class Databases:
    """Hands out clean databases of one engine, as many as a test asks for."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine, self.folder, self.given = engine, folder, 0

    def clean(self, number: int = 0) -> str:
        """The address of a database with this version's schema and nothing in it; of that `number`, or of the next."""
        self.given += 1
        if self.engine == "sqlite":
            path = self.folder / f"database-{self.given}.sqlite3"
            path.write_bytes(sqlite_pattern())
            return ready(f"sqlite:///{path}")
        made = postgres_with_schema(number or self.given)
        with made.connect() as connection:
            leave_alone(connection)
            connection.execute(text(";".join(f"DELETE FROM {name}" for name in NAMES)))
        return ready(made.url.render_as_string(hide_password=False))

    def empty(self) -> str:
        """The address of a database in which there is nothing at all."""
        if self.engine == "sqlite":
            self.given += 1
            return f"sqlite:///{self.folder}/empty-{self.given}.sqlite3"
        made = postgres(0)
        with made.connect() as connection:
            leave_alone(connection)
            connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        return made.url.render_as_string(hide_password=False)


def ready(url: str) -> str:
    """Remember that a database is ready to be opened."""
    READY.add(url)
    return url


@cache
def sqlite_pattern() -> bytes:
    """A file with this version's schema and nothing in it. (To make it takes five times as long as to open a site.)"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pattern.sqlite3"
        store = Store(f"sqlite:///{path}")
        prepare(store)
        store.close()
        return path.read_bytes()


def lay_ready(folder: Path) -> None:
    """Put a clean database where a server looks for its own, unless there is one."""
    path = folder / "perron.sqlite3"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(sqlite_pattern())
        ready(f"sqlite:///{path}")


@cache
def postgres(number: int) -> Engine:
    """A database of this worker's own, empty."""
    name = f"perron_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{number}"
    with open_postgres(make_url(SERVER)).connect() as server:
        server.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        server.execute(text(f"CREATE DATABASE {name}"))
    kept = create_engine(
        make_url(SERVER).set(database=name), isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True
    )  # a line that stays open: to open one for each test takes longer than to clean up
    OPEN.append(kept)
    return kept


def close_postgres() -> None:
    """At the end of all tests, hang up."""
    for one in OPEN:
        one.dispose()


def open_postgres(url: URL) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


@cache
def postgres_with_schema(number: int) -> Engine:
    made = postgres(number)
    store = Store(made.url.render_as_string(hide_password=False))
    prepare(store)
    store.close()
    return made


def leave_alone(connection: object) -> None:
    """End what an earlier test may have left connected."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))  # type: ignore[attr-defined]
