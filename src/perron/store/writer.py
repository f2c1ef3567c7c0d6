"""The writer: on SQLite one thread that commits all waiting writes at once; on PostgreSQL a few, one write each."""

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from perron.kit.errors import Unavailable
from perron.kit.figures import Counter, Times
from perron.kit.pen import pen
from perron.kit.settings import Settings
from perron.store.changes import write_down
from perron.store.engine import REST, Db, Tx, conflicts, refuses_writes, unavailable

if TYPE_CHECKING:
    from perron.store.engine import OnDone, Store

log = logging.getLogger(__name__)
WRITES = Counter("perron_writes", "Writes that were committed or refused.")
COMMITS = Times("perron_commit_seconds", "Time from taking up writes to their commit.")
BATCH = 128
WRITERS = 4
TURNS = 0x77_72_69_74_65
BESIDE = f"SELECT pg_advisory_xact_lock_shared({TURNS})"
ALONE = f"SELECT pg_advisory_xact_lock({TURNS})"
"""On PostgreSQL writers work side by side; one that got into another's way tries again while all others wait."""
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
Work = tuple[Callable[[Tx], Any], "OnDone"]
Outcome = tuple[Any, BaseException | None]


class _Said(threading.local):
    """Whether what a writer's thread is about to commit wakes other processes."""

    wakes = False


