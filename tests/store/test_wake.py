"""Processes wake each other: what one has committed, another hears of at once."""

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from perron.jobs import queue
from perron.store import Store, tell
from perron.store.notify import Notify
from tests.databases import Databases

pytestmark = pytest.mark.only("postgresql")  # on SQLite every process looks by itself


@pytest.fixture
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store, threading.Event]]:
    """Two stores on one database, as two processes have them, and what the second hears."""
    folder = tmp_path_factory.mktemp("databases")
    url = Databases("postgresql", folder).clean()
    one, other, heard = Store(url), Store(url), threading.Event()
    other.listeners.append(heard.set)
    for store in (one, other):
        store.hear_others()
    until(one, other)
    heard.clear()
    yield one, other, heard
    one.close()
    other.close()


def until(*stores: Store) -> None:
    end = time.monotonic() + 5
    while not all(isinstance(store.wakeups, Notify) and store.wakeups.listening for store in stores):
        assert time.monotonic() < end, "nobody listens"
        time.sleep(0.01)


def test_a_change_is_heard_at_once_by_another_process(both: tuple[Store, Store, threading.Event]) -> None:
    one, _, heard = both
    one.write(lambda tx: tell(tx, "something", 1))
    assert heard.wait(0.5)


def test_a_job_wakes_the_workers_of_other_processes(both: tuple[Store, Store, threading.Event]) -> None:
    one, _, heard = both
    one.write(lambda tx: queue.put(tx, "Something", {}))
    assert heard.wait(0.5)


def test_nobody_is_woken_by_a_write_that_concerns_nobody(both: tuple[Store, Store, threading.Event]) -> None:
    one, _, heard = both
    one.write(lambda tx: None)
    assert not heard.wait(0.3)


def test_who_was_cut_off_listens_again(both: tuple[Store, Store, threading.Event]) -> None:
    one, other, heard = both
    with one.engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(
            text(f"{others} AND pid <> pg_backend_pid() AND query IN ('LISTEN perron', 'NOTIFY perron')")
        )
    assert heard.wait(3)  # they look at once when they listen again: something may have been told meanwhile
    until(one, other)
    heard.clear()
    one.write(lambda tx: tell(tx, "something", 2))
    assert heard.wait(0.5)
