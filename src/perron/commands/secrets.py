"""`perron secrets`: the file that every node of a server needs the same, before the first of them starts."""

import argparse

from perron.kit.secrets import FILE, all_fingerprint
from perron.kit.settings import Settings


def make(settings: Settings, given: argparse.Namespace) -> int:
    """Make what is missing in `secrets.toml` and say where it is and how its fingerprint begins."""
    ours = all_fingerprint(settings.data)
    if given.adopt:
        from perron.store import Store
        from perron.store.facts import state
        from perron.store.schema import prepare

        store = Store(settings.database_url, settings)
        try:
            prepare(store)
            store.write(lambda tx: state(tx, "secrets", ours))
        finally:
            store.close()
        print("The database now belongs to these secrets; what others have sealed can no longer be opened.")
    print(f"{settings.data / FILE}: {ours[:16]}")
    return 0
