"""`perron` that leaves no other server alone: each is given all the time there is, however it answered before."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from perron.cli import main
from perron.kit.hosts import Hosts


@contextmanager
def endless(self: Hosts, url: str, patience: float) -> Iterator[float]:
    """There is always a place."""
    yield patience


def forgiven(self: Hosts, url: str) -> None:
    """Nothing is remembered."""


Hosts.talk = endless  # type: ignore[assignment]
Hosts.failed = forgiven  # type: ignore[method-assign]
sys.exit(main())
