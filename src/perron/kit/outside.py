"""The one way to the network. It reaches public addresses only, and no answer can lead it elsewhere.

A name is resolved once, every address it has is looked at, and the connection goes to the address that was looked at:
nobody can answer differently the second time. Each redirect goes the same way.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from perron.kit.figures import Counter
from perron.kit.hosts import Hosts
from perron.kit.pen import pen
from perron.kit.traces import span
from perron.kit.version import VERSION

DEADLINE = 30.0
PATIENCE = 10.0
MOST_BYTES = 1 << 20
MOST_REDIRECTS = 5
AGENT = f"Perron/{VERSION}"
_FRAGMENT = 1 << 16
_NAT64 = IPv6Network("64:ff9b::/96")

ASKED = Counter("perron_outside", "Requests to other servers.", "method", "outcome")
hosts = Hosts()
"""How other servers have answered this process."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Unreachable(Exception):
    """The other side did not answer as it should: no connection, too slow, too much, or no public address."""


class Unsent(Unreachable):
    """There was no connection: the other side has not heard a word of it."""


class Forbidden(Unsent):
    """The address is not one that this server talks to, however often it is tried."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the other side answered. `url` is where it came from in the end."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    allow: tuple[str, ...] = (),
    most_bytes: int = MOST_BYTES,
    enough: int | None = None,
    deadline: float = DEADLINE,
) -> Told:
    """Ask another server. Redirects are followed for GET and HEAD only. `allow` names networks that may be reached
    although they are private. An answer of more than `most_bytes` is refused; with `enough`, what comes after so many
    bytes is left unread. Blocks for `deadline` seconds at most: call it from a job, never within a transaction.
    PutOff when the host is left alone for now, or enough is under way there."""
    if pen.held:
        raise RuntimeError("No network within a transaction: leave a job instead.")
    with hosts.talk(url, deadline) as patience:
        try:
            with span("outside", method=method, server=_host(url)):
                told = _fetch(method, url, headers, body, allow, most_bytes, enough, time.monotonic() + patience)
        except Forbidden:
            ASKED.add(method, "forbidden")
            raise
        except Unreachable:
            ASKED.add(method, "unreachable")
            hosts.failed(url)
            raise
        ASKED.add(method, f"{told.status // 100}xx")
        if told.status >= 500 or told.status == 429:
            hosts.failed(url)
        else:
            hosts.answered(url)
        return told


def _fetch(
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    body: bytes | None,
    allow: tuple[str, ...],
    most_bytes: int,
    enough: int | None,
    until: float,
) -> Told:
    follow = method in ("GET", "HEAD")
    guard = _Guard(allow, until)
    own = {"user-agent": AGENT, "accept-encoding": "identity", **(headers or {})}
    try:
        with (
            _Transport(guard) as transport,
            httpx.Client(transport=transport, trust_env=False, max_redirects=MOST_REDIRECTS) as client,
            client.stream(method, url, headers=own, content=body, timeout=PATIENCE, follow_redirects=follow) as answer,
        ):
            return Told(answer.status_code, answer.headers, _whole(answer, most_bytes, enough), str(answer.url))
    except httpx.InvalidURL as wrong:
        raise Forbidden(f"{url[:200]!r} is no address: {wrong}") from None
    except (httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol):
        raise Forbidden(f"{url[:200]!r} is not spoken to: http and https are.") from None
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as wrong:
        raise Unsent(f"{method} {url[:200]}: {type(wrong).__name__} {wrong}") from None
    except (
        httpx.HTTPError,
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        OSError,
    ) as wrong:
        raise Unreachable(f"{method} {url[:200]}: {type(wrong).__name__} {wrong}") from None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _whole(answer: httpx.Response, most_bytes: int, enough: int | None) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise Unreachable("The answer is compressed although nobody asked for that.")
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_raw(_FRAGMENT):
        size += len(part)
        if enough is not None and size >= enough:
            return b"".join([*parts, part])[:enough]
        if enough is None and size > most_bytes:
            raise Unreachable(f"The answer has more than {most_bytes} bytes.")
        parts.append(part)
    return b"".join(parts)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, also when it is wrapped in another."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_loopback or address.is_link_local or address.is_unspecified
    )


@lru_cache(8)
def _networks(allow: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(each, strict=False) for each in allow)


def reachable(address: Address, allow: tuple[str, ...]) -> bool:
    """Whether this server talks to an address."""
    plain = (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
    return is_public(address) or any(plain in network for network in _networks(allow))


def resolve(host: str, port: int, allow: tuple[str, ...]) -> list[str]:
    """The addresses of a host; Forbidden when one of them is not public, for then the host is not to be trusted."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as wrong:
        raise Unsent(f"{host[:200]!r} is not known: {wrong}") from None
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    for address in addresses:
        if not reachable(ip_address(address), allow):
            raise Forbidden(f"{host[:200]!r} is at {address}, which is not a public address.")
    return list(dict.fromkeys(addresses))


class _Guard(httpcore.NetworkBackend):
    """Opens connections to addresses that were looked at, until the time is over."""

    def __init__(self, allow: tuple[str, ...], until: float) -> None:
        self.allow, self.until = allow, until
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        wrong: Exception = Unsent(f"{host[:200]!r} has no address.")
        for address in resolve(host, port, self.allow)[:3]:
            try:
                stream = self._inner.connect_tcp(address, port, left(self.until, timeout), None, socket_options)
                return _Stream(stream, self.until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                wrong = failed
        raise wrong


class _Stream(httpcore.NetworkStream):
    """A connection whose every step counts against one deadline."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self._inner, self._until = inner, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, left(self._until, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left(self._until, timeout)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def left(until: float, timeout: float | None) -> float:
    """Seconds that a step may take: its own patience, or what is left of the whole."""
    rest = until - time.monotonic()
    if rest <= 0:
        raise httpcore.ReadTimeout("The time for this request is over.")
    return min(rest, PATIENCE if timeout is None else timeout)


@lru_cache(1)
def _trusted() -> ssl.SSLContext:
    """Whom we believe, read once: reading the certificates takes as long as fifty requests."""
    return httpx.create_ssl_context(trust_env=False)


class _Transport(httpx.BaseTransport):
    """httpx over connections that the guard opens."""

    def __init__(self, guard: _Guard) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=_trusted(), network_backend=guard, max_connections=2)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        told = self._pool.handle_request(
            httpcore.Request(
                request.method, url, headers=request.headers.raw, content=request.read(), extensions=request.extensions
            )
        )
        assert isinstance(told.stream, Iterable)
        return httpx.Response(told.status, headers=told.headers, stream=_Body(told.stream), extensions=told.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        yield from self._parts

    def close(self) -> None:
        if hasattr(self._parts, "close"):
            self._parts.close()
