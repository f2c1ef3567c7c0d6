"""R-16: a database is migrated while old code serves, the migration is killed midway, then new code takes over."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from sqlalchemy import text

from trials.acks import Crowd
from trials.engines import Postgres
from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Town
from trials.verify import settle

PROMISE = "A migration under traffic, killed five times, is never noticed: no 5xx but 503 for less than two seconds."
ENGINES = ("postgresql", "sqlite")
POSTS = 200_000
CLIENTS, READERS, RATE = 10, 10, 50.0
KILLS = 5
MOST_AWAY = 2.0
NEWER = Path(__file__).with_name("newer")
"""Perron as it might be two steps later; `steps` holds what it adds and, when nobody needs it any more, takes away."""


def run(options: Options) -> Outcome:
    """Two minutes with 200,000 posts; `--seconds` thins them out: a thousand posts a second."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, posts = Outcome(), int(options.seconds * 1000) or POSTS
    env = {"PERRON_TRIAL_STEPS": str(MUTANTS / "long_lock") if options.mutant else str(NEWER / "steps")}
    newer = NEWER / "start.py"
    with Old(options.folder, options.engine) as town:
        archive = town.people(1, "archive")[0]
        old = [town.node("web"), town.node("web")] if town.postgres else [town.node("web")]
        worker = town.node("worker")
        crowd_town = [*old, worker]
        for node in crowd_town:
            node.start()
        crowd = Crowd(town, [node.url for node in old], clients=CLIENTS, pause=CLIENTS / RATE * 2, patience=20)
        line = Line(old[0].url, archive.token)
        first = await line.ask("POST", "/api/v1/statuses", {"status": "the first", "visibility": "unlisted"})
        line.close()
        outcome.figures["posts there"] = many(town, int(first.json()["id"]), posts)
        reads: list[tuple[float, int, float]] = []
        stopping = asyncio.Event()
        async with crowd:
            reading = [asyncio.create_task(read(crowd, n, reads, stopping)) for n in range(READERS)]
            await asyncio.sleep(2)
            killed = await migrate(town, newer, env, outcome, options)
            outcome.figures["killed midway"] = killed
            new = [town.node("web", env, newer), town.node("web", env, newer)]
            for node in new:  # two at once, beside the old
                node.start(wait=False)
            for node in new:
                await asyncio.to_thread(node.wait_ready)
            said = await newer_says(town, newer, env, "migrate", "--contract")
            outcome.expect("Stop it first" in said, f"it would be contracted under old code: {said}")
            crowd.urls[:] = [node.url for node in new]
            await asyncio.sleep(1)
            new_worker = town.node("worker", env, newer)
            await asyncio.to_thread(new_worker.start)
            for node in crowd_town:
                outcome.expect(await asyncio.to_thread(node.stop) == 0, "an old node did not end in order")
            said = await newer_says(town, newer, env, "migrate", "--contract")
            outcome.expect("is now at 9002" in said, f"contracting said: {said}")
            await asyncio.sleep(2)
            stopping.set()
            await asyncio.gather(*reading)
        await settle(crowd, outcome, files=False)  # the database is ahead of this code
        refused = town.perron("migrate", code=1)
        outcome.expect("which this Perron does not know" in refused, f"old code said: {refused}")
        for node in (*new, new_worker):
            node.stop()
        if town.postgres and not options.mutant:
            waited = [part for part in town.postgres.log.read_text().splitlines() if "still waiting" in part]
            outcome.figures["locks waited for longer than a second"] = len(waited)
            outcome.expect(not waited, waited[0] if waited else "")
    judge(crowd, reads, outcome)
    return outcome


class Old(Town):
    """A town whose database says who waits for whom longer than a second."""

    def open_postgres(self) -> Postgres:
        return Postgres(options="-c log_lock_waits=on -c deadlock_timeout=1s")


