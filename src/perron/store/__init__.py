from perron.store.changes import tell
from perron.store.engine import Db, Store, Tx
from perron.store.statements import Prepared, among, const, insert, insert_new, upsert

__all__ = ["Db", "Prepared", "Store", "Tx", "among", "const", "insert", "insert_new", "tell", "upsert"]
