"""Put a backup into an empty place, on either engine: all of it or nothing.

Everything is made beside its place first. On SQLite the database is moved there last; on PostgreSQL it is one
transaction. A restore that was killed leaves a folder `restoring`, which the next one clears away.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from perron.keep.backup import Manifest
from perron.keep.folder import sync
from perron.keep.opened import Seen, Taker, read_about, read_backup
from perron.keep.packing import PIECE, Member
from perron.keep.watch import Watch, nobody
from perron.keep.words import KINDS, PAGE
from perron.kit.errors import Refused
from perron.kit.secrets import FILE as SECRETS
from perron.kit.settings import FILE as SETTINGS
from perron.kit.settings import Settings, spoken
from perron.media.files import Files, is_key
from perron.media.places import files_in
from perron.store import Store, Tx
from perron.store.building import (
    finish,
    hurry,
    is_empty,
    make_indexes,
    make_tables,
    settle_down,
    transaction,
)
from perron.store.facts import SHARED_AS, take_back
from perron.store.rows import SHAPES, sum_up, write_rows
from perron.store.schema import HEAD

DATABASE = "perron.sqlite3"
WORK = "restoring"


@dataclass
class Restored:
    """What was put back."""

    seen: Seen
    absent: list[str]
    """Files that rows name and that are neither in the backup nor here."""


def restore(settings: Settings, path: Path, key: bytes | None, watch: Watch = nobody) -> Restored:
    """Put a backup into the data folder and the database of these settings, both empty."""
    about = read_about(path, key)
    if about.schema != HEAD:
        raise Refused(
            f"This backup is of Perron {about.perron} with schema {about.schema}, this Perron knows {HEAD}. "
            "Restore it with that version, then upgrade."
        )
    _check_place(settings)
    try:
        with _work(settings.data) as work:
            return _restore(settings, path, key, work, watch)
    except OSError as wrong:
        raise Refused(f"The backup cannot be put there: {wrong.strerror or wrong}.") from wrong


def _check_place(settings: Settings) -> None:
    there = [name for name in (DATABASE, SECRETS, SETTINGS, "media") if (settings.data / name).exists()]
    if there:
        raise Refused(f"{settings.data} is not empty: there is {there[0]} in it. Name another folder.")


@contextmanager
def _work(data: Path) -> Iterator[Path]:
    work = data / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _restore(settings: Settings, path: Path, key: bytes | None, work: Path, watch: Watch) -> Restored:
    own = f"sqlite:///{(work / DATABASE).absolute()}"
    store = Store(spoken(settings.database) if settings.database else own)
    try:
        with store.engine.connect() as connection:
            if not is_empty(connection):
                raise Refused("The database is not empty. Name an empty one.")
            if store.sqlite:  # it is seen on disk as a whole, before it is moved to its place
                hurry(connection, True)
            with transaction(connection) as tx:
                seen = _fill(tx, connection, path, key, settings, work, watch)
            if store.sqlite:
                hurry(connection, False)
            settle_down(connection)
    finally:
        store.close()
    os.sync()
    _move_in(settings.data, work)
    return Restored(seen, _absent(files_in(settings), seen.manifest))


def _fill(
    tx: Tx, connection: Connection, path: Path, key: bytes | None, settings: Settings, work: Path, watch: Watch
) -> Seen:
    make_tables(connection)
    files = files_in(settings)

    def take_media(name: str, member: Member) -> None:
        if not is_key(name):
            raise Refused(f"The backup holds {name!r}, which is no name of a file of ours.")
        place = work / "media" / name if files.name == "folder" else work / "one"
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(place, "wb") as out:
            while piece := member.read(PIECE):
                out.write(piece)
        if files.name != "folder":
            files.put_as(name, place)

    def take_file(name: str, data: bytes) -> None:
        if name in (SECRETS, SETTINGS):
            handle = os.open(work / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(data)

    taker = Taker(lambda shape, rows: write_rows(tx, shape, rows), take_media, take_file)
    seen = read_backup(path, key, taker, watch)
    for one in KINDS:
        _find_again(tx, one.name, one.page, watch)
    watch("build the indexes", 0, 0)
    make_indexes(connection)
    _compare(tx, seen.manifest, watch)
    take_back(tx, SHARED_AS)  # copies that are shared under that name may know what came after the backup
    finish(connection)
    return seen


def _find_again(tx: Tx, name: str, page: Callable[[Tx, int, int], tuple[int, int]], watch: Watch) -> None:
    found, last, done = 1, 0, 0
    while found:
        found, last = page(tx, last, PAGE)
        done += found
        watch(f"words of {name}", done, done)


def _compare(tx: Tx, manifest: Manifest, watch: Watch) -> None:
    """What the database holds now is what the backup says."""
    done = 0
    for shape, kept in zip(SHAPES, manifest.tables, strict=True):
        if sum_up(tx, shape).text != kept.digest:
            raise Refused(f"The rows of {shape.name} are not those of the backup: is the disk in order?")
        done += kept.rows
        watch("compare", done, manifest.rows)


def _move_in(data: Path, work: Path) -> None:
    """Everything to its place, what makes it a server last."""
    for name in ("media", SETTINGS, SECRETS, DATABASE):
        if (work / name).exists():
            os.replace(work / name, data / name)
    sync(data)


def _absent(files: Files, manifest: Manifest) -> list[str]:
    there: dict[str, set[str]] = {}
    absent = []
    for key in sorted({*manifest.media, *manifest.missing}):
        if key[0] not in there:
            there[key[0]] = {one.key for one in files.listed(key[0])}
        if key not in there[key[0]]:
            absent.append(key)
    return absent
