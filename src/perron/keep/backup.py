"""Make a backup while the server runs: one file with every row at one moment, the files they name, and the secrets.

The rows are in a form of neither engine, so that a backup of one is restored on the other.
"""

import gzip
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from perron.keep.folder import sync
from perron.keep.last import LastBackup, remember
from perron.keep.packing import Packing
from perron.keep.sealed import Sealing
from perron.keep.watch import Watch, nobody
from perron.kit import json
from perron.kit.errors import Refused
from perron.kit.secrets import FILE as SECRETS
from perron.kit.settings import FILE as SETTINGS
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.kit.version import VERSION
from perron.media.files import Files
from perron.media.named import DIGITS, named_files
from perron.media.places import files_in
from perron.store import Db, Store
from perron.store.building import is_empty, snapshot, transaction
from perron.store.rows import SHAPES, Digest, Shape, count_rows, digest_of_all, read_rows
from perron.store.schema import HEAD, version

FORMAT = 1
ABOUT, MANIFEST = "perron-backup.json", "manifest.json"
FOLDER = "backups"
PLAIN, SEALED = ".tar", ".tar.sealed"
PAGE = 5000


@dataclass
class About:
    """What a backup says of itself first."""

    format: int
    perron: str
    schema: str
    at: str
    engine: str
    origin: str
    media: str


@dataclass
class TableKept:
    """A table in a backup."""

    name: str
    columns: list[str]
    rows: int
    digest: str


@dataclass
class Manifest:
    """What a backup says of itself last."""

    tables: list[TableKept] = field(default_factory=list)
    media: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Size and digest of each file; by reference, those of the file that is wanted."""
    missing: list[str] = field(default_factory=list)
    """Files that rows name and that were not there."""
    files: dict[str, str] = field(default_factory=dict)
    """Digests of the secrets and the settings."""

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)

    @property
    def digest(self) -> str:
        """What the rows sum up to, as `perron move` says it of a database."""
        return digest_of_all((one.name, one.rows, one.digest) for one in self.tables)


@dataclass
class Made:
    """A backup that was made."""

    path: Path
    bytes: int
    seconds: float
    manifest: Manifest


def create(settings: Settings, to: Path | None, *, media: str, key: bytes | None, watch: Watch = nobody) -> Made:
    """Make a backup in a folder or a file; it is there whole, and on its disk, or not at all."""
    began, at = time.monotonic(), datetime.now(UTC)
    path = _place(settings, to, at, sealed=key is not None)
    store = Store(settings.database_url, settings)
    try:
        with store.engine.connect() as connection:
            if is_empty(connection) or version(connection) != HEAD:
                raise Refused(f"There is no Perron of this version in {settings.data}; nothing to back up.")
            with _fresh(path, key) as packing:
                engine = connection.dialect.name
                about = About(FORMAT, VERSION, HEAD, at.isoformat(), engine, settings.public_origin, media)
                packing.add(ABOUT, json.encode(msgspec.to_builtins(about)))
                manifest = _pack(packing, connection, settings, media, watch)
                packing.add(MANIFEST, json.encode(msgspec.to_builtins(manifest)))
                packing.end()
            made = Made(path, path.stat().st_size, time.monotonic() - began, manifest)
            _remember(connection, made, media, key is not None)
    except OSError as wrong:
        raise Refused(f"The backup cannot be written: {wrong.strerror or wrong}.") from wrong
    finally:
        store.close()
    return made


def _place(settings: Settings, to: Path | None, at: datetime, *, sealed: bool) -> Path:
    folder = to or settings.data / FOLDER
    if to is not None and not to.is_dir() and to.suffix:
        if to.exists():
            raise Refused(f"{to} is there already.")
        folder, name = to.parent, to.name
    else:
        name = f"perron-{at:%Y%m%dT%H%M%SZ}{SEALED if sealed else PLAIN}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


@contextmanager
def _fresh(path: Path, key: bytes | None) -> Iterator[Packing]:
    """A file under another name, which becomes the backup once it is whole and on its disk."""
    fresh = path.with_name(f".{path.name}.unfinished")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            sealing = Sealing(out, key) if key else None
            yield Packing(sealing or out)
            if sealing:
                sealing.close()
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, path)
        sync(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _pack(packing: Packing, connection: Connection, settings: Settings, media: str, watch: Watch) -> Manifest:
    """Files that are there already first: one that goes while the rest is packed is not missing then."""
    manifest, files = Manifest(), files_in(settings)
    for name in (SECRETS, SETTINGS):
        if (settings.data / name).is_file():
            manifest.files[name] = packing.add_file(name, settings.data / name)[1]
    if media == "copy":
        with snapshot(connection) as db:
            names = [key for digit in DIGITS for key in named_files(db, digit)]
        _pack_files(packing, files, names, manifest, watch)
        manifest.missing.clear()
    with snapshot(connection) as db:
        total, done = sum(count_rows(db, shape) for shape in SHAPES), 0
        for shape in SHAPES:
            kept = _pack_table(packing, db, shape, done, total, watch)
            done += kept.rows
            manifest.tables.append(kept)
        names = [key for digit in DIGITS for key in named_files(db, digit)]
    more = [key for key in names if key not in manifest.media]
    if media == "copy":
        _pack_files(packing, files, more, manifest, watch)
    else:
        _name_files(files, more, manifest, watch)
    return manifest


def _pack_table(packing: Packing, db: Db, shape: Shape, done: int, total: int, watch: Watch) -> TableKept:
    digest = Digest()
    for number, rows in enumerate(read_rows(db, shape, page=PAGE)):
        digest.add(rows)
        packed = gzip.compress(msgspec.msgpack.encode(rows), 1, mtime=0)
        packing.add(f"tables/{shape.name}/{number:06}.msgpack.gz", packed)
        watch(f"pack {shape.name}", done + digest.rows, max(total, done + digest.rows))
    return TableKept(shape.name, shape.names, digest.rows, digest.text)


def _pack_files(packing: Packing, files: Files, names: list[str], manifest: Manifest, watch: Watch) -> None:
    for count, key in enumerate(names, 1):
        path = files.path(key)
        try:
            if path is None:
                raise FileNotFoundError(key)
            manifest.media[key] = packing.add_file(f"media/{key}", path)
        except FileNotFoundError:
            manifest.missing.append(key)
        watch("files", count, len(names))


def _name_files(files: Files, names: list[str], manifest: Manifest, watch: Watch) -> None:
    sizes = {one.key: one.bytes for digit in DIGITS for one in files.listed(digit)}
    for count, key in enumerate(names, 1):
        digest = files.digest(key) if key in sizes else None
        if digest is None:
            manifest.missing.append(key)
        else:
            manifest.media[key] = (sizes[key], digest.hex())
        watch("files", count, len(names))


def _remember(connection: Connection, made: Made, media: str, sealed: bool) -> None:
    last = LastBackup(now(), str(made.path), made.bytes, made.manifest.rows, media, sealed)
    begin = "BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN"
    with transaction(connection, begin) as tx:
        remember(tx, last)
