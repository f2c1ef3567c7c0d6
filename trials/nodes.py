"""Three web nodes and two workers on addresses of their own; one is killed and one is cut off while people write."""

import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trials.acks import Crowd
from trials.engines import Postgres
from trials.line import Line, seconds_until, takes_a_note
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Node, Town
from trials.verify import settle

PROMISE = "Of three nodes one is killed and one cut off under load: nothing lost, nothing twice, well in ten seconds."
ENGINES = ("postgresql",)
CLIENTS, RATE = 20, 60.0
RECOVERY = 10.0
GROUND = "10.77.0"
"""The network between the nodes' namespaces and this one, where the database is."""


def run(options: Options) -> Outcome:
    """A minute."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome = Outcome()
    launcher = MUTANTS / "early_answer.py" if options.mutant else None
    with Far(options.folder, "postgresql") as town, namespace("perron-far") as inside:
        near = [town.node("web", host=f"127.0.0.{n}", launcher=launcher) for n in (2, 3)]
        far = town.node("web", host=f"{GROUND}.2", before=inside, launcher=launcher)
        workers = [town.node("worker"), town.node("worker", before=inside)]
        for node in (*near, far, *workers):
            node.start()
        crowd = Crowd(town, [node.url for node in (*near, far)], clients=CLIENTS, pause=CLIENTS / RATE, patience=5)
        async with crowd:
            outcome.figures["a post is heard on another node after, ms"] = await told(near[0], near[1], crowd)
            await asyncio.sleep(5)
            clock = keeper(town)
            cut = time.monotonic()
            down(True)  # what was under way there is lost from sight; its leases end
            crowd.urls = [node.url for node in near]
            outcome.figures["writes go on after the cut, seconds"] = round(await well(crowd, near[1]), 2)
            await asyncio.sleep(2)
            near[0].kill()
            crowd.urls = [near[1].url]
            outcome.figures["writes go on after the kill, seconds"] = round(await well(crowd, near[1]), 2)
            if clock == workers[1].pid:  # it was cut off with its node, and keeps the clock no longer than its lease
                outcome.figures["the clock is another's after, seconds"] = await taken_over(town, workers[0], cut)
            await asyncio.sleep(max(0.0, 12 - (time.monotonic() - cut)))
            down(False)
            outcome.figures["the node that was cut off serves after, seconds"] = round(await well(crowd, far), 2)
            if clock == workers[0].pid:
                workers[0].kill()
                took = await taken_over(town, workers[1], time.monotonic())
                outcome.figures["the clock is another's after, seconds"] = took
                workers[0].start()
            near[0].start()
            crowd.urls = [node.url for node in (*near, far)]
            await asyncio.sleep(3)
        await settle(crowd, outcome)
        outcome.figures["nodes at the end"] = len(json.loads(town.perron("nodes", "--json")))
        outcome.figures["answers by status"] = crowd.books.statuses
        for node in (*near, far, *workers):
            outcome.expect(node.stop() == 0, f"{node.words} did not stop in order")
    for what, figure in outcome.figures.items():
        if what.endswith("seconds"):
            outcome.expect(figure <= RECOVERY, f"{what}: {figure}")
    return outcome


class Far(Town):
    """A town whose database is reached over the network, also from another namespace."""

    def open_postgres(self) -> Postgres:
        made = Postgres(options="-c listen_addresses='*'")
        with (made.data / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {GROUND}.0/24 trust\n")
        made.run("psql", "-c", "SELECT pg_reload_conf()", "perron")
        made.url = f"postgresql+psycopg://perron@{GROUND}.1/perron"
        return made


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def namespace(name: str) -> Iterator[tuple[str, ...]]:
    """A network namespace beside this one; how to run something in it."""
    with_it = ("ip", "netns", "exec", name)
    remove(name)
    ip("netns", "add", name)
    try:
        ip("link", "add", "perron0", "type", "veth", "peer", "name", "perron1")
        ip("link", "set", "perron1", "netns", name)
        ip("addr", "add", f"{GROUND}.1/24", "dev", "perron0")
        ip("link", "set", "perron0", "up")
        for words in (("addr", "add", f"{GROUND}.2/24", "dev", "perron1"), ("link", "set", "perron1", "up")):
            ip("-n", name, *words)
        ip("-n", name, "link", "set", "lo", "up")
        yield with_it
    finally:
        remove(name)


def remove(name: str) -> None:
    if Path(f"/run/netns/{name}").exists():
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
    subprocess.run(["ip", "link", "del", "perron0"], capture_output=True)


def down(is_down: bool) -> None:
    """Cut the other namespace off without a word, or join it again."""
    ip("-n", "perron-far", "link", "set", "perron1", "down" if is_down else "up")


def keeper(town: Town) -> int:
    """The process that keeps the clock; 0 when nobody does."""
    assert town.postgres is not None
    living = "until > extract(epoch FROM clock_timestamp()) * 1000"
    said = town.postgres.run("psql", "-tAc", f"SELECT split_part(holder, ' ', 2) FROM leases WHERE {living}", "perron")
    return int(said.strip() or 0)


async def taken_over(town: Town, by: Node, since: float) -> float:
    """Seconds until a worker keeps the clock."""
    while keeper(town) != by.pid and time.monotonic() - since < 60:
        await asyncio.sleep(0.2)
    return round(time.monotonic() - since, 2)


async def well(crowd: Crowd, node: Node) -> float:
    """Seconds until a node acknowledges a write."""
    whom = crowd.names[1].id
    return await seconds_until(node.url, crowd.names[0].token, lambda line: takes_a_note(line, whom), patience=3)


async def told(here: Node, there: Node, crowd: Crowd) -> float:
    """Milliseconds from a post on one node until a stream on another has it: the middle of twenty."""
    author, reader = crowd.names[0], crowd.readers[0]
    line = Line(here.url, author.token)
    heard: asyncio.Queue[tuple[bytes, float]] = asyncio.Queue()

    async def hear() -> None:
        while True:
            try:
                async for said in Line(there.url, reader.token).stream("/api/v1/streaming/user"):
                    if b"measured" in said:
                        await heard.put((said, time.monotonic()))
            except ConnectionError:  # too busy to let it in
                await asyncio.sleep(0.5)

    hearing = asyncio.create_task(hear())
    await asyncio.sleep(2)
    took: list[float] = []
    while len(took) < 20:
        begun = time.monotonic()
        said = await line.ask("POST", "/api/v1/statuses", {"status": f"measured {begun}", "visibility": "unlisted"})
        if said.status == 200:
            _, at = await asyncio.wait_for(heard.get(), 10)
            took.append((at - begun) * 1000)
        await asyncio.sleep(0.1)
    hearing.cancel()
    line.close()
    return round(sorted(took)[10], 1)
