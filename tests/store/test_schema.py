"""A database that was migrated, one that was made at once, and `tables.py` are the same."""

import re
import shutil
import time
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
from perron.store.facts import fact, state
from perron.store.migrations.ways import WAYS
from perron.store.nodes import Node
from perron.store.schema import HEAD, NEEDS, OLDEST, prepare, version
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

revision, down_revision, phase = "9000", "HEAD", "expand"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.add_column(sa.Column("shoes", sa.Integer(), nullable=False, server_default=sa.text("2")))
"""


BESIDE = """

def beside(connection) -> None:
    if connection.dialect.name == "postgresql":
        raw = connection.connection.driver_connection
        raw.execute("SET statement_timeout = 5000")
        raw.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_accounts_shoes ON accounts (last_post_at)")
"""
A_LAST_STEP = """
from alembic import op

revision, down_revision, phase, oldest_code = "9001", "9000", "contract", "9000"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.drop_column("shoes")
"""


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A newer Perron, which knows further steps: the first expands, the second contracts."""

    def add(**further: str) -> None:
        folder = shutil.copytree(FOLDER, tmp_path / "steps")
        for number, (name, step) in enumerate(further.items()):
            (folder / "versions" / f"900{number}_{name}.py").write_text(step)
        monkeypatch.setattr(schema, "STEPS", str(folder))
        monkeypatch.setattr(schema, "HEAD", f"900{len(further) - 1}")
        monkeypatch.setattr(schema, "NEEDS", "9000")

    return add


def fitting(store: Store) -> bool:
    with store.read() as db:
        return schema.fits(db)


def oldest_code(store: Store) -> str | None:
    with store.read() as db:
        return fact(db, "oldest_code")


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
    databases: Databases, opened: Callable[[str], Store], steps: Callable[..., None]
) -> None:
    store = opened(databases.empty())
    prepare(store)
    store.write(lambda tx: tx.execute(accounts.insert(), [{"id": n, "handle": f"p{n}"} for n in range(1, 51)]))
    steps(shoes=A_STEP.replace("HEAD", HEAD))

    assert prepare(store) == f"The database was at version {HEAD} and is now at 9000."
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), sum(shoes) FROM accounts")).one() == (50, 100)
        assert connection.execute(text("SELECT handle FROM accounts WHERE id = 7")).scalar() == "p7"
        assert "ix_accounts_domain" not in {one["name"] for one in inspect(connection).get_indexes("accounts")}


def test_a_step_that_fails_leaves_the_database_as_it_was(
    databases: Databases, opened: Callable[[str], Store], steps: Callable[..., None]
) -> None:
    store = opened(databases.empty())
    prepare(store)
    before = kept(store)
    steps(shoes=A_STEP.replace("HEAD", HEAD) + "    op.drop_table('nowhere')\n")

    with pytest.raises(Refused, match="cannot be prepared"):
        prepare(store)
    assert kept(store) == before
    with store.engine.connect() as connection:
        assert version(connection) == HEAD


def test_a_database_of_a_newer_perron_is_left_alone_when_it_has_taken_away_what_we_need(
    databases: Databases, opened: Callable[[str], Store]
) -> None:
    store = opened(databases.empty())
    prepare(store)
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert prepare(store) == f"The database is at version 9999; this Perron, which knows {HEAD}, still runs on it."
    assert fitting(store)
    store.write(lambda tx: state(tx, "oldest_code", "9998"))
    assert not fitting(store)
    with pytest.raises(Refused, match="at version 9999, which this Perron does not know"):
        prepare(store)


def test_steps_that_take_away_wait_until_they_are_asked_for(
    databases: Databases, opened: Callable[[str], Store], steps: Callable[..., None]
) -> None:
    store = opened(databases.empty())
    prepare(store)
    steps(shoes=A_STEP.replace("HEAD", HEAD), barefoot=A_LAST_STEP)

    assert prepare(store) == f"The database was at version {HEAD} and is now at 9000."
    assert fitting(store) and oldest_code(store) == OLDEST
    assert prepare(store) == "The database is at version 9000; there is nothing to do."
    assert prepare(store, contract=True) == "The database was at version 9000 and is now at 9001."
    assert fitting(store) and oldest_code(store) == "9000"
    assert prepare(store) == "The database is at version 9001; there is nothing to do."


def test_nothing_is_taken_away_while_old_code_runs(
    databases: Databases, opened: Callable[[str], Store], steps: Callable[..., None], tmp_path: Path, capsys: Any
) -> None:
    url = databases.empty()
    store = opened(url)
    prepare(store)
    old = Node(store, "web").enter()
    steps(shoes=A_STEP.replace("HEAD", HEAD), barefoot=A_LAST_STEP)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "perron.toml").write_text(f'database = "{url}"\n')

    assert main(["migrate", "--data", str(tmp_path / "data")]) == 0
    assert main(["migrate", "--contract", "--data", str(tmp_path / "data")]) == 1
    assert f"runs code of schema {HEAD}" in capsys.readouterr().err
    old.leave()
    assert main(["migrate", "--contract", "--data", str(tmp_path / "data")]) == 0


def test_a_step_waits_for_those_who_use_a_table_and_lets_others_pass(
    databases: Databases, opened: Callable[[str], Store], steps: Callable[..., None]
) -> None:
    url = databases.empty()
    store, busy = opened(url), opened(url)
    prepare(store)
    steps(shoes=A_STEP.replace("HEAD", HEAD))
    with busy.engine.connect() as connection, ThreadPoolExecutor(1) as threads:
        raw: Any = connection.connection.driver_connection
        raw.execute("BEGIN IMMEDIATE" if store.sqlite else "BEGIN; LOCK TABLE accounts IN ROW EXCLUSIVE MODE")
        made = threads.submit(prepare, store)
        slowest, end = 0.0, time.monotonic() + 1.5
        while time.monotonic() < end:
            begun = time.monotonic()
            with busy.read() as db:
                db.execute(accounts.select()).all()
            slowest = max(slowest, time.monotonic() - begun)
        assert not made.done()
        raw.execute("COMMIT")
        assert "is now at 9000" in made.result(10)
    assert slowest < 4  # who has to wait for the lock waits until it is let go


def test_an_index_is_made_beside_those_who_write(
    databases: Databases, opened: Callable[[str], Store], steps: Callable[..., None]
) -> None:
    store = opened(databases.empty())
    prepare(store)
    steps(shoes=A_STEP.replace("HEAD", HEAD) + BESIDE)
    with ThreadPoolExecutor(1) as threads:
        assert "is now at 9000" in threads.submit(prepare, store).result(10)
    assert store.sqlite or ("index", "ix_accounts_shoes") in {one[:2] for one in kept(store)}


def test_each_step_says_whether_it_adds_or_takes_away() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    phases = {one.revision: one.module.phase for one in ScriptDirectory.from_config(config).walk_revisions()}
    assert set(phases.values()) <= {"expand", "contract"}
    assert max(number for number, phase in phases.items() if phase == "expand") == NEEDS
    assert schema._oldest_code(HEAD) == schema.OLDEST
    for path in (FOLDER / "versions").glob("*.py"):
        said = path.read_text()
        if 'phase = "expand"' in said:
            assert not re.search(r"drop_(table|column)", said), path.name
        else:
            assert re.search(r'^oldest_code = "\d+"', said, re.MULTILINE), path.name


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
