"""`perron migrate`: bring the database to this version's schema. `perron serve` does the same when it starts."""

import argparse

from perron.kit.settings import Settings
from perron.store import Store
from perron.store.schema import prepare


def migrate(settings: Settings, given: argparse.Namespace) -> int:
    """Make the schema or migrate an older one, and say which."""
    store = Store(settings.database_url)
    try:
        print(prepare(store))
    finally:
        store.close()
    return 0
