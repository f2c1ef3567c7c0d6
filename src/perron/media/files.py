"""Where files are kept: under names that nobody can guess, complete or not at all."""

import contextlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from perron.store import Store

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


class Files:
    """Files in a folder, each under a key such as `ab/cd/abcd….jpg`: 128 random bits and an ending that we chose."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unfinished = folder / "unfinished"

    def put(self, data: bytes, ext: str) -> str:
        """Keep these bytes; their key. They are on disk when this returns."""
        fresh = self._fresh()
        try:
            with open(fresh, "xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            return self._settle(fresh, ext)
        finally:
            fresh.unlink(missing_ok=True)

    def put_file(self, path: Path, ext: str) -> str:
        """Keep a copy of a file (or a second name of it, which costs nothing); its key. The caller's may go."""
        fresh = self._fresh()
        try:
            try:
                os.link(path, fresh, follow_symlinks=False)
                os.chmod(fresh, 0o644)
            except OSError:  # another disk, or one without links
                shutil.copyfile(path, fresh)
            _sync(fresh)
            return self._settle(fresh, ext)
        finally:
            fresh.unlink(missing_ok=True)

    def path(self, key: str) -> Path | None:
        """Where a kept file is; None for anything that is not a key of ours, or whose file is gone."""
        if not _KEY.fullmatch(key):
            return None
        path = self.folder / key
        return path if path.is_file() and not path.is_symlink() else None

    def mime(self, key: str) -> str | None:
        """As what a kept file may be served; None: to nobody (raw uploads)."""
        return MIMES.get(key.rpartition(".")[2]) if _KEY.fullmatch(key) else None

    def remove(self, key: str) -> None:
        """Forget a file; one that is gone already, or was never ours, is no trouble."""
        if path := self.path(key):
            path.unlink(missing_ok=True)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A folder on the same disk for unfinished work; gone with everything in it at the end."""
        self.unfinished.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.unfinished) as folder:
            yield Path(folder)

    def older(self, start: str, seconds: float) -> Iterator[str]:
        """Keys that begin with `start` (one or two hexadecimal digits) and whose file is older than that."""
        before = time.time() - seconds
        for path in self.folder.glob(f"{start}*/*/*"):
            key = path.relative_to(self.folder).as_posix()
            if _KEY.fullmatch(key) and path.lstat().st_mtime < before:
                yield key

    def tidy(self, seconds: float) -> None:
        """Clear away unfinished work that a crash has left behind."""
        before = time.time() - seconds
        for path in self.unfinished.glob("*"):
            if path.lstat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _fresh(self) -> Path:
        self.unfinished.mkdir(parents=True, exist_ok=True)
        return self.unfinished / secrets.token_hex(16)

    def _settle(self, fresh: Path, ext: str) -> str:
        if not _EXT.fullmatch(ext):
            raise ValueError(f"{ext!r} is no ending")
        name = secrets.token_hex(16)
        key = f"{name[:2]}/{name[2:4]}/{name}.{ext}"
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(fresh, path)
        _sync(path.parent)
        return key


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some disks cannot sync a folder
            os.fsync(handle)
    finally:
        os.close(handle)


def files_of(store: Store) -> Files:
    """Where the files that this database names are kept."""
    return Files(store.settings.data / "media")
