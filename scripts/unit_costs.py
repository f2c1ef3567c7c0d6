"""Measure what one thing costs on this machine, for `perron bench capacity`: writes src/perron/bench/costs.json.

.venv/bin/python scripts/unit_costs.py [FILE]        about three minutes; nothing else should run meanwhile

A small town on PostgreSQL and a Redis server, one web node that is asked, one that only listens, one worker. CPU is
that of each process tree (user and system), read from /proc until everything is quiet.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import text
from websockets.asyncio.client import connect

from perron.bench.costs import FILE
from perron.kit.ids import new_id
from perron.store import Store
from perron.store.changes import tell
from perron.timelines.rings import Ring
from trials.rig import Name, Node, Town

PEOPLE, FOLLOWED, POSTS, STREAMS, SECONDS = 200, 30, 1000, 400, 6.0
TICK = 1000.0 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    with tempfile.TemporaryDirectory() as folder, Town(Path(folder), "postgresql", redis=True) as town:
        people = town.people(PEOPLE)
        asked, listening = town.node("web"), town.node("web")
        worker = town.node("worker")
        for node in (asked, listening, worker):
            node.start()
        found = asyncio.run(measure(town, people, asked, listening, worker))
    path.write_text(json.dumps({"how": "scripts/unit_costs.py", "costs": found}, indent=1) + "\n")
    print(path.read_text())


async def measure(town: Town, people: list[Name], asked: Node, listening: Node, worker: Node) -> dict[str, float]:
    """Every unit cost; see perron.bench.costs for what each is."""
    assert town.postgres is not None and town.redis is not None
    database, cache = town.postgres, town.redis
    follow = [
        (one, "POST", f"/api/v1/accounts/{people[(at + step) % PEOPLE].id}/follow", {})
        for at, one in enumerate(people)
        for step in range(1, FOLLOWED + 1)
    ]
    await play(asked, follow, 8)
    words = "Un peu de texte, comme on en écrit tous les jours, avec #marche et une idée. "
    said = [(one, "POST", "/api/v1/statuses", {"status": f"{words} {at}"}) for at in range(10) for one in people]
    await play(asked, said, 8)
    await quiet(worker)

    before, size = cpu(asked, listening, worker, *database.pids()), bytes_of(town)
    posts = [people[at % PEOPLE] for at in range(POSTS)]
    await play(asked, [(one, "POST", "/api/v1/statuses", {"status": f"{words} {i}"}) for i, one in enumerate(posts)], 4)
    await quiet(worker)
    after = cpu(asked, listening, worker, *database.pids())  # who has ended meanwhile is in the postmaster's
    web_post, hear, work = ((after[at] - before[at]) / POSTS for at in range(3))
    database_post = (sum(after[3:]) - sum(before[3:])) / POSTS
    per_post = (bytes_of(town) - size) / POSTS

    homes = await reading(asked, database.pids, [(one, "/api/v1/timelines/home?limit=20") for one in people[:50]])
    profiles = [(one, f"/api/v1/accounts/{people[7].id}/statuses?limit=20") for one in people[:25]]
    others = await reading(asked, database.pids, profiles + [(one, "/api/v1/notifications") for one in people[:25]])

    memory = resident(listening)
    async with streams(listening, people, STREAMS):
        await asyncio.sleep(1.0)
        per_stream = (resident(listening) - memory) / STREAMS
        began = cpu(listening)[0]
        await play(asked, [(one, "POST", "/api/v1/statuses", {"status": f"{words} !"}) for one in posts[:200]], 4)
        await quiet(worker)
        frame = max(0.0, (cpu(listening)[0] - began) / 200 - hear) / STREAMS
    return {
        "web_home": homes[0],
        "database_home": homes[1],
        "web_read": others[0],
        "database_read": others[1],
        "web_post": web_post,
        "database_post": database_post,
        "worker_post": work,
        "hear_post": hear,
        "home_append": append_cost(),
        "stream_frame": frame,
        "cache_operation": cache_cost(cache.pid, cache.port),
        "commit_in_turn": turn(town),
        "database_bytes_per_post": per_post,
        "bytes_per_home": 400 * 8 + 200,
        "bytes_per_stream": per_stream,
    }


async def play(node: Node, calls: Sequence[tuple[Name, str, str, dict[str, str]]], at_once: int) -> None:
    """Make these calls, so many at once, each connection in order."""

    async def one(part: Sequence[tuple[Name, str, str, dict[str, str]]]) -> None:
        reader, writer = await asyncio.open_connection(node.host, node.port)
        for who, method, path, body in part:
            status = await ask(reader, writer, who, method, path, body)
            assert status == 200, f"{method} {path}: {status}"
        writer.close()

    await asyncio.gather(*(one(calls[at::at_once]) for at in range(at_once)))


async def ask(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    who: Name,
    method: str,
    path: str,
    body: dict[str, str] | None = None,
) -> int:
    """One request on a connection that stays open; the status."""
    sent = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {who.token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    writer.write(head.encode() + sent)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(answer.partition("content-length: ")[2].partition("\r\n")[0])
    await reader.readexactly(length)
    return int(answer.split(" ", 2)[1])


async def reading(node: Node, database: Callable[[], list[int]], calls: list[tuple[Name, str]]) -> tuple[float, float]:
    """CPU of the node and of the database for one of these reads, over some seconds."""
    count = 0
    until = time.monotonic() + SECONDS

    async def one(at: int) -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection(node.host, node.port)
        turn_ = at
        while time.monotonic() < until:
            who, path = calls[turn_ % len(calls)]
            assert await ask(reader, writer, who, "GET", path) == 200
            turn_ += 16
            count += 1
        writer.close()

    before = cpu(node, *database())
    await asyncio.gather(*(one(at) for at in range(16)))
    after = cpu(node, *database())
    return (after[0] - before[0]) / count, (sum(after[1:]) - sum(before[1:])) / count


class streams:
    """So many open streams of the local timeline, of as many people as there are."""

    def __init__(self, node: Node, people: Sequence[Name], count: int) -> None:
        at = f"ws://{node.host}:{node.port}/api/v1/streaming?stream=public:local&access_token="
        self.addresses = [f"{at}{people[n % len(people)].token}" for n in range(count)]

    async def __aenter__(self) -> None:
        self.open = [await connect(address, ping_interval=None) for address in self.addresses]
        self.tasks = [asyncio.ensure_future(self._hear(one)) for one in self.open]

    async def _hear(self, one: object) -> None:
        async for _ in one:  # type: ignore[attr-defined]
            pass

    async def __aexit__(self, *_: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*(one.close() for one in self.open), return_exceptions=True)


async def quiet(worker: Node) -> None:
    """Until the worker has nothing to do."""
    while True:
        before = cpu(worker)[0]
        await asyncio.sleep(1.5)
        if cpu(worker)[0] - before < 60:
            return


def cpu(*of: Node | int) -> list[float]:
    """CPU milliseconds so far, of process trees and of single processes."""
    return [sum(map(one_cpu, tree(each.pid))) if isinstance(each, Node) else one_cpu(each) for each in of]


def one_cpu(pid: int) -> float:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, parts[11:15])) * TICK  # with that of children who have ended: connections come and go


def tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(one) for one in children.read_text().split()] if children.exists() else []
    return [pid, *(one for child in below for one in tree(child))]


def resident(node: Node) -> int:
    """Bytes of memory of a process tree."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in tree(node.pid))
    return pages * os.sysconf("SC_PAGE_SIZE")


