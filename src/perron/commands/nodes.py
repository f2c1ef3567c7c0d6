"""`perron nodes`: which processes share this database."""

import argparse
import json
from datetime import UTC, datetime

from perron.kit.settings import Settings
from perron.store import Store
from perron.store.leases import holder_of
from perron.store.nodes import nodes_there
from perron.store.schema import prepare


def show(settings: Settings, given: argparse.Namespace) -> int:
    """Print who is there: number, kind, where, version, since when, and which of them keeps the clock."""
    store = Store(settings.database_url)
    try:
        prepare(store)
        with store.read() as db:
            there = nodes_there(db)
        clock = holder_of(store, "clock")
    finally:
        store.close()
    rows = [
        {
            "number": one.number,
            "kind": one.kind,
            "host": one.host,
            "pid": one.pid,
            "version": one.release,
            "since": datetime.fromtimestamp(one.since // 1000, UTC).isoformat(),
            "clock": one.name == clock,
        }
        for one in there
    ]
    if given.json:
        print(json.dumps(rows, indent=1))
    elif not rows:
        print("No process is there.")
    else:
        for row in rows:
            line = (
                f"{row['number']:4}  {row['kind']:8} {row['host']} {row['pid']}  {row['version']}  since {row['since']}"
            )
            print(line + ("  keeps the clock" if row["clock"] else ""))
    return 0
