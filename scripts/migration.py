"""Write a step in src/perron/store/migrations/versions: what tables.py says and the steps before it do not.

.venv/bin/python scripts/migration.py 0002 brands      then read it, make it right, and set HEAD in store/schema.py,
                                                       and NEEDS when it expands

A step of the same number is written anew. The first step makes the full-text indexes as well.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Column
from sqlalchemy.sql.elements import False_, True_

from perron.store import Store, search
from perron.store.migrations.ways import WAYS
from perron.store.tables import metadata

STEPS = Path(__file__).resolve().parent.parent / "src/perron/store/migrations/versions"
PAGE = '''"""{sentence}

Written by `.venv/bin/python scripts/migration.py {number} {name}`.
"""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {before!r}
phase = "{phase}"{oldest}

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
{body}
'''
INDEXES = """
    for statement in INDEXES[op.get_bind().dialect.name]:
        op.execute(statement)


INDEXES = {texts!r}
"""


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    number, name = sys.argv[1:]
    path = next(STEPS.glob(f"{number}_*.py"), STEPS / f"{number}_{name}.py")
    was = path.read_text() if path.exists() else ""
    path.unlink(missing_ok=True)
    path = STEPS / f"{number}_{name}.py"
    sentence = was.partition('"""')[2].partition("\n")[0] or name.replace("_", " ").capitalize() + "."
    before, body = difference()
    if before is None:
        body += INDEXES.format(texts=search.CREATE)
    phase = (
        "contract" if re.search(r"drop_(table|column)|nullable=False,\n\s+existing|alter_column", body) else "expand"
    )
    oldest = (
        f'\noldest_code = "{before}"  # the oldest that does not miss what this step takes away'
        if phase == "contract"
        else ""
    )
    page = PAGE.format(
        sentence=sentence, number=number, name=name, before=before, body=body, phase=phase, oldest=oldest
    )
    path.write_text(page)
    for words in (("format", "--quiet"), ("check", "--fix", "--quiet")):
        subprocess.run([Path(sys.executable).with_name("ruff"), *words, path], check=True)
    print(path.relative_to(Path.cwd()))


def difference() -> tuple[str | None, str]:
    """The last step there is, and the operations that lead from there to `tables.py`."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/empty.sqlite3")
        with store.engine.connect() as connection:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", "perron.store:migrations")
            before = ScriptDirectory.from_config(config).get_current_head()
            if before:
                from alembic import command

                command.upgrade(config, before)
            opts = {**WAYS, "render_item": ours, "user_module_prefix": None}
            found = produce_migrations(MigrationContext.configure(connection, opts=opts), metadata)
        store.close()
    assert found.upgrade_ops is not None
    for step in found.upgrade_ops.ops:
        if isinstance(step, CreateTableOp):
            tidy(step)
    body = render_python_code(found.upgrade_ops, render_as_batch=before is not None, render_item=ours)
    if "drop_" not in body and "alter_column" not in body:  # SQLite adds columns and indexes in place
        body = body.replace("schema=None)", 'recreate="never")')
    body = re.sub(r"sqlite_where=(sa\.text\(.*?\))\)", r"sqlite_where=\1, postgresql_where=\1)", body)
    return before, "    " + re.sub(r" *# ###.*\n?", "", body).strip()


def tidy(step: CreateTableOp) -> None:
    """Leave out what says nothing."""
    step.info.clear()
    for one in step.columns:
        if isinstance(one, Column) and not one.primary_key:
            one.autoincrement = "auto"


def ours(kind: str, thing: Any, _context: Any) -> Any:
    """What Alembic would write for one database where we mean both; False leaves it to Alembic."""
    if kind == "type" and isinstance(thing, BigInteger) and thing._variant_mapping:
        return "Id"
    if kind == "server_default" and isinstance(getattr(thing, "arg", None), True_ | False_):
        return "sa.true()" if isinstance(thing.arg, True_) else "sa.false()"
    return False


if __name__ == "__main__":
    main()
