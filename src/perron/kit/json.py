"""JSON as bytes, fast (msgspec)."""

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder()
encode = _encoder.encode


def encode_text(value: Any) -> str:
    """JSON as text, for a column."""
    return _encoder.encode(value).decode()


_decode = msgspec.json.Decoder().decode


def decode(data: bytes | str) -> Any:
    """A value from JSON; ValueError when it is not JSON."""
    try:
        return _decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, UnicodeEncodeError) as wrong:
        raise ValueError(str(wrong)) from None
