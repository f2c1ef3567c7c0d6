"""R-06: a server is asked to stop while it is busy with everything at once."""

import asyncio
import json
import signal
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from trials.acks import Crowd
from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town
from trials.verify import settle

PROMISE = "A server that is asked to stop answers what it has accepted, says goodbye to streams, and ends in order."
CLIENTS, STREAMS, WEBSOCKETS = 20, 50, 5
RATE = 100.0
"""Requests a second, half of them writes."""
UPLOAD = 20 * 2**20
MOST_SECONDS = 15.0
SOON = 1.0


@dataclass
class Heard:
    """What clients met from the moment the server was asked to stop."""

    answers: dict[int, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    last_accepted: float = 0.0
    streams: int = 0
    farewells: int = 0
    upload: int = 0
    ready: list[tuple[float, int]] = field(default_factory=list)


def run(options: Options) -> Outcome:
    """Once; in a quarter of a minute."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, heard = Outcome(), Heard()
    launcher = MUTANTS / "no_farewell.py" if options.mutant else None
    with Town(options.folder, options.engine) as town:
        node = town.node("serve", {"PERRON_LOG_LEVEL": "warning"}, launcher)
        node.start()
        crowd = Crowd(town, [node.url], clients=CLIENTS, pause=CLIENTS / RATE * 2)
        stopping = asyncio.Event()
        async with crowd:
            tasks = [asyncio.create_task(one) for one in around(node, crowd, heard, stopping)]
            await asyncio.sleep(options.seconds or 4.0)
            tasks.append(asyncio.create_task(upload(node, crowd.names[0], heard)))
            await asyncio.sleep(0.5)
            unknown, begun = {one.name for one in crowd.books.which("unknown")}, time.monotonic()
            stopping.set()
            node.signal(signal.SIGTERM)
            accepted = await last_connection(node, begun)
            code = await asyncio.to_thread(node.wait, MOST_SECONDS + 5)
            took = time.monotonic() - begun
            left = [one for one in crowd.books.which("unknown") if one.name not in unknown]
            await asyncio.gather(*tasks)
            node.start()
            await asyncio.sleep(1.0)
        await settle(crowd, outcome)
        node.stop()
    outcome.figures |= {
        "exit code": code,
        "seconds until the end": round(took, 2),
        "connections were accepted for, seconds": round(accepted, 2),
        "reads answered after the signal": heard.answers,
        "reads broken off": len(heard.broken),
        "writes refused with 503": len([one for one in left if one.status]),
        "writes broken off": len(broken := [f"{one.kind} {one.path}" for one in left if not one.status]),
        "streams open": heard.streams,
        "streams told goodbye": heard.farewells,
        "upload under way answered": heard.upload,
        "not ready after, seconds": round(min((at for at, status in heard.ready if status == 503), default=99.0), 2),
    }
    outcome.expect(code == 0, f"the exit code was {code}")
    outcome.expect(took <= MOST_SECONDS, f"it took {took:.1f} s to stop")
    outcome.expect(accepted <= SOON, f"connections were accepted for {accepted:.1f} s")
    outcome.expect(not heard.broken and not broken, f"broken off: {heard.broken[:5]} {broken[:9]}")
    outcome.expect(heard.streams == heard.farewells, "streams were cut without a word")
    outcome.expect(heard.upload in (200, 202, 422, 503), f"the upload ended with {heard.upload}")
    outcome.expect(any(status == 503 and at < 0.5 for at, status in heard.ready), "nobody heard that it is not ready")
    outcome.expect(set(heard.answers) <= {200, 503}, f"answers: {heard.answers}")
    return outcome


def around(node: Node, crowd: Crowd, heard: Heard, stopping: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
    """Everybody beside the writers: readers, listeners, and the one who asks whether it is ready."""
    people = [*crowd.names, *crowd.readers]
    reading = [read(node, people[number % len(people)], heard, stopping) for number in range(CLIENTS)]
    listening = [listen(node, people[number % len(people)], heard, stopping) for number in range(STREAMS)]
    return [
        *reading,
        *listening,
        *(talk(node, people[n], heard, stopping) for n in range(WEBSOCKETS)),
        ask(node, heard, stopping),
    ]


async def read(node: Node, who: Name, heard: Heard, stopping: asyncio.Event) -> None:
    """One person's home, again and again over a kept connection, until nobody listens any more."""
    line = Line(node.url, who.token)
    while True:
        try:
            answer = await line.ask("GET", "/api/v1/timelines/home")
        except NotSent:
            return
        except Unanswered as wrong:
            heard.broken.append(str(wrong))
            return
        if stopping.is_set():
            heard.answers[answer.status] = heard.answers.get(answer.status, 0) + 1
        await asyncio.sleep(CLIENTS / RATE * 2)


async def ask(node: Node, heard: Heard, stopping: asyncio.Event) -> None:
    """What a load balancer asks."""
    await stopping.wait()
    begun, line = time.monotonic(), Line(node.url)
    while True:
        try:
            answer = await line.ask("GET", "/health/ready")
        except (NotSent, Unanswered):
            return
        heard.ready.append((time.monotonic() - begun, answer.status))
        await asyncio.sleep(0.05)


async def listen(node: Node, who: Name, heard: Heard, stopping: asyncio.Event) -> None:
    """A stream (SSE): it is told goodbye when its body ends as it should, rather than in the middle."""
    last = b""
    while not last and not stopping.is_set():
        try:
            async for said in Line(node.url, who.token).stream("/api/v1/streaming/user"):
                heard.streams += not last
                last = said if said.strip() else last
        except OSError:
            if last:
                break
            await asyncio.sleep(0.5)  # too busy to let it in
    heard.farewells += last.strip() == b"0"


async def talk(node: Node, who: Name, heard: Heard, stopping: asyncio.Event) -> None:
    """A stream (WebSocket): it is told goodbye with a close frame."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed, InvalidStatus

    url = f"{node.url.replace('http', 'ws')}/api/v1/streaming?stream=user&access_token={who.token}"
    while not stopping.is_set():
        try:
            async with connect(url) as wire:
                heard.streams += 1
                while True:
                    json.loads(await wire.recv())
        except ConnectionClosed as end:
            heard.farewells += end.rcvd is not None and end.rcvd.code == 1001
            return
        except InvalidStatus:  # too busy to let it in
            await asyncio.sleep(0.5)


async def upload(node: Node, who: Name, heard: Heard) -> None:
    """A large file that comes slowly: begun before the signal, ended after it."""
    line = Line(node.url, who.token)
    head, payload = line._written("POST", "/api/v2/media", b"\0" * UPLOAD, "", None)
    try:
        reader, writer = await asyncio.open_connection(line.host, line.port)
        writer.write(head)
        step = len(payload) // 20 + 1
        for at in range(0, len(payload), step):
            writer.write(payload[at : at + step])
            await writer.drain()
            await asyncio.sleep(0.1)
        heard.upload = int((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1])
        writer.close()
    except (OSError, asyncio.IncompleteReadError) as wrong:
        heard.broken.append(f"upload: {wrong}")


async def last_connection(node: Node, begun: float) -> float:
    """Seconds for which connections were still accepted."""
    while True:
        try:
            _, writer = await asyncio.open_connection(node.host, node.port)
        except OSError:
            return time.monotonic() - begun
        writer.close()
        await asyncio.sleep(0.02)
