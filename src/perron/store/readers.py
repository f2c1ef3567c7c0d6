"""Reading PostgreSQL from the event loop, without threads.

A reading is plain code that asks and waits. It runs as a greenlet on one of a few kept lines; where it waits for the
server it steps aside, and the loop takes it up again when the answer is there. So the loop is never held up, a slow
server delays only those who asked it, and a reading costs neither a thread nor a connection from a pool.
"""

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from greenlet import greenlet  # type: ignore[import-untyped]
from psycopg.errors import QueryCanceled
from sqlalchemy import func, select

from perron.kit.errors import Unavailable
from perron.kit.settings import Settings
from perron.store.asking import READABLE, WRITABLE, Asking
from perron.store.engine import MOST_REMEMBERED, REST, Db, refuses_writes
from perron.store.heard import LONGEST, Heard
from perron.store.lines import GRACE, Line, Silent, open_line
from perron.store.statements import Prepared
from perron.store.tables import changes

if TYPE_CHECKING:
    from perron.store.replicas import Replicas

T = TypeVar("T")
log = logging.getLogger(__name__)
SORRY = "The server cannot look anything up at the moment; please try again."
PAUSE = 0.5
"""Seconds without a new try after a connection could not be made."""
AT_ONCE = 2
"""Connections made at a time."""
MOST_KEPT = 4_000
"""Things of a kind that outlive commits: of posts, some 3 kB each."""

_LOOK = Prepared(
    select(
        func.concat(func.pg_current_snapshot(), func.pg_last_wal_replay_lsn()),
        select(func.max(changes.c.id)).scalar_subquery(),
    )
)
"""What can be seen at this moment, and the latest change. As long as the first is the same, nobody has committed
anything; on a replica, whose snapshots leave out who is writing, nothing more has arrived."""


