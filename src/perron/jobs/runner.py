"""The worker's time: on the event loop of a server, or alone in a process of its own."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from perron.jobs.crew import Crew
from perron.jobs.queue import LEASE, Job, hold
from perron.jobs.worker import Consequences, Outside, Worker
from perron.kit.errors import Unavailable
from perron.kit.time import MINUTE, SECOND, now
from perron.store import Store, Tx, rim
from perron.store.leases import RENEWAL, lease_of

log = logging.getLogger(__name__)
PATIENCE = 1.0
GATHER = 0.02
"""Seconds between a commit and the look for what follows from it: jobs that come together are done together."""
AT_ONCE, ELSEWHERE_AT_ONCE = 4, 32
"""Jobs that run outside of a transaction at once: those that work here, and those that wait for other servers."""
ENDING = 4.0
"""Seconds in which jobs that have begun may end once the runner is asked to stop."""


@dataclass(slots=True)
class Lane:
    """Jobs of these names, so many at once; a lane that is full holds up no other."""

    called: Set[str]
    at_once: int
    do: Callable[[Job, Outside], "asyncio.Future[None]"]
    under_way: set[asyncio.Future[None]] = field(default_factory=set)


class Held(NamedTuple):
    """A job that is being done outside, and until when (by a clock that never goes back) its end is waited for."""

    job: Job
    consequence: Outside
    until: float


class Runner:
    """Does jobs as they fall due until it is stopped. Of all runners on a database one keeps the clock: it does the
    chores, once a minute."""

    def __init__(
        self, store: Store, consequences: Consequences, chores: Sequence[Callable[[Tx], object]] = (), name: str = ""
    ) -> None:
        self.store, self.worker, self.chores = store, Worker(store, consequences), chores
        self.clock = lease_of(store, "clock", name or secrets.token_hex(4))
        self.keeps_clock = False
        self._awake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._outside: dict[asyncio.Future[None], Held] = {}
        do, leave = self.worker.do_outside, store.leave
        here, elsewhere = Crew("here", AT_ONCE, leave), Crew("elsewhere", ELSEWHERE_AT_ONCE, leave)
        self._lanes = (
            Lane(self.worker.here, AT_ONCE, partial(here.do, do)),
            Lane(self.worker.elsewhere, ELSEWHERE_AT_ONCE, partial(elsewhere.do, do)),
        )
        self._stopping = False
        self._chores_at = self._renewal_at = self._clock_at = 0

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
        if self.keeps_clock:
            with contextlib.suppress(Unavailable):
                await asyncio.to_thread(self.clock.give_back)

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
            async with asyncio.timeout(PATIENCE):
                await self._awake.wait()
            await asyncio.sleep(GATHER)
        except TimeoutError:
            pass
        self._awake.clear()
        await self._do_chores()
        await self._wait_no_longer()
        await self._renew()
        while not self._stopping and (await self._do_inside() or await self._begin_outside()):
            pass

    async def _do_inside(self) -> bool:
        if not await rim.read(self.store, self.worker.due_inside):
            return False
        done = await rim.write_owed(self.store, self.worker.do_inside) > 0
        if not self.worker.owes_older:
            return done
        taken = await rim.write_owed(self.store, self.worker.take_older)
        await rim.write_owed(self.store, lambda tx: self.worker.do_older(tx, taken))
        return done or bool(taken)

    async def _begin_outside(self) -> bool:
        if not await rim.read(self.store, self.worker.due_outside):
            return False
        return any([await self._begin(lane) for lane in self._lanes])

    async def _begin(self, lane: "Lane") -> bool:
        """Begin what is due in a lane, as far as there is room."""
        room = lane.at_once - len(lane.under_way)
        if not room:
            return False
        alone = any(held.job.unheard for held in self._outside.values())
        leased = await rim.write_owed(self.store, lambda tx: self.worker.lease(tx, room, lane.called, alone=alone))
        for job, consequence in leased:
            task = lane.do(job, consequence)
            self._outside[task] = Held(job, consequence, time.monotonic() + consequence.most_time / SECOND)
            lane.under_way.add(task)
            task.add_done_callback(self._ended)
            task.add_done_callback(lane.under_way.discard)
        return bool(leased)

    def _ended(self, task: "asyncio.Future[None]") -> None:
        del self._outside[task]
        self._awake.set()
        if not task.cancelled() and (wrong := task.exception()) is not None:
            log.warning("A job's end could not be noted (%s); it will be done again", wrong)

    async def _wait_no_longer(self) -> None:
        """Give over what takes longer than it may: it has hung, and must not be in the way of others."""
        for task, held in [*self._outside.items()]:
            if time.monotonic() > held.until and not task.done():
                await rim.write_owed(self.store, partial(self._give_over, held))
                task.cancel()

    def _give_over(self, held: Held, tx: Tx) -> None:
        self.worker.give_over(tx, held.job, held.consequence)

    async def _renew(self) -> None:
        """Hold on to jobs that take longer than a lease."""
        if self._outside and now() >= self._renewal_at:
            self._renewal_at = now() + LEASE // 3
            held = [one.job.id for one in self._outside.values()]
            await rim.write_owed(self.store, lambda tx: hold(tx, held))

    async def _keep_clock(self) -> bool:
        """Whether this process keeps the clock, or takes it now."""
        if now() >= self._clock_at:
            self._clock_at = now() + RENEWAL
            kept = await asyncio.to_thread(self.clock.hold)
            if kept and not self.keeps_clock:
                log.info("This process keeps the clock")
                self._chores_at = 0
            self.keeps_clock = kept
        return self.keeps_clock

    async def _do_chores(self) -> None:
        if not self.chores or not await self._keep_clock() or now() < self._chores_at:
            return
        self._chores_at = now() + MINUTE
        for chore in self.chores:
            await rim.write_owed(self.store, partial(self._do_chore, chore))

    def _do_chore(self, chore: Callable[[Tx], object], tx: Tx) -> None:
        """A chore, unless the clock is another's by now."""
        if self.clock.holds(tx):
            tx.take_time()
            chore(tx)
        else:
            self.keeps_clock = False
