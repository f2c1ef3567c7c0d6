"""`perron migrate`: bring the database to this version's schema. `perron serve` does the same when it starts.

With `--contract` also the steps that take away what only older code needs: when none of it runs any more.
"""

import argparse

from perron.kit.errors import Refused
from perron.kit.settings import Settings
from perron.store import Store, schema
from perron.store.nodes import nodes_there


def refuse_while_old_code_runs(store: Store) -> None:
    """Refused while a process is there that does not know the steps that are to be made."""
    with store.engine.connect() as connection:
        if (schema.version(connection) or "") < schema.FIRST:
            return
    with store.read() as db:
        old = [one for one in nodes_there(db) if one.schema < schema.HEAD]
    if old:
        first = old[0]
        raise Refused(
            f"{first.kind} {first.number} ({first.host}, process {first.pid}) runs code of schema {first.schema} and "
            "misses what would be taken away. Stop it first; `perron nodes` shows all."
        )


def migrate(settings: Settings, given: argparse.Namespace) -> int:
    """Make the schema or migrate an older one, and say which."""
    store = Store(settings.database_url)
    try:
        if given.contract:
            refuse_while_old_code_runs(store)
        print(schema.prepare(store, contract=given.contract))
    finally:
        store.close()
    return 0
