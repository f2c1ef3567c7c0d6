"""Who is there: processes that share this database. Each has a number of its own, which is part of the ids it makes.

A number is lent for a minute and renewed while its process lives. One that was not renewed may be taken by another, the
longest unused first; its old holder finds out before it makes another id, and takes a new one.
"""

import logging
import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass

from sqlalchemy import BigInteger, Executable, bindparam, cast, extract, func, select, update

from perron.kit import ids
from perron.kit.errors import Unavailable
from perron.kit.pen import pen
from perron.kit.time import MINUTE, SECOND, now
from perron.kit.version import VERSION
from perron.store import schema
from perron.store.engine import Db, Store, Tx
from perron.store.statements import Prepared, inserting
from perron.store.tables import nodes

log = logging.getLogger(__name__)
LENT = MINUTE
MARGIN = 10 * SECOND
"""How much earlier a process believes that its time is over."""
RENEWAL = 20.0
AGAIN = 1.0
"""Seconds until a number is asked for again when that failed."""
PATIENCE = MINUTE
"""How long a process that starts waits for its first number."""

_COLUMNS = ("number", "name", "kind", "version", "since", "until")
_CLOCK = Prepared(select(cast(extract("epoch", func.clock_timestamp()) * 1000, BigInteger)))
_USED = Prepared(select(nodes.c.number, nodes.c.until).order_by(nodes.c.until))


def _taking(dialect: str) -> Executable:
    statement = inserting(dialect)(nodes)
    fresh = {name: statement.excluded[name] for name in _COLUMNS[1:]}
    free = nodes.c.until <= bindparam("free_at")
    made: Executable = statement.on_conflict_do_update(index_elements=["number"], set_=fresh, where=free)
    return made


_TAKE = Prepared(_taking, *_COLUMNS)
_OURS = (nodes.c.number == bindparam("of_number"), nodes.c.name == bindparam("of_name"))
_KEEP = Prepared(update(nodes).where(*_OURS).values(until=bindparam("then")))
_IS_OURS = Prepared(select(nodes.c.until).where(*_OURS))
_THERE = Prepared(
    select(*(nodes.c[name] for name in _COLUMNS)).where(nodes.c.until > bindparam("at")).order_by(nodes.c.number)
)


@dataclass(frozen=True, slots=True)
class Known:
    """A process that is there. Times are milliseconds since 1970."""

    number: int
    name: str
    kind: str
    version: str
    since: int
    until: int

    @property
    def release(self) -> str:
        """The version of its code."""
        return self.version.partition(" ")[0]

    @property
    def schema(self) -> str:
        """The version of the schema that its code knows."""
        return self.version.rpartition(" ")[2]

    @property
    def host(self) -> str:
        """Its machine."""
        return self.name.split(" ")[0]

    @property
    def pid(self) -> str:
        """Its number on that machine."""
        return self.name.split(" ")[1] if " " in self.name else ""


def clock(db: Db) -> int:
    """The time by which nodes agree, in milliseconds since 1970: the database's where they are on several machines."""
    if db.dialect == "sqlite":
        return now()
    found: int = db.value(_CLOCK)
    return found


def nodes_there(db: Db) -> list[Known]:
    """The processes that are there, by number."""
    return [Known(*row) for row in db.all(_THERE, at=clock(db))]


class Node:
    """This process among those that share its database. From `enter` to `leave` its ids bear a number of its own."""

    def __init__(self, store: Store, kind: str) -> None:
        self.store, self.kind, self.since = store, kind, now()
        self.name = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
        self.number = -1
        self._left = threading.Event()
        self._thread: threading.Thread | None = None

    def enter(self) -> "Node":
        """Take a number; for a while again and again, as who writes to SQLite without a pause lets nobody else in."""
        until = now() + PATIENCE
        while True:
            try:
                self._lend(self.store.write(self._take))
                return self
            except Unavailable as wrong:
                if now() > until:
                    raise
                log.warning("The database takes nothing from this process yet; it is tried again: %s", wrong)
                time.sleep(AGAIN)

    def stay(self) -> None:
        """Renew the number again and again, in a thread."""
        self._thread = threading.Thread(target=self._live, name="node", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Give the number back."""
        self._left.set()
        if self._thread is not None:
            self._thread.join(AGAIN)
        try:
            self.store.write(lambda tx: tx.run(_KEEP, of_number=self.number, of_name=self.name, then=clock(tx)))
        except Exception as wrong:
            log.warning("The number of this process could not be given back; it ends by itself: %s", wrong)
        ids.use_no_node()

    def renew(self) -> None:
        """Hold the number for another minute, or take a new one where it is another's by now. Called before an id is
        made when the time is over, so also within a transaction."""
        if not pen.held:
            self._lend(self.store.write(self._keep))
        elif not self.store.sqlite:
            with self.store.engine.connect() as connection:  # each statement is its own transaction
                self._lend(self._keep(Tx(connection, lambda _: None, self.store.settings)))
        elif self.store.reader().one(_IS_OURS, of_number=self.number, of_name=self.name) is not None:
            self._lend((self.number, now() - LENT + MARGIN + SECOND))  # nobody else can write while we do
        else:
            raise Unavailable("The server was asleep and wakes up. Nothing was changed; please try again.")

    def _live(self) -> None:
        pause = RENEWAL
        while not self._left.wait(pause):
            try:
                self._lend(self.store.write(self._keep))
                pause = RENEWAL
            except Exception as wrong:
                log.warning("The number of this process could not be renewed: %s", wrong)
                pause = AGAIN

    def _lend(self, lent: tuple[int, int]) -> None:
        """Use a number that was lent at this moment (by the clock of this machine)."""
        number, at = lent
        if self.number not in (-1, number):
            log.warning("The number of this process was taken by another; it is %d now", number)
        self.number = number
        if not self._left.is_set():
            ids.use_node(number, at + LENT - MARGIN, self.renew)

    def _keep(self, tx: Tx) -> tuple[int, int]:
        at = now()
        if tx.run(_KEEP, of_number=self.number, of_name=self.name, then=clock(tx) + LENT):
            return self.number, at
        return self._take(tx)

    def _take(self, tx: Tx) -> tuple[int, int]:
        for number in _free(tx):
            at, there = now(), clock(tx)
            ours = (number, self.name, self.kind, f"{VERSION} {schema.HEAD}", self.since, there + LENT)
            row = dict(zip(_COLUMNS, ours, strict=True))
            if tx.run(_TAKE, **row, free_at=there):
                return number, at
        raise Unavailable("There are more processes on this database than it has numbers for.")


def _free(tx: Tx) -> list[int]:
    """Numbers that may be taken: those never used, then the longest unused."""
    used: dict[int, int] = dict(tx.all(_USED))
    at = clock(tx)
    return [number for number in range(ids.NODES) if number not in used] + [
        number for number, until in used.items() if until <= at
    ]
