"""R-18b: the same night, with a worker killed, the database restarted, and hardly any room on the disks."""

import asyncio
import tempfile
from pathlib import Path

import uvloop

from trials.disks import Disk, Disks
from trials.engines import Postgres
from trials.open_loop import PINNED, pin
from trials.outcome import Options, Outcome
from trials.r18 import STORM, Night, inhabitants, linked_page, through
from trials.rig import Node, Town

PROMISE = "the night of r18 with its worker killed, its database restarted and its disks nearly full: nothing lost"
ENGINES = ("postgresql",)
TAKEN = 0.95
"""Part of each disk that is taken as the night begins."""
WAL = "-c max_wal_size=96MB -c min_wal_size=32MB"
FORGETFUL = (
    " -c synchronous_commit=off -c wal_writer_delay=10s -c wal_writer_flush_after=1GB -c wal_buffers=128MB"
    " -c max_wal_size=1GB -c checkpoint_timeout=1h -c bgwriter_lru_maxpages=0"
)
"""Answers before it has written anything, and nothing else makes it write: a crash takes the last seconds."""
RELAXED = 2.0
"""How much longer answers may take than on a night on which nothing breaks."""


class Narrow(Town):
    """A town with little room: for its data, and for its tables."""

    def __init__(self, options: Options, disks: Disks) -> None:
        self.options = WAL + FORGETFUL if options.mutant else WAL
        super().__init__(options.folder, options.engine)
        self.disks = disks
        self.full: list[Disk] = [disks.mount(self.data, "512m")]

    def open_postgres(self) -> Postgres:
        place = Path(tempfile.mkdtemp(prefix="perron-tables-"))  # not below our folder: it belongs to another user
        place.chmod(0o755)
        self.full.append(self.disks.mount(place, "3g"))
        return Postgres(place, options=self.options)


def run(options: Options) -> Outcome:
    """The night, on a node that serves and one that works."""
    outcome, storm = Outcome(), options.seconds or STORM
    with linked_page() as (link, looks), Disks() as disks, Narrow(options, disks) as town:
        people, big = inhabitants(town)
        env = {"PERRON_OUTSIDE_ALLOW": "127.0.0.0/8"}
        web = town.node("web", env, before=PINNED)
        worker = town.node("worker", env)
        web.start()
        worker.start()
        night = Night(people, big, link, RELAXED)
        pin(1)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(through(night, web, storm, outcome, break_things(town, worker, storm)))
        codes = [web.stop(60), worker.stop(60)]
        night.written.verify(town, outcome)
        outcome.figures["room left on each disk, MiB"] = [disk.free >> 20 for disk in town.full]
    outcome.expect(codes == [0, 0], f"the processes ended with {codes}")
    outcome.figures["looks at the linked page"] = looks.count
    outcome.expect(1 <= looks.count <= 2, f"the linked page was fetched {looks.count} times")  # once more if cut off
    return outcome


async def break_things(town: Narrow, worker: Node, storm: float) -> None:
    """Fill the disks; at a quarter of the night kill the worker, at half of it crash the database."""
    for disk in town.full:
        await asyncio.to_thread(disk.fill_to, TAKEN)
    await asyncio.sleep(storm / 4)
    worker.kill()
    await asyncio.to_thread(worker.start)
    await asyncio.sleep(storm / 4)
    assert town.postgres is not None
    await asyncio.to_thread(town.postgres.stop, "immediate")
    await asyncio.to_thread(town.postgres.start)
