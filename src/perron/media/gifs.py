"""Animated GIFs: looked through without decoding, and written anew where there is no ffmpeg to make a clip of them."""

import io
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from perron.kit.errors import Invalid
from perron.media.model import Still

MAX_PIXELS = 25_000_000  # of all frames together, when they must be held in memory
ENOUGH = 10_000


class Extent(NamedTuple):
    """How many frames, and the canvas that holds them all."""

    frames: int
    width: int
    height: int


def measure(data: bytes) -> Extent:
    """Walk the blocks of a GIF; nothing is decoded, and broken ends count as ends."""
    width, height = _pair(data, 6)
    frames, at = 0, 13 + _table(data, 10)
    while at < len(data) and frames < ENOUGH:
        if data[at] == 0x21:
            at = _past_blocks(data, at + 2)
        elif data[at] == 0x2C and at + 10 < len(data):
            left, top = _pair(data, at + 1)
            wide, high = _pair(data, at + 5)
            width, height, frames = max(width, left + wide), max(height, top + high), frames + 1
            at = _past_blocks(data, at + 11 + _table(data, at + 9))
        else:
            break
    return Extent(frames, width, height)


def _pair(data: bytes, at: int) -> tuple[int, int]:
    return int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 2 : at + 4], "little")


def _table(data: bytes, at: int) -> int:
    """Bytes of the colour table that a flag byte announces."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _past_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def rewrite(data: bytes) -> Still:
    """The same animation, frame by frame, without comments or anything else that is not shown."""
    extent = measure(data)
    _refuse_long(extent)
    return _joined(data, (extent.width, extent.height), lambda frame: frame)


def cut(data: bytes, box: tuple[float, float, float, float], size: tuple[int, int]) -> Still:
    """A part of an animation in another size, frame by frame."""
    _refuse_long(measure(data))
    return _joined(data, size, lambda frame: frame.resize(size, Image.Resampling.BICUBIC, box=box))


def _refuse_long(extent: Extent) -> None:
    if extent.frames * extent.width * extent.height > MAX_PIXELS:
        raise Invalid("This animation is too long or too large.")


def _joined(data: bytes, size: tuple[int, int], each: Callable[[Image.Image], Image.Image]) -> Still:
    with GifImageFile(io.BytesIO(data)) as gif:
        once = "loop" not in gif.info
        frames, lengths = [], []
        for number in range(measure(data).frames):
            gif.seek(number)
            lengths.append(max(20, int(gif.info.get("duration", 100))))
            frames.append(_bare(each(gif.convert("RGBA"))))
    out = io.BytesIO()
    turns = {} if once else {"loop": 0}
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=lengths, disposal=2, **turns)
    return Still(out.getvalue(), "gif", *size)


def _bare(frame: Image.Image) -> Image.Image:
    frame.info = {}
    return frame
