"""A server whose clock is set from outside, as one sets a clock on a wall: it goes on from there by itself.

with served_by_a_clock(folder) as (served, clock):
    clock.set_to(datetime(2027, 1, 4, 9, 29, 58, tzinfo=ZoneInfo("Europe/Paris")))
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.clients.server import Served

SIZE = 8
"""Bytes in which stands how many nanoseconds a clock is ahead of this machine's."""


class Clock:
    """The clock of one server, kept in a file that its process looks into whenever it asks for the time."""

    def __init__(self, file: Path) -> None:
        self.file, self._ahead = file, 0
        self._keep()

    def now(self) -> datetime:
        """What it shows, in UTC."""
        return datetime.fromtimestamp((time.time_ns() + self._ahead) / 1e9, UTC)

    def set_to(self, at: datetime) -> None:
        """Let it show this from now on."""
        self._ahead = int(at.timestamp() * 1e9) - time.time_ns()
        self._keep()

    def _keep(self) -> None:
        if not self.file.exists():
            self.file.write_bytes(bytes(SIZE))
        with self.file.open("r+b") as kept:  # in place: the process has this very file before its eyes
            kept.write(self._ahead.to_bytes(SIZE, signed=True))


@contextmanager
def served_by_a_clock(folder: Path, **environ: str) -> Iterator[tuple[Served, Clock]]:
    """A server, and the clock by which it does everything it does."""
    from tests.clients.server import serving

    clock = Clock(folder.with_name(folder.name + ".clock"))
    with serving(folder, program=[sys.executable, "-P", __file__, str(clock.file)], **environ) as served:
        yield served, clock


def follow(file: Path) -> Callable[[], int]:
    """The time, by the clock that is kept in a file."""
    machine = time.time_ns
    with file.open("rb") as kept:
        ahead = mmap(kept.fileno(), SIZE, access=ACCESS_READ)
    return lambda: machine() + int.from_bytes(ahead[:], signed=True)


if __name__ == "__main__":  # `perron`, by that clock
    time.time_ns = follow(Path(sys.argv.pop(1)))
    from perron.cli import main

    sys.exit(main())
