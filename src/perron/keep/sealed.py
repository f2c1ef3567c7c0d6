"""A stream that only the holder of a key can read, and in which no byte can be changed, moved or cut off unnoticed.

AES-256-GCM over pieces of 64 KiB in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce of a
piece is a random prefix, its number, and whether it is the last. The key comes from the key file by scrypt, so that the
file may hold 32 random bytes or a long sentence.
"""

import os
import secrets
import struct
from pathlib import Path
from typing import BinaryIO, Protocol

from perron.kit.errors import Refused

MAGIC = b"PERRON SEALED 1\n"
PIECE = 64 * 1024
TAG = 16
_HEAD = struct.Struct("16s16s16s7s")
SHORTEST = 16
"""Bytes that a key file must hold at least."""


class Out(Protocol):
    """Something that takes bytes."""

    def write(self, data: bytes, /) -> int: ...


def read_key(path: Path) -> bytes:
    """What a key file holds."""
    try:
        key = path.read_bytes().strip()
    except OSError as wrong:
        raise Refused(f"The key file {path} cannot be read: {wrong.strerror}.") from None
    if len(key) < SHORTEST:
        raise Refused(f"The key file {path} holds {len(key)} bytes; at least {SHORTEST} are wanted.")
    return key


def write_key(path: Path) -> None:
    """A new key in a new file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(32) + "\n")


def _derive(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key of the pieces, and what tells a right key from a wrong one."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    made = Scrypt(salt=salt, length=48, n=2**15, r=8, p=1).derive(key)
    return made[:32], made[32:]


class Sealing:
    """Takes plain bytes and writes sealed ones."""

    def __init__(self, out: Out, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._out, salt, self._prefix = out, os.urandom(16), os.urandom(7)
        derived, check = _derive(key, salt)
        self._lock, self._number, self._held = AESGCM(derived), 0, bytearray()
        self._head = _HEAD.pack(MAGIC, salt, check, self._prefix)
        out.write(self._head)

    def write(self, data: bytes) -> int:
        """Seal as much as there is; a piece is held back, as it may be the last."""
        self._held += data
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """Seal the last piece; what is underneath stays open."""
        self._seal(bytes(self._held), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = self._prefix + struct.pack(">I?", self._number, last)
        self._out.write(self._lock.encrypt(nonce, piece, self._head))
        self._number += 1


class Unsealing:
    """Reads sealed bytes and gives plain ones; Refused when the key is another or a byte is."""

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._head = source.read(_HEAD.size)
        if len(self._head) < _HEAD.size:
            raise Refused("The backup is damaged: it ends within its first bytes.")
        _, salt, check, self._prefix = _HEAD.unpack(self._head)
        derived, expected = _derive(key, salt)
        if check != expected:
            raise Refused("This is not the key of this backup (or its first bytes are damaged).")
        self._source, self._lock, self._number = source, AESGCM(derived), 0
        self._next = source.read(PIECE + TAG)
        self._plain = b""

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end."""
        parts = []
        while size and (self._plain or self._open()):
            parts.append(self._plain[:size])
            self._plain = self._plain[size:]
            size -= len(parts[-1])
        return b"".join(parts)

    def _open(self) -> bool:
        from cryptography.exceptions import InvalidTag

        if not self._next:
            return False
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        nonce = self._prefix + struct.pack(">I?", self._number, not self._next)
        self._number += 1
        try:
            self._plain = self._lock.decrypt(nonce, piece, self._head)
        except InvalidTag:
            place = (self._number - 1) * (PIECE + TAG) + _HEAD.size
            raise Refused(f"The backup is damaged, or cut off, behind byte {place:,}.") from None
        return bool(self._plain)


def is_sealed(path: Path) -> bool:
    """Whether a file is one of these."""
    with open(path, "rb") as source:
        return source.read(len(MAGIC)) == MAGIC
