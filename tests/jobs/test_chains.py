"""Jobs of one chain are begun in the order in which they came, also where several workers take what is due."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from perron.jobs import Inside, queue
from perron.jobs.worker import Worker
from perron.store import Store, Tx
from tests.databases import Databases

Seen = list[int]


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    one = Store(databases.clean())
    yield one
    one.close()


def worker(store: Store, seen: Seen) -> Worker:
    def note(tx: Tx, event: dict[str, Any]) -> None:
        if event.get("fails") and event["fails"].pop():
            raise ConnectionError("not now")
        seen.append(event["n"])

    one = Worker(store, {"Said": [Inside(note)]})
    one.begun = 0
    return one


def owe(store: Store, *chains: int | None) -> None:
    def work(tx: Tx) -> None:
        for n, chain in enumerate(chains):
            queue.put(tx, "Said", {"n": n}, chain=chain)

    store.write(work)


def test_a_job_waits_for_those_of_its_chain_that_another_worker_holds(store: Store) -> None:
    owe(store, 1, 1, 2, None)
    first = store.write(lambda tx: queue.due_jobs(tx, limit=1))[0]
    store.write(lambda tx: queue.take(tx, first))
    seen: Seen = []
    one = worker(store, seen)

    assert store.write(one.do_inside) == 2
    assert seen == [2, 3]
    store.write(lambda tx: queue.done(tx, first.id))
    assert store.write(one.do_inside) == 1
    assert seen == [2, 3, 1]


def test_a_chain_is_done_in_order_at_once(store: Store) -> None:
    owe(store, *([7] * 20))
    seen: Seen = []
    assert store.write(worker(store, seen).do_inside) == 20
    assert seen == list(range(20))


def test_one_that_has_failed_holds_up_nobody(store: Store) -> None:
    def work(tx: Tx) -> None:
        queue.put(tx, "Said", {"n": 0, "fails": [True]}, chain=1)

    store.write(work)
    seen: Seen = []
    one = worker(store, seen)
    assert store.write(one.do_inside) == 1
    owe(store, 1)
    assert store.write(one.do_inside) == 1
    assert seen == [0]


@pytest.mark.only("postgresql")  # on SQLite one process writes at a time
def test_what_another_worker_is_about_to_do_is_waited_for(store: Store) -> None:
    owe(store, 1, 1)
    begun, go, seen = threading.Event(), threading.Event(), Seen()

    def slow(tx: Tx, event: dict[str, Any]) -> None:
        begun.set()
        go.wait(10)
        seen.append(event["n"])

    slow_one = Worker(store, {"Said": [Inside(slow)]})
    slow_one.begun = 0

    def do_first(tx: Tx) -> None:
        slow_one._do_all(tx, queue.in_turn(tx, queue.due_jobs(tx, limit=1)))

    under_way = threading.Thread(target=lambda: store.write(do_first))
    under_way.start()
    assert begun.wait(10)
    quick = worker(store, seen)
    assert store.write(quick.do_inside) == 0
    go.set()
    under_way.join()
    assert store.write(quick.do_inside) == 1
    assert seen == [0, 1]
