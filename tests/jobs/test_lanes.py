"""Jobs that wait for other servers hold up no other, and give way to each other's hosts."""

from __future__ import annotations

import threading
from typing import Any

from perron.jobs import Elsewhere, Outside
from perron.jobs.runner import AT_ONCE, ELSEWHERE_AT_ONCE, Runner
from perron.jobs.worker import Worker
from perron.kit.hosts import PutOff
from perron.kit.time import SECOND, now
from perron.store import Store
from tests.jobs.test_runner import Slow, owed, put, running, until
from tests.rig import Site


def test_servers_that_do_not_answer_hold_up_no_work_that_is_done_here(site: Site) -> None:
    hanging, done = Slow(), threading.Event()

    def here(store: Store, event: dict[str, Any]) -> None:
        done.set()

    async def act(runner: Runner) -> None:
        put(site, *["Hanging"] * 100)
        await until(lambda: hanging.begun == ELSEWHERE_AT_ONCE)
        put(site, "Here")
        await until(done.is_set)
        assert hanging.begun == ELSEWHERE_AT_ONCE > AT_ONCE
        hanging.release.set()
        await until(lambda: hanging.begun == 100)

    running(site, {"Hanging": [Elsewhere(hanging.work)], "Here": [Outside(here)]}, act)
    assert owed(site) == []


def test_a_job_for_a_host_that_is_left_alone_waits_without_counting_as_tried(site: Site) -> None:
    def put_off(store: Store, event: dict[str, Any]) -> None:
        raise PutOff(100)

    put(site, "Later")
    Worker(site.store, {"Later": [Elsewhere(put_off)]}).drain()
    with site.store.read() as db:
        ((due, tries, failed),) = db.connection.exec_driver_sql("SELECT due, tries, failed FROM jobs").fetchall()
    assert not failed and tries == 0 and 99 * SECOND < due - now() < 151 * SECOND
