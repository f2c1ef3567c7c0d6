"""Writes wait for their turn within a bound; whoever would wait longer is told when to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from perron.kit.errors import Unavailable
from perron.store import Store
from perron.store.pace import AT_MOST, SPREAD, Pace
from tests.rig import Site


@contextmanager
def held(store: Store, behind: int = 0) -> Iterator[None]:
    """The writers are busy, and so many writes wait behind."""
    release, begun = threading.Event(), threading.Semaphore(0)
    done = threading.Semaphore(0)
    writers = 1 if store.sqlite else 4

    def hold(tx: Any) -> None:
        begun.release()
        release.wait(10)

    for _ in range(writers):
        store.submit(hold, lambda result, wrong: done.release())
    for _ in range(writers):
        assert begun.acquire(timeout=5)
    for _ in range(behind):
        store.submit(lambda tx: None, lambda result, wrong: done.release())
    try:
        yield
    finally:
        release.set()
        for _ in range(writers + behind):
            assert done.acquire(timeout=5)


def test_a_full_queue_refuses_posts_and_says_when_there_is_room_while_reading_goes_on(site: Site) -> None:
    site.app.admission.gauge.stop()
    ada, pace = site.person("ada"), site.store.pace
    with held(site.store, behind=100):
        pace.seconds_each = 0.1 if site.store.sqlite else 0.4  # a slow disk: ten seconds of work
        pace.look(site.store.waiting(), 1)
        told = site.client.post("/api/v1/statuses", json={"status": "Bonjour"}, headers=ada.headers)
        assert told.status_code == 503
        assert 10 <= int(told.headers["retry-after"]) <= 10 + SPREAD + 1
        assert ada.get("/api/v1/timelines/home") == []
        assert site.client.get("/@ada").status_code == 200
    pace.seconds_each = 0.001
    pace.look(site.store.waiting(), 1)
    assert ada.says("Bonjour")["id"]


def test_whoever_comes_in_does_not_wait_behind_those_who_write(site: Site) -> None:
    order: list[int] = []
    ended = threading.Semaphore(0)
    with held(site.store):
        for n in range(40):
            site.store.submit(lambda tx, n=n: order.append(n), lambda result, wrong: ended.release())
        site.store.submit(lambda tx: order.append(-1), lambda result, wrong: ended.release(), first=True)
    for _ in range(41):
        assert ended.acquire(timeout=5)
    assert sorted(order) == [*range(-1, 40)]
    assert order.index(-1) < 20  # on PostgreSQL four write side by side, and one of them may be slow


def test_what_was_refused_is_done_once_when_it_is_sent_again_with_its_key(site: Site) -> None:
    site.app.admission.gauge.stop()
    ada, key = site.person("ada"), {"idempotency-key": "one"}
    site.store.pace.full = True
    ada.post("/api/v1/statuses", {"status": "Bonjour"}, headers=key, expect=503)
    site.store.pace.full = False
    first = ada.post("/api/v1/statuses", {"status": "Bonjour"}, headers=key)
    again = ada.post("/api/v1/statuses", {"status": "Bonjour"}, headers=key)
    assert first["id"] == again["id"] and len(ada.get(f"/api/v1/accounts/{ada.id}/statuses")) == 1


def test_what_is_owed_is_written_however_full_it_is(site: Site) -> None:
    site.app.admission.gauge.stop()
    ada, bea = site.person("ada"), site.person("bea")
    ada.says("@bea bonjour")
    site.store.pace.full = True
    site.run_jobs()
    site.store.pace.full = False
    assert bea.notices() == [("mention", "ada")]


def test_one_slow_commit_is_not_the_pace_and_many_are() -> None:
    pace = Pace()
    pace.seconds_each = 0.001
    pace.began()
    pace._began = {key: at - 5 for key, at in pace._began.items()}
    pace.ended(1)
    assert pace.seconds_each <= 0.001 * AT_MOST
    for _ in range(60):
        pace.began()
        pace._began = {key: at - 0.5 for key, at in pace._began.items()}
        pace.ended(1)
    assert pace.seconds_each > 0.3


def test_a_disk_that_stands_still_is_full_and_one_commit_that_takes_a_moment_is_not() -> None:
    pace = Pace()
    pace.began()
    pace._began = {key: at - 2 for key, at in pace._began.items()}
    pace.look(0, 1)
    assert not pace.full
    pace._began = {key: at - 10 for key, at in pace._began.items()}
    pace.look(0, 1)
    assert pace.full
    with pytest.raises(Unavailable, match="try again in 1[0-9] seconds"):
        raise pace.refusal(pace.wait(0))
