"""The worker: takes what is due and does it.

A consequence that only touches the database runs *inside* the transaction that strikes its job off, so its effect is
there exactly once. One that talks to the world or takes long runs *outside*: it holds a lease, is safe to run twice,
and is struck off afterwards. One that fails is retried with growing pauses and, at last, kept where an admin sees it.

What was owed before this process began may be what ended the one before it. So it is leased, too, which counts the try
on disk before it is made; and what was counted and never heard of is tried alone.
"""

import logging
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, ClassVar

from sqlalchemy.exc import OperationalError

from perron.jobs import queue
from perron.jobs.deadly import MOST_ENDS_INSIDE, MOST_TRIES, gave_up
from perron.jobs.queue import Job
from perron.kit.errors import Unavailable
from perron.kit.figures import Counter, Times
from perron.kit.hosts import PutOff
from perron.kit.ids import first_id_at
from perron.kit.time import HOUR, MINUTE, SECOND, now
from perron.kit.traces import span
from perron.store import Db, Store, Tx

log = logging.getLogger(__name__)
DONE = Counter("perron_jobs", "Consequences of events: done, failed (and tried again), or put off.", "work", "outcome")
TOOK = Times("perron_job_seconds", "How long work outside of the database took.", "work")
BATCH = 64
MOST_MISTAKES = 5
"""How often work is tried that fails by itself, and not for what is around it: it will not do better by waiting."""
SOON = 5
"""Seconds for which work inside is held between the count of a try and the transaction that makes it."""
UNHEARD = 64
"""How many jobs that have to wait for each other are looked past."""
AROUND = (OSError, Unavailable, OperationalError)
"""What is amiss with the machine, the network or the database, and passes."""


