"""This machine: its clock, its disks, how many files may be open, and what else must be installed."""

import ctypes
import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from perron.doctor.finding import Finding, ok, warning, wrong
from perron.kit.secrets import FILE
from perron.kit.settings import Settings
from perron.press.as_pdf import HOW, able

SCARCE, LAST = 2 * 2**30, 200 * 2**20
"""Free bytes of a disk under which one should know, and under which writes will soon be refused."""
FILES = 4096
UNSYNCHRONISED = 5


def data_folder(settings: Settings) -> Iterator[Finding]:
    """The data folder can be written, and belongs to us alone."""
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"x")
            os.fsync(trial.fileno())
    except OSError as why:
        yield wrong("data folder", f"{folder}: {why.strerror}", "give it to the user that Perron runs as")
        return
    yield ok("data folder", f"{folder} can be written")
    secrets = folder / FILE
    if secrets.exists() and secrets.stat().st_mode & 0o077:
        yield wrong("secrets", f"{secrets} can be read by others", f"chmod 600 {secrets}")
    elif secrets.exists():
        yield ok("secrets", "readable by their owner only")


def disks(settings: Settings) -> Iterator[Finding]:
    """There is room where Perron writes."""
    for about, folder in (("disk of the data", settings.data), ("disk for work in hand", Path(tempfile.gettempdir()))):
        try:
            room = os.statvfs(folder)
        except OSError:
            continue  # told by `data_folder`
        free = room.f_bavail * room.f_frsize
        says = f"{free / 2**30:.1f} GiB free at {folder}"
        if free < LAST:
            yield wrong(about, says, "make room: what cannot be kept is refused")
        elif free < SCARCE or (room.f_files and room.f_favail < 10_000):
            yield warning(about, f"{says}, {room.f_favail:,} more files", "make room before it is needed")
        else:
            yield ok(about, says)


def open_files(settings: Settings) -> Iterator[Finding]:
    """Every connection is an open file."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < FILES:
        yield warning("open files", f"at most {hard}", "LimitNOFILE=65536 in the unit, or ulimit -n")
    else:
        yield ok("open files", "as many as one wishes" if hard == resource.RLIM_INFINITY else f"at most {hard:,}")


def clock(settings: Settings) -> Iterator[Finding]:
    """The kernel is told the time by somebody who knows it."""
    try:
        told = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return  # not Linux
    if told == UNSYNCHRONISED:
        yield warning("clock", "nobody keeps it right", "install chrony or systemd-timesyncd")
    elif told >= 0:
        yield ok("clock", "kept right")


def programs(settings: Settings) -> Iterator[Finding]:
    """Programs that Perron calls."""
    if shutil.which("ffmpeg") and shutil.which("ffprobe"):
        yield ok("ffmpeg", "clips and sounds are taken")
    else:
        yield warning("ffmpeg", "not installed: clips and sounds are refused", "apt-get install ffmpeg")
    if able():
        yield ok("Pango", "stories can be had as PDF")
    else:
        yield warning("Pango", "not installed: stories cannot be had as PDF", HOW)


CHECKS = (data_folder, disks, open_files, clock, programs)
