"""Writes: together on disk, each all or nothing, answered after the commit."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select, update

from perron.kit.errors import NotFound, Unavailable
from perron.kit.pen import pen
from perron.store import Prepared, Store, Tx, insert, rim, tell
from perron.store.changes import hear
from perron.store.tables import accounts

ADD = insert(accounts, "id", "handle")
COUNT = Prepared(select(func.count()).select_from(accounts))
HANDLES = Prepared(select(accounts.c.handle).order_by(accounts.c.id))
MORE = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("of_account"))
    .values(posts_count=accounts.c.posts_count + bindparam("by"))
)
POSTS = Prepared(select(accounts.c.posts_count).where(accounts.c.id == bindparam("of_account")))


def adding(number: int) -> Callable[[Tx], int]:
    def work(tx: Tx) -> int:
        tx.run(ADD, id=number, handle=f"p{number}")
        return number

    return work


def failing(tx: Tx) -> None:
    tx.run(ADD, id=999, handle="nobody")
    raise NotFound("There is no such thing.")


def handles(store: Store) -> list[str]:
    with store.read() as db:
        return db.column(HANDLES)


class Held:
    """A writer that is kept busy, so that what comes meanwhile waits and is committed together."""

    def __init__(self, store: Store) -> None:
        self.busy, self.go = threading.Event(), threading.Event()
        self.outcomes: list[tuple[Any, BaseException | None]] = []
        self.store = store

    def __enter__(self) -> "Held":
        def wait(tx: Tx) -> None:
            self.busy.set()
            self.go.wait(5)

        self.store.submit(wait, lambda result, wrong: None)
        self.busy.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self.store.close()

    def put(self, work: Callable[[Tx], Any]) -> None:
        self.store.submit(work, lambda result, wrong: self.outcomes.append((result, wrong)))


def test_one_that_fails_does_not_hurt_the_others(store: Store) -> None:
    with Held(store) as held:
        for n in range(1, 21):
            held.put(failing if n == 10 else adding(n))
    assert sorted(result for result, _ in held.outcomes if result) == [n for n in range(1, 21) if n != 10]
    assert [type(wrong) for _, wrong in held.outcomes if wrong] == [NotFound]
    assert handles(store) == [f"p{n}" for n in range(1, 21) if n != 10]


def test_a_statement_that_fails_does_not_hurt_the_others(store: Store) -> None:
    with Held(store) as held:
        held.put(adding(1))
        held.put(adding(1))
        held.put(adding(2))
    assert sorted(handles(store)) == ["p1", "p2"]
    assert sum(1 for _, wrong in held.outcomes if wrong is not None) == 1


@pytest.mark.only("sqlite")  # on PostgreSQL each writer has a transaction of its own
def test_those_who_wait_are_committed_together(database: str) -> None:
    store = Store(database)
    commits: list[None] = []
    store.listeners.append(lambda: commits.append(None))
    with Held(store) as held:
        for n in range(1, 51):
            held.put(adding(n))
    assert len(commits) == 2
    assert len(held.outcomes) == 50


def test_many_writers_at_once(store: Store) -> None:
    store.write(adding(1))
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: store.write(lambda tx: tx.run(MORE, of_account=1, by=1)), range(200)))
    with store.read() as db:
        assert db.value(POSTS, of_account=1) == 200


def test_two_who_wait_for_each_other_both_succeed(store: Store) -> None:
    """On PostgreSQL one of them is made to give in, and tries again alone."""
    store.write(adding(1))
    store.write(adding(2))
    has = {1: threading.Event(), 2: threading.Event()}

    def both(first: int, second: int) -> None:
        def work(tx: Tx) -> None:
            tx.run(MORE, of_account=first, by=1)
            has[first].set()
            has[second].wait(0 if store.sqlite else 5)
            tx.run(MORE, of_account=second, by=1)

        store.write(work)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(both, (1, 2), (2, 1)))
    with store.read() as db:
        assert [db.value(POSTS, of_account=n) for n in (1, 2)] == [2, 2]


def test_who_looks_before_adding_sees_what_another_has_added(store: Store) -> None:
    met = threading.Barrier(2)

    def add_once(tx: Tx) -> str:
        if tx.value(COUNT):
            raise NotFound("It is there already.")
        if not store.sqlite:
            with suppress(threading.BrokenBarrierError):
                met.wait(0.5)
        tx.run(ADD, id=1, handle="ada")
        return "added"

    def attempt(_: int) -> str:
        try:
            return store.write(add_once)
        except NotFound as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, range(2))) == ["It is there already.", "added"]


def test_a_write_is_answered_when_others_can_read_it(store: Store, database: str) -> None:
    other = Store(database)
    try:
        for n in range(1, 31):
            store.write(adding(n))
            assert len(handles(other)) == n
    finally:
        other.close()


def test_a_reader_sees_nothing_before_the_commit(store: Store) -> None:
    seen: list[int] = []

    def work(tx: Tx) -> None:
        tx.run(ADD, id=1, handle="ada")
        reading = threading.Thread(target=lambda: seen.append(len(handles(store))))
        reading.start()
        reading.join()

    store.write(work)
    assert seen == [0]
    assert handles(store) == ["ada"]


def test_the_pen_is_held_by_who_writes_and_by_nobody_else(store: Store) -> None:
    elsewhere: list[bool] = []

    def work(tx: Tx) -> bool:
        other = threading.Thread(target=lambda: elsewhere.append(pen.held))
        other.start()
        other.join()
        return pen.held

    assert store.write(work) is True
    assert elsewhere == [False]
    assert pen.held is False
    with pytest.raises(NotFound):
        store.write(failing)
    assert store.write(lambda tx: pen.held) is True


def test_a_second_transaction_inside_of_one_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="Already writing"):
        store.write(lambda tx: store.write(adding(1)))
    assert handles(store) == []


def test_a_part_can_be_undone_and_its_news_with_it(store: Store) -> None:
    def work(tx: Tx) -> None:
        tx.run(ADD, id=1, handle="ada")
        tell(tx, "kept", 1)
        part = tx.savepoint()
        tx.run(ADD, id=2, handle="bea")
        tell(tx, "undone", 2)
        part.undo()
        part = tx.savepoint()
        tx.run(ADD, id=3, handle="dirk")
        tell(tx, "kept", 3)
        part.keep()

    with store.read() as db:
        before = [change[0] for change in hear(db, 0)][-1:]
    store.write(work)
    assert handles(store) == ["ada", "dirk"]
    with store.read() as db:
        assert [change[1:] for change in hear(db, *(before or [0]))] == [("kept", [1]), ("kept", [3])]


def test_what_must_be_done_before_a_commit_belongs_to_it(store: Store) -> None:
    def settle(tx: Tx) -> None:
        raise ValueError([*tx.changed["post"]])

    store.before_commit = settle

    def work(tx: Tx) -> None:
        tx.run(ADD, id=1, handle="ada")
        tx.rerender("post", 7)

    with pytest.raises(ValueError, match="7"):
        store.write(work)
    assert handles(store) == []


def test_a_listener_that_fails_changes_nothing(store: Store, caplog: Any) -> None:
    def stumble() -> None:
        raise ValueError("stumbled")

    store.listeners.append(stumble)
    store.write(adding(1))
    assert handles(store) == ["p1"]
    assert "could not be told" in caplog.text


def test_a_store_that_is_closed_takes_no_more(database: str) -> None:
    store = Store(database)
    store.write(adding(1))
    store.close()
    with pytest.raises(Unavailable, match="stopping"):
        store.write(adding(2))


def test_what_waits_when_a_store_closes_is_written(database: str) -> None:
    with Held(Store(database)) as held:
        for n in range(1, 11):
            held.put(adding(n))
    assert len(held.outcomes) == 10
    store = Store(database)
    assert len(handles(store)) == 10
    store.close()


@pytest.mark.only("postgresql")  # a file does not go away
def test_a_connection_that_is_lost_is_replaced(store: Store) -> None:
    store.write(adding(1))
    with store.engine.connect() as one:
        one.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answered = []
    for n in range(2, 12):
        try:
            answered.append(store.write(adding(n)))
        except Unavailable:
            answered.append(0)
    assert answered[-1] == 11
    assert handles(store) == ["p1", *(f"p{n}" for n in answered if n)]


def test_the_rim_writes_and_reads_without_waiting_in_the_way(store: Store) -> None:
    async def both() -> tuple[list[int], int]:
        written = await asyncio.gather(*(rim.write(store, adding(n)) for n in range(1, 11)))
        return written, await rim.read(store, lambda db: db.value(COUNT))

    assert asyncio.run(both()) == ([*range(1, 11)], 10)


def test_the_rim_brings_a_refusal_to_who_asked(store: Store) -> None:
    with pytest.raises(NotFound):
        asyncio.run(rim.write(store, failing))


def counted(store: Store, number: int = 1) -> int:
    with store.read() as db:
        return int(db.value(POSTS, of_account=number))


def test_what_is_written_last_is_seen_with_the_rest(store: Store) -> None:
    store.write(adding(1))

    def work(tx: Tx) -> int:
        tx.later(MORE, 1, of_account=1, by=1)
        tx.later(MORE, 1, of_account=1, by=2)
        return int(tx.value(POSTS, of_account=1))

    assert store.write(work) == 0
    assert counted(store) == 3


def test_what_is_to_be_written_last_goes_with_the_part_that_is_undone(store: Store) -> None:
    store.write(adding(1))

    def work(tx: Tx) -> None:
        tx.later(MORE, 1, of_account=1, by=1)
        point = tx.savepoint()
        tx.later(MORE, 1, of_account=1, by=10)
        point.undo()

    store.write(work)
    assert counted(store) == 1


def test_what_fails_at_the_very_end_changes_nothing(store: Store) -> None:
    store.write(adding(1))

    def work(tx: Tx) -> None:
        tx.run(MORE, of_account=1, by=1)
        tx.later(ADD, 1, id=1, handle="twice")
        tell(tx, "viewer", 1)

    for _ in range(8):
        with pytest.raises(Exception, match=r"(?i)unique"):
            store.write(work)
    assert counted(store) == 0
    with store.read() as db:
        assert hear(db, 0) == []
    for _ in range(20):  # each connection is as good as before
        store.write(lambda tx: tell(tx, "viewer", 1))


def test_whoever_adds_to_the_same_counts_at_once_is_in_nobodys_way(store: Store) -> None:
    for number in (1, 2):
        store.write(adding(number))

    def work(order: tuple[int, int]) -> Callable[[Tx], None]:
        def both(tx: Tx) -> None:
            for number in order:
                tx.later(MORE, number, of_account=number, by=1)

        return both

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.write(work((1, 2) if n % 2 else (2, 1))), range(80)))
    assert (counted(store, 1), counted(store, 2)) == (80, 80)
