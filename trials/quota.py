"""A share of a processor for a process, where control groups can be written (either version of them)."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PERIOD = 20_000
"""Microseconds over which the share is reckoned."""


@contextmanager
def share(pid: int, percent: int) -> Iterator[bool]:
    """Let a process have so many hundredths of one processor; False where nobody may say so."""
    first = ROOT / "cpu" / f"perron-trial-{pid}"
    second = ROOT / f"perron-trial-{pid}"
    group = first if (ROOT / "cpu" / "cpu.cfs_quota_us").exists() or (ROOT / "cpu" / "tasks").exists() else second
    quota = PERIOD * percent // 100
    try:
        group.mkdir()
        if group is first:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
        (group / "cgroup.procs").write_text(str(pid))
    except OSError:
        with contextlib.suppress(OSError):
            group.rmdir()
        yield False
        return
    try:
        yield True
    finally:
        with contextlib.suppress(OSError):
            if os.path.exists(f"/proc/{pid}"):
                (group.parent / "cgroup.procs").write_text(str(pid))
            group.rmdir()
