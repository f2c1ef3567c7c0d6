"""What is known of other servers: those that do not answer are left alone, and keep nobody waiting."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from perron.kit import hosts as kept
from perron.kit.hosts import FAILURES, FIRST_PATIENCE, FIRST_REST, MOST_SLOW, PER_HOST, Hosts, PutOff
from perron.kit.time import SECOND, now

DEAD, FINE = "https://dead.example/page", "https://fine.example/page"


class Clock:
    """The time, as the tests wish it."""

    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clock]]:
    monkeypatch.setattr(kept, "monotonic", lambda: Clock.now)
    Clock.now = 1000.0
    yield Clock


def fails(hosts: Hosts, url: str) -> None:
    with hosts.talk(url, 30):
        hosts.failed(url)


def test_a_host_that_fails_again_and_again_is_left_alone_and_others_are_not(clock: type[Clock]) -> None:
    hosts = Hosts()
    for _ in range(FAILURES):
        fails(hosts, DEAD)
    with pytest.raises(PutOff) as told, hosts.talk(DEAD, 30):
        pass
    assert told.value.at >= now() + (FIRST_REST - 1) * SECOND
    with hosts.talk("https://dead.example:8443/", 30), hosts.talk(FINE, 30):  # another port is another server
        pass


def test_one_request_tries_a_host_that_was_left_alone_and_decides_for_how_long(clock: type[Clock]) -> None:
    hosts = Hosts()
    for _ in range(FAILURES):
        fails(hosts, DEAD)
    clock.now += FIRST_REST + 1
    with hosts.talk(DEAD, 30):
        hosts._mine.name = None  # as another thread would come
        with pytest.raises(PutOff), hosts.talk(DEAD, 30):
            pass
        hosts.failed(DEAD)
    clock.now += FIRST_REST + 1
    with pytest.raises(PutOff), hosts.talk(DEAD, 30):  # twice as long this time
        pass
    clock.now += FIRST_REST + 1
    with hosts.talk(DEAD, 30):
        hosts.answered(DEAD)
    for _ in range(FAILURES - 1):
        fails(hosts, DEAD)
    with hosts.talk(DEAD, 30):  # it counts anew
        pass


def test_few_requests_to_one_host_are_under_way_at_once(clock: type[Clock]) -> None:
    hosts = Hosts()
    with ExitStack() as stack:
        for _ in range(PER_HOST):
            stack.enter_context(hosts.talk(FINE, 30))
            hosts._mine.name = None
        with pytest.raises(PutOff), hosts.talk(FINE, 30):
            pass
    with hosts.talk(FINE, 30):
        pass


def test_who_is_unknown_has_little_time_and_who_failed_has_it_with_few_others(clock: type[Clock]) -> None:
    hosts = Hosts()
    with hosts.talk(FINE, 30) as seconds:
        assert seconds == FIRST_PATIENCE
        with hosts.talk(FINE, 30) as within:  # a picture on the page's host
            assert within == FIRST_PATIENCE
        hosts.answered(FINE)
    with hosts.talk(FINE, 30) as seconds:
        assert seconds == 30
    slow = [f"https://slow{n}.example/" for n in range(MOST_SLOW + 1)]
    for url in slow:
        fails(hosts, url)
    with ExitStack() as stack:
        for url in slow[:-1]:
            assert stack.enter_context(hosts.talk(url, 30)) == 30
        with pytest.raises(PutOff), hosts.talk(slow[-1], 30):
            pass
        with hosts.talk(FINE, 30):
            pass
    assert hosts.slow == 0


def test_what_is_known_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 100)
    hosts = Hosts()
    for n in range(1000):
        with hosts.talk(f"https://h{n}.example/", 30):
            pass
    assert len(hosts.known) <= 100
