"""The log of changes: every process hears everything, once and in order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from perron.store import Store, Tx, tell
from perron.store.changes import hear, newest, trim


@pytest.fixture
def other(database: str) -> Iterator[Store]:
    """Another process on the same database."""
    store = Store(database)
    yield store
    store.close()


def newest_of(store: Store) -> int:
    with store.read() as db:
        return newest(db)


def test_another_process_hears_what_is_committed(store: Store, other: Store) -> None:
    store.write(lambda tx: tell(tx, "post", 1, 2))
    start = newest_of(other)

    def two(tx: Tx) -> None:
        tell(tx, "post", 2**60, 7)
        tell(tx, "tag", "été")

    store.write(two)
    with other.read() as db:
        assert [change[1:] for change in hear(db, start)] == [("post", [2**60, 7]), ("tag", ["été"])]
        assert hear(db, newest(db)) == []


def test_nobody_hears_of_what_was_not_committed(store: Store, other: Store) -> None:
    def fail(tx: Tx) -> None:
        tell(tx, "post", 1)
        raise ValueError

    with pytest.raises(ValueError):
        store.write(fail)
    assert newest_of(other) == 0 or not hear_after(other, 0)


def hear_after(store: Store, after: int) -> list[int]:
    with store.read() as db:
        return [int(change[2][0]) for change in hear(db, after)]


def test_whoever_reads_on_from_the_last_misses_nothing(store: Store, other: Store) -> None:
    """While many write: an id that is seen comes after every id that will ever be smaller."""
    last, heard = newest_of(other), []
    with ThreadPoolExecutor(9) as threads:
        writing = [threads.submit(store.write, lambda tx, n=n: tell(tx, "n", n)) for n in range(400)]
        while True:
            over = all(each.done() for each in writing)
            with other.read() as db:
                changes = hear(db, last)
            heard += [int(change[2][0]) for change in changes]
            last = changes[-1][0] if changes else last
            if over and not changes:
                break
    assert sorted(heard) == [*range(400)]


def test_old_changes_are_forgotten_and_ids_go_on(store: Store, other: Store) -> None:
    for n in range(3):
        store.write(lambda tx, n=n: tell(tx, "n", n))
    last = newest_of(store)
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE changes SET at = 0"))
    store.write(trim)
    assert newest_of(other) == last
    store.write(lambda tx: tell(tx, "n", 9))
    assert hear_after(other, last) == [9]
    assert newest_of(other) > last
