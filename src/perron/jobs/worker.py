"""The worker: takes what is due and does it.

A consequence that only touches the database runs *inside* the transaction that strikes its job off, so its effect is
there exactly once. One that talks to the world or takes long runs *outside*: it holds a lease, is safe to run twice,
and is struck off afterwards. One that fails is retried with growing pauses and, at last, kept where an admin sees it.
"""

import logging
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from perron.jobs import queue
from perron.jobs.deadly import MOST_TRIES, gave_up
from perron.jobs.queue import Job
from perron.kit.figures import Counter, Times
from perron.kit.hosts import PutOff
from perron.kit.time import HOUR, SECOND, now
from perron.kit.traces import span
from perron.store import Db, Store, Tx

log = logging.getLogger(__name__)
DONE = Counter("perron_jobs", "Consequences of events: done, failed (and tried again), or put off.", "work", "outcome")
TOOK = Times("perron_job_seconds", "How long work outside of the database took.", "work")
BATCH = 64


class Later(Exception):
    """Said by work that runs outside: not now, but at this time (milliseconds). It does not count as a try."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class Inside:
    """A consequence that runs within the transaction that strikes its job off."""

    run: Callable[[Tx, dict[str, Any]], None]

    @property
    def name(self) -> str:
        return self.run.__name__


@dataclass(frozen=True, slots=True)
class Outside:
    """A consequence that runs outside of any transaction, at least once."""

    run: Callable[[Store, dict[str, Any]], None]

    @property
    def name(self) -> str:
        return self.run.__name__


@dataclass(frozen=True, slots=True)
class Elsewhere(Outside):
    """A consequence that waits for another server, at least once: many wait beside each other, and hold up no other."""


Consequence = Inside | Outside
Consequences = Mapping[str, Sequence[Consequence]]


class Worker:
    """Does due jobs; `step` is called again and again by whoever owns the time."""

    def __init__(self, store: Store, consequences: Consequences) -> None:
        self.store, self.consequences = store, consequences
        self.outside: dict[str, Outside] = {}
        """Jobs by name that run outside: they have a queue of their own, so that the slow never delay the quick."""
        for event, all_of_it in consequences.items():
            for one in all_of_it:
                if isinstance(one, Outside):
                    self.outside[f"{event}>{one.name}"] = one
                    if len(all_of_it) == 1:
                        self.outside[event] = one
        self.here = {name for name, one in self.outside.items() if not isinstance(one, Elsewhere)}
        self.elsewhere = self.outside.keys() - self.here

    def due_inside(self, db: Db) -> bool:
        """Whether work that only touches the database is due."""
        return bool(queue.due_jobs(db, limit=1, not_called=self.outside))

    def due_outside(self, db: Db) -> bool:
        """Whether other work is due."""
        return bool(queue.due_jobs(db, limit=1, called=self.outside))

    def do_inside(self, tx: Tx) -> int:
        """Do due work that only touches the database; how much was taken."""
        taken = queue.due_jobs(tx, limit=BATCH, not_called=self.outside)
        if taken:
            tx.take_time()
        for job in taken:
            event, _, wanted = job.name.partition(">")
            all_of_it = self.consequences.get(event)
            chosen = [one for one in all_of_it or () if not wanted or one.name == wanted]
            if all_of_it is None or (wanted and not chosen):
                queue.later(tx, job.id, at=now(), tries=job.tries, why=f"nothing answers to {job.name}", given_up=True)
            else:
                self._do_each(tx, job, event, chosen)
        return len(taken)

    def lease(self, tx: Tx, limit: int, called: Collection[str] | None = None) -> list[tuple[Job, Outside]]:
        """Take due work that runs outside, at most this much; only what is `called` so, when that is given."""
        due = queue.due_jobs(tx, limit=limit, called=self.outside if called is None else called)
        taken = [job for job in due if not gave_up(tx, job)]
        for job in taken:
            queue.take(tx, job)
        return [(job, self.outside[job.name]) for job in taken]

    def _do_each(self, tx: Tx, job: Job, event: str, chosen: Sequence[Consequence]) -> None:
        alone = len(chosen) == 1
        kept = False
        for one in chosen:
            if isinstance(one, Outside):
                queue.put(tx, f"{event}>{one.name}", job.payload)
                continue
            wrong = attempt(tx, one, job)
            if wrong is None:
                continue
            if alone:
                self.put_off(tx, job, wrong)
                kept = True
            else:  # this consequence has a job of its own from now on
                queue.put(tx, f"{event}>{one.name}", job.payload, due=now() + pause(1))
        if not kept:
            queue.done(tx, job.id)

    def do_outside(self, job: Job, consequence: Outside) -> None:
        """Do one leased job and strike it off, or put it off."""
        began = perf_counter()
        try:
            with span("job", work=consequence.name, tries=job.tries):
                consequence.run(self.store, job.payload)
        except (Later, PutOff) as later:
            at = later.at
            DONE.add(consequence.name, "put off")
            self.store.write(lambda tx: queue.later(tx, job.id, at=at, tries=job.tries, why=""))
        except Exception as wrong:
            error = wrong
            DONE.add(consequence.name, "failed")
            log.warning("Job %s (%s) failed: %r", job.id, job.name, wrong)
            self.store.write(lambda tx: self.put_off(tx, job, error))
        else:
            DONE.add(consequence.name, "done")
            TOOK.add(perf_counter() - began, consequence.name)
            self.store.write(lambda tx: queue.done(tx, job.id))

    def put_off(self, tx: Tx, job: Job, wrong: Exception) -> None:
        tries = job.tries + 1
        over = tries >= MOST_TRIES
        queue.later(tx, job.id, at=now() + pause(tries), tries=tries, why=repr(wrong), given_up=over)
        if over:
            log.error("Job %s (%s) is given up after %d tries: %r", job.id, job.name, tries, wrong)

    def drain(self) -> int:
        """Do everything that is due, here and now; how many rounds it took."""
        rounds = 0
        while True:
            self.round()
            rounds += 1
            with self.store.read() as db:
                if not self.due_inside(db) and not self.due_outside(db):
                    return rounds

    def round(self) -> None:
        """Do a batch of what is due."""
        self.store.write(self.do_inside)
        for job, consequence in self.store.write(lambda tx: self.lease(tx, BATCH)):
            self.do_outside(job, consequence)


def attempt(tx: Tx, consequence: Inside, job: Job) -> Exception | None:
    """Run one consequence in a savepoint; what went wrong, or None."""
    savepoint = tx.savepoint()
    try:
        consequence.run(tx, job.payload)
        tx.settle()
    except Exception as wrong:
        savepoint.undo()
        DONE.add(consequence.name, "failed")
        log.warning("Job %s (%s, %s) failed: %r", job.id, job.name, consequence.name, wrong)
        return wrong
    savepoint.keep()
    DONE.add(consequence.name, "done")
    return None


def pause(tries: int) -> int:
    """Milliseconds until the next try: doubling from two seconds to six hours, with jitter."""
    base = min(6 * HOUR, 2 * SECOND * 2 ** (tries - 1))
    return int(base * random.uniform(0.75, 1.25))
