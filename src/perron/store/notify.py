"""Wake-ups through PostgreSQL: LISTEN and NOTIFY, on a connection of their own.

Not in the transaction that has something to tell: PostgreSQL lets only one of those commit at a time. Whatever was told
while the last NOTIFY was under way goes with the next.
"""

import logging
import os
import select
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from perron.store.wake import Wakeups

log = logging.getLogger(__name__)
PAUSE = 0.005
"""Seconds between two wake-ups: what happens meanwhile is one."""
AGAIN = 1.0
"""Seconds between tries to listen where the database is away; also between looks by those who do listen."""


class Notify(Wakeups):
    """Tells and hears in a thread; it connects again when it was cut off."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.listening = False
        self._heard: Callable[[], None] = _nobody
        self._thread: threading.Thread | None = None
        self._ending = self._told = False
        self._own = 0

    @property
    def patience(self) -> float:
        return AGAIN if self.listening else super().patience

    def start(self, heard: Callable[[], None]) -> None:
        self._heard = heard
        self._ending = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        self._thread = threading.Thread(target=self._live, name="wake-ups", daemon=True)
        self._thread.start()

    def tell(self) -> None:
        if self._thread is not None and not self._told:
            self._told = True
            self._nudge()

    def stop(self) -> None:
        if self._thread is not None:
            self._ending = True
            self._nudge()
            self._thread.join()
            self._thread = None
            os.close(self._read)
            os.close(self._write)

    def _nudge(self) -> None:
        os.write(self._write, b".")

    def _live(self) -> None:
        said = False
        while not self._ending:
            try:
                with self.engine.connect() as connection:
                    raw = connection.connection.driver_connection
                    connection.detach()  # the pool gives out another instead
                    self._attend(raw)
            except Exception as wrong:
                if self.listening or not said:
                    log.warning("Wake-ups are not heard for now, changes are looked for instead: %s", wrong)
                said, self.listening, self._told = True, False, False
                self._wait(None, AGAIN)

    def _attend(self, raw: Any) -> None:
        """Tell and hear until the end, or until the connection breaks."""
        raw.add_notify_handler(lambda note: self._take(note.pid))
        raw.execute("LISTEN perron")
        self._own = raw.info.backend_pid
        self.listening = True
        self._heard()  # what was told while nobody listened
        while not self._ending:
            asked, spoken = self._wait(raw.fileno(), 10 * AGAIN)
            if asked and self._told:
                self._told = False
                raw.execute("NOTIFY perron")
                time.sleep(PAUSE)
            if spoken:
                raw.pgconn.consume_input()
                while (note := raw.pgconn.notifies()) is not None:
                    self._take(note.be_pid)
            if not asked and not spoken:
                raw.execute("SELECT 1")  # a connection that has died without a word is found out

    def _take(self, sender: int) -> None:
        if sender != self._own:
            self._heard()

    def _wait(self, connection: int | None, seconds: float) -> tuple[bool, bool]:
        """Until there is something to tell, or something to hear."""
        both = select.poll()
        both.register(self._read, select.POLLIN)
        if connection is not None:
            both.register(connection, select.POLLIN)
        ready = [number for number, _ in both.poll(seconds * 1000)]
        if self._read in ready:
            os.read(self._read, 4096)
        return self._read in ready, connection in ready


def _nobody() -> None:
    """Nobody listens yet."""
