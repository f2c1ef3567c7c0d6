"""What a burst took (threads, connections, descriptors) is given back after a rest, and what comes next is served."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import literal_column, select, text

from perron.jobs.crew import Crew
from perron.store import Prepared, Store

REST = 0.2
ONE = Prepared(select(literal_column("1")))


@pytest.fixture(autouse=True)
def short_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("store.writer", "store.readers", "jobs.crew"):
        monkeypatch.setattr(f"perron.{room}.REST", REST, raising=True)


def until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + 10
    while not true():
        assert time.monotonic() < last, "it has not come to that"
        time.sleep(0.02)


def connections(store: Store) -> int:
    with store.engine.connect() as db:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        return int(db.execute(text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")).scalar_one())


@pytest.mark.only("postgresql")  # on SQLite there is one writer
def test_writers_that_nobody_needs_end_and_one_stays(store: Store) -> None:
    def writers() -> int:
        return sum(1 for one in threading.enumerate() if one.name.startswith("writer-"))

    def hold(_: object) -> None:
        together.wait(5)

    before, open_before, together = writers(), connections(store), threading.Barrier(4)
    for _ in range(4):
        store.submit(hold, lambda result, wrong: None)
    until(lambda: together.broken or writers() == before + 4)
    until(lambda: writers() == before + 1)
    until(lambda: connections(store) == open_before + 1)
    assert store.write(lambda tx: tx.value(ONE)) == 1


@pytest.mark.only("postgresql")  # on SQLite the event loop reads inline
def test_lines_that_nobody_needs_are_closed_and_one_stays(database: str) -> None:
    slow = Prepared(select(text("pg_sleep(0.2)")))

    async def act() -> None:
        store = Store(database)
        lines = store.lines()
        await asyncio.gather(*(lines.read(lambda db: db.all(slow)) for _ in range(12)))
        assert len(lines.all) > 1
        remembered = lines.memory.kept.setdefault("heads", {})
        while len(lines.all) > 1:
            await asyncio.sleep(0.05)
        assert lines.memory.kept["heads"] is remembered  # nothing broke: what was remembered is as true as before
        answers = await asyncio.gather(*(lines.read(lambda db: db.value(ONE)) for _ in range(12)))
        assert answers == [1] * 12
        store.close()

    asyncio.run(asyncio.wait_for(act(), 20))


def test_threads_of_a_crew_end_with_their_connections_and_are_begun_again(store: Store) -> None:
    def hold() -> None:
        with store.read() as db:
            db.value(ONE)
        together.wait(5)

    def working() -> int:
        return sum(1 for one in threading.enumerate() if one.name.startswith("tried-"))

    async def act() -> None:
        crew = Crew("tried", 8, store.leave)
        for _ in range(2):
            await asyncio.gather(*(crew.do(hold) for _ in range(8)))
            assert working() == 8
            while working():
                await asyncio.sleep(0.05)
        await asyncio.gather(*(crew.do(hold) for _ in range(8)))

    together = threading.Barrier(8)
    asyncio.run(asyncio.wait_for(act(), 20))
    until(lambda: not working())
    assert store._readers == []