class Memory:
    """What one process remembers of a database: see `Db.remembered` and `Db.kept`."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[Any, Any]] = {}
        self._seen = ""
        self._made: dict[str, dict[Any, Any]] = {}

    def at(self, snapshot: str) -> dict[str, dict[Any, Any]]:
        """What was made since this was what can be seen."""
        if snapshot != self._seen:
            self._seen, self._made = snapshot, {}
        return self._made

    def forget(self) -> None:
        """Remember nothing."""
        self.kept = {}
        self._seen, self._made = "", {}


class Reading(Db):
    """A line in the hands of one reading at a time."""

    __slots__ = ("_looked", "fd", "given_up", "line", "mine", "readers", "reserve", "since", "turn", "waits_for")

    def __init__(self, line: Line, readers: "Readers") -> None:
        self.dialect = "postgresql"
        self.line = line
        self._raw = Asking(line, self._step_aside, prepares=line.prepare_threshold is not None)
        self.readers = readers
        self.fd = os.dup(line.fileno())  # libpq closes its own when the server goes, and the number would be another's
        self.mine: greenlet | None = None
        self.turn: asyncio.Future[None] | None = None
        self.waits_for = 0
        """What the line is to be ready for; 0: the reading waits for the ear."""
        self.since = 0.0
        self.given_up = self.reserve = False
        self._looked = -1
        self._memory = {}

    @property
    def lost(self) -> bool:
        return self.given_up or bool(self.line.closed)

    def remembered(self, what: str) -> dict[Any, Any]:
        self.look_up()
        found = self._memory.setdefault(what, {})
        if len(found) > MOST_REMEMBERED:
            found = self._memory[what] = {}  # another reading may hold the old one in its hands
        return found

    def kept(self, what: str) -> dict[Any, Any]:
        every = self.readers.memory.kept
        found = every.setdefault(what, {})
        if len(found) > MOST_KEPT:
            found = every[what] = {}
        return found

    def look_up(self) -> None:
        if self._looked >= 0:
            return
        row = self.one(_LOOK)
        assert row is not None
        self._looked = row[1] or 0
        self._memory = self.readers.memory.at(row[0])

    def catch_up(self) -> None:
        self.look_up()
        heard, mine, loop = self.readers.heard, self.mine, self.readers.loop
        if mine is None or mine.parent is None or not heard.behind(self._looked):
            return
        heard.wait(self._looked, lambda: loop.call_soon_threadsafe(self.readers.heard_enough, self, mine))
        self._step_aside(0)

    def forget(self) -> None:
        self.readers.memory.forget()
        self._memory = {}

    def _step_aside(self, wanted: int) -> int:
        """Wait in the greenlet, while the loop goes on with others."""
        mine = self.mine
        assert mine is not None
        assert mine.parent is not None
        ready: int = mine.parent.switch(wanted)
        return ready

    def begin(self, work: Callable[[Db], Any]) -> None:
        """Start a reading; it may be over when this returns."""
        self._looked, self._memory = -1, {}
        self.mine = greenlet(work)
        self.go_on(self)

    def go_on(self, what: Any) -> None:
        """Let the reading go on until it waits again, or is over."""
        assert self.mine is not None
        self._noted(self.mine.switch(what))

    def give_up(self) -> None:
        """End a reading that waits in vain, and its line."""
        assert self.mine is not None
        self.given_up = True
        self._noted(self.mine.throw(Silent("the database has not answered in time")))

    def _noted(self, wanted: Any) -> None:
        if self.mine is not None and self.mine.dead:
            self.mine = None
        self.waits_for = 0 if self.mine is None else wanted


class Readers:
    """The lines with which one event loop reads one database."""

    def __init__(self, url: str, settings: Callable[[], Settings], heard: Heard) -> None:
        self.url, self.settings, self.heard = url, settings, heard
        self.memory = Memory()
        self.replicas: Replicas | None = None
        """The replicas of this database, where it is the primary and somebody has asked for one."""
        self.loop = asyncio.get_running_loop()
        self.all: set[Reading] = set()
        self._idle: list[Reading] = []
        self._reserve: Reading | None = None
        self._queue: deque[asyncio.Future[Reading]] = deque()
        self._opening = 0
        self._refused_until = 0.0
        self._watch: asyncio.TimerHandle | None = None

    def waiting(self) -> int:
        """How many readings wait for a line."""
        return len(self._queue)

    async def read(self, work: Callable[[Db], T], *, first: bool = False) -> T:
        """Run `work`. A reading whose connection breaks is begun once more on another. `first`: on a line that is kept
        for it, as others wait on theirs until it is done; one at a time."""
        try:
            try:
                return await self._read(work, first)
            except Exception as wrong:
                if not refuses_writes(wrong) or isinstance(wrong, Silent | QueryCanceled):
                    raise
                return await self._read(work, first)
        except Exception as wrong:
            if not refuses_writes(wrong):
                raise
            log.warning("The database did not answer a reading: %s", wrong)
            raise Unavailable(SORRY) from None

    async def _read(self, work: Callable[[Db], T], first: bool) -> T:
        if first:
            reading, self._reserve = self._reserve or await self._open(self.settings(), reserve=True), None
        else:
            reading = self._idle.pop() if self._idle else await self._next()
        answer: list[Any] = []
        wrongs: list[BaseException] = []

        def run(db: Db) -> None:
            try:
                answer.append(work(db))
            except BaseException as wrong:
                wrongs.append(wrong)
            if reading.turn is not None:
                self._ended(reading, reading.turn)

        reading.since = self.loop.time()
        reading.begin(run)
        if reading.mine is None:
            self._give_back(reading)
        else:
            self._await_room(reading)
            turn = reading.turn = self.loop.create_future()
            await turn
        if wrongs:
            raise wrongs[0]
        found: T = answer[0]
        return found

    def _ended(self, reading: Reading, turn: "asyncio.Future[None]") -> None:
        """In the greenlet, as its last act: soon the line is given back and the caller goes on."""
        reading.turn = None
        self.loop.call_soon(self._give_back, reading)
        if not turn.done():  # else the caller has gone away
            turn.set_result(None)

    async def _next(self) -> Reading:
        """A line that is free: another one, or the first that is given back."""
        settings = self.settings()
        if not self.all and self.loop.time() < self._refused_until:
            raise Unavailable(SORRY, retry_after=1)
        if len(self.all) + self._opening < settings.database_pool and self._opening < AT_ONCE:
            return await self._open(settings)
        turn: asyncio.Future[Reading] = self.loop.create_future()
        self._queue.append(turn)
        try:
            return await asyncio.wait_for(turn, settings.database_read_seconds)
        except TimeoutError:
            raise Unavailable(SORRY) from None

    async def _open(self, settings: Settings, *, reserve: bool = False) -> Reading:
        self._opening += 1
        try:
            line = await asyncio.to_thread(open_line, self.url, settings, settings.database_read_seconds)
        except Exception as wrong:
            self._refused_until = self.loop.time() + PAUSE
            log.warning("The database cannot be reached: %s", wrong)
            if not self.all:
                self._send_away()
            raise Unavailable(SORRY, retry_after=1) from None
        finally:
            self._opening -= 1
        reading = Reading(line, self)
        reading.reserve = reserve
        self.all.add(reading)
        self.loop.add_reader(reading.fd, self._readable, reading)
        self._watch = self._watch or self.loop.call_later(1, self._look_after)
        return reading

    def _send_away(self) -> None:
        for turn in self._queue:
            if not turn.done():
                turn.set_exception(Unavailable(SORRY, retry_after=1))
        self._queue.clear()

    def _readable(self, reading: Reading) -> None:
        """The server has said something; to a line that asks nothing it says farewell."""
        if reading.mine is None or not reading.waits_for:
            self._let_go(reading)
            return
        self._go_on(reading, READABLE)

    def _writable(self, reading: Reading) -> None:
        self.loop.remove_writer(reading.fd)
        self._go_on(reading, WRITABLE)

    def heard_enough(self, reading: Reading, mine: greenlet) -> None:
        """The ear has come as far as this reading wishes."""
        if reading.mine is mine and not reading.waits_for:
            self._go_on(reading, 0)

    def _go_on(self, reading: Reading, ready: int) -> None:
        reading.go_on(ready)
        self._await_room(reading)

    def _await_room(self, reading: Reading) -> None:
        if reading.waits_for & WRITABLE:  # a long statement did not fit at once
            self.loop.add_writer(reading.fd, self._writable, reading)

    def _give_back(self, reading: Reading) -> None:
        if reading.lost:
            self._let_go(reading)
            return
        if reading.reserve:
            self._reserve = reading
            return
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(reading)
                return
        self._idle.append(reading)

    def _let_go(self, reading: Reading) -> None:
        """Close a line that broke. What was remembered was of a server that may be another now."""
        if reading in self.all:
            self.memory.forget()
            self._close(reading)

    def _close(self, reading: Reading) -> None:
        self.all.discard(reading)
        if reading in self._idle:
            self._idle.remove(reading)
        if self._reserve is reading:
            self._reserve = None
        self.loop.remove_reader(reading.fd)
        self.loop.remove_writer(reading.fd)
        os.close(reading.fd)
        reading.given_up = True
        if reading.mine is not None:
            reading.give_up()
        reading.line.close()

    def _look_after(self) -> None:
        """Once a second: nobody waits for ever."""
        settings = self.settings()
        now = self.loop.time()
        self._watch = self.loop.call_later(1, self._look_after)
        for reading in [*self.all]:
            if reading.mine is None:
                continue
            if not reading.waits_for and now - reading.since > LONGEST:
                self._go_on(reading, 0)
            elif now - reading.since > settings.database_read_seconds + GRACE:
                reading.give_up()
        for rested in [one for one in self._idle[:-1] if now - one.since > REST]:  # the last is who reads next
            self._close(rested)
        if self._queue and not self._idle and len(self.all) + self._opening < settings.database_pool:
            self.loop.create_task(self._open_for_others(settings))

    async def _open_for_others(self, settings: Settings) -> None:
        with contextlib.suppress(Unavailable):
            self._give_back(await self._open(settings))

    def close(self) -> None:
        """Let go of every line. On the loop, or when it runs no more."""
        if self._watch is not None:
            self._watch.cancel()
        self._send_away()
        if self.replicas is not None:
            self.replicas.close()
        for reading in [*self.all]:
            if self.loop.is_closed():
                os.close(reading.fd)
                reading.line.close()
            else:
                self._let_go(reading)
        self.all.clear()
        self._idle.clear()
        self._reserve = None
