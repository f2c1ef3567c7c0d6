"""The backups in a folder."""

from dataclasses import dataclass
from pathlib import Path

from perron.keep.backup import PLAIN, SEALED
from perron.keep.opened import read_about
from perron.keep.sealed import is_sealed
from perron.kit.errors import Refused


@dataclass
class OnShelf:
    """A backup as it lies there. `at`, `rows` … are inside, and known only of those that are not sealed."""

    path: Path
    bytes: int
    sealed: bool
    says: str


def backups(folder: Path) -> list[OnShelf]:
    """Those that were made into a folder, newest first."""
    found = [path for path in folder.glob("perron-*") if path.name.endswith((PLAIN, SEALED)) and path.is_file()]
    return [_on_shelf(path) for path in sorted(found, key=lambda path: path.name.partition(".")[0], reverse=True)]


def prune(folder: Path, keep: int) -> list[OnShelf]:
    """Remove all but the newest; those that were removed."""
    if keep < 1:
        raise Refused("At least one backup is kept: --keep 1.")
    gone = backups(folder)[keep:]
    for one in gone:
        one.path.unlink(missing_ok=True)
    return gone


def _on_shelf(path: Path) -> OnShelf:
    size = path.stat().st_size
    if is_sealed(path):
        return OnShelf(path, size, True, "sealed")
    try:
        about = read_about(path, None)
    except Refused as refusal:
        return OnShelf(path, size, False, str(refusal))
    media = "with media" if about.media == "copy" else "media by reference"
    return OnShelf(path, size, False, f"{about.at[:19]} from {about.engine}, {media}, Perron {about.perron}")
