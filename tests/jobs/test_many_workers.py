"""Several workers on one database: each job takes effect once, and only one of them does the chores."""

import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from perron.jobs import queue
from perron.store import Prepared, Store, Tx
from perron.store.tables import facts, jobs
from tests.databases import Databases

WORKERS, JOBS = 4, 120
WORKER = """
import asyncio, sys
from perron.jobs import Inside, Outside
from perron.jobs.runner import Runner
from perron.store import Store, insert
from perron.store.tables import facts

ADD = insert(facts, "name", "value")  # a second effect of the same job would break the key

def inside(tx, event):
    tx.run(ADD, name=f"inside {event['n']}", value="")

def outside(store, event):
    store.write(lambda tx: tx.run(ADD, name=f"outside {event['n']}", value=""))

def chore(tx):
    tx.run(ADD, name=f"chore of {sys.argv[2]}", value="")

async def live():
    store = Store(sys.argv[1])
    runner = Runner(store, {"In": [Inside(inside)], "Out": [Outside(outside)]}, [chore], sys.argv[2])
    runner.start()
    store.hear_others()
    print("here", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.stop()
    store.close()

asyncio.run(live())
"""
LEFT = Prepared(select(func.count()).select_from(jobs))
DONE = Prepared(select(facts.c.name))


def test_each_job_of_many_takes_effect_once_with_four_workers(databases: Databases, tmp_path: Path) -> None:
    url = databases.clean()
    store = Store(url)
    (tmp_path / "worker.py").write_text(WORKER)
    workers = [
        subprocess.Popen(
            [sys.executable, str(tmp_path / "worker.py"), url, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WORKERS)
    ]
    for one in workers:
        assert one.stdout is not None and one.stdout.readline() == "here\n"

    def put(tx: Tx) -> None:
        for number in range(JOBS):
            queue.put(tx, "In" if number % 2 else "Out", {"n": number})

    store.write(put)
    end = time.monotonic() + 30
    with store.read() as db:
        while db.value(LEFT):
            assert time.monotonic() < end, "not everything was done"
            time.sleep(0.05)
        done = db.column(DONE)
    store.close()
    said = [one.communicate(timeout=20)[1] for one in workers]

    assert not any("failed" in one or "Traceback" in one for one in said), said
    assert len([name for name in done if name.startswith(("inside", "outside"))]) == JOBS
    assert len([name for name in done if name.startswith("chore")]) == 1
