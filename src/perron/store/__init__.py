from perron.store.changes import tell
from perron.store.engine import Db, Store, Tx
from perron.store.statements import (
    Prepared,
    among,
    among_texts,
    const,
    insert,
    insert_new,
    insert_or_change,
    upsert,
)

__all__ = [
    "Db",
    "Prepared",
    "Store",
    "Tx",
    "among",
    "among_texts",
    "const",
    "insert",
    "insert_new",
    "insert_or_change",
    "tell",
    "upsert",
]
