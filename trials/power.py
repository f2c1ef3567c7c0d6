"""A disk whose power can be cut: ext4 in a file that is held in memory, and mounted as a loop.

What the file holds is what the disk holds. A cut is: all that writes stands still, the file is copied, everything is
killed, and the copy is mounted in place of the disk. What the kernel had not been told to write down yet is gone.
"""

import os
import shutil
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

WRITEBACK = Path("/proc/sys/vm/dirty_writeback_centisecs")
SIZE = "768M"


def run(*words: object) -> None:
    """Run a command of the system; what it says when it fails."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {done.stderr.strip()}")


class Disk(AbstractContextManager["Disk"]):
    """A mount at `folder/disk`. While there is one, the kernel writes nothing back of its own accord."""

    def __init__(self, folder: Path) -> None:
        self.memory, self.place = folder / "memory", folder / "disk"
        self.cuts = 0
        self._before = ""

    @property
    def image(self) -> Path:
        return self.memory / f"image-{self.cuts}"

    def __enter__(self) -> "Disk":
        if os.geteuid() != 0:
            raise SystemExit("Only root can mount a disk for this.")
        self.memory.mkdir(parents=True)
        self.place.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=4G", "tmpfs", self.memory)
        try:
            run("truncate", "-s", SIZE, self.image)
            run("mkfs.ext4", "-q", "-F", self.image)
            self._mount()
            self._before = WRITEBACK.read_text()
            WRITEBACK.write_text("0")
        except BaseException:
            self.__exit__()
            raise
        return self

    def _mount(self) -> None:
        run("mount", "-o", "loop,commit=300", self.image, self.place)

    def snapshot(self) -> None:
        """Note what the disk holds now. Everything that writes to it has to stand still."""
        run("cp", "--sparse=always", self.image, self.memory / f"image-{self.cuts + 1}")

    def turn_on(self) -> None:
        """Mount what was noted in place of the disk. Nothing may use it any more."""
        run("umount", self.place)
        self.image.unlink()
        self.cuts += 1
        self._mount()

    def __exit__(self, *_: object) -> None:
        if self._before:
            WRITEBACK.write_text(self._before)
        for place in (self.place, self.memory):
            subprocess.run(["umount", str(place)], capture_output=True)
        shutil.rmtree(self.memory, ignore_errors=True)
