"""`perron backup`: make one while the server runs, look whether one is in order, put one into an empty place."""

import argparse
import time
from dataclasses import replace
from pathlib import Path

from perron.commands.progress import Progress
from perron.kit.errors import Refused
from perron.kit.settings import Settings


def create(settings: Settings, given: argparse.Namespace) -> int:
    """Make a backup."""
    from perron.keep.backup import create as make

    progress = Progress()
    made = make(settings, given.to, media=given.media, key=_key(given), watch=progress)
    progress.end()
    kept = made.manifest
    print(made.path)
    files = "files" if given.media == "copy" else "files named"
    print(f"{kept.rows:,} rows, {len(kept.media):,} {files}, {made.bytes:,} bytes in {made.seconds:.1f} s")
    print(f"digest {kept.digest}")
    for name in kept.missing[:20]:
        print(f"A row names media/{name}, and there is no such file.")
    if kept.missing:
        print(f"{len(kept.missing):,} files are missing.")
    return 0


def verify(settings: Settings, given: argparse.Namespace) -> int:
    """Read a whole backup and hold it against what it says of itself."""
    from perron.keep.opened import Taker, read_backup

    progress, began = Progress("bytes"), time.monotonic()
    seen = read_backup(given.file, _key(given), Taker(), progress)
    progress.end()
    print(f"{given.file} is in order: {seen.manifest.rows:,} rows, {len(seen.media):,} files", end=" ")
    print(f"of {seen.about.at[:19]}, read in {time.monotonic() - began:.1f} s")
    print(f"digest {seen.manifest.digest}")
    return 0


def restore(settings: Settings, given: argparse.Namespace) -> int:
    """Put a backup into an empty data folder, and an empty database where one is named."""
    from perron.keep.restore import restore as put_back

    place = replace(settings, database=given.database or "")
    progress, began = Progress("bytes"), time.monotonic()
    restored = put_back(place, given.file, _key(given), progress)
    progress.end()
    kept = restored.seen.manifest
    print(f"{kept.rows:,} rows and {len(restored.seen.media):,} files restored and compared", end=" ")
    print(f"in {time.monotonic() - began:.1f} s; digest {kept.digest}")
    for name in restored.absent[:20]:
        print(f"A row names media/{name}, and there is no such file.")
    if restored.absent:
        print(f"{len(restored.absent):,} files are missing.")
    where = f" --data {place.data}" + (f", with database = {given.database!r}" if given.database else "")
    print(f"Start it with: perron serve{where}")
    return 0


def show(settings: Settings, given: argparse.Namespace) -> int:
    """Print the backups in a folder, newest first."""
    from perron.keep.shelf import backups

    for one in backups(_folder(settings, given)):
        print(f"{one.path}  {one.bytes:,} bytes  {one.says}")
    return 0


def prune(settings: Settings, given: argparse.Namespace) -> int:
    """Remove all but the newest backups of a folder."""
    from perron.keep.shelf import prune as remove

    for one in remove(_folder(settings, given), given.keep):
        print(f"{one.path} is removed")
    return 0


def key(settings: Settings, given: argparse.Namespace) -> int:
    """Make a key file."""
    from perron.keep.sealed import write_key

    try:
        write_key(given.file)
    except OSError as wrong:
        raise Refused(f"{given.file} cannot be made: {wrong.strerror}.") from None
    print(f"{given.file} holds a new key. Keep a copy where the backups are not: without it they are unreadable.")
    return 0


def _key(given: argparse.Namespace) -> bytes | None:
    from perron.keep.sealed import read_key

    return read_key(given.key_file) if given.key_file else None


def _folder(settings: Settings, given: argparse.Namespace) -> Path:
    from perron.keep.backup import FOLDER

    return Path(given.folder) if given.folder else settings.data / FOLDER
