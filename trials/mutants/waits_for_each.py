"""`perron` that waits for other servers where it works: in one lane, and however each of them answered before."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from perron.cli import main
from perron.jobs.worker import Worker
from perron.kit.hosts import Hosts


@contextmanager
def endless(self: Hosts, url: str, patience: float) -> Iterator[float]:
    """There is always a place."""
    yield patience


def forgiven(self: Hosts, url: str) -> None:
    """Nothing is remembered."""


begin = Worker.__init__


def in_one_lane(self: Worker, *given: Any, **named: Any) -> None:
    """What waits for others is no work apart."""
    begin(self, *given, **named)
    self.here, self.elsewhere = set(self.outside), set()


Worker.__init__ = in_one_lane  # type: ignore[method-assign]
Hosts.talk = endless  # type: ignore[assignment]
Hosts.failed = forgiven  # type: ignore[method-assign]
sys.exit(main())
