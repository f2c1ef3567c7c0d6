"""The worker's time: on the event loop of a server, or alone in a process of its own."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from perron.jobs import queue
from perron.jobs.worker import Consequences, Worker
from perron.kit.time import MINUTE, now
from perron.store import Store, Tx, rim

log = logging.getLogger(__name__)
PATIENCE = 1.0
GATHER = 0.01
"""Seconds between a commit and the look for what follows from it: jobs that come together are done together."""
AT_ONCE = 4


class Runner:
    """Does jobs as they fall due until it is stopped."""

    def __init__(self, store: Store, consequences: Consequences, chores: Sequence[Callable[[Tx], None]] = ()) -> None:
        self.store, self.worker, self.chores = store, Worker(store, consequences), chores
        self._awake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._outside: set[asyncio.Task[None]] = set()
        self._chores_at = 0

    def start(self) -> None:
        """Begin to work."""
        self.store.listeners.append(self._wake)
        self._task = self._loop.create_task(self._run())

    async def stop(self) -> None:
        """Take nothing new; what is leased and not done in ten seconds is taken again by the next worker."""
        self.store.listeners.remove(self._wake)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._outside:
            await asyncio.wait(self._outside, timeout=10)

    def _wake(self) -> None:
        if not self._awake.is_set():
            self._loop.call_soon_threadsafe(self._awake.set)

    async def _run(self) -> None:
        while True:
            try:
                await self._step()
            except asyncio.CancelledError:
                raise
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
        while await rim.read(self.store, lambda db: bool(queue.due_jobs(db, limit=1))):
            leased = await rim.write(self.store, self.worker.do_inside)
            for job, consequence in leased:
                while len(self._outside) >= AT_ONCE:
                    await asyncio.wait(self._outside, return_when=asyncio.FIRST_COMPLETED)
                task = self._loop.create_task(asyncio.to_thread(self.worker.do_outside, job, consequence))
                self._outside.add(task)
                task.add_done_callback(self._outside.discard)

    async def _do_chores(self) -> None:
        if now() < self._chores_at:
            return
        self._chores_at = now() + 10 * MINUTE
        for chore in self.chores:
            await rim.write(self.store, chore)
