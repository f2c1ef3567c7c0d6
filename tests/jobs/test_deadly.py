"""Work that ends the process that does it: each try is counted before it is made, and soon nobody tries any more."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from perron.jobs import queue
from perron.store import Prepared, Store, Tx
from perron.store.tables import facts
from tests.databases import Databases

WORKER = """
import asyncio, os, signal, sys
from perron.jobs import Inside, worker
from perron.jobs.runner import Runner
from perron.store import Store, insert
from perron.store.tables import facts

worker.SOON = 1
ADD = insert(facts, "name", "value")

def good(tx, event):
    tx.run(ADD, name=f"good {event['n']}", value="")

def deadly(tx, event):
    if not os.path.exists(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    tx.run(ADD, name="mended", value="")

async def live():
    store = Store(sys.argv[1])
    runner = Runner(store, {"Good": [Inside(good)], "Deadly": [Inside(deadly)]})
    runner.start()
    print("here", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.stop()
    store.close()

asyncio.run(live())
"""
GOOD = 100
DONE = Prepared(select(facts.c.name))


class Life:
    """A worker, started again as often as it ends, as a service manager does."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.deaths = folder, url, 0
        (folder / "worker.py").write_text(WORKER)
        self.process = self.begin()

    def begin(self) -> subprocess.Popen[str]:
        command = [sys.executable, str(self.folder / "worker.py"), self.url, str(self.folder / "mended")]
        made = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert made.stdout is not None and made.stdout.readline() == "here\n"
        return made

    def look(self) -> None:
        """Begin again if it has ended."""
        if self.process.poll() is not None:
            self.process.communicate()
            self.deaths += 1
            self.process = self.begin()

    def end(self) -> None:
        self.process.communicate(timeout=30)


def test_work_inside_that_ends_its_process_is_given_up_and_holds_up_no_other(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.clean()
    store = Store(url)

    def put(tx: Tx) -> None:
        for number in range(GOOD):
            queue.put(tx, "Good", {"n": number})
            if number == GOOD // 2:
                queue.put(tx, "Deadly", {})

    store.write(put)
    life = Life(tmp_path, url)
    end = time.monotonic() + 120
    given_up: list[tuple[queue.Job, str]] = []
    while not given_up:
        assert time.monotonic() < end, "it was tried for ever"
        life.look()
        with store.read() as db:
            given_up = queue.failed_jobs(db)
        time.sleep(0.02)
    assert life.deaths <= 5 and [job.name for job, _ in given_up] == ["Deadly"]

    store.write(lambda tx: queue.put(tx, "Good", {"n": GOOD}))
    expected = {f"good {n}" for n in range(GOOD + 1)}
    with store.read() as db:
        while not expected <= set(db.column(DONE)):
            assert time.monotonic() < end and life.process.poll() is None
            time.sleep(0.02)

    (tmp_path / "mended").touch()
    assert store.write(lambda tx: queue.retry(tx, given_up[0][0].id))
    with store.read() as db:
        while "mended" not in set(db.column(DONE)):
            assert time.monotonic() < end and life.process.poll() is None
            time.sleep(0.02)
        done = [name for name in db.column(DONE) if name == "mended" or name.startswith("good")]
        assert queue.failed_jobs(db) == [] and sorted(done) == sorted({*expected, "mended"})
    life.end()
    store.close()


def test_a_process_that_lives_finds_what_comes_later_without_counting_first(
    databases: Databases, tmp_path: Path
) -> None:
    """What is younger than the process is done in one transaction; the first death is the one that is not counted."""
    url = databases.clean()
    store = Store(url)
    life = Life(tmp_path, url)
    store.write(lambda tx: queue.put(tx, "Deadly", {}))
    end = time.monotonic() + 120
    with store.read() as db:
        while not queue.failed_jobs(db):
            assert time.monotonic() < end
            life.look()
            time.sleep(0.02)
    assert life.deaths == 5
    os.kill(life.process.pid, 9)
    life.process.communicate()
    store.close()
