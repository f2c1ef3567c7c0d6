"""The writer: on SQLite one thread that commits all waiting writes at once; on PostgreSQL a few, one write each."""

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from perron.kit.errors import Unavailable
from perron.kit.pen import pen
from perron.store.engine import Tx, unavailable

if TYPE_CHECKING:
    from perron.store.engine import OnDone, Store

BATCH = 128
Work = tuple[Callable[[Tx], Any], "OnDone"]


class Writer:
    """Takes writes from any thread; see `Store.submit`."""

    def __init__(self, store: "Store") -> None:
        self.store = store
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()
        self._closed = False

    def submit(self, work: Callable[[Tx], Any], finished: "OnDone") -> None:
        if self._closed:
            finished(None, Unavailable("The server is stopping. Nothing was changed; please try again."))
            return
        if not self._threads:
            self._start()
        self._queue.put((work, finished))

    def waiting(self) -> int:
        return self._queue.qsize()

    def close(self) -> None:
        """Commit what waits, then end the threads."""
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _start(self) -> None:
        with self._starting:
            if self._threads:
                return
            how_many = 1 if self.store.sqlite else 4
            self._threads = [
                threading.Thread(target=self._live, name=f"writer-{n}", daemon=True) for n in range(how_many)
            ]
            for thread in self._threads:
                thread.start()

    def _live(self) -> None:
        batch = BATCH if self.store.sqlite else 1
        connection: Any = None
        while (first := self._queue.get()) is not None:
            works, ending = [first], False
            while len(works) < batch:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    ending = True
                    break
                works.append(more)
            if connection is None:
                connection = self.store.engine.connect().execution_options(
                    **({"isolation_level": "AUTOCOMMIT"} if self.store.sqlite else {})
                )
            try:
                self._commit(connection, works)
            except Exception as wrong:  # the connection itself is in doubt: take a new one
                with contextlib.suppress(Exception):
                    connection.invalidate()
                    connection.close()
                connection = None
                for _, finished in works:
                    finished(None, wrong)
            if ending:
                break
        if connection is not None:
            connection.close()

    def _commit(self, connection: Any, works: list[Work]) -> None:
        """All works in one transaction, each alone in its savepoint; then tell each how it ended."""
        raw = connection.connection.driver_connection
        outcomes: list[tuple[Any, BaseException | None]] = []
        pen.held = True
        try:
            try:
                if self.store.sqlite:
                    raw.execute("BEGIN IMMEDIATE")
                for work, _ in works:
                    outcomes.append(self._run(connection, raw, work))
                if self.store.sqlite:
                    raw.execute("COMMIT")
                elif outcomes[0][1] is None:
                    raw.commit()
                else:
                    raw.rollback()
            except (sqlite3.OperationalError, OperationalError) as wrong:
                with contextlib.suppress(Exception):
                    raw.execute("ROLLBACK")
                outcomes = [(None, unavailable(wrong))] * len(works)
            except BaseException:
                with contextlib.suppress(Exception):
                    raw.execute("ROLLBACK")
                raise
        finally:
            pen.held = False
        for listener in self.store.listeners:
            listener()
        for (_, finished), (result, error) in zip(works, outcomes, strict=True):
            finished(result, error)

    def _run(self, connection: Any, raw: Any, work: Callable[[Tx], Any]) -> tuple[Any, BaseException | None]:
        tx = Tx(connection, self.store.before_commit)
        if not self.store.sqlite:
            return self._try(tx, work)
        raw.execute("SAVEPOINT work")
        outcome = self._try(tx, work)
        if outcome[1] is not None:
            raw.execute("ROLLBACK TO work")
        raw.execute("RELEASE work")
        return outcome

    def _try(self, tx: Tx, work: Callable[[Tx], Any]) -> tuple[Any, BaseException | None]:
        try:
            result = work(tx)
            tx.settle()
            return result, None
        except Exception as wrong:
            return None, wrong
