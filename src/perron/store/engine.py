"""The database: who reads, who writes, and when a write is answered.

On SQLite readers run inline and one writer thread takes all waiting writes into one transaction, each in its own
savepoint; a write is answered after the commit is on disk. On PostgreSQL readers and writers have pooled connections,
and a few writers write side by side. On both, statements outside of a transaction see the latest commit.
"""

import asyncio
import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from perron.kit.errors import Refused, Unavailable
from perron.kit.pen import pen
from perron.kit.settings import BadSetting, Settings
from perron.store.heard import Heard
from perron.store.pace import Pace
from perron.store.statements import Prepared, id_list
from perron.store.wake import wakeups_of

if TYPE_CHECKING:
    from perron.store.readers import Readers

T = TypeVar("T")
Row = tuple[Any, ...]
log = logging.getLogger(__name__)
MOST_REMEMBERED = 2000
REST = 15.0
"""Seconds after which a thread or a connection that nobody needed is let go: what a burst took is given back."""


class Db:
    """A connection to read with."""

    __slots__ = ("_memory", "_raw", "_version", "connection", "dialect")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._raw: Any = connection.connection.driver_connection
        self._memory: dict[str, dict[Any, Any]] = {}
        self._version = -1

    def remembered(self, what: str) -> dict[Any, Any]:
        """Things made from rows that hold until anybody commits anything; then this is empty again.

        Only a reader of SQLite remembers: its `data_version` changes with every commit by another connection.
        """
        if self.dialect != "sqlite":
            return {}
        return self._memory.setdefault(what, {})

    def look_up(self) -> None:
        """Forget what is remembered when anybody has committed since the last look; done once for each reading."""
        version = self._raw.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._memory, self._version = {}, version
        elif any(len(kept) > MOST_REMEMBERED for kept in self._memory.values()):
            self._memory = {}  # here, and not while somebody reads: a page is put together from what it remembers

    def kept(self, what: str) -> dict[Any, Any]:
        """Things that outlive commits, because whoever takes one knows of which version of its rows it must be.

        Only a reading of PostgreSQL on the event loop keeps any (`readers.py`)."""
        return {}

    def catch_up(self) -> None:
        """Wait until this process has heard of everything that was committed before this reading, wherever: what is
        held in memory is then no older than what the database holds. (On SQLite the ear is never behind a write of its
        own process.)"""

    def forget(self) -> None:
        """Forget what is remembered, as something else than a commit has changed."""
        self._memory = {}

    @property
    def lost(self) -> bool:
        """The connection is gone (on PostgreSQL only: the server was restarted, or cannot be reached)."""
        return bool(getattr(self._raw, "closed", False))

    def all(self, prepared: Prepared, **values: Any) -> list[Row]:
        """Every row, as plain tuples."""
        sql, fixed = prepared._ready.get(self.dialect) or prepared.sql(self.dialect)
        rows: list[Row] = self._raw.execute(sql, {**fixed, **values}).fetchall()
        return rows

    def one(self, prepared: Prepared, **values: Any) -> Row | None:
        """The first row, or None."""
        sql, fixed = prepared._ready.get(self.dialect) or prepared.sql(self.dialect)
        row: Row | None = self._raw.execute(sql, {**fixed, **values}).fetchone()
        return row

    def value(self, prepared: Prepared, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(prepared, **values)
        return row[0] if row else None

    def column(self, prepared: Prepared, **values: Any) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.all(prepared, **values)]

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """A statement built for this call: for paths that are not hot."""
        return self.connection.execute(statement, values)

    def id_list(self, ids: Sequence[int] | set[int] | frozenset[int]) -> str:
        """Ids as the value that `among` expects."""
        return id_list(self.dialect, ids)