class Writer:
    """Takes writes from any thread; see `Store.submit`."""

    def __init__(self, store: "Store") -> None:
        self.store = store
        self._first: deque[Work] = deque()
        self._others: deque[Work] = deque()
        self._threads: list[threading.Thread] = []
        self._resting: list[threading.Lock] = []
        """What the threads without work wait for, each for its own; who worked last comes last."""
        self._begun = 0
        self._gate = threading.Lock()
        self._closed = False
        self._said = _Said()

    def submit(self, work: Callable[[Tx], Any], finished: "OnDone", *, first: bool = False) -> None:
        with self._gate:
            if not self._closed:
                (self._first if first else self._others).append((work, finished))
                self._call_one()
                return
        finished(None, Unavailable("The server is stopping. Nothing was changed; please try again."))

    def waiting(self) -> int:
        return len(self._first) + len(self._others)

    def close(self) -> None:
        """Commit what waits, then end the threads."""
        with self._gate:
            self._closed = True
            for bell in self._resting:
                bell.release()
            self._resting = []
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _call_one(self) -> None:
        """Who worked last goes first, as its connection knows the statements; another begins only when all are at work.
        So a server with little to do keeps one connection, and not as many as it may."""
        if self._resting:
            self._resting.pop().release()
        elif len(self._threads) < (1 if self.store.sqlite else WRITERS):
            thread = threading.Thread(target=self._live, name=f"writer-{self._begun}", daemon=True)
            self._begun += 1
            self._threads.append(thread)
            thread.start()

    def _live(self) -> None:
        connection: Any = None
        bell = threading.Lock()
        bell.acquire()
        while works := self._next(bell):
            began = monotonic()
            try:
                if connection is not None and Db(connection).lost:
                    self._let_go(connection)
                    connection = None
                connection = connection or self.store.engine.connect()
                self.store.pace.began()
                self._commit(connection, works)
            except BaseException as wrong:  # the connection itself is in doubt: take a new one
                self._let_go(connection)
                connection = None
                reason = unavailable(wrong) if refuses_writes(wrong) else wrong
                for _, finished in works:
                    _call(finished, None, reason)
            WRITES.add(by=len(works))
            COMMITS.add(monotonic() - began)
            self.store.pace.ended(len(works))
        if connection is not None:
            self._let_go(connection)

    def _next(self, bell: threading.Lock) -> list[Work]:
        """What waits, at least one; nothing at the end, or when this thread has rested long and others rest as well.
        The first row is answered before the other begins."""
        while True:
            with self._gate:
                if row := self._first or self._others:
                    return [row.popleft() for _ in range(min(len(row), BATCH if self.store.sqlite else 1))]
                if self._closed:
                    return []
                self._resting.append(bell)
            while not bell.acquire(timeout=REST):
                if self._leaves(bell):
                    return []

    def _leaves(self, bell: threading.Lock) -> bool:
        """Whether a thread without work ends; then it is called no more. Who worked last stays."""
        with self._gate:
            if bell not in self._resting[:-1]:
                return False
            self._resting.remove(bell)
            self._threads.remove(threading.current_thread())
            return True

    def _let_go(self, connection: Any) -> None:
        with contextlib.suppress(Exception):
            connection.invalidate()
            connection.close()

    def _commit(self, connection: Any, works: list[Work]) -> None:
        """All works in one transaction, each alone in its savepoint; then tell each how it ended."""
        pen.held = True
        try:
            outcomes = self._try_all(connection, works, BESIDE)
            if conflicts(outcomes[0][1]):
                outcomes = self._try_all(connection, works, ALONE)
        finally:
            pen.held = False
        if self.store.sqlite:  # who is answered finds what is held in memory changed
            self.store.wake()
            self._answer(works, outcomes)
        else:  # who is answered waits for the ear's next look, and so must wait before it begins
            self._answer(works, outcomes)
            self.store.wake()
        if self._said.wakes:
            self._said.wakes = False
            self.store.wakeups.tell()

    def _answer(self, works: list[Work], outcomes: list[Outcome]) -> None:
        """Tell each how it ended."""
        for (_, finished), outcome in zip(works, outcomes, strict=True):
            _call(finished, *outcome)

    def _try_all(self, connection: Any, works: list[Work], turn: str) -> list[Outcome]:
        raw = connection.connection.driver_connection
        try:
            raw.execute("BEGIN IMMEDIATE" if self.store.sqlite else self._begin(raw, turn))
            if len(works) == 1:
                outcomes = [self._try_alone(connection, raw, works[0][0])]
            else:
                outcomes = [self._try_apart(connection, raw, work) for work, _ in works]
                raw.execute("COMMIT")
        except BaseException as wrong:
            with contextlib.suppress(Exception):
                raw.execute("ROLLBACK")
            if not refuses_writes(wrong):
                raise
            return [(None, unavailable(wrong))] * len(works)
        return outcomes

    def _begin(self, raw: Any, turn: str) -> str:
        """How a transaction begins on PostgreSQL: what may take how long is said for itself alone, as a pooler may give
        each transaction another session."""
        settings = self.store.settings
        raw.limit_here(settings.database_write_seconds)
        return f"BEGIN; {said(settings.database_write_seconds, settings)}; {turn}"

    def _try_alone(self, connection: Any, raw: Any, work: Callable[[Tx], Any]) -> Outcome:
        """One work that is a transaction by itself. On PostgreSQL its end goes out in one piece: what others wait for
        (counts, the log) is held as long as the server takes for it, however busy this process is."""
        tx = self._tx(connection)
        try:
            result = self._do(tx, work)
            with contextlib.nullcontext() if self.store.sqlite else raw.in_one_piece():
                self._end(tx)
                raw.execute("COMMIT")
        except Exception as wrong:
            if refuses_writes(wrong):
                raise
            raw.execute("ROLLBACK")
            return None, wrong
        return result, None

    def _try_apart(self, connection: Any, raw: Any, work: Callable[[Tx], Any]) -> Outcome:
        """One work among others, in its own savepoint."""
        raw.execute("SAVEPOINT work")
        outcome: Outcome = None, None
        tx = self._tx(connection)
        try:
            outcome = self._do(tx, work), None
            self._end(tx)
        except Exception as wrong:
            if refuses_writes(wrong):  # then the others cannot be written either
                raise
            outcome = None, wrong
            raw.execute("ROLLBACK TO SAVEPOINT work")
        raw.execute("RELEASE SAVEPOINT work")
        return outcome

    def _tx(self, connection: Any) -> Tx:
        return Tx(connection, self.store.before_commit, self.store.settings)

    def _do(self, tx: Tx, work: Callable[[Tx], Any]) -> Any:
        result = work(tx)
        tx.settle()
        return result

    def _end(self, tx: Tx) -> None:
        """The last of a transaction."""
        tx.finish()
        write_down(tx)
        self._said.wakes = self._said.wakes or tx.wakes


def said(seconds: int, settings: Settings) -> str:
    """What PostgreSQL is told of how long a statement may take, a lock be waited for and a transaction be idle."""
    each = (seconds, settings.database_lock_seconds, settings.database_idle_seconds)
    return "; ".join(f"SET LOCAL {name} = {one * 1000}" for name, one in zip(LIMITS, each, strict=True))


def _call(who: Callable[..., None], *what: Any) -> None:
    """Let somebody know; what is committed stays so, whatever they make of it."""
    try:
        who(*what)
    except Exception:
        log.exception("Somebody could not be told of a commit")
