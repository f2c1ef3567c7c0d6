"""Running ffmpeg on what strangers send: short, small, nice, without a network and without our secrets."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from perron.kit.errors import Invalid, NoRoom

CPU_SECONDS = 180
MEMORY_KB = 3 * 1024 * 1024
BEAT = 1.0
LEAST_ROOM = 1 << 20
FILE_BLOCKS = 2 * 1024 * 1024  # of 512 bytes
_LIMITED = (
    f"ulimit -t {CPU_SECONDS} 2>/dev/null; ulimit -v {MEMORY_KB} 2>/dev/null; ulimit -f {FILE_BLOCKS} 2>/dev/null; "
    'ulimit -c 0 2>/dev/null; exec nice -n 10 "$@"'
)


@cache
def available() -> bool:
    """Whether this machine can read clips."""
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


def probe_args(demuxer: str, path: Path, *wanted: str) -> list[str]:
    """`ffprobe` with one demuxer allowed: a playlist in disguise cannot make it open other files."""
    return ["ffprobe", "-v", "error", *_source(demuxer), *wanted, f"file:{path.absolute()}"]


def ffmpeg_args(demuxer: str, path: Path, *wanted: str, seek: float = 0) -> list[str]:
    """`ffmpeg` reading one file with one demuxer."""
    start = ["-ss", f"{seek:.3f}"] if seek else []
    quiet = ["ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y", "-threads", "2"]
    return [*quiet, *start, *_source(demuxer), "-i", f"file:{path.absolute()}", *wanted]


def run(arguments: list[str], *, seconds: float, folder: Path, beat: Callable[[], None] | None = None) -> bytes:
    """What a tool prints; Invalid when it fails or takes longer, and then nothing of it is left running. `beat` is
    called every second; what it raises ends the tool."""
    with subprocess.Popen(
        [*_offline(), "sh", "-c", _LIMITED, "sh", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C", "TMPDIR": str(folder)},
        start_new_session=True,
    ) as child:
        try:
            printed = _printed(child, time.monotonic() + seconds, beat)
        finally:
            _end(child)
    if child.returncode != 0:
        if no_room_in(folder):  # then it is not the file that is bad
            raise NoRoom
        raise Invalid("This file cannot be read; it may be damaged.")
    return printed


def _printed(child: "subprocess.Popen[bytes]", until: float, beat: Callable[[], None] | None) -> bytes:
    while True:
        left = until - time.monotonic()
        try:
            return child.communicate(timeout=min(left, BEAT) if beat else left)[0]
        except subprocess.TimeoutExpired:
            if left <= BEAT:
                raise Invalid("This file takes too long to read.") from None
            if beat:
                beat()


def no_room_in(folder: Path) -> bool:
    """Whether next to nothing more can be written where a tool was working: bytes, or files."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize < LEAST_ROOM or (found.f_files > 0 and found.f_favail == 0)


def _source(demuxer: str) -> list[str]:
    return ["-protocol_whitelist", "file,pipe", "-f", demuxer]


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End the child and whatever it has started."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


@cache
def _offline() -> tuple[str, ...]:
    """Words that take the network away from a program, where this machine allows it."""
    for words in (("unshare", "-n"), ("unshare", "-r", "-n")):
        if shutil.which("unshare") and not _fails([*words, "true"]):
            return words
    return ()


def _fails(arguments: list[str]) -> bool:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=5).returncode != 0
    return True
