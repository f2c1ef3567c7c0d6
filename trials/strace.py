"""Ending a process at a chosen system call, and counting which ones it makes."""

import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_CALL = re.compile(r"^(\d+)\s+(\w+)\(", re.MULTILINE)
PATIENCE = 15.0


@contextmanager
def attached(pid: int, *words: str) -> Iterator[Path]:
    """strace on every thread of a running process; gives the file in which it writes down what it sees."""
    with tempfile.TemporaryDirectory(prefix="perron-strace-") as folder:
        seen, said = Path(folder) / "seen", Path(folder) / "said"
        with said.open("wb") as out:
            tracer = subprocess.Popen(["strace", "-f", "-p", str(pid), "-o", str(seen), *words], stderr=out)
        try:
            until = time.monotonic() + PATIENCE
            while b"attached" not in said.read_bytes():
                if tracer.poll() is not None or time.monotonic() > until:
                    raise AssertionError(f"strace does not attach: {said.read_text()}")
                time.sleep(0.01)
            time.sleep(0.1)  # until it has every thread
            yield seen
        finally:
            tracer.terminate()
            tracer.wait(timeout=PATIENCE)


def most_by_thread(seen: Path) -> dict[str, int]:
    """For each system call, how often the thread that made it most often did: `when=` counts by thread."""
    found = Counter((call, thread) for thread, call in _CALL.findall(seen.read_text(errors="replace")))
    most: dict[str, int] = {}
    for (call, _), count in found.items():
        most[call] = max(most.get(call, 0), count)
    return most


def spread(most: dict[str, int], points: int) -> list[tuple[str, int]]:
    """So many points among the calls: all of the rare ones, and the frequent ones evenly."""
    left, chosen = points, []
    calls: Sequence[tuple[str, int]] = sorted(most.items(), key=lambda one: one[1])
    for number, (call, count) in enumerate(calls):
        share = min(count, left // (len(calls) - number))
        left -= share
        chosen += [(call, 1 + place * count // share) for place in range(share)]
    return chosen
