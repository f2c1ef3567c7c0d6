"""R-06b: two web nodes behind nginx are restarted one after the other, ten times, while people read and write."""

import asyncio
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trials.acks import Crowd
from trials.engines import free_port
from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town
from trials.verify import settle

PROMISE = "Web nodes behind a proxy are restarted one by one: no read fails, and no write that was answered is lost."
ENGINES = ("postgresql", "sqlite")
ROUNDS = 10
CLIENTS, READERS, RATE = 10, 20, 100.0
"""Requests a second; a quarter are writes."""
BETWEEN = 3.0
"""Seconds from a node that is ready to the end of the next: a proxy may notice as late (docs/operating.md)."""
CONFIG = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf"


def run(options: Options) -> Outcome:
    """Ten rounds, or as many as fit into so many seconds."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome = Outcome()
    launcher = MUTANTS / "no_farewell.py" if options.mutant else None
    statuses: dict[int, int] = {}
    wrong: list[str] = []
    with Town(options.folder, options.engine) as town:
        web = [town.node("web", {"PERRON_TRUSTED_PROXIES": "127.0.0.1"}, launcher) for _ in range(2)]
        worker = town.node("worker")
        for node in (*web, worker):
            node.start()
        port = free_port()
        with proxy(options.folder / "nginx", port, web):
            url = f"http://127.0.0.1:{port}"
            crowd = Crowd(town, [url], clients=CLIENTS, pause=CLIENTS / (RATE / 4))
            stopping = asyncio.Event()
            starts: list[float] = []
            async with crowd:
                reading = [
                    asyncio.create_task(read(url, crowd.names[n], statuses, wrong, stopping)) for n in range(READERS)
                ]
                begun, rounds = time.monotonic(), 0
                while rounds < ROUNDS and (not options.seconds or time.monotonic() - begun < options.seconds):
                    node = web[rounds % 2]
                    code = await asyncio.to_thread(node.stop)
                    outcome.expect(code == 0, f"round {rounds}: it ended with {code}")
                    starts.append(await asyncio.to_thread(node.start))
                    rounds += 1
                    await asyncio.sleep(BETWEEN)
                    if wrong and options.mutant:
                        break
                stopping.set()
                await asyncio.gather(*reading)
            lost = list(crowd.books.which("unknown"))
            figures = {
                "restarts": rounds,
                "slowest start, seconds": round(max(starts), 2),
                "reads by status": statuses,
                "reads broken off": len(wrong),
                "writes by status": crowd.books.statuses,
                "writes to be asked again": len(lost),
            }
            await settle(crowd, outcome)
        for node in (*web, worker):
            node.stop()
    outcome.figures |= figures
    outcome.expect(set(statuses) == {200} and not wrong, f"reads failed: {statuses} {wrong[:5]}")
    return outcome


async def read(url: str, who: Name, statuses: dict[int, int], wrong: list[str], stopping: asyncio.Event) -> None:
    """One person's home, again and again."""
    line = Line(url, who.token)
    while not stopping.is_set():
        try:
            answer = await line.ask("GET", "/api/v1/timelines/home")
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
        except (NotSent, Unanswered) as what:
            wrong.append(repr(what))
        await asyncio.sleep(READERS / (RATE * 3 / 4))
    line.close()


@contextmanager
def proxy(place: Path, port: int, nodes: list[Node]) -> Iterator[None]:
    """nginx with deploy/nginx.conf, without its certificate: it is asked in the open."""
    place.mkdir()
    ours = CONFIG.read_text()
    for node, was in zip(nodes, ("127.0.0.1:8001", "127.0.0.1:8002"), strict=True):
        assert was in ours, f"deploy/nginx.conf does not say {was}"
        ours = ours.replace(was, f"127.0.0.1:{node.port}")
    ours = re.sub(r"ssl_\w+ [^;]*;", "", ours).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    ours = ours.replace("listen 80;", f"listen 127.0.0.1:{free_port()};").replace("perron.example", "localhost")
    temporary = "".join(
        f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "conf").write_text(
        f"user root; pid {place}/pid; error_log {place}/log; daemon off; worker_processes 1;"
        f" events {{ worker_connections 4096; }} http {{ access_log off; {temporary} {ours} }}"
    )
    process = subprocess.Popen(["nginx", "-p", str(place), "-c", str(place / "conf")], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while True:
            assert process.poll() is None and time.monotonic() < until, (place / "log").read_text()[-2000:]
            try:
                subprocess.run(["curl", "-sf", f"http://127.0.0.1:{port}/health/live"], check=True, capture_output=True)
                break
            except subprocess.CalledProcessError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()
