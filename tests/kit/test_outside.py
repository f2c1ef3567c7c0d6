"""The one way to the network leads to public addresses only."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from perron.kit import outside
from perron.kit.outside import Forbidden, Unreachable, fetch, is_public, reachable
from perron.kit.pen import pen

HERE = ("127.0.0.1/32",)


class Other(BaseHTTPRequestHandler):
    """A server that answers by the path it is asked."""

    def do_GET(self) -> None:
        kind, _, rest = self.path[1:].partition("/")
        if kind == "to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
        elif kind == "loop":
            self.send_response(302)
            self.send_header("Location", f"/loop/{int(rest) + 1}")
            self.end_headers()
        elif kind == "much":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 100_000)
        elif kind == "slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(50):
                time.sleep(0.1)
                self.wfile.write(b"x")
                self.wfile.flush()
        else:
            body = f"{self.headers['host']} {kind}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.5", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "192.0.2.1"),
    ],
)
def test_no_private_address_is_reached(address: str) -> None:
    assert not is_public(ip_address(address))
    shown = f"[{address}]" if ":" in address else address
    with pytest.raises(Forbidden):
        fetch("GET", f"http://{shown}/")


def test_public_addresses_are_public() -> None:
    assert all(is_public(ip_address(one)) for one in ("9.9.9.9", "2620:fe::fe"))
    assert reachable(ip_address("::ffff:127.0.0.1"), HERE) and not reachable(ip_address("127.0.0.2"), HERE)


def test_what_is_allowed_is_reached(other: str) -> None:
    told = fetch("GET", f"{other}/hello", allow=HERE)
    assert told.status == 200 and told.body.endswith(b" hello") and told.body.startswith(b"127.0.0.1:")


def test_a_redirect_to_a_private_address_is_not_followed(other: str) -> None:
    port = other.rpartition(":")[2]
    assert fetch("GET", f"{other}/to/{other}/there", allow=HERE).url == f"{other}/there"
    for target in (f"http://127.0.0.2:{port}/x", "http://169.254.169.254/latest", "file:///etc/passwd"):
        with pytest.raises(Forbidden):
            fetch("GET", f"{other}/to/{target}", allow=HERE)


def test_redirects_come_to_an_end(other: str) -> None:
    with pytest.raises(Unreachable, match="TooManyRedirects"):
        fetch("GET", f"{other}/loop/1", allow=HERE)


def test_a_name_is_resolved_once(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    honest = socket.getaddrinfo

    def resolver(host: str, port: int, *more: int, **named: int) -> list[Any]:
        if host != "rebinding.example":
            return [*honest(host, port, *more, **named)]
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port))]

    monkeypatch.setattr(outside.socket, "getaddrinfo", resolver)
    told = fetch("GET", other.replace("127.0.0.1", "rebinding.example") + "/x", allow=HERE)
    assert told.body.startswith(b"rebinding.example:") and asked == ["rebinding.example"]


def test_a_name_with_one_private_address_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", ("9.9.9.9", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(outside.socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(Forbidden):
        fetch("GET", "http://mixed.example/")


def test_too_much_and_too_slow_are_given_up(other: str) -> None:
    with pytest.raises(Unreachable):
        fetch("GET", f"{other}/much/", allow=HERE, most_bytes=10_000)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        fetch("GET", f"{other}/slow/", allow=HERE, deadline=0.5)
    assert time.monotonic() - began < 5


def test_who_holds_the_pen_has_no_network(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pen, "held", True)
    with pytest.raises(RuntimeError):
        fetch("GET", other, allow=HERE)