class Later(Exception):
    """Said by work that runs outside: not now, but at this time (milliseconds). It does not count as a try."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Hung(Exception):
    """Work outside did not end in its time."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A consequence that runs within the transaction that strikes its job off; with `when`, for those events alone of
    which one of these fields is true (or which were left by a version that did not say)."""

    run: Callable[[Tx, dict[str, Any]], None]
    when: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.run.__name__

    def concerned(self, payload: Mapping[str, Any]) -> bool:
        """Whether an event has anything for it to do."""
        return not self.when or any(payload.get(field, True) for field in self.when)


@dataclass(frozen=True, slots=True)
class Outside:
    """A consequence that runs outside of any transaction, at least once."""

    LONGEST: ClassVar[int] = HOUR
    run: Callable[[Store, dict[str, Any]], None]
    longest: int = 0
    """Milliseconds after which nobody waits for its end any more, where it is not as usual."""

    @property
    def most_time(self) -> int:
        return self.longest or self.LONGEST

    @property
    def name(self) -> str:
        return self.run.__name__


@dataclass(frozen=True, slots=True)
class Elsewhere(Outside):
    """A consequence that waits for another server, at least once: many wait beside each other, and hold up no other."""

    LONGEST: ClassVar[int] = 10 * MINUTE


Consequence = Inside | Outside
Consequences = Mapping[str, Sequence[Consequence]]


class Worker:
    """Does due jobs; `step` is called again and again by whoever owns the time."""

    def __init__(self, store: Store, consequences: Consequences) -> None:
        self.store, self.consequences = store, consequences
        self.begun = first_id_at(now())
        self.owes_older = False
        """Whether the last look at what is due inside found work that was owed before this process began."""
        self.overdue: set[tuple[int, int]] = set()
        """Tries outside, by job and number, whose end nobody waits for any more."""
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
        """Do due work that only touches the database and is not older than this process; how much was taken."""
        due = queue.due_jobs(tx, limit=BATCH, not_called=self.outside)
        taken = [job for job in due if job.id >= self.begun]
        self.owes_older = len(taken) < len(due)
        return self._do_all(tx, queue.in_turn(tx, taken))

    def take_older(self, tx: Tx) -> list[int]:
        """Count a try of what was owed before this process began, and hold it: as much as may be tried at once."""
        due = [job for job in queue.due_jobs(tx, limit=BATCH, not_called=self.outside) if job.id < self.begun]
        due = queue.in_turn(tx, due)
        untried = [job for job in due if not job.tries]
        least = sorted(due, key=lambda job: job.tries)[:1]  # so that what ends the process comes after what does not
        taken = [job for job in untried or least if not gave_up(tx, job, MOST_ENDS_INSIDE)]
        for job in taken:
            queue.take(tx, job, SOON)
        return [job.id for job in taken]

    def do_older(self, tx: Tx, job_ids: Collection[int]) -> int:
        """Do what was taken; how much it was."""
        return self._do_all(tx, queue.held(tx, job_ids)) if job_ids else 0

    def _do_all(self, tx: Tx, taken: Sequence[Job]) -> int:
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

    def lease(
        self, tx: Tx, limit: int, called: Collection[str] | None = None, *, alone: bool = False
    ) -> list[tuple[Job, Outside]]:
        """Take due work that runs outside, at most this much; only what is `called` so, when that is given. What was
        never heard of is tried one after another, and not while one of them is under way (`alone`)."""
        called = self.outside if called is None else called
        due = queue.due_jobs(tx, limit=limit, called=called)
        if any(job.unheard for job in due):
            due = queue.due_jobs(tx, limit=limit + UNHEARD, called=called)
            due.sort(key=lambda job: job.tries if job.unheard else 0)
        taken: list[Job] = []
        for job in due:
            if len(taken) < limit and not (job.unheard and alone) and not gave_up(tx, job):
                taken.append(job)
                alone = alone or job.unheard
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
            if not one.concerned(job.payload):
                continue
            wrong = attempt(tx, one, job)
            if wrong is None:
                continue
            if alone:
                self.put_off(tx, job, one, wrong)
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
            if (job.id, job.tries) not in self.overdue:
                self.store.write(lambda tx: queue.wait(tx, job, at=at))
        except Exception as wrong:
            error = wrong
            DONE.add(consequence.name, "failed")
            log.warning("Job %s (%s) failed: %r", job.id, job.name, wrong)
            if (job.id, job.tries) not in self.overdue:
                self.store.write(lambda tx: self.put_off(tx, job, consequence, error))
        else:
            DONE.add(consequence.name, "done")
            TOOK.add(perf_counter() - began, consequence.name)
            self.store.write(lambda tx: queue.done(tx, job.id))

    def give_over(self, tx: Tx, job: Job, consequence: Outside) -> None:
        """Wait no longer for the end of work outside: it counts as failed, also when it ends after all."""
        self.overdue.add((job.id, job.tries))
        wrong = Hung(f"it did not end within {consequence.most_time / SECOND:g} seconds")
        log.warning("Job %s (%s): %s", job.id, job.name, wrong)
        self.put_off(tx, job, consequence, wrong)

    def put_off(self, tx: Tx, job: Job, consequence: Consequence, wrong: Exception) -> None:
        """Let a job be tried again later, or give it up."""
        tries, passes = job.tries + 1, isinstance(consequence, Elsewhere) or isinstance(wrong, AROUND)
        over = tries >= (MOST_TRIES if passes else MOST_MISTAKES)
        at = now() + pause(tries, 2 if passes else 5)
        queue.later(tx, job.id, at=at, tries=tries, why=repr(wrong), given_up=over)
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
        if self.owes_older:
            taken = self.store.write(self.take_older)
            self.store.write(lambda tx: self.do_older(tx, taken))
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


def pause(tries: int, growth: int = 2) -> int:
    """Milliseconds until the next try: doubling (or more) from two seconds to six hours, with jitter."""
    base = min(6 * HOUR, 2 * SECOND * growth ** (tries - 1))
    return int(base * random.uniform(0.75, 1.25))
