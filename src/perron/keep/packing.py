"""The file of a backup: an ordinary tar file, each byte of which is accounted for, as a stream in and out.

Its last member, `sha256`, is the digest of everything before it. What stands behind, and that member's own head, can
have one form only, so that a flipped bit is found wherever it is.
"""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from perron.keep.sealed import Out
from perron.kit.errors import Refused

BLOCK = 512
PIECE = 1 << 20
LAST = "sha256"
END = bytes(2 * BLOCK)


class Source(Protocol):
    """Something that gives bytes; fewer than asked for only at its end."""

    def read(self, size: int, /) -> bytes: ...


def _head(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


class Packing:
    """Writes the members one after another."""

    def __init__(self, out: Out) -> None:
        self._out, self._sha = out, hashlib.sha256()
        self.bytes = 0

    def add(self, name: str, data: bytes) -> str:
        """A member from memory; its digest."""
        self._write(_head(name, len(data)) + data + _filling(len(data)))
        return hashlib.sha256(data).hexdigest()

    def add_file(self, name: str, path: Path) -> tuple[int, str]:
        """A member from a file, as long as it is now; its size and digest. FileNotFoundError when it is gone."""
        digest = hashlib.sha256()
        with open(path, "rb") as source:
            size = source.seek(0, 2)
            source.seek(0)
            self._write(_head(name, size))
            left = size
            while left and (piece := source.read(min(PIECE, left))):
                digest.update(piece)
                self._write(piece)
                left -= len(piece)
        if left:
            raise Refused(f"{path} became shorter while it was read.")
        self._write(_filling(size))
        return size, digest.hexdigest()

    def end(self) -> None:
        """The digest of it all, and the end of the tar file."""
        said = self._sha.hexdigest().encode()
        self._write(_head(LAST, len(said)) + said + _filling(len(said)) + END)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._sha.update(data)
        self.bytes += len(data)


class Member:
    """One member while it is at hand: to be read whole or in pieces, before the next."""

    def __init__(self, name: str, size: int, unpacking: "Unpacking") -> None:
        self.name, self.size, self.left = name, size, size
        self._unpacking = unpacking
        self._sha = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes of it."""
        data = self._unpacking.take(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        self._sha.update(data)
        return data

    @property
    def digest(self) -> str:
        """Of what was read of it."""
        return self._sha.hexdigest()


class Unpacking:
    """Reads the members one after another; Refused when anything is not as it was written."""

    def __init__(self, source: Source) -> None:
        self._source, self._sha, self.bytes = source, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[Member]:
        while True:
            before = self._sha.hexdigest()
            head = self.take(BLOCK)
            try:
                info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
            except (tarfile.HeaderError, UnicodeDecodeError):
                raise Refused(f"The backup is damaged before byte {self.bytes:,}.") from None
            if info.name == LAST:
                self._finish(head, before)
                return
            member = Member(info.name, info.size, self)
            yield member
            while member.read(PIECE):
                pass
            if any(self.take(-info.size % BLOCK)):
                raise Refused(f"The backup is damaged before byte {self.bytes:,}.")

    def take(self, size: int) -> bytes:
        """So many bytes, of which none may be missing."""
        data = self._source.read(size) if size else b""
        if len(data) < size:
            raise Refused("The backup is damaged: it ends too early.")
        self._sha.update(data)
        self.bytes += size
        return data

    def _finish(self, head: bytes, digest: str) -> None:
        said = digest.encode()
        rest = self.take(len(said) + -len(said) % BLOCK + len(END))
        if head + rest != _head(LAST, len(said)) + said + _filling(len(said)) + END or self._source.read(1):
            raise Refused("The backup is damaged: it does not sum up to what it says.")


def _filling(size: int) -> bytes:
    return bytes(-size % BLOCK)