def many(town: Town, pattern: int, count: int) -> int:
    """Copies of one post, spread over the last years, straight into the database."""
    with town.reading() as db:
        columns = [*db.execute(text("SELECT * FROM posts LIMIT 0")).keys()]
        first = (int(time.time() * 1000) - 1000 * 86_400_000) << 16
        step = (1000 * 86_400_000 // count) << 16
        number = "CAST(:first + n * :step AS bigint)"
        given = {"id": number, "thread_id": number, "indexed": "CAST(1 AS boolean)"}  # nobody will look for their words
        chosen = ", ".join(given.get(one, f"posts.{one}") for one in columns)
        numbers = (
            "generate_series(1, :count) AS numbers(n)"
            if town.postgres
            else "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < :count) SELECT n FROM r)"
        )
        db.execute(
            text(f"INSERT INTO posts SELECT {chosen} FROM posts, {numbers} WHERE posts.id = :pattern"),
            {"first": first, "step": step, "count": count, "pattern": pattern},
        )
        author = "SELECT author_id FROM posts WHERE id = :pattern"
        db.execute(
            text(f"UPDATE accounts SET posts_count = posts_count + :count WHERE id = ({author})"),
            {"count": count, "pattern": pattern},
        )
        return int(db.execute(text("SELECT count(*) FROM posts")).scalar_one())


async def migrate(town: Town, newer: Path, env: dict[str, str], outcome: Outcome, options: Options) -> int:
    """Migrate, kill it midway, again, and let the last one end; how often it was killed in the middle."""
    killed, begun = 0, time.monotonic()
    for turn in range(KILLS + 1 if not options.mutant else 1):
        process = subprocess.Popen(
            [sys.executable, str(newer), "migrate"],
            env={**town.environment(), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if turn < KILLS and not options.mutant:
            assert process.stdout is not None
            await asyncio.to_thread(process.stdout.readline)
            try:
                await asyncio.to_thread(process.wait, random.uniform(0.5, 3.0))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
        said, _ = await asyncio.to_thread(process.communicate)
        with town.reading() as db:
            at = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        print(f"  migrator {turn + 1} ended with {process.returncode}, the database is at {at}", flush=True)
    outcome.figures["the migration took, with its deaths, seconds"] = round(time.monotonic() - begun, 1)
    outcome.expect(process.returncode == 0, f"the last migrator said: {said.decode()[-500:]}")
    again = await newer_says(town, newer, env, "migrate")
    outcome.expect("there is nothing to do" in again, f"the second time it said: {again}")
    return killed


async def newer_says(town: Town, newer: Path, env: dict[str, str], *words: str) -> str:
    """What a command of the newer Perron prints, while those who read and write go on."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(newer), *words],
        env={**town.environment(), **env},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


async def read(crowd: Crowd, number: int, reads: list[tuple[float, int, float]], stopping: asyncio.Event) -> None:
    """One person's home, at whichever node."""
    who = crowd.names[number]
    while not stopping.is_set():
        line = Line(random.choice(crowd.urls), who.token)
        begun = time.monotonic()
        try:
            status = (await line.ask("GET", "/api/v1/timelines/home")).status
        except (NotSent, Unanswered):
            status = 0
        finally:
            line.close()
        reads.append((begun, status, time.monotonic() - begun))
        await asyncio.sleep(READERS / RATE * 2)


def judge(crowd: Crowd, reads: list[tuple[float, int, float]], outcome: Outcome) -> None:
    """How long nobody was served, and what else was answered."""
    served = sorted(begun + took for begun, status, took in reads if status == 200)
    longest = max((later - before for before, later in pairwise(served)), default=99.0)
    statuses: dict[int, int] = {}
    for _, status, _ in reads:
        statuses[status] = statuses.get(status, 0) + 1
    slowest = max((took for took in crowd.books.took), default=0.0)
    outcome.figures |= {
        "reads by status": statuses,
        "writes by status": crowd.books.statuses,
        "slowest write, seconds": round(slowest, 2),
        "longest time without a read, seconds": round(longest, 2),
        "slowest read, seconds": round(max(took for _, _, took in reads), 2),
    }
    outcome.expect(set(statuses) <= {200, 503}, f"reads: {statuses}")
    outcome.expect(not {500, 502, 504} & set(crowd.books.statuses), f"writes: {crowd.books.statuses}")
    outcome.expect(longest < MOST_AWAY, f"nobody could read for {longest:.1f} s")
    outcome.expect(slowest < MOST_AWAY + 1, f"a write took {slowest:.1f} s")
