"""Files that were made for somebody to fetch: beside the database, or, where files are kept far away, there, so that
every machine finds them."""

import os
from pathlib import Path

from perron.kit.settings import Settings
from perron.media.places import files_in, files_of
from perron.store import Store


def keep_parcel(store: Store, made: Path, path: Path) -> str:
    """Put a finished file in its place, on the disk when this returns; the name by which `parcel_at` finds it."""
    with open(made, "rb+") as file:
        file.flush()
        os.fsync(file.fileno())
    made.chmod(0o600)
    files = files_of(store)
    if not files.near:
        return files.put_file(made, path.suffix.removeprefix("."))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made.replace(path)
    return path.name


def parcel_at(settings: Settings, name: str, path: Path) -> Path | None:
    """Where a file lies that was kept under this name; None when it is gone."""
    found: Path | None = path
    if name != path.name:
        found = files_in(settings).path(name)
    return found if found is not None and found.is_file() else None


def drop_parcel(store: Store, name: str, path: Path) -> None:
    """Let a file go; one that is gone already is no trouble."""
    if name and name != path.name:
        files_of(store).remove(name)
    path.unlink(missing_ok=True)
