"""A server alone, one with sentinels and a cluster: each is found, and found again when its master has changed."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perron.kit.settings import BadSetting
from perron.shared import Away, Shared
from perron.shared.address import read_address
from perron.shared.attempts import Attempts
from perron.shared.bell import Bell
from perron.shared.settled import Settled
from tests.redis_servers import Server, kill_all, start_cluster, start_trio, until


@pytest.fixture
def opened() -> Iterator[list[Shared]]:
    found: list[Shared] = []
    yield found
    for one in found:
        one.stop()


def begin(url: str, opened: list[Shared]) -> Shared:
    shared = Shared(url)
    shared.start("town")
    opened.append(shared)
    return shared


def rings(shared: Shared) -> bool:
    """Whether a bell that is rung by one is heard by another."""
    heard = threading.Event()
    one, other = Bell(shared), Bell(shared)
    other.start(lambda: heard.set() if other.listening else None)
    one.start(lambda: None)
    until(lambda: other.listening)
    heard.clear()
    one.tell()
    found = heard.wait(5)
    one.stop()
    other.stop()
    return found


def works(shared: Shared) -> None:
    """Everything that Perron asks of a server, over several slots."""
    asyncio.run(_works(shared))


async def _works(shared: Shared) -> None:
    for n in range(5):
        key = shared.key("home", n)
        shared.ask(lambda client, key=key: client.set(key, b"\x00\xff", ex=600))  # type: ignore[misc]
        assert shared.ask(lambda client, key=key: client.get(key)) == b"\x00\xff"  # type: ignore[misc]
        attempts = Attempts(shared)
        assert [(await attempts.hit(f"door {n}", 2, 60)).allowed for _ in range(3)] == [True, True, False]
        await attempts.give_back(f"door {n}")
        assert not (await attempts.hit(f"door {n}", 2, 60)).allowed
    window = Settled(shared)
    for n in range(30):
        window.hit(f"somebody {n % 3}", 20, 300)
    window.settle()
    assert shared.ask(lambda client: client.get(shared.key("requests", "somebody 0"))) == b"10"
    assert rings(shared)


@pytest.mark.parametrize("more", [(), ("--requirepass", "p@ss")], ids=["open", "with a password"])
def test_a_server_alone_does_all_that_is_asked(tmp_path: Path, opened: list[Shared], more: tuple[str]) -> None:
    server = Server(tmp_path, *more).start()
    works(begin(server.url.replace("//", "//:p%40ss@") if more else server.url, opened))
    server.kill()


def test_a_socket_will_do(tmp_path: Path, opened: list[Shared]) -> None:
    server = Server(tmp_path, "--unixsocket", str(tmp_path / "socket")).start()
    works(begin(f"unix://{tmp_path}/socket?db=3", opened))
    server.kill()


@pytest.mark.slow
def test_when_the_master_dies_the_sentinels_name_another(tmp_path: Path, opened: list[Shared]) -> None:
    servers, sentinels, url = start_trio(tmp_path)
    try:
        shared = begin(url, opened)
        works(shared)
        servers[0].kill()
        with pytest.raises(Away):
            for _ in range(100):
                shared.ask(lambda client: client.set("a", 1))
        until(lambda: shared.there)
        shared.ask(lambda client: client.flushall())
        works(shared)
    finally:
        kill_all([*servers, *sentinels])


@pytest.mark.slow
def test_a_cluster_of_three_does_all_that_is_asked(tmp_path: Path, opened: list[Shared]) -> None:
    servers, url = start_cluster(tmp_path)
    try:
        works(begin(url, opened))
    finally:
        kill_all(servers)


def test_a_server_that_knows_no_shards_is_rung_plainly(tmp_path: Path, opened: list[Shared]) -> None:
    more = ("--rename-command", "SPUBLISH", "", "--rename-command", "SSUBSCRIBE", "")
    server = Server(tmp_path, *more).start()
    assert rings(begin(server.url, opened))
    server.kill()


def test_a_wrong_password_is_said_once_and_waited_for_by_nobody(
    tmp_path: Path, opened: list[Shared], caplog: pytest.LogCaptureFixture
) -> None:
    server = Server(tmp_path, "--requirepass", "secret").start()
    shared = begin(f"redis://:wrong@127.0.0.1:{server.port}", opened)
    assert shared.ask_or(b"nothing", lambda client: client.get("a")) == b"nothing"
    assert [one.levelname for one in caplog.records] == ["WARNING"] and ":wrong" not in caplog.text
    server.kill()


def test_one_that_stands_still_is_waited_for_once_and_found_again(tmp_path: Path, opened: list[Shared]) -> None:
    server = Server(tmp_path).start()
    shared = begin(server.url, opened)
    server.pause()
    began = time.monotonic()
    for _ in range(20):
        assert shared.ask_or(None, lambda client: client.get("a")) is None
    assert time.monotonic() - began < 5  # each waiting by itself would take eight
    server.go_on()
    until(lambda: shared.there)
    server.kill()


def test_one_that_is_full_counts_as_away(tmp_path: Path, opened: list[Shared]) -> None:
    server = Server(tmp_path).start()
    shared = begin(server.url, opened)
    server.client().config_set("maxmemory", "1")
    with pytest.raises(Away):
        shared.ask(lambda client: client.set("a", b"1"))
    server.client().config_set("maxmemory", "0")
    until(lambda: shared.there)
    server.kill()


@pytest.mark.parametrize(
    "url",
    ["http://a", "redis", "redis+sentinel://a", "redis+cluster://", "redis+sentinel://a/town/x", "redis+cluster://a:b"],
)
def test_an_address_that_cannot_be_read_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        read_address(url)
    assert str(wrong.value).startswith("redis: ") and "\n" not in str(wrong.value)


def test_addresses_name_hosts_services_and_passwords() -> None:
    found = read_address("rediss+sentinel://ada:p%40ss@one,[::1]:2000/town/2?sentinel_password=x")
    assert found.hosts == (("one", 26379), ("::1", 2000))
    assert (found.service, found.database, found.user, found.password) == ("town", 2, "ada", "p@ss")
    assert (found.sentinel_password, found.encrypted) == ("x", True)
    assert read_address("redis+cluster://one,two:7000").hosts == (("one", 6379), ("two", 7000))
    assert read_address("valkeys://one:1/0").url == "rediss://one:1/0"
