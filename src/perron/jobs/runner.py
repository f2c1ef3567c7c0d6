"""The worker's time: on the event loop of a server, or alone in a process of its own."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from perron.jobs.queue import LEASE, hold
from perron.jobs.worker import Consequences, Worker
from perron.kit.errors import Unavailable
from perron.kit.time import MINUTE, now
from perron.store import Store, Tx, rim

log = logging.getLogger(__name__)
PATIENCE = 1.0
GATHER = 0.02
"""Seconds between a commit and the look for what follows from it: jobs that come together are done together."""
AT_ONCE = 4
ENDING = 4.0
"""Seconds in which jobs that have begun may end once the runner is asked to stop."""


class Runner:
    """Does jobs as they fall due until it is stopped."""

    def __init__(self, store: Store, consequences: Consequences, chores: Sequence[Callable[[Tx], object]] = ()) -> None:
        self.store, self.worker, self.chores = store, Worker(store, consequences), chores
        self._awake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._outside: dict[asyncio.Task[None], int] = {}
        self._stopping = False
        self._chores_at = self._renewal_at = 0

    def start(self) -> None:
        """Begin to work."""
        self.store.listeners.append(self._wake)
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """Take nothing new. What is leased and does not end in time is done again when its lease is over."""
        self.store.listeners.remove(self._wake)
        self._stopping = True
        self._awake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=ENDING)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._outside:
            await asyncio.wait(self._outside, timeout=ENDING)
        if self._outside:
            log.warning("%d jobs did not end in time and will be done again", len(self._outside))

    def _wake(self) -> None:
        if not self._awake.is_set():
            self._loop.call_soon_threadsafe(self._awake.set)

    async def _run(self) -> None:
        while not self._stopping:
            try:
                await self._step()
            except asyncio.CancelledError:
                raise
            except Unavailable:  # the store has said why
                await asyncio.sleep(PATIENCE)
            except Exception:
                log.exception("The worker stumbled; it goes on")
                await asyncio.sleep(PATIENCE)

    async def _step(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), PATIENCE)
            await asyncio.sleep(GATHER)
        except TimeoutError:
            pass
        self._awake.clear()
        await self._do_chores()
        await self._renew()
        while not self._stopping and (await self._do_inside() or await self._begin_outside()):
            pass

    async def _do_inside(self) -> bool:
        due = await rim.read(self.store, self.worker.due_inside)
        if due:
            await rim.write_owed(self.store, self.worker.do_inside)
        return due

    async def _begin_outside(self) -> bool:
        room = AT_ONCE - len(self._outside)
        if not room or not await rim.read(self.store, self.worker.due_outside):
            return False
        for job, consequence in await rim.write_owed(self.store, lambda tx: self.worker.lease(tx, room)):
            task = self._loop.create_task(asyncio.to_thread(self.worker.do_outside, job, consequence))
            self._outside[task] = job.id
            task.add_done_callback(self._ended)
        return True

    def _ended(self, task: "asyncio.Task[None]") -> None:
        del self._outside[task]
        self._awake.set()
        if not task.cancelled() and (wrong := task.exception()) is not None:
            log.warning("A job's end could not be noted (%s); it will be done again", wrong)

    async def _renew(self) -> None:
        """Hold on to jobs that take longer than a lease."""
        if self._outside and now() >= self._renewal_at:
            self._renewal_at = now() + LEASE // 3
            held = [*self._outside.values()]
            await rim.write_owed(self.store, lambda tx: hold(tx, held))

    async def _do_chores(self) -> None:
        if now() < self._chores_at:
            return
        self._chores_at = now() + MINUTE
        for chore in self.chores:
            await rim.write_owed(self.store, chore)
