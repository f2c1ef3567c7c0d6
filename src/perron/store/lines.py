"""Connections to PostgreSQL that never wait for ever.

A `Line` is psycopg's connection, which in a thread waits until its patience ends; then it is given up, since a server
that says nothing may never say anything. (On the event loop `readers.py` waits.)
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors, waiting
from sqlalchemy import Boolean, Engine, bindparam, create_engine, event, func, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import make_url

from perron.kit.settings import Settings
from perron.store.postgresql import take_over_conditions
from perron.store.statements import Prepared, const

T = TypeVar("T")
CONNECTING = 5
"""Seconds in which a server that lives takes a connection."""
GRACE = 2.0
"""Seconds after its time in which a server ends a statement itself, before the connection is given up."""
SPARE = 10
"""Connections that jobs and commands may take for a moment, beside those that are kept."""
ALIVE = {
    "connect_timeout": CONNECTING,
    "keepalives": 1,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How the kernel finds out that the other machine is gone; what an address says itself stands over it."""
IN_ORDER, IN_ANY_ORDER = "SET enable_bitmapscan = off", "SET enable_bitmapscan = on"
_LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class Silent(errors.OperationalError):
    """The server has not answered in time, and the connection was given up."""


class Line(psycopg.Connection[Any]):
    """A connection that waits only so long."""

    in_order = False
    """Whether it reads in the order of an index wherever it can: see `open_line`."""
    patience: float | None = None
    """Seconds that one statement may take; None: as long as it likes."""
    _limited = 0

    def wait(self, gen: Generator[Any, Any, T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Whenever psycopg waits for the server."""
        try:
            return waiting.wait(gen, self.pgconn.socket, interval=interval, timeout=timeout or self.patience)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise Silent("the database has not answered in time") from None

    def limit(self, seconds: int, settings: Settings) -> None:
        """Let each statement take so long and no longer: the server ends it, or else the line is given up.

        Behind a pooler nothing can be left with a session, so that there only the second is so."""
        if self._limited != seconds:
            self._limited = seconds
            self._tell(seconds, settings, for_now=False)
        self.patience = seconds + GRACE

    def limit_here(self, seconds: int) -> None:
        """As `limit`, for one transaction whose beginning tells the server."""
        self.patience = seconds + GRACE

    @contextmanager
    def in_one_piece(self) -> Iterator[None]:
        """Send what is executed here together, and wait once. Nothing is prepared meanwhile: where one statement fails,
        psycopg would believe that those after it were."""
        kept, self.prepare_threshold = self.prepare_threshold, None
        try:
            with self.pipeline():
                yield
        finally:
            self.prepare_threshold = kept

    def take_time(self, settings: Settings) -> None:
        """Let each statement in the rest of a transaction take as long as one of a job may."""
        self.patience = settings.database_job_seconds + GRACE
        self._tell(settings.database_job_seconds, settings, for_now=True)

    def _tell(self, seconds: int, settings: Settings, *, for_now: bool) -> None:
        if for_now or settings.database_pooler != "transaction":
            each = (seconds, settings.database_lock_seconds, settings.database_idle_seconds)
            values = {name: str(one * 1000) for name, one in zip(_LIMITS, each, strict=True)}
            sql, fixed = _LIMIT.sql("postgresql")
            self.execute(sql, {**fixed, **values, "for_now": for_now})


_for_now = bindparam("for_now", type_=Boolean())
_LIMIT = Prepared(
    select(
        func.set_config(const("jit"), const("off"), _for_now),  # to compile what we ask takes longer than to answer it
        *(func.set_config(const(name), bindparam(name), _for_now) for name in _LIMITS),
    )
)


def open_lines(url: str, settings: Settings) -> Engine:
    """An engine whose connections are lines; each statement stands alone until somebody says BEGIN."""
    take_over_conditions()
    engine = create_engine(url, pool_size=SPARE, max_overflow=SPARE, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, given: Any, named: dict[str, Any]) -> Line:
        return Line.connect(*given, **{**ALIVE, **named, "prepare_threshold": threshold(settings)})

    return engine


def open_line(url: str, settings: Settings, seconds: int) -> Line:
    """A line of one's own to read pages with, outside of any pool.

    A page is the first rows in the order of an index. PostgreSQL would rather gather all rows and sort them where it
    takes them for few, as it does of every range whose ends it is told later; so that way is closed (`asking.py` opens
    it for a search)."""
    named = {**ALIVE, **_named(url), "prepare_threshold": threshold(settings)}
    line = Line.connect(autocommit=True, **named)
    line.limit(seconds, settings)
    if settings.database_pooler != "transaction":
        line.execute(IN_ORDER)
        line.in_order = True
    return line


def threshold(settings: Settings) -> int | None:
    """After how many times a statement is prepared; a pooler that changes the server in between would lose it."""
    return None if settings.database_pooler == "transaction" else 2


def _named(url: str) -> dict[str, Any]:
    dialect: Any = PGDialect_psycopg
    named: dict[str, Any] = dialect().create_connect_args(make_url(url))[1]
    return named
