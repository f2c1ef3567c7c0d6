"""Copies of files that are kept far away, on this machine's disk: up to so many bytes, the least recently used leave.

Several processes may share the folder: copies appear whole by renaming, one process at a time makes room, and what was
used a moment ago stays, so that whoever was told of a copy can open it. `atime` is the last use, `mtime` the last look
at whether the original is still there; we set both ourselves.
"""

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from perron.kit.errors import NoRoom, room_needed

GRACE = 60.0
FRESH = 600.0
NOTED = 30.0
LEAVE = 0.9
PARTS = 20


class Copy(NamedTuple):
    """A copy, and whether the original should be looked at again."""

    path: Path
    stale: bool


class Cache:
    """Copies by key in a folder, up to `most` bytes."""

    def __init__(self, folder: Path, most: int, grace: float = GRACE) -> None:
        self.folder, self.most, self.grace = folder, most, grace
        self._added = most  # nobody has looked yet

    def find(self, key: str) -> Copy | None:
        """A copy, if there is one; it counts as used."""
        path = self._place(key)
        try:
            found = path.stat()
            now = time.time()
            if now - found.st_atime > NOTED:
                os.utime(path, (now, found.st_mtime))
        except OSError:
            return None
        return Copy(path, now - found.st_mtime > FRESH)

    def keep(self, key: str, fill: Callable[[Path], None]) -> Path:
        """A copy that `fill` writes into the file it is given; NoRoom when the disk is full even without others."""
        path = self._place(key)
        try:
            self._write(path, fill)
        except NoRoom:
            self.make_room(0)
            self._write(path, fill)
        self._added += path.stat().st_size
        if self._added >= self.most // PARTS:
            self.make_room()
        return path

    def seen(self, key: str) -> None:
        """The original is still there."""
        with contextlib.suppress(OSError):
            os.utime(self._place(key))

    def drop(self, key: str) -> None:
        """Forget a copy."""
        with contextlib.suppress(OSError):
            self._place(key).unlink()

    def size(self) -> tuple[int, int]:
        """How many copies there are, and how many bytes they have."""
        sizes = [found.st_size for _, found in self._copies()]
        return len(sizes), sum(sizes)

    def make_room(self, most: int | None = None) -> None:
        """Let the least recently used leave until nine tenths of `most` bytes are left, unless another process does."""
        most = self.most if most is None else most
        with self._alone() as alone:
            if not alone:
                return
            self._added = 0
            copies = sorted(self._copies(), key=lambda one: one[1].st_atime)
            total = sum(found.st_size for _, found in copies)
            if total <= most:
                return
            before = time.time() - self.grace
            for path, found in copies:
                if total <= most * LEAVE or found.st_atime > before:
                    break
                with contextlib.suppress(OSError):
                    path.unlink()
                total -= found.st_size

    def _place(self, key: str) -> Path:
        first, _, rest = key.partition("/")
        return self.folder / first / rest.rpartition("/")[2]

    def _write(self, path: Path, fill: Callable[[Path], None]) -> None:
        fresh = self.folder / f"new-{secrets.token_hex(16)}"
        try:
            with room_needed():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                fill(fresh)
                os.replace(fresh, path)
        finally:
            with contextlib.suppress(OSError):
                fresh.unlink()

    def _copies(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Every copy, and what a crash has left of one."""
        for path in self.folder.glob("*"):
            for one in path.glob("*") if path.is_dir() else (path,):
                with contextlib.suppress(OSError):
                    if one.name != "lock":
                        yield one, one.stat()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)
