"""Small real pictures, made here."""

import struct
import zlib


def png(width: int = 40, height: int = 30) -> bytes:
    """A picture that runs from one colour into another."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = [b"\0" + b"".join(bytes([x * 5 % 256, y * 7 % 256, 90]) for x in range(width)) for y in range(height)]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
