"""A database that was migrated, one that was made at once, and `tables.py` are the same."""

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from perron.cli import main
from perron.kit.errors import Refused
from perron.store import Store, schema
from perron.store.migrations.ways import WAYS
from perron.store.schema import HEAD, prepare, version
from perron.store.tables import accounts, metadata
from tests.databases import Databases

FOLDER = Path(schema.__file__).parent / "migrations"
WHAT_SQLITE_KEEPS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
WHAT_POSTGRESQL_KEEPS = """
    SELECT 'column', table_name || '.' || column_name,
           concat_ws(' ', data_type, column_default, is_nullable, is_identity)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""
A_STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9000", "HEAD"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.add_column(sa.Column("shoes", sa.Integer(), nullable=False, server_default=sa.text("2")))
"""


@pytest.fixture
def opened() -> Iterator[Callable[[str], Store]]:
    stores: list[Store] = []

    def build(url: str) -> Store:
        stores.append(Store(url))
        return stores[-1]

    yield build
    for one in stores:
        one.close()


def migrated(store: Store) -> Store:
    with store.engine.connect() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(FOLDER))
        command.upgrade(config, HEAD)
    return store


def kept(store: Store) -> list[tuple[str, str, str]]:
    """Everything the database says of its own schema."""
    query = WHAT_SQLITE_KEEPS if store.sqlite else WHAT_POSTGRESQL_KEEPS
    with store.engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    return sorted((kind, name, _in_any_order(sql or "")) for kind, name, sql in rows if "alembic" not in name)


def _in_any_order(sql: str) -> str:
    """A definition whatever the order of its columns: a step adds them at the end."""
    return " | ".join(sorted(" ".join(each.split()) for each in re.split(r"[,()]", sql) if each.strip()))


def test_a_migrated_schema_is_what_tables_py_says(databases: Databases, opened: Callable[[str], Store]) -> None:
    store = migrated(opened(databases.empty()))
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=dict(WAYS))
        assert compare_metadata(context, metadata) == []
        assert version(connection) == HEAD


def test_a_migrated_schema_is_the_one_made_at_once(databases: Databases, opened: Callable[[str], Store]) -> None:
    step_by_step = kept(migrated(opened(databases.empty())))
    assert len(step_by_step) > 60
    assert kept(opened(databases.clean())) == step_by_step


def test_the_head_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_second_time_there_is_nothing_to_do(databases: Databases, opened: Callable[[str], Store]) -> None:
    store = opened(databases.empty())
    assert prepare(store) == f"The database was empty; its schema is now at version {HEAD}."
    assert prepare(store) == f"The database is at version {HEAD}; there is nothing to do."


def test_two_who_start_at_once_make_one_schema(databases: Databases, opened: Callable[[str], Store]) -> None:
    url = databases.empty()
    stores = [opened(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(prepare, stores))
    assert sorted("was empty" in sentence for sentence in said) == [False, False, False, True]


def test_an_older_database_keeps_what_it_holds(
    databases: Databases, opened: Callable[[str], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(databases.empty())
    prepare(store)
    store.write(lambda tx: tx.execute(accounts.insert(), [{"id": n, "handle": f"p{n}"} for n in range(1, 51)]))
    steps = shutil.copytree(FOLDER, tmp_path / "steps")
    (steps / "versions" / "9000_shoes.py").write_text(A_STEP.replace("HEAD", HEAD))
    monkeypatch.setattr(schema, "STEPS", str(steps))
    monkeypatch.setattr(schema, "HEAD", "9000")

    assert prepare(store) == f"The database was at version {HEAD} and is now at 9000."
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), sum(shoes) FROM accounts")).one() == (50, 100)
        assert connection.execute(text("SELECT handle FROM accounts WHERE id = 7")).scalar() == "p7"
        assert "ix_accounts_domain" not in {one["name"] for one in inspect(connection).get_indexes("accounts")}


def test_a_step_that_fails_leaves_the_database_as_it_was(
    databases: Databases, opened: Callable[[str], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(databases.empty())
    prepare(store)
    before = kept(store)
    steps = shutil.copytree(FOLDER, tmp_path / "steps")
    (steps / "versions" / "9000_shoes.py").write_text(A_STEP.replace("HEAD", HEAD) + "    op.drop_table('nowhere')\n")
    monkeypatch.setattr(schema, "STEPS", str(steps))
    monkeypatch.setattr(schema, "HEAD", "9000")

    with pytest.raises(Refused, match="cannot be prepared"):
        prepare(store)
    assert kept(store) == before
    with store.engine.connect() as connection:
        assert version(connection) == HEAD


def test_a_database_of_a_newer_perron_is_left_alone(databases: Databases, opened: Callable[[str], Store]) -> None:
    store = opened(databases.empty())
    prepare(store)
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="at version 9999, which this Perron does not know"):
        prepare(store)


def test_a_database_of_somebody_else_is_left_alone(databases: Databases, opened: Callable[[str], Store]) -> None:
    store = opened(databases.empty())
    with store.engine.connect() as connection:
        connection.execute(text("CREATE TABLE recipes (id integer)"))
    with pytest.raises(Refused, match="not Perron's"):
        prepare(store)
    assert not any(name == "accounts" for _, name, _ in kept(store))


def test_the_command_says_what_it_did(tmp_path: Path, capsys: Any) -> None:
    assert main(["migrate", "--data", str(tmp_path / "new")]) == 0
    assert main(["migrate", "--data", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"The database was empty; its schema is now at version {HEAD}.",
        f"The database is at version {HEAD}; there is nothing to do.",
    ]


def test_what_is_no_database_is_refused_in_one_line(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "perron.sqlite3").write_text("Dear diary, " * 100)
    assert main(["migrate", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "perron: The database cannot be prepared: file is not a database\n"
