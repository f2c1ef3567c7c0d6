"""Load that does not wait for answers: each request has its moment, and its latency counts from there.

A generator that asks again only when it was answered slows down with the server and measures its own patience instead
(coordinated omission). This one keeps to its schedule; what cannot be sent for want of a connection waits, and the wait
counts.
"""

import asyncio
import json
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

MOST_LINES = 6000
"""Connections; with too few of them, those who ask would wait here and not at the server."""
PATIENCE = 15.0
"""Seconds after which whoever asked has gone."""
GOOD = range(200, 300)


@dataclass(slots=True)
class Ask:
    """One request: of what kind it counts, and what is sent. `told` is called with the status and the body."""

    kind: str
    head: bytes
    payload: bytes = b""
    told: Callable[[int, bytes], None] | None = None
    at: float = 0.0


def ask(
    kind: str,
    path: str,
    *,
    token: str = "",
    body: Any = None,
    key: str = "",
    headers: Mapping[str, str] | None = None,
    told: Callable[[int, bytes], None] | None = None,
) -> Ask:
    """A GET or, with a body, a POST of JSON."""
    payload = b"" if body is None else json.dumps(body).encode()
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "host: localhost", *(
        [f"authorization: Bearer {token}"] if token else []
    )]  # fmt: skip
    if payload:
        lines += ["content-type: application/json", f"content-length: {len(payload)}"]
    if key:
        lines.append(f"idempotency-key: {key}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return Ask(kind, ("\r\n".join(lines) + "\r\n\r\n").encode() + payload, payload, told)


@dataclass
class Heard:
    """What came back, by kind: how long good answers took (from their moment), every status, and what was amiss."""

    good: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    without_advice: int = 0
    """Answers 429 and 503 that do not say when to come back."""
    broken: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, status: int, took: float, advised: bool) -> None:
        self.statuses.setdefault(kind, Counter())[status] += 1
        if status in GOOD:
            self.good.setdefault(kind, []).append(took)
        elif status in (429, 503) and not advised:
            self.without_advice += 1

    @property
    def strange(self) -> dict[str, int]:
        """Answers that are neither good nor a polite no."""
        return {
            f"{kind} {status}": count
            for kind, found in self.statuses.items()
            for status, count in found.items()
            if status not in GOOD and status not in (429, 503)
        } | {f"broken: {what}": count for what, count in self.broken.items()}

    def count(self, *kinds: str, good: bool = False) -> int:
        chosen = kinds or tuple(self.statuses)
        if good:
            return sum(len(self.good.get(kind, ())) for kind in chosen)
        return sum(sum(self.statuses.get(kind, Counter()).values()) for kind in chosen)

    def refused_share(self, *kinds: str) -> float:
        """Which part of these was sent away."""
        count = self.count(*kinds)
        return 1 - self.count(*kinds, good=True) / count if count else 0.0

    def p(self, share: float, *kinds: str) -> float:
        """The latency in seconds within which this share of good answers came."""
        found = sorted(one for kind in (kinds or tuple(self.good)) for one in self.good.get(kind, ()))
        return found[min(len(found) - 1, int(len(found) * share))] if found else float("inf")


class Line(asyncio.Protocol):
    """One kept connection; it knows of one request at a time."""

    def __init__(self, load: "Load") -> None:
        self.load, self.asked, self.buffer, self.wanted = load, None, bytearray(), -1
        self.transport: asyncio.Transport | None = None
        self.asked: Ask | None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # uvloop's own kind
        if self.asked is not None:
            self.send(self.asked)

    def send(self, one: Ask) -> None:
        self.asked, self.wanted = one, -1
        self.buffer.clear()
        if self.transport is not None:
            self.transport.write(one.head)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.wanted < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            size = head.find(b"content-length: ")
            length = int(head[size + 16 :].split(b"\r\n", 1)[0]) if size >= 0 else 0
            self.status, self.advised = int(head[9:12]), b"\r\nretry-after: " in head
            self.wanted, self.from_ = end + 4 + length, end + 4
        if len(self.buffer) >= self.wanted:
            one, self.asked = self.asked, None
            if one is not None:
                body = bytes(self.buffer[self.from_ :]) if one.told else b""
                self.load.answered(self, one, self.status, self.advised, body)

    def connection_lost(self, wrong: Exception | None) -> None:
        self.load.lost(self, self.asked, wrong)


