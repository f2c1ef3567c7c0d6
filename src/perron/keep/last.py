"""The last backup, as the database knows it: for pages and figures."""

from dataclasses import dataclass

import msgspec

from perron.kit import json
from perron.store import Db, Tx
from perron.store.facts import fact, state

FACT = "backup"


@dataclass
class LastBackup:
    """When it was made (milliseconds since 1970), and what it is."""

    at: int
    path: str
    bytes: int
    rows: int
    media: str
    sealed: bool


def last_backup(db: Db) -> LastBackup | None:
    """The last backup that was made of this database."""
    found = fact(db, FACT)
    return msgspec.json.decode(found, type=LastBackup) if found else None


def remember(tx: Tx, last: LastBackup) -> None:
    """From now on this is the last."""
    state(tx, FACT, json.encode_text(msgspec.to_builtins(last)))
