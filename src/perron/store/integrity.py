"""Whether the database itself is whole, as far as its engine can tell."""

import shutil
import sqlite3
import subprocess

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from perron.store.engine import Db, Store

PATIENCE = 3600
BROKEN = (DatabaseError, sqlite3.DatabaseError)
"""What is raised where a page of the database cannot be read."""


def integrity(store: Store, db: Db) -> tuple[list[str], str]:
    """What the engine finds wrong, a line each; and a sentence when it could not look everywhere."""
    if store.sqlite:
        found = [str(row[0]) for row in db.connection.exec_driver_sql("PRAGMA integrity_check(100)")]
        return ([] if found == ["ok"] else found), ""
    return _amcheck(store)


def _amcheck(store: Store) -> tuple[list[str], str]:
    """PostgreSQL's own tool, where it and its extension are installed: it looks into every table and index."""
    tool = shutil.which("pg_amcheck")
    if tool is None:
        return [], "pg_amcheck is not installed here: the files of PostgreSQL were not looked into"
    url = make_url(store.url).set(drivername="postgresql").render_as_string(hide_password=False)
    ended = subprocess.run(
        [tool, "--heapallindexed", "--dbname", url],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = (ended.stdout + ended.stderr).strip().splitlines()
    if "amcheck is not installed" in ended.stderr or "no relations to check" in ended.stderr:
        return [], "the extension amcheck is not installed in the database: its files were not looked into"
    return (said[:100] if ended.returncode else []), ""