class Load:
    """Sends what a schedule says at the moments it says, over as many connections as that takes."""

    def __init__(self, url: str, *, most_lines: int = MOST_LINES) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.most = parts.hostname or "127.0.0.1", parts.port or 80, most_lines
        self.heard = Heard()
        self.by_second: Counter[int] = Counter()
        """Good answers, by the second they came in."""
        self.slowest: Counter[int] = Counter()
        """How long the slowest of them took, in milliseconds."""
        self._idle: deque[Line] = deque()
        self._waiting: deque[Ask] = deque()
        self._lines: set[Line] = set()
        self._opening = self.under_way = 0
        self._begun = time.monotonic()

    async def run(self, asks: Iterator[Ask], rate: float, seconds: float) -> Heard:
        """So many requests a second for so long; then wait for what is under way. What was heard meanwhile."""
        self.heard, self.by_second, self.slowest = Heard(), Counter(), Counter()
        self._begun = time.monotonic()
        sent, total = 0, int(rate * seconds)
        while sent < total:
            due = min(total, int((time.monotonic() - self._begun) * rate) + 1)
            while sent < due:
                one = next(asks)
                one.at = self._begun + sent / rate
                self._send(one)
                sent += 1
            await asyncio.sleep(max(0.001, min(0.005, 1 / rate)))
        self.lateness = time.monotonic() - self._begun - seconds
        until = time.monotonic() + PATIENCE
        while (self.under_way or self._waiting) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        if left := self.under_way + len(self._waiting):
            self.heard.broken["unanswered"] += left
            self._waiting.clear()
            self.close()
        return self.heard

    async def press(self, asks: Iterator[Ask], at_once: int, seconds: float) -> Heard:
        """So many at once, each asked when one was answered: what a server can do at most."""
        self.heard, self.by_second, self.slowest = Heard(), Counter(), Counter()
        self._begun = time.monotonic()
        until = self._begun + seconds
        while time.monotonic() < until:
            while self.under_way < at_once:
                one = next(asks)
                one.at = time.monotonic()
                self._send(one)
            await asyncio.sleep(0)
        while self.under_way and time.monotonic() < until + PATIENCE:
            await asyncio.sleep(0.01)
        return self.heard

    def _send(self, one: Ask) -> None:
        self.under_way += 1
        if self._idle:
            self._idle.pop().send(one)
        elif len(self._lines) + self._opening < self.most:
            self._opening += 1
            asyncio.get_running_loop().create_task(self._open(one))
        else:
            self._waiting.append(one)

    async def _open(self, one: Ask) -> None:
        try:
            _, line = await asyncio.get_running_loop().create_connection(lambda: Line(self), self.host, self.port)
        except OSError as wrong:
            self.under_way -= 1
            self.heard.broken[f"no connection: {type(wrong).__name__}"] += 1
            return
        finally:
            self._opening -= 1
        self._lines.add(line)
        line.send(one)

    def answered(self, line: Line, one: Ask, status: int, advised: bool, body: bytes) -> None:
        """An answer is whole; the connection goes on with what waits."""
        now = time.monotonic()
        self.under_way -= 1
        self.heard.note(one.kind, status, now - one.at, advised)
        if status in GOOD:
            second = int(now - self._begun)
            self.by_second[second] += 1
            self.slowest[second] = max(self.slowest[second], int((now - one.at) * 1000))
        if one.told:
            one.told(status, body)
        if self._waiting:
            line.send(self._waiting.popleft())
        else:
            self._idle.append(line)

    def lost(self, line: Line, one: Ask | None, wrong: Exception | None) -> None:
        """A connection ended, perhaps in the middle of an answer."""
        self._lines.discard(line)
        if line in self._idle:
            self._idle.remove(line)
        if one is not None:
            self.under_way -= 1
            self.heard.broken[f"cut: {type(wrong).__name__ if wrong else 'closed'}"] += 1
            if one.told:
                one.told(0, b"")

    def close(self) -> None:
        """Hang up everywhere."""
        for line in [*self._lines]:
            if line.transport:
                line.asked = None
                line.transport.abort()
        self._lines.clear()
        self._idle.clear()
        self.under_way = 0


def pin(core: int) -> None:
    """Keep this process (the generator) to one core, so that it takes none of the server's."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


PINNED = ("taskset", "-c", "0") if (os.cpu_count() or 1) > 1 else ()
"""What comes in front of a server's command so that it keeps to the other core."""


def memory_of(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
