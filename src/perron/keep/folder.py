"""The data folder beside the database: are the files there that rows name, and the whole folder in another place."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from perron.keep.watch import Watch, nobody
from perron.kit.errors import Refused
from perron.kit.secrets import FILE as SECRETS
from perron.kit.settings import FILE as SETTINGS
from perron.kit.settings import Settings, spoken
from perron.media.files import Files
from perron.media.named import DIGITS, named_files
from perron.media.places import files_in
from perron.store import Db, Store
from perron.store.building import snapshot

BLOCK = 1 << 20


def missing_files(database: str, settings: Settings) -> list[str]:
    """Keys that rows name and whose files are not where files are kept."""
    files, store = files_in(settings), Store(spoken(database))
    try:
        with store.engine.connect() as connection, snapshot(connection) as db:
            return list(missing(db, files))
    finally:
        store.close()


def missing(db: Db, files: Files) -> Iterator[str]:
    """Keys that rows name and whose files are not there."""
    for digit in DIGITS:
        there = {one.key for one in files.listed(digit)}
        yield from (key for key in named_files(db, digit) if key not in there)


def copy_folder(data: Path, to: Path, watch: Watch = nobody) -> int:
    """Copy media, secrets, settings and archives to an empty place, each file compared with the first; how many."""
    for name in ("media", "archives", SECRETS, SETTINGS):
        if (to / name).exists():
            raise Refused(f"{to / name} is there already. Name an empty folder.")
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = [data / name for name in (SECRETS, SETTINGS) if (data / name).is_file()]
    for folder in ("media", "archives"):
        wanted += [path for path in sorted((data / folder).rglob("*")) if path.is_file() and not path.is_symlink()]
    for count, path in enumerate(wanted, 1):
        place = to / path.relative_to(data)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
        if digest_of(path) != digest_of(place):
            raise Refused(f"{place} is not what {path} is: is the disk in order?")
        watch("copy files", count, len(wanted))
    return len(wanted)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """See a file or a folder on its disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
