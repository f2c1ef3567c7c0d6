"""How other servers have answered lately, so that those who do not keep nobody waiting for those who do.

A host that failed several times in a row is left alone, then tried by one request, and left alone for longer when that
fails too. Nobody knows a host that is asked for the first time: it has little time to answer. One that failed before is
given more, but only few such requests are under way at once. Kept in this process.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

from perron.kit.time import SECOND, now

PER_HOST, PER_KNOWN_HOST = 4, 8
"""Requests to one host that are under way at once; more to one that answered the last time."""
FAILURES = 5
"""Failures in a row after which a host is left alone."""
FIRST_REST, LONGEST_REST = 30.0, 3600.0
"""Seconds for which it is left alone at first, and at most."""
FIRST_PATIENCE = 5.0
"""Seconds in which a host has to answer that never did."""
MOST_SLOW = 8
"""Requests under way at once to hosts that failed the last time."""
SOON = 1.0
MOST = 5_000


class PutOff(Exception):
    """Not now: the host is left alone, or enough is under way there. `at`: when to try again, in milliseconds."""

    def __init__(self, seconds: float) -> None:
        self.at = now() + int(seconds * random.uniform(1.0, 1.5) * SECOND)
        super().__init__(f"This host is asked again in {seconds:.0f} seconds.")


@dataclass(slots=True)
class Host:
    """What is known of one host and port. `failures` in a row; `rests_until`: left alone until then (monotonic)."""

    under_way: int = 0
    failures: int = 0
    answered: bool = False
    rests_until: float = 0.0
    rest: float = FIRST_REST


@dataclass
class Hosts:
    """All hosts that were spoken to lately."""

    known: dict[str, Host] = field(default_factory=dict)
    slow: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _mine: threading.local = field(default_factory=threading.local)

    @contextmanager
    def talk(self, url: str, patience: float) -> Iterator[float]:
        """A place among the requests to the host of an address, and the seconds it has to answer; PutOff when there is
        none. Within another talk with the same host it is the same place. Whoever got no answer says `failed`."""
        name = name_of(url)
        if getattr(self._mine, "name", None) == name:
            yield min(patience, self._mine.patience)
            return
        host, slow = self._enter(name)
        if not host.answered and not slow:
            patience = min(patience, FIRST_PATIENCE)
        outer = getattr(self._mine, "name", None), getattr(self._mine, "patience", 0.0)
        self._mine.name, self._mine.patience = name, patience
        try:
            yield patience
        finally:
            self._mine.name, self._mine.patience = outer
            with self._lock:
                host.under_way -= 1
                self.slow -= slow

    def _enter(self, name: str) -> tuple[Host, bool]:
        at = monotonic()
        with self._lock:
            host = self.known.get(name)
            if host is None:
                self._make_room()
                host = self.known[name] = Host()
            resting = host.failures >= FAILURES
            if host.rests_until > at:
                raise PutOff(host.rests_until - at)
            if host.under_way >= (1 if resting else PER_KNOWN_HOST if host.answered else PER_HOST):
                raise PutOff(SOON)
            slow = host.failures > 0
            if slow and self.slow >= MOST_SLOW:
                raise PutOff(SOON)
            host.under_way += 1
            self.slow += slow
            return host, slow

    def trust(self, url: str) -> None:
        """The host of an address was chosen by whoever runs this server: it has all the time it is given."""
        with self._lock:
            self.known.setdefault(name_of(url), Host(answered=True))

    def answered(self, url: str) -> None:
        """The host of an address has answered as it should."""
        if (host := self.known.get(name_of(url))) is not None:
            host.failures, host.answered, host.rests_until, host.rest = 0, True, 0.0, FIRST_REST

    def failed(self, url: str) -> None:
        """It has not, or not in time."""
        with self._lock:
            if (host := self.known.get(name_of(url))) is None:
                return
            host.failures += 1
            host.answered = False
            if host.failures >= FAILURES:
                host.rests_until = monotonic() + host.rest
                host.rest = min(LONGEST_REST, host.rest * 2)

    def _make_room(self) -> None:
        if len(self.known) >= MOST:
            idle = [name for name, host in self.known.items() if not host.under_way]
            for name in idle[: MOST // 10]:
                del self.known[name]


def name_of(url: str) -> str:
    """The host and port of an address, as one name."""
    try:
        parts = urlsplit(url)
        return f"{(parts.hostname or '').lower()}:{parts.port or (80 if parts.scheme == 'http' else 443)}"
    except ValueError:
        return ""
