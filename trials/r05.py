"""R-05: the power is cut while clients write: with the data folder on that disk, or with PostgreSQL's data on it."""

import asyncio
import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

from sqlalchemy import text

from trials.acks import Crowd
from trials.engines import Postgres
from trials.outcome import MUTANTS, Options, Outcome
from trials.power import Disk
from trials.rig import Node, Town
from trials.verify import marks, settle

PROMISE = "What was answered is on the disk: a power cut takes none of it, and leaves nothing torn."
CUTS = {"sqlite": 10, "postgresql": 5}
SMALL = "-c max_wal_size=128MB -c min_wal_size=32MB -c shared_buffers=32MB"
LAZY = " -c synchronous_commit=off -c wal_writer_delay=2s"


def run(options: Options) -> Outcome:
    """Ten cuts on SQLite, five on PostgreSQL."""
    return asyncio.run(_run(options))


class OnDisk(Town):
    """A town whose database is on a disk that can lose its power."""

    def __init__(self, disk: Disk, options: Options) -> None:
        self.disk, self.lazy = disk, options.mutant
        sqlite = options.engine == "sqlite"
        super().__init__(options.folder / "town", options.engine, data=disk.place / "data" if sqlite else None)

    def open_postgres(self) -> Postgres:
        place = self.disk.place / "pg"
        place.mkdir()
        return Postgres(place, options=SMALL + (LAZY if self.lazy else ""))

    def cut(self, node: Node) -> None:
        """The power goes: what had not reached the disk is lost. Then it comes back."""
        node.signal(signal.SIGSTOP)
        if self.postgres:
            self.postgres.pause()
        self.disk.snapshot()
        node.kill()
        if self.postgres:
            self.postgres.kill()
        self.disk.turn_on()
        if self.postgres:
            self.postgres.start()


async def _run(options: Options) -> Outcome:
    outcome, starts = Outcome(), []
    with ExitStack() as stack:
        disk = stack.enter_context(Disk(options.folder))
        town = stack.enter_context(OnDisk(disk, options))
        lazy = MUTANTS / "lazy_disk.py" if options.mutant and options.engine == "sqlite" else None
        web = town.node("serve", launcher=lazy)
        web.start()
        crowd = Crowd(town, [web.url], clients=10, pause=0.05)
        async with crowd:
            for number in range(CUTS[options.engine]):
                await asyncio.sleep(random.uniform(1.0, 5.0) if number else 0.5)
                crowd.check()
                begun = time.monotonic()
                await asyncio.to_thread(town.cut, web)
                outcome.failures += [f"after cut {number + 1}: {one}" for one in lost(town, crowd)]
                await asyncio.to_thread(web.start)
                starts.append(time.monotonic() - begun)
                if options.mutant and outcome.failures:
                    break
        if not options.mutant:
            await settle(crowd, outcome)
            outcome.failures += [*torn(town)]
            outcome.expect((code := web.stop()) == 0, f"the server ended with {code}")
        outcome.figures |= {"cuts": disk.cuts, "acknowledged in all": crowd.books.acknowledged}
        outcome.figures["slowest return, seconds"] = round(max(starts), 2)
    return outcome


def lost(town: Town, crowd: Crowd) -> Iterator[str]:
    """Posts that were acknowledged and are not there, before anything was started that could mend it."""
    with town.reading() as db:
        there = marks(db, crowd.seed)
        for deed in crowd.books.which("ok", "post", "picture"):
            if there[deed.name] != 1:
                yield f"{deed.name} is there {there[deed.name]} times"


def torn(town: Town) -> Iterator[str]:
    """What the engine itself finds wrong with its files."""
    if town.postgres:
        said = town.postgres.run(
            "pg_amcheck", "--heapallindexed", "--parent-check", "--install-missing", "-d", "perron"
        )
        if said.strip():
            yield f"pg_amcheck: {said[:500]}"
        return
    with town.reading() as db:
        if (found := db.execute(text("PRAGMA integrity_check")).fetchall()) != [("ok",)]:
            yield f"integrity_check: {found[:3]}"