class Tx(Db):
    """A connection to write with. Whoever opened it commits; rooms never do."""

    __slots__ = ("_before_commit", "changed", "latest", "settings", "told", "wakes")

    def __init__(self, connection: Connection, before_commit: "BeforeCommit", settings: Settings) -> None:
        super().__init__(connection)
        self._before_commit = before_commit
        self.settings = settings
        """Those in force when it began: for jobs, which nobody hands them."""
        self.changed: dict[str, dict[int, None]] = {}
        self.told: list[dict[str, Any]] = []
        self.latest: list[tuple[str, int, dict[str, Any]]] = []
        """What is written last of all: the statement, whose row, the values."""
        self.wakes = False
        """Whether other processes are woken after the commit."""

    def remembered(self, what: str) -> dict[Any, Any]:
        """Nothing: a transaction sees its own changes."""
        return {}

    def run(self, prepared: Prepared, **values: Any) -> int:
        """Run a writing statement; how many rows it touched."""
        sql, fixed = prepared._ready.get(self.dialect) or prepared.sql(self.dialect)
        count: int = self._raw.execute(sql, {**fixed, **values}).rowcount
        return count

    def later(self, prepared: Prepared, row: int, **values: Any) -> None:
        """Run a writing statement last of all, as for a count that everybody adds to: who writes a row holds it until
        the commit, and others wait. `row`: whose it is, so that all take several in the same order."""
        sql, fixed = prepared.sql(self.dialect)
        self.latest.append((sql, row, {**fixed, **values}))

    def finish(self) -> None:
        """Do what was to be done last of all."""
        for sql, _, values in sorted(self.latest, key=lambda one: one[:2]):
            self._raw.execute(sql, values)
        self.latest = []

    def many(self, prepared: Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a writing statement once for each row of values."""
        if rows:
            sql, fixed = prepared.sql(self.dialect)
            self._raw.cursor().executemany(sql, [{**fixed, **row} for row in rows])

    def rerender(self, kind: str, id_: int) -> None:
        """Say that what is shown of a post or an account has changed; it is rendered anew before the commit."""
        self.changed.setdefault(kind, {})[id_] = None

    def take_time(self) -> None:
        """Let each statement from here on take as long as one of a job may."""
        if self.dialect != "sqlite":
            self._raw.take_time(self.settings)

    def settle(self) -> None:
        """Do now what must be done before the commit."""
        if self.changed:
            self._before_commit(self)
            self.changed = {}

    def refusal(self, part: Callable[[], object]) -> Refused | None:
        """Do a part that may be refused: then it is undone, and this is why. What is only not possible at the moment is
        undone and raised."""
        point = self.savepoint()
        try:
            part()
        except Refused as wrong:
            point.undo()
            if isinstance(wrong, Unavailable):
                raise
            return wrong
        point.keep()
        return None

    def savepoint(self) -> "Savepoint":
        """A point to which one can return without losing the whole transaction."""
        return Savepoint(self, self._raw)


class Savepoint:
    """A point within a transaction to which one can return."""

    def __init__(self, tx: Tx, raw: Any) -> None:
        self._tx, self._raw = tx, raw
        self._told, self._latest = len(tx.told), len(tx.latest)
        raw.execute("SAVEPOINT part")

    def keep(self) -> None:
        """What was written since stays part of the transaction."""
        self._raw.execute("RELEASE SAVEPOINT part")

    def undo(self) -> None:
        """What was written since is undone."""
        del self._tx.told[self._told :]
        del self._tx.latest[self._latest :]
        self._raw.execute("ROLLBACK TO SAVEPOINT part")
        self._raw.execute("RELEASE SAVEPOINT part")


BeforeCommit = Callable[[Tx], None]
OnDone = Callable[[Any, BaseException | None], None]


class Store:
    """One database. `write` waits for its commit; `submit` hands over and calls back."""

    def __init__(self, url: str, settings: Settings | None = None) -> None:
        self.url = url
        self.settings = settings or Settings()
        self.engine = open_engine(url, self.settings)
        self.sqlite = self.engine.dialect.name == "sqlite"
        self.before_commit: BeforeCommit = _nothing
        self.listeners: list[Callable[[], None]] = []
        self._local = threading.local()
        self._readers: list[Connection] = []
        self._lines: list[Readers] = []
        self.heard = Heard()
        self.wakeups = wakeups_of(self)
        self.pace = Pace()
        from perron.store.writer import Writer

        self._writer = Writer(self)

    @contextmanager
    def read(self, seconds: int = 0) -> Iterator[Db]:
        """A reader. On SQLite it is this thread's kept connection, and each statement sees the latest commit. On
        PostgreSQL a statement may take so many `seconds`; as long as one of a job, when none are given."""
        if not self.sqlite:
            with self.engine.connect() as connection:
                self.limit(connection, seconds or self.settings.database_job_seconds)
                yield Db(connection)
            return
        yield self.reader()

    def reader(self) -> Db:
        """This thread's kept reading connection. On PostgreSQL only the event loop should keep one."""
        db: Db | None = getattr(self._local, "db", None)
        if db is None or db.lost:
            self.leave()
            connection = self.engine.connect()
            self._readers.append(connection)
            if not self.sqlite:
                self.limit(connection, self.settings.database_read_seconds)
            db = self._local.db = Db(connection)
        if self.sqlite:
            db.look_up()
        return db

    def leave(self) -> None:
        """Close this thread's kept reading connection: to be called by a thread that ends."""
        db: Db | None = getattr(self._local, "db", None)
        if db is not None:
            del self._local.db
            with contextlib.suppress(ValueError):  # the store was closed meanwhile
                self._readers.remove(db.connection)
            db.connection.close()

    def lines(self) -> "Readers":
        """How the running event loop reads PostgreSQL."""
        kept: Readers | None = getattr(self._local, "lines", None)
        if kept is not None and kept.loop is asyncio.get_running_loop():
            return kept
        from perron.store import readers

        self._local.lines = made = readers.Readers(self.url, lambda: self.settings, self.heard)
        self._lines.append(made)
        return made

    def replica(self) -> "Readers | None":
        """A replica for whoever is not signed in, where one is set and not far behind. On the event loop."""
        urls = self.settings.database_replica
        if not urls or self.sqlite:
            return None
        lines = self.lines()
        if lines.replicas is None:
            from perron.store.replicas import Replicas

            lines.replicas = Replicas(lines, urls, lambda: self.settings)
        return lines.replicas.pick()

    def distrust(self, place: "Readers") -> None:
        """A replica has not answered."""
        replicas = self.lines().replicas
        if replicas is not None:
            replicas.distrust(place)

    def limit(self, connection: Connection, seconds: int) -> None:
        """How long a statement on this connection may take (PostgreSQL)."""
        line: Any = connection.connection.driver_connection
        line.limit(seconds, self.settings)

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction and wait until it is on disk. All of it or none."""
        done = threading.Event()
        outcome: list[Any] = [None, None]

        def finished(result: Any, wrong: BaseException | None) -> None:
            outcome[:] = result, wrong
            done.set()

        self.submit(work, finished)
        done.wait()
        if outcome[1] is not None:
            raise outcome[1]
        answer: T = outcome[0]
        return answer

    def submit(self, work: Callable[[Tx], Any], finished: OnDone, *, first: bool = False) -> None:
        """Run `work` in a transaction (`first`: before all that waits); `finished(result, error)` is called after the
        commit, in the writer's thread."""
        if pen.held:
            raise RuntimeError("Already writing: pass the open `tx` down instead of opening a second.")
        self._writer.submit(work, finished, first=first)

    def hear_others(self) -> None:
        """From now on the listeners are also called when another process has committed something to hear of."""
        self.wakeups.start(self.wake)

    def wake(self) -> None:
        """Call the listeners."""
        for listener in [*self.listeners]:
            try:
                listener()
            except Exception:
                log.exception("Somebody could not be told of a commit")

    def waiting(self) -> int:
        """How many writes wait for the writer."""
        return self._writer.waiting()

    def behind(self) -> int:
        """How many readings of the running event loop wait for a line to PostgreSQL."""
        lines: Readers | None = getattr(self._local, "lines", None)
        return 0 if lines is None else lines.waiting()

    def close(self) -> None:
        """Finish the writes that wait, then let go of the database."""
        self._writer.close()
        self.wakeups.stop()
        for connection in self._readers:
            with contextlib.suppress(Exception):
                connection.close()
        self._readers.clear()
        for lines in self._lines:
            lines.close()
        self._lines.clear()
        self._local = threading.local()
        self.engine.dispose()


def _nothing(tx: Tx) -> None:
    """What follows before a commit when nobody has said so."""


def open_engine(url: str, settings: Settings) -> Engine:
    """An engine with this project's ways of speaking to each database."""
    if not url.startswith("sqlite"):
        try:
            from perron.store.lines import open_lines
        except ImportError:
            said = "database is PostgreSQL, but its libraries are missing: pip install 'perron[postgresql]'."
            raise BadSetting(said) from None
        return open_lines(url, settings)  # BEGIN is said by the writer
    engine = create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is said by the writer
        for pragma in (
            "busy_timeout = 10000",
            "journal_mode = WAL",
            "synchronous = FULL",
            "cache_size = -8192",  # KiB; reading goes by the mapped file
            "mmap_size = 268435456",
            "temp_store = MEMORY",
            "journal_size_limit = 16777216",
            "wal_autocheckpoint = 4000",  # pages; a page written often is copied back seldom
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


SQLITE_MOVED = sqlite3.SQLITE_CONSTRAINT_TRIGGER  # a trigger says that the data is elsewhere: see `shutting.py`
SQLITE_REFUSES = (5, 6, 7, 8, 10, 11, 13, 14)  # busy, locked, memory, read-only, disk, corrupt, full, cannot open
POSTGRES_REFUSES = (
    "08",
    "53",
    "57",
    "55P03",
)  # no connection, no resources, an operator or the time stopped it, a lock
POSTGRES_CONFLICTS = ("40001", "40P01", "23505")  # not in order, waiting for each other, both made the same row


def state_of(wrong: BaseException) -> str | None:
    """The five letters by which PostgreSQL names a mistake; None for anything else."""
    driver = wrong.orig if isinstance(wrong, DBAPIError) else wrong
    return getattr(driver, "sqlstate", None)


def conflicts(wrong: BaseException | None) -> bool:
    """Two writers were in each other's way and this one had to give in; it may simply try again.

    A row that is there already is among them: who looks before he adds sees it the second time, and refuses in words.
    """
    return wrong is not None and state_of(wrong) in POSTGRES_CONFLICTS


def refuses_writes(wrong: BaseException) -> bool:
    """The database cannot write at the moment; nothing is wrong with what was to be written."""
    driver = wrong.orig if isinstance(wrong, DBAPIError) else wrong
    if isinstance(driver, sqlite3.Error):
        code = getattr(driver, "sqlite_errorcode", 0)
        return code & 0xFF in SQLITE_REFUSES or code == SQLITE_MOVED
    state = state_of(wrong)
    if state is not None:
        return state.startswith(POSTGRES_REFUSES)
    kinds = {(one.__module__.partition(".")[0], one.__name__) for one in type(driver).__mro__}
    return ("psycopg", "OperationalError") in kinds  # the connection: it is gone, or takes too long


def unavailable(wrong: BaseException) -> Unavailable:
    """What a caller hears when the database cannot take a write; the reason goes to the log."""
    log.error("The database refused a write: %s", wrong)
    return Unavailable("The server cannot store anything at the moment. Nothing was changed; please try again.")
