"""Where the shared server is, of which kind, and how it is spoken to: the setting `redis`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from perron.kit.settings import BadSetting

CONNECT, ANSWER = 0.3, 0.4
"""Seconds that a connection, and that an answer may take."""
SINGLE = ("redis", "rediss", "unix")
PORT, SENTINEL_PORT = 6379, 26379


@dataclass(frozen=True, slots=True)
class Address:
    """One setting, read. `hosts` are those of a cluster or of the sentinels that watch over `service`."""

    url: str
    kind: str
    hosts: tuple[tuple[str, int], ...] = ()
    service: str = ""
    database: int = 0
    user: str | None = None
    password: str | None = None
    sentinel_password: str | None = None
    encrypted: bool = False


def read_address(url: str) -> Address:
    """An address as it was set; BadSetting says what is wrong with it."""
    scheme, _, rest = url.replace("valkeys", "rediss", 1).replace("valkey", "redis", 1).partition("://")
    if scheme in SINGLE and rest:
        return Address(f"{scheme}://{rest}", "single")
    secure, _, kind = scheme.partition("+")
    if secure not in ("redis", "rediss") or kind not in ("sentinel", "cluster") or not rest:
        raise BadSetting(f"redis: {scheme or url!r} is none of redis://, rediss://, unix://, redis+sentinel://, …")
    parts = urlsplit(f"//{rest}")
    login, _, named = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    try:
        hosts = tuple(_host(one, SENTINEL_PORT if kind == "sentinel" else PORT) for one in named.split(",") if one)
        path = [unquote(one) for one in parts.path.split("/") if one]
        database = int(path[1]) if kind == "sentinel" and len(path) > 1 else 0
    except ValueError:
        raise BadSetting("redis: hosts are named as host:port,host:port, a database by its number.") from None
    if not hosts or (kind == "sentinel" and not path):
        raise BadSetting("redis: name hosts and, for sentinels, their service: redis+sentinel://h1,h2/service/0.")
    more = parse_qs(parts.query)
    return Address(
        *(url, kind, hosts, path[0] if path else "", database),
        user=unquote(user) or None,
        password=unquote(password) or None,
        sentinel_password=more.get("sentinel_password", [None])[0],
        encrypted=secure == "rediss",
    )


def _host(named: str, port: int) -> tuple[str, int]:
    found = urlsplit(f"//{named}")
    if not found.hostname:
        raise ValueError(named)
    return found.hostname, found.port or port


def opener(address: Address) -> Callable[[], Any]:
    """A function that makes the client; nothing is asked of the server before it is called."""
    try:
        redis: Any = import_module("redis")
    except ImportError:
        raise BadSetting("redis is set, but its library is missing: pip install 'perron[redis]'.") from None
    cluster: Any = import_module("redis.cluster")
    timing = {"socket_connect_timeout": CONNECT, "socket_timeout": ANSWER}
    plain: dict[str, Any] = {**timing, "protocol": 2, "driver_info": None}
    login = {"username": address.user, "password": address.password}
    once = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    if address.kind == "single":
        return lambda: redis.Redis.from_url(address.url, **plain, retry=once)
    if address.kind == "sentinel":
        watching = {**plain, "password": address.sentinel_password, "ssl": address.encrypted, "retry": once}
        sentinels = redis.Sentinel(
            address.hosts, sentinel_kwargs=watching, **plain, **login, ssl=address.encrypted, db=address.database
        )
        return lambda: sentinels.master_for(address.service, retry=once)
    nodes = [cluster.ClusterNode(*host) for host in address.hosts]
    again = redis.retry.Retry(redis.backoff.NoBackoff(), 2)  # a slot that has moved is asked for where it is now
    return lambda: cluster.RedisCluster(startup_nodes=nodes, **plain, **login, ssl=address.encrypted, retry=again)
