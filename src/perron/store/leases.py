"""What one process at a time may do, such as keep the clock.

On PostgreSQL a row says who, and until when; it is renewed again and again, and whoever finds it over takes it. On
SQLite, where all processes are on one machine, it is a lock of the kernel on a file beside the database: it costs no
write, and is free the moment its holder dies.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Executable, bindparam, or_, select, update

from perron.kit.time import SECOND
from perron.store.engine import Db, Store, Tx
from perron.store.nodes import clock
from perron.store.statements import Prepared, inserting
from perron.store.tables import leases

LENT = 6 * SECOND
RENEWAL = 2 * SECOND
"""How often a holder renews, and others look: it is another's at most eight seconds after its holder fell silent."""


def _taking(dialect: str) -> Executable:
    statement = inserting(dialect)(leases)
    fresh = {name: statement.excluded[name] for name in ("holder", "until")}
    free = or_(leases.c.until <= bindparam("at"), leases.c.holder == bindparam("by"))
    made: Executable = statement.on_conflict_do_update(index_elements=["name"], set_=fresh, where=free)
    return made


_TAKE = Prepared(_taking, "name", "holder", "until")
_LEASE = Prepared(select(leases.c.holder, leases.c.until).where(leases.c.name == bindparam("of_name")))
_HELD = Prepared(
    select(leases.c.name)
    .where(
        leases.c.name == bindparam("of_name"),
        leases.c.holder == bindparam("by"),
        leases.c.until > bindparam("at"),
    )
    .with_for_update()
)
_GIVE_BACK = Prepared(
    update(leases).where(leases.c.name == bindparam("of_name"), leases.c.holder == bindparam("by")).values(until=0)
)


class Lease(Protocol):
    """The right to do one thing."""

    def hold(self) -> bool:
        """Take it or keep it; False while it is another's."""

    def holds(self, tx: Tx) -> bool:
        """Whether it is still ours, and stays so until this transaction ends."""

    def give_back(self) -> None:
        """Let another have it."""


def lease_of(store: Store, name: str, holder: str) -> Lease:
    """The lease of this name, for a process that is called `holder`."""
    return FileLease(_file(store, name), holder) if store.sqlite else RowLease(store, name, holder)


def holder_of(store: Store, name: str) -> str | None:
    """Who holds a lease; None when nobody does."""
    if store.sqlite:
        return _locked_by(_file(store, name))
    with store.read() as db:
        found = db.one(_LEASE, of_name=name)
        return found[0] if found is not None and found[1] > clock(db) else None


class RowLease:
    """A lease as a row."""

    def __init__(self, store: Store, name: str, holder: str) -> None:
        self.store, self.name, self.holder = store, name, holder

    def hold(self) -> bool:
        with self.store.read() as db:
            if self._is_anothers(db):
                return False
        return self.store.write(self._take)

    def holds(self, tx: Tx) -> bool:
        return tx.one(_HELD, of_name=self.name, by=self.holder, at=clock(tx)) is not None

    def give_back(self) -> None:
        self.store.write(lambda tx: tx.run(_GIVE_BACK, of_name=self.name, by=self.holder))

    def _is_anothers(self, db: Db) -> bool:
        found = db.one(_LEASE, of_name=self.name)
        return found is not None and found[0] != self.holder and found[1] > clock(db)

    def _take(self, tx: Tx) -> bool:
        at = clock(tx)
        return tx.run(_TAKE, name=self.name, holder=self.holder, until=at + LENT, at=at, by=self.holder) > 0


class FileLease:
    """A lease as a lock on a file."""

    def __init__(self, path: Path, holder: str) -> None:
        self.path, self.holder = path, holder
        self._file: int | None = None

    def hold(self) -> bool:
        if self._file is None:
            opened = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.ftruncate(opened, 0)
                os.write(opened, self.holder.encode())
            except OSError:
                os.close(opened)
                return False
            self._file = opened
        return True

    def holds(self, tx: Tx) -> bool:
        return self._file is not None

    def give_back(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _file(store: Store, name: str) -> Path:
    return Path(f"{store.engine.url.database}.{name}")


def _locked_by(path: Path) -> str | None:
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return file.read()
    except FileNotFoundError:
        pass
    return None
