"""R-08: other servers that hang or drip, and what waits behind them."""

import asyncio
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress

from trials.line import Line
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town

PROMISE = "a hundred servers that hang and fifty that drip hold up neither the fine ones nor anything here"
ENGINES = ("sqlite", "postgresql")
HANG, DRIP, FINE = 100, 50, 50
SECONDS = 120.0
LINKS, LOCAL = 5.0, 1.0
"""Links to a server posted each second; and notices between people here."""
PAGE = b"<html><head><title>Fine</title></head><body></body></html>"


class Server:
    """One server elsewhere, on a port of its own: `hang`, `drip` or `fine`."""

    def __init__(self, kind: str, tries: Counter[str], seen: dict[str, float]) -> None:
        self.kind, self.tries, self.seen = kind, tries, seen
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._live, daemon=True).start()

    def _live(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with suppress(OSError), line:
            asked = line.recv(4096).split(b" ")[1].decode()
            self.tries[f"{self.kind} {self.port}"] += 1
            if self.kind == "hang":
                time.sleep(60)
            elif self.kind == "drip":
                line.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5000\r\n\r\n")
                for _ in range(60):
                    line.sendall(b"<")
                    time.sleep(1)
            else:
                head = f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {len(PAGE)}\r\n\r\n"
                line.sendall(head.encode() + PAGE)
                self.seen.setdefault(asked, time.monotonic())


def run(options: Options) -> Outcome:
    """People link to all of them in turn, and speak to each other; how long each took to be seen."""
    outcome, tries, seen = Outcome(), Counter[str](), dict[str, float]()
    kinds = ["hang"] * HANG + ["drip"] * DRIP + ["fine"] * FINE
    with ExitStack() as stack, Town(options.folder, options.engine) as town:
        servers = [Server(kind, tries, seen) for kind in kinds]
        for one in servers:
            stack.callback(one.socket.close)
        people = town.people(20)
        launcher = MUTANTS / "waits_for_each.py" if options.mutant else None
        node = town.node("serve", {"PERRON_OUTSIDE_ALLOW": "127.0.0.0/8"}, launcher)
        node.start()
        asyncio.run(_run(node, people, servers, options.seconds or SECONDS, tries, seen, outcome))
    return outcome


async def _run(
    node: Node,
    people: list[Name],
    servers: list[Server],
    seconds: float,
    tries: Counter[str],
    seen: dict[str, float],
    outcome: Outcome,
) -> None:
    linked: dict[str, float] = {}
    notices: list[float] = []
    local = asyncio.create_task(_speak(node, people, seconds, notices))
    line, begun = Line(node.url, people[0].token), time.monotonic()
    number = 0
    while time.monotonic() - begun < seconds:
        server = servers[(number * 7) % len(servers)]
        path = f"/page{number}"
        answer = await line.ask("POST", "/api/v1/statuses", {"status": f"http://127.0.0.1:{server.port}{path}"})
        if answer.status == 200 and server.kind == "fine":
            linked[path] = time.monotonic()
        number += 1
        await asyncio.sleep(max(0.0, begun + number / LINKS - time.monotonic()))
    await local
    await asyncio.sleep(12)
    line.close()
    took = sorted(seen[path] - at if path in seen else 99.0 for path, at in linked.items())
    notices.sort()
    dead = max((count for who, count in tries.items() if not who.startswith("fine")), default=0)
    p95 = took[int(len(took) * 0.95)] if took else 99.0
    told = notices[int(len(notices) * 0.95)] if notices else 99.0
    outcome.figures |= {
        "links": number,
        "to fine servers": len(linked),
        "p95 until a fine one was asked, s": round(p95, 2),
        "never asked": sum(one == 99.0 for one in took),
        "p95 of a notice here, s": round(told, 2),
        "most tries of one that does not answer": dead,
    }
    outcome.expect(p95 <= 10, f"fine servers waited {p95:.1f} s")
    outcome.expect(told <= 2, f"a notice here took {told:.1f} s")
    outcome.expect(dead <= 10, f"one that does not answer was tried {dead} times")


async def _speak(node: Node, people: list[Name], seconds: float, notices: list[float]) -> None:
    """One names another; until the other's notices have it."""
    ada, bea = Line(node.url, people[1].token), Line(node.url, people[2].token)
    begun, number = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        said = time.monotonic()
        answer = await ada.ask("POST", "/api/v1/statuses", {"status": f"@{people[2].handle} bonjour {number}"})
        id_ = answer.json()["id"]
        while time.monotonic() - said < 20:
            found = (await bea.ask("GET", "/api/v1/notifications?limit=5")).json()
            if any((one.get("status") or {}).get("id") == id_ for one in found):
                break
            await asyncio.sleep(0.05)
        notices.append(time.monotonic() - said)
        number += 1
        await asyncio.sleep(1 / LOCAL)
    ada.close()
    bea.close()
