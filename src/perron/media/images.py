"""Pictures: decided by content, refused before they explode, upright, and written anew with nothing but pixels."""

import io
import math
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import blurhash  # type: ignore[import-untyped]
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from perron.kit.errors import Invalid
from perron.media import gifs
from perron.media.kinds import AVIF, GIF, JPEG, PNG, WEBP, Kind, kind_of
from perron.media.model import Picture, Portrait, Still

WHOLE = 3840 * 2160  # most pixels of a picture that is kept
SMALL = 640 * 360
PREVIEW = 1200
MAX_SIDE = 8192
MAX_SCANS = 64  # a progressive JPEG has about ten; each costs a pass over the whole picture
MAX_PROFILE = 4096
MAX_PIXELS = {PNG: 40_000_000, WEBP: 16_000_000, AVIF: 25_000_000}  # what each decoder does with 200 MB
MAX_LAYERED = 32_000_000  # a progressive JPEG is held whole, whatever size is asked for
BAND = 256

Point = tuple[float, float]

_OPEN: dict[Kind, Callable[[io.BytesIO], ImageFile]] = {
    JPEG: JpegImageFile,
    PNG: PngImageFile,
    WEBP: WebPImageFile,
    AVIF: AvifImageFile,
    GIF: GifImageFile,
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_places = threading.BoundedSemaphore(2)  # how many pictures may be open at once, whoever sends them


def read_image(data: bytes, *, max_pixels: int) -> Picture:
    """A picture as it may be shown to others; Invalid when it is none, is damaged, or would explode."""
    with _opened(data, max_pixels) as (kind, source):
        profile = _profile(source)
        image = _decode(source, _within(source.size, WHOLE))
        moves = kind is GIF and gifs.measure(data).frames > 1
        whole = gifs.rewrite(data) if moves else _encode(image, kind, profile)
        little = _plain(image)
        small = whole
        if whole.ext == "gif" or whole.width * whole.height > SMALL or len(whole.data) > 100_000:
            little = little.resize(_within(little.size, SMALL), Image.Resampling.LANCZOS)
            small = _encode(little, JPEG if little.mode != "RGBA" else WEBP, profile, quality=80)
        return Picture(whole, small, blur(little))


def read_avatar(data: bytes, *, max_pixels: int, focus: Point | None = None) -> Portrait:
    """A square of at most 400 by 400, cut around the focus or from the middle. One that moves goes on moving."""
    return _read_cut(data, max_pixels, 400, 400, focus)


def read_header(data: bytes, *, max_pixels: int, focus: Point | None = None) -> Portrait:
    """A band of at most 1500 by 500, cut around the focus or from the middle. One that moves goes on moving."""
    return _read_cut(data, max_pixels, 1500, 500, focus)


def read_preview(data: bytes, *, max_pixels: int) -> tuple[Still, str]:
    """A picture of at most 1200 by 1200 that stands for a page, and its blurhash."""
    with _opened(data, max_pixels) as (kind, source):
        profile = _profile(source)
        image = _plain(_decode(source, _within(source.size, WHOLE)))
        scale = min(1.0, PREVIEW / image.width, PREVIEW / image.height)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0) if scale < 1 else image
        return _encode(small, WEBP if small.mode == "RGBA" else JPEG, profile, quality=82), blur(small)


def blur_of(data: bytes, *, max_pixels: int) -> str:
    """The blurhash of a picture that was taken in before."""
    with _opened(data, max_pixels) as (_, source):
        return blur(_plain(_decode(source, _within(source.size, SMALL))))


def blur(image: Image.Image) -> str:
    """The blurhash of a picture, on white; 20 by 20 pixels say as much to it as a million, in 4 ms."""
    flat = Image.new("RGBA", image.size, "white")
    flat.alpha_composite(image.convert("RGBA"))
    tiny = flat.convert("RGB").resize((20, 20), Image.Resampling.BOX)
    rows = [[tiny.getpixel((x, y)) for x in range(20)] for y in range(20)]
    wide = image.width >= image.height
    return str(blurhash.encode(rows, 4 if wide else 3, 3 if wide else 4))


@contextmanager
def _opened(data: bytes, max_pixels: int) -> Iterator[tuple[Kind, ImageFile]]:
    kind = kind_of(data)
    if kind not in _OPEN:
        raise Invalid("This is not a picture that can be shown here. JPEG, PNG, WebP, AVIF and GIF can.")
    max_pixels = min(max_pixels, MAX_PIXELS.get(kind, max_pixels))
    with _places:
        try:
            _refuse_bomb(kind, data, max_pixels)
            with _OPEN[kind](io.BytesIO(_only_pixels(data) if kind is PNG else data)) as source:
                most = min(max_pixels, MAX_LAYERED) if source.info.get("progressive") else max_pixels
                _refuse_size(source.width, source.height, most)
                yield kind, source
        except Invalid:
            raise
        except Exception:  # decoders fail in every way there is
            raise Invalid("This picture cannot be read; it may be damaged.") from None


def _refuse_bomb(kind: Kind, data: bytes, max_pixels: int) -> None:
    """What a file says of itself, before anything is decoded or set aside for it."""
    if kind is JPEG and data.count(b"\xff\xda") > MAX_SCANS:
        raise Invalid("This JPEG has too many layers.")
    if kind is GIF:
        extent = gifs.measure(data)
        _refuse_size(extent.width, extent.height, max_pixels)
    if kind is WEBP:
        _refuse_size(*_webp_size(data), max_pixels)


