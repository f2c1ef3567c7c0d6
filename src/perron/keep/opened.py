"""A backup file, opened: what it says of itself, its members, and whether all of it is as it was written."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from perron.keep.backup import ABOUT, FORMAT, MANIFEST, About, Manifest
from perron.keep.packing import PIECE, Member, Unpacking
from perron.keep.sealed import Unsealing, is_sealed
from perron.keep.watch import Watch, nobody
from perron.kit.errors import Refused
from perron.store.engine import Row
from perron.store.rows import SHAPES, Digest, Shape

T = TypeVar("T")
_BY_NAME = {shape.name: shape for shape in SHAPES}


@dataclass
class Taker:
    """What is done with what is in a backup. Each hears of things as they come."""

    rows: Callable[[Shape, list[Row]], None] = lambda shape, rows: None
    media: Callable[[str, Member], None] = lambda key, member: None
    file: Callable[[str, bytes], None] = lambda name, data: None


@dataclass
class Seen:
    """What was in it."""

    about: About
    manifest: Manifest
    bytes: int
    sealed: bool
    media: dict[str, tuple[int, str]] = field(default_factory=dict)


def read_about(path: Path, key: bytes | None) -> About:
    """The first member alone: when the backup was made, and of what."""
    with _members(path, key) as unpacking:
        for member in unpacking:
            return _about(member)
    raise Refused(f"{path} is no backup of Perron.")


def read_backup(path: Path, key: bytes | None, taker: Taker, watch: Watch = nobody) -> Seen:
    """Everything in a backup, handed on as it comes and held against what it says of itself; Refused at the first byte
    that is not right. What was handed on is to be believed only when this returns."""
    about, manifest = None, None
    digests: dict[str, Digest] = {shape.name: Digest() for shape in SHAPES}
    media: dict[str, tuple[int, str]] = {}
    files: dict[str, str] = {}
    size = path.stat().st_size
    with _members(path, key) as unpacking:
        for member in unpacking:
            top, _, rest = member.name.partition("/")
            if about is None:
                about = _about(member)
            elif member.name == MANIFEST:
                manifest = _decoded(member.read(), Manifest)
            elif top == "tables":
                shape = _shape(rest.partition("/")[0])
                rows = _rows(member.read())
                digests[shape.name].add(rows)
                taker.rows(shape, rows)
            elif top == "media":
                taker.media(rest, member)
                while member.read(PIECE):
                    pass
                media[rest] = (member.size, member.digest)
            else:
                data = member.read()
                files[member.name] = member.digest
                taker.file(member.name, data)
            watch("read", min(unpacking.bytes, size), size)
    if about is None or manifest is None:
        raise Refused("The backup is damaged: it does not say what is in it.")
    _agree(about, manifest, digests, media, files)
    return Seen(about, manifest, size, is_sealed(path), media)


def _agree(
    about: About,
    manifest: Manifest,
    digests: dict[str, Digest],
    media: dict[str, tuple[int, str]],
    files: dict[str, str],
) -> None:
    for kept in manifest.tables:
        found = digests[_shape(kept.name).name]
        if (kept.rows, kept.digest) != (found.rows, found.text):
            raise Refused(f"The backup is damaged: the rows of {kept.name} are not those it says.")
    if len(manifest.tables) != len(SHAPES) or manifest.files != files:
        raise Refused("The backup is damaged: something is missing in it.")
    if about.media == "copy" and manifest.media != media:
        raise Refused("The backup is damaged: its media are not those it says.")


@contextmanager
def _members(path: Path, key: bytes | None) -> Iterator[Unpacking]:
    try:
        sealed = is_sealed(path)
        if sealed and key is None:
            raise Refused(f"{path} is sealed. Name the key with --key-file.")
        with open(path, "rb") as source:
            yield Unpacking(Unsealing(source, key) if sealed and key else source)
    except OSError as wrong:
        raise Refused(f"{path} cannot be read: {wrong.strerror or wrong}.") from None


def _about(member: Member) -> About:
    if member.name != ABOUT:
        raise Refused("This is no backup of Perron.")
    about = _decoded(member.read(), About)
    if about.format != FORMAT:
        raise Refused(f"This backup is of format {about.format}, which this Perron does not know.")
    return about


def _shape(name: str) -> Shape:
    if name not in _BY_NAME:
        raise Refused(f"The backup holds a table {name!r}, which this Perron does not know.")
    return _BY_NAME[name]


def _rows(packed: bytes) -> list[Row]:
    try:
        found: list[list[Any]] = msgspec.msgpack.decode(gzip.decompress(packed))
        return [tuple(row) for row in found]
    except (zlib.error, EOFError, gzip.BadGzipFile, msgspec.DecodeError):
        raise Refused("The backup is damaged: some rows cannot be read.") from None


def _decoded(data: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=type_)
    except msgspec.DecodeError:
        raise Refused("The backup is damaged: what it says of itself cannot be read.") from None
