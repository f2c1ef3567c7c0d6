"""Small disks of their own for what a town writes, that can be filled to the last byte or the last file."""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

PIECE = 1 << 16


class Disk:
    """A tmpfs; `files` counts everything that has a name on it."""

    def __init__(self, place: Path, size: str, files: int = 0) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        said = f"size={size}" + (f",nr_inodes={files}" if files else "")
        subprocess.run(["mount", "-t", "tmpfs", "-o", said, "tmpfs", str(place)], check=True)

    @property
    def free(self) -> int:
        """Bytes that can still be written."""
        found = os.statvfs(self.place)
        return found.f_bavail * found.f_frsize

    def fill(self) -> None:
        """Take every byte."""
        with (self.place / "ballast").open("ab", buffering=0) as out:
            for piece in (PIECE, 4096, 1):
                try:
                    while True:
                        out.write(b"\0" * piece)
                except OSError:
                    continue

    def fill_to(self, share: float) -> None:
        """Leave only so much of it free that this share is taken."""
        found = os.statvfs(self.place)
        free = self.free - int(found.f_blocks * found.f_frsize * (1 - share))
        if free > 0:
            with (self.place / "ballast").open("ab") as out:
                os.posix_fallocate(out.fileno(), 0, free)

    def fill_with_files(self) -> None:
        """Take every file that there can be."""
        folder = self.place / "many"
        try:
            folder.mkdir(exist_ok=True)
            for number in range(1_000_000):
                (folder / str(number)).touch()
        except OSError:
            pass

    def free_again(self) -> None:
        """Give everything back."""
        (self.place / "ballast").unlink(missing_ok=True)
        for path in (self.place / "many").glob("*"):
            path.unlink()

    def close(self) -> None:
        subprocess.run(["umount", "-l", str(self.place)], check=False)


class Disks:
    """Several of them, gone afterwards."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def mount(self, place: Path, size: str, files: int = 0) -> Disk:
        """Another disk."""
        disk = Disk(place, size, files)
        self._stack.callback(disk.close)
        return disk

    def __enter__(self) -> "Disks":
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()