def _refuse_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise Invalid("This picture is empty.")
    if width * height > max_pixels:
        most = f"{max_pixels / 1_000_000:g}"
        raise Invalid(f"This picture is {width} by {height}; at most {most} million pixels are taken.")


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _only_pixels(data: bytes) -> bytes:
    """A PNG without texts, animation and large profiles, which can be bombs of their own."""
    kept, at = [data[:8]], 8
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        small = name in (b"iCCP", b"eXIf") and length <= 65536
        if small or name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(data[at : at + 12 + length])
        at += 12 + length
    return b"".join(kept)


def _decode(source: ImageFile, size: tuple[int, int]) -> Image.Image:
    """Decode a picture into at most `size`, and turn it upright."""
    source.draft(source.mode, size)  # a JPEG can be decoded small
    turn = _TURNS.get(_orientation(source))
    source.load()
    image: Image.Image = source
    if source.width > size[0] or source.height > size[1]:
        image = _shrink(source, size)
        source.close()  # gives its memory back
    elif image.mode not in ("P", "L"):
        image = _plain(image)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    if turn is not None:
        image = image.transpose(turn)
    return image


def _orientation(source: ImageFile) -> int:
    try:
        return int(source.getexif().get(0x0112, 1))
    except Exception:  # what is wrong in its notes is no fault of the picture
        return 1


def _shrink(source: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resize band by band, because a second copy of a large picture would cost as much memory as a bomb."""
    mode, step = _plain_mode(source), source.height / size[1]
    out = Image.new(mode, size)
    for top in range(0, size[1], BAND):
        bottom = min(top + BAND, size[1])
        first, last = max(0, top - 4), min(size[1], bottom + 4)  # the filter looks at three rows on either side
        above, below = int(first * step), min(source.height, math.ceil(last * step))
        part = _plain(source.crop((0, above, source.width, below)), mode)
        box = (0, first * step - above, part.width, min(last * step - above, part.height))
        part = part.resize((size[0], last - first), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
        out.paste(part.crop((0, top - first, size[0], bottom - first)), (0, top))
    return out


def _plain_mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in ("1", "L", "I", "F") or image.mode.startswith("I;16") else "RGB"


def _plain(image: Image.Image, mode: str = "") -> Image.Image:
    """In one of three modes that every step understands: L, RGB, RGBA."""
    mode = mode or _plain_mode(image)
    if image.mode == mode:
        return image
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256))
    return image.convert(mode)


def _within(size: tuple[int, int], area: int) -> tuple[int, int]:
    """The largest size of the same shape with at most this many pixels."""
    width, height = size
    scale = min(1.0, math.sqrt(area / (width * height)), MAX_SIDE / width, MAX_SIDE / height)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _profile(source: ImageFile) -> bytes:
    """The colour profile, if it is small and about red, green and blue; others say what every screen assumes."""
    profile = source.info.get("icc_profile") or b""
    return profile if len(profile) <= MAX_PROFILE and profile[16:20] == b"RGB " else b""


def _encode(image: Image.Image, kind: Kind, profile: bytes, *, quality: int = 88) -> Still:
    image = image.copy()
    image.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    ext, options = _form(kind, image, quality)
    if profile and image.mode != "L":
        options["icc_profile"] = profile
    out = io.BytesIO()
    image.save(out, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[ext], **options)
    return Still(out.getvalue(), ext, *image.size)


def _form(kind: Kind, image: Image.Image, quality: int) -> tuple[str, dict[str, Any]]:
    """How a picture is written: as it came where all can show that; AVIF becomes JPEG, or WebP if it has holes."""
    if kind in (PNG, GIF):
        return "png", {"compress_level": 4}
    if kind is WEBP or image.mode == "RGBA":
        return "webp", {"quality": quality, "method": 2}
    return "jpg", {"quality": quality}


def _read_cut(data: bytes, max_pixels: int, width: int, height: int, focus: Point | None) -> Portrait:
    with _opened(data, max_pixels) as (kind, source):
        profile = _profile(source)
        image = _plain(_decode(source, _within(source.size, WHOLE)))
        box, size = _cut(image.size, (width, height), focus)
        frame = _encode(image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0), kind, profile)
        if kind is GIF and (canvas := gifs.measure(data)).frames > 1:
            return Portrait(gifs.cut(data, *_cut((canvas.width, canvas.height), (width, height), focus)), frame)
        return Portrait(frame)


def _cut(
    whole: tuple[int, int], wanted: tuple[int, int], focus: Point | None
) -> tuple[tuple[float, float, float, float], tuple[int, int]]:
    """The part of a picture that has the wanted shape, around the focus as far as its edges let it, and its size."""
    scale = min(whole[0] / wanted[0], whole[1] / wanted[1])
    wide, high = wanted[0] * scale, wanted[1] * scale
    x, y = focus or (0.0, 0.0)
    left = min(max((x + 1) / 2 * whole[0] - wide / 2, 0), whole[0] - wide)
    top = min(max((1 - y) / 2 * whole[1] - high / 2, 0), whole[1] - high)
    size = wanted if scale > 1 else (max(1, round(wide)), max(1, round(high)))
    return (left, top, left + wide, top + high), size
