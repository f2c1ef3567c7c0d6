"""What every place for files can do, and the first place: a folder. Names nobody can guess, complete or not at all."""

import contextlib
import os
import re
import secrets
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from perron.kit.errors import room_needed

MIMES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}
_KEY = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}\.[a-z0-9]{2,5}", re.ASCII)
_EXT = re.compile(r"[a-z0-9]{2,5}", re.ASCII)


class Kept(NamedTuple):
    """A file as a place lists it; `changed` in seconds since 1970."""

    key: str
    bytes: int
    changed: float


class Files(ABC):
    """Files in some place, each under a key such as `ab/cd/abcd….jpg`: 128 random bits and an ending that we chose."""

    name: str
    """The place, as settings name it: `folder`, or `s3://bucket/prefix`."""
    near = True
    """Whether reading needs no network, so that it may be done anywhere."""
    elsewhere = ""
    """The origin (`https://host`) to which readers are sent for files; empty when this server hands them out."""

    def __init__(self, work: Path) -> None:
        self.unfinished = work / "unfinished"

    def put(self, data: bytes, ext: str) -> str:
        """Keep these bytes; their key. They are kept, whatever happens, when this returns."""
        key = new_key(ext)
        self.put_as(key, data)
        return key

    def put_file(self, path: Path, ext: str) -> str:
        """Keep a copy of a file; its key. The caller's may go."""
        key = new_key(ext)
        self.put_as(key, path)
        return key

    @abstractmethod
    def put_as(self, key: str, data: bytes | Path) -> None:
        """Keep bytes, or a copy of a file, under a key that is free or has the same content."""

    @abstractmethod
    def path(self, key: str) -> Path | None:
        """A kept file on this machine's disk, brought here if need be, to be opened at once; None for anything that is
        not a key of ours, or whose file is gone."""

    @abstractmethod
    def at_hand(self, key: str) -> Path | None:
        """The same, if it is here already."""

    @abstractmethod
    def remove(self, key: str) -> None:
        """Forget a file; one that is gone already, or was never ours, is no trouble."""

    @abstractmethod
    def listed(self, start: str = "") -> Iterator[Kept]:
        """Every kept file whose key begins with `start` (up to two hexadecimal digits), in no order."""

    @abstractmethod
    def digest(self, key: str) -> bytes | None:
        """SHA-256 of a kept file as it is where it is kept; None when there is none."""

    def mime(self, key: str) -> str | None:
        """As what a kept file may be served; None: to nobody (raw uploads, archives)."""
        return MIMES.get(key.rpartition(".")[2]) if is_key(key) else None

    def redirect(self, key: str) -> str | None:
        """Where readers are sent for a file, instead of being handed it."""
        return None

    def older(self, start: str, seconds: float) -> Iterator[str]:
        """Keys that begin with `start` and whose file is older than that."""
        before = time.time() - seconds
        return (one.key for one in self.listed(start) if one.changed < before)

    def copies(self) -> tuple[int, int, int] | None:
        """Of what is kept far away: how many copies are here, their bytes, and how many there may be."""
        return None

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder for unfinished work; gone with everything in it at the end."""
        with room_needed():
            self.unfinished.mkdir(parents=True, exist_ok=True)
            folder = tempfile.mkdtemp(dir=self.unfinished)
        try:
            with room_needed():
                yield Path(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def tidy(self, seconds: float) -> None:
        """Clear away unfinished work that a crash has left behind."""
        before = time.time() - seconds
        for path in self.unfinished.glob("*"):
            if path.lstat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


class Folder(Files):
    """Files in a folder."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def put_as(self, key: str, data: bytes | Path) -> None:
        """On the disk, under its name, when this returns."""
        with room_needed():
            self.unfinished.mkdir(parents=True, exist_ok=True)
            fresh = self.unfinished / secrets.token_hex(16)
            try:
                write(fresh, data) if isinstance(data, bytes) else copy(data, fresh)
                path = self.folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                os.replace(fresh, path)
                sync(path.parent)
            finally:
                fresh.unlink(missing_ok=True)

    def path(self, key: str) -> Path | None:
        """Where it is kept."""
        if not is_key(key):
            return None
        path = self.folder / key
        return path if path.is_file() and not path.is_symlink() else None

    at_hand = path

    def remove(self, key: str) -> None:
        """Unlink it."""
        if path := self.path(key):
            path.unlink(missing_ok=True)

    def listed(self, start: str = "") -> Iterator[Kept]:
        """What lies in the folder under names of ours."""
        for path in self.folder.glob(f"{start}*/*/*"):
            key = path.relative_to(self.folder).as_posix()
            if is_key(key):
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    found = path.lstat()
                    yield Kept(key, found.st_size, found.st_mtime)

    def digest(self, key: str) -> bytes | None:
        """Read from the disk."""
        path = self.path(key)
        try:
            return digest_of(path) if path else None
        except FileNotFoundError:
            return None


def new_key(ext: str) -> str:
    """A key that nobody can guess."""
    if not _EXT.fullmatch(ext):
        raise ValueError(f"{ext!r} is no ending")
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:4]}/{name}.{ext}"


def is_key(key: str) -> bool:
    """Whether this could be the key of a kept file."""
    return _KEY.fullmatch(key) is not None


def digest_of(data: bytes | Path) -> bytes:
    """SHA-256 of bytes, or of a file."""
    import hashlib

    if isinstance(data, bytes):
        return hashlib.sha256(data).digest()
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def write(path: Path, data: bytes) -> None:
    """A new file, on the disk when this returns."""
    with open(path, "xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def copy(source: Path, path: Path) -> None:
    """A copy of a file (or a second name of it, which costs nothing), on the disk when this returns."""
    try:
        os.link(source, path, follow_symlinks=False)
        os.chmod(path, 0o644)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, path)
    sync(path)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk. Some disks cannot sync a folder; a full one says so."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():
            raise
    finally:
        os.close(handle)