def bytes_of(town: Town) -> int:
    with town.reading() as db:
        return int(db.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def append_cost() -> float:
    """Putting one post into one home, among many."""
    rings = [Ring(at, at, array("q", (new_id() for _ in range(100))), 0) for at in range(20_000)]
    post = new_id()
    began = time.process_time()
    for ring in rings:
        if post not in ring.hidden:
            ring.add(post, post)
    return (time.process_time() - began) * 1000 / len(rings)


def cache_cost(pid: int, port: int) -> float:
    """CPU of the server for one command, of ten thousands sent in parts of sixteen."""
    count = 100_000
    before = one_cpu(pid)
    quietly = {"stdout": -3}
    import subprocess

    subprocess.run(
        ["redis-benchmark", "-p", str(port), "-n", str(count), "-P", "16", "-d", "400", "-t", "get", "-q"],
        check=True,
        **quietly,  # type: ignore[call-overload]
    )
    return (one_cpu(pid) - before) / count


def turn(town: Town) -> float:
    """Milliseconds for which one commit keeps the others from the log."""
    store = Store(town.database)
    count = 300
    try:
        began = time.perf_counter()
        for at in range(count):
            store.write(lambda tx, at=at: tell(tx, "nothing", at))
        return (time.perf_counter() - began) * 1000 / count
    finally:
        store.close()


if __name__ == "__main__":
    main()
