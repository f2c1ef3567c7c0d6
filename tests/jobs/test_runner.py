"""The worker's time: slow jobs beside quick ones, leases that last, and an end in order."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import update

from perron.jobs import Elsewhere, Inside, Outside, queue
from perron.jobs import runner as runners
from perron.jobs import worker as workers
from perron.jobs.deadly import MOST_ENDS, WHY
from perron.jobs.runner import AT_ONCE, Runner
from perron.jobs.worker import MOST_MISTAKES, MOST_TRIES, Consequence, Worker
from perron.kit.hosts import PutOff
from perron.kit.time import now
from perron.store import Db, Store, Tx
from perron.store.tables import jobs
from tests.rig import Site


class Slow:
    """Work outside of the database that takes until it is released."""

    def __init__(self, most: float = 10) -> None:
        self.begun, self.most = 0, most
        self.release = threading.Event()

    def work(self, store: Store, event: dict[str, Any]) -> None:
        self.begun += 1
        self.release.wait(self.most)


def running(
    site: Site, consequences: dict[str, Sequence[Consequence]], act: Callable[[Runner], Awaitable[None]]
) -> None:
    """A runner for as long as something is tried with it."""

    async def live() -> None:
        runner = Runner(site.store, consequences)
        runner.start()
        try:
            await act(runner)
        finally:
            await runner.stop()

    asyncio.run(live())


async def until(done: Callable[[], bool], within: float = 5.0) -> None:
    end = time.monotonic() + within
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


def put(site: Site, *names: str) -> None:
    site.store.write(lambda tx: [queue.put(tx, name, {}) for name in names])


def owed(site: Site) -> list[str]:
    with site.store.read() as db:
        return sorted(job.name for job in queue.due_jobs(db, limit=1000))


def test_many_slow_jobs_delay_no_quick_one(site: Site) -> None:
    slow, done = Slow(), threading.Event()

    def quick(tx: Tx, event: dict[str, Any]) -> None:
        done.set()

    async def act(runner: Runner) -> None:
        put(site, *["Slow"] * 200)
        await until(lambda: slow.begun == AT_ONCE)
        put(site, "Quick")
        await until(done.is_set)
        assert slow.begun == AT_ONCE
        slow.release.set()
        await until(lambda: slow.begun == 200)

    running(site, {"Slow": [Outside(slow.work)], "Quick": [Inside(quick)]}, act)
    assert owed(site) == []


def test_a_job_that_takes_longer_than_its_lease_is_done_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LEASE", 300)
    monkeypatch.setattr(runners, "LEASE", 300)
    monkeypatch.setattr(runners, "PATIENCE", 0.05)
    slow = Slow()

    async def act(runner: Runner) -> None:
        put(site, "Slow")
        await until(lambda: slow.begun == 1)
        await asyncio.sleep(1)
        assert owed(site) == []
        slow.release.set()

    running(site, {"Slow": [Outside(slow.work)]}, act)
    assert slow.begun == 1


def test_what_does_not_end_in_time_is_done_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "ENDING", 0.1)
    slow = Slow()

    async def act(runner: Runner) -> None:
        put(site, "Slow", "Slow")
        await until(lambda: slow.begun == 2)
        began = time.monotonic()
        await runner.stop()
        assert time.monotonic() - began < 8  # and not until the work ends, which it never does
        site.store.listeners.append(runner._wake)  # stopped once more at the end
        slow.release.set()

    running(site, {"Slow": [Outside(slow.work)]}, act)


def test_both_kinds_of_consequences_follow_from_one_event(site: Site) -> None:
    seen: list[str] = []

    def inside(tx: Tx, event: dict[str, Any]) -> None:
        seen.append("inside")

    def outside(store: Store, event: dict[str, Any]) -> None:
        seen.append("outside")

    worker = Worker(site.store, {"Both": [Inside(inside), Outside(outside)]})
    put(site, "Both")
    worker.drain()
    assert seen == ["inside", "outside"] and owed(site) == []


def test_a_job_that_fails_outside_is_put_off_and_at_last_kept_where_it_is_seen(site: Site) -> None:
    def fails(store: Store, event: dict[str, Any]) -> None:
        raise OSError("nobody there")

    worker = Worker(site.store, {"Fails": [Outside(fails)]})
    put(site, "Fails")
    for _ in range(MOST_TRIES):
        site.store.write(lambda tx: make_due(tx, worker))
        worker.round()
    with site.store.read() as db:
        assert [(job.name, why) for job, why in queue.failed_jobs(db)] == [("Fails", "OSError('nobody there')")]


def test_what_fails_by_itself_is_given_up_sooner_than_what_fails_for_what_is_around_it(site: Site) -> None:
    def stumbles(tx: Tx, event: dict[str, Any]) -> None:
        raise KeyError("post_id")  # as of a job that was left by another version

    worker = Worker(site.store, {"Stumbles": [Inside(stumbles)]})
    put(site, "Stumbles")
    for _ in range(MOST_MISTAKES):
        assert owed(site) == ["Stumbles"]
        worker.round()
        site.store.write(lambda tx: make_due(tx, worker))
    with site.store.read() as db:
        assert [(job.name, job.tries, why) for job, why in queue.failed_jobs(db)] == [
            ("Stumbles", MOST_MISTAKES, "KeyError('post_id')")
        ]


def test_what_hangs_is_in_nobodys_way_and_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners, "PATIENCE", 0.05)
    monkeypatch.setattr(workers, "pause", lambda tries, growth: 0)
    hanging, done = Slow(60), threading.Event()

    def quick(store: Store, event: dict[str, Any]) -> None:
        done.set()

    async def act(runner: Runner) -> None:
        put(site, *["Hanging"] * AT_ONCE)
        await until(lambda: hanging.begun >= AT_ONCE, 20)
        put(site, "Quick")
        await until(done.is_set, 20)
        await until(lambda: len(given_up(site)) == AT_ONCE, 60)
        assert {job.tries for job, _ in given_up(site)} == {MOST_MISTAKES}
        assert {why for _, why in given_up(site)} == {"Hung('it did not end within 0.5 seconds')"}
        hanging.release.set()  # at last it ends after all, and was safe to do twice
        await until(lambda: not given_up(site))

    running(site, {"Hanging": [Outside(hanging.work, longest=500)], "Quick": [Outside(quick)]}, act)


def given_up(site: Site) -> list[tuple[queue.Job, str]]:
    with site.store.read() as db:
        return queue.failed_jobs(db)


def make_due(tx: Tx, worker: Worker) -> None:
    from sqlalchemy import update

    from perron.store.tables import jobs

    tx.execute(update(jobs).values(due=now() - 1))


def test_what_nothing_answers_to_is_given_up(site: Site) -> None:
    worker = Worker(site.store, {})
    put(site, "Unheard")
    worker.drain()

    def given_up(db: Db) -> list[str]:
        return [job.name for job, _ in queue.failed_jobs(db)]

    with site.store.read() as db:
        assert given_up(db) == ["Unheard"]


def test_a_job_that_ends_the_process_each_time_is_given_up(site: Site) -> None:
    """Nobody notes how its tries end; its lease is over, and it is taken again: five times, then it is kept aside."""
    worker = Worker(site.store, {"Deadly": [Outside(Slow().work)]})
    put(site, "Deadly")
    for _ in range(MOST_ENDS):
        assert len(site.store.write(lambda tx: worker.lease(tx, 4))) == 1
        lease_is_over(site)
    assert site.store.write(lambda tx: worker.lease(tx, 4)) == []
    with site.store.read() as db:
        [(job, why)] = queue.failed_jobs(db)
    assert (job.name, job.tries, why) == ("Deadly", MOST_ENDS, WHY)


def test_a_job_that_failed_before_is_not_given_up_for_a_process_that_was_killed(site: Site) -> None:
    def refuse(store: Store, event: dict[str, Any]) -> None:
        raise ConnectionError("The other server is away.")

    worker = Worker(site.store, {"Unlucky": [Outside(refuse)]})
    put(site, "Unlucky")
    for number in range(MOST_TRIES - 1):
        [(job, consequence)] = site.store.write(lambda tx: worker.lease(tx, 4))
        if number < MOST_TRIES - 3:
            worker.do_outside(job, consequence)  # the last two times the process is killed instead
        lease_is_over(site)
    assert len(site.store.write(lambda tx: worker.lease(tx, 4))) == 1
    lease_is_over(site)
    assert site.store.write(lambda tx: worker.lease(tx, 4)) == []


def test_what_was_never_heard_of_is_tried_one_after_another_and_beside_what_is_new(site: Site) -> None:
    worker = Worker(site.store, {"Long": [Outside(Slow().work)]})

    def leased(limit: int = 4, *, alone: bool = False) -> list[int]:
        return [job.tries for job, _ in site.store.write(lambda tx: worker.lease(tx, limit, alone=alone))]

    put(site, "Long", "Long", "Long")
    assert leased() == [0, 0, 0]
    lease_is_over(site)  # the process ended of one of them
    put(site, "Long")
    assert leased() == [0, 1]
    assert leased(1, alone=True) == []
    put(site, "Long")
    assert leased(1, alone=True) == [0]


def test_being_put_off_does_not_make_a_job_forget_how_it_failed(site: Site) -> None:
    away = [ConnectionError("nobody there")] * MOST_ENDS

    def visit(store: Store, event: dict[str, Any]) -> None:
        raise away.pop() if away else PutOff(60)

    worker = Worker(site.store, {"Visit": [Elsewhere(visit)]})
    put(site, "Visit")
    for _ in range(MOST_ENDS + 2):
        [(job, consequence)] = site.store.write(lambda tx: worker.lease(tx, 4))
        worker.do_outside(job, consequence)
        lease_is_over(site)
    assert given_up(site) == []


def lease_is_over(site: Site) -> None:
    """As if a minute, and every pause, had passed."""
    with site.store.engine.begin() as connection:
        connection.execute(update(jobs).values(taken_until=0, due=0))
