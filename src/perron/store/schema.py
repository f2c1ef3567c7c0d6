"""Bringing a database to this version's schema."""

from pathlib import Path

from sqlalchemy import inspect

from perron.store import search  # noqa: F401  (its tables belong to the schema)
from perron.store.engine import Store
from perron.store.tables import metadata


def prepare(store: Store) -> None:
    """Make the schema when there is none, or migrate an older one."""
    if store.sqlite and store.engine.url.database:
        Path(store.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    if not inspect(store.engine).has_table("accounts"):
        metadata.create_all(store.engine)
