"""Slow clients: lines that only hold a place, over real sockets, keep nobody else waiting and are let go of."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.clients.server import Served, serving

pytestmark = pytest.mark.slow
MANY = 150


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("slow") / "data") as served:
        yield served


@contextmanager
def lines(served: Served, said: bytes, *, small: bool = False, many: int = MANY) -> Iterator[list[socket.socket]]:
    """Many connections on which so much was said."""
    with ExitStack() as stack:
        made = []
        for _ in range(many):
            one = stack.enter_context(socket.socket())
            if small:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            one.settimeout(5)
            one.connect(("127.0.0.1", served.port))
            one.sendall(said)
            made.append(one)
        yield made


def quick(served: Served) -> float:
    """How long the slowest of ten sign-in pages took."""
    slowest = 0.0
    with httpx.Client(base_url=served.origin, timeout=30) as client:
        for _ in range(10):
            begun = time.monotonic()
            assert client.get("/sign-in").status_code == 200
            slowest = max(slowest, time.monotonic() - begun)
    return slowest


def memory(served: Served) -> float:
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def test_headers_that_never_end_keep_nobody_waiting(patient: Served) -> None:
    with lines(patient, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "):
        assert quick(patient) < 20


def test_bodies_that_never_come_keep_nobody_waiting(patient: Served) -> None:
    ada = patient.person("ada")
    head = f"POST /api/v1/statuses HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ada.token}\r\n"
    body = "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    with lines(patient, (head + body).encode()):
        assert quick(patient) < 20
        assert ada.says("Bonjour")["id"]


def test_answers_that_nobody_takes_fill_no_memory(patient: Served) -> None:
    before = memory(patient)
    with lines(patient, b"GET /guide HTTP/1.1\r\nHost: x\r\n\r\n" * 20, small=True):
        assert quick(patient) < 20
        assert memory(patient) - before < 100


def test_readers_who_leave_while_much_is_said_are_forgotten(patient: Served) -> None:
    ada = patient.person("ada")
    asked = (
        f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: {patient.origin.removeprefix('http://')}\r\n"
        f"Authorization: Bearer {ada.token}\r\n\r\n"
    )
    stop = threading.Event()

    def talk() -> None:
        while not stop.is_set():
            ada.says("mot " * 50)

    with ThreadPoolExecutor(3) as pool:
        talking = [pool.submit(talk) for _ in range(3)]
        for _ in range(6):
            with lines(patient, asked.encode(), many=40) as made:
                for one in made:
                    assert b"200" in one.recv(200)
                for one in made:
                    time.sleep(0.01)
                    one.close()
        stop.set()
        for one in talking:
            one.result()
    ended = time.monotonic() + 30
    while (left := streams(patient)) and time.monotonic() < ended:
        time.sleep(0.2)
    assert left == 0


def streams(served: Served) -> int:
    """How many streams are open, as the server itself believes."""
    told = httpx.get(f"{served.origin}/metrics").text
    return int(told.split("\nperron_streams_open ")[1].split()[0])
