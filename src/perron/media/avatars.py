"""Pictures for those who have not chosen any: cement tiles in the house's colours, laid from the handle."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

LIMESTONE, GREEN, LAVENDER, OCHRE, BRICK = "#F7F4EE", "#1F6F5C", "#6A57A5", "#B4690E", "#A63A2B"
SAND, MINT, LILAC, HONEY, ROSE = "#E9E1D2", "#CFE3DA", "#DDD7EC", "#F0DBB8", "#EFCFC6"
PALETTES = (  # ground, first ink, second ink, accent
    (LIMESTONE, GREEN, MINT, OCHRE),
    (LIMESTONE, LAVENDER, LILAC, GREEN),
    (LIMESTONE, OCHRE, HONEY, BRICK),
    (LIMESTONE, BRICK, ROSE, LAVENDER),
    (MINT, GREEN, LIMESTONE, BRICK),
    (LILAC, LAVENDER, LIMESTONE, OCHRE),
    (HONEY, OCHRE, LIMESTONE, GREEN),
    (ROSE, BRICK, LIMESTONE, OCHRE),
    (GREEN, LIMESTONE, MINT, HONEY),
    (LAVENDER, LIMESTONE, LILAC, HONEY),
    (OCHRE, LIMESTONE, HONEY, GREEN),
    (BRICK, LIMESTONE, ROSE, HONEY),
)
SIZE = 400
CELLS = 4  # a tile is four by four cells, each quarter the mirror of the next
FINE = 3  # drawn this much larger, then made small: soft edges


@dataclass(frozen=True, slots=True)
class Shape:
    """One piece of a tile in units of a cell: a disc around a point, or a polygon."""

    color: str
    points: tuple[tuple[float, float], ...]
    radius: float = 0


@lru_cache(maxsize=128)
def default_avatar_png(handle: str) -> bytes:
    """The tile of a handle, as PNG, 400 by 400; what clients get."""
    ground, *inks = palette(handle)
    canvas = Image.new("RGB", (SIZE * FINE, SIZE * FINE), ground)
    _paint(canvas, tile(handle, *inks), 0, 0, SIZE * FINE // CELLS)
    return _png(canvas, SIZE, SIZE)


@lru_cache(maxsize=128)
def default_header_png(handle: str) -> bytes:
    """A quiet floor of the same tiles, as PNG, 1500 by 500."""
    ground, *inks = palette(handle)
    base = _mix(LIMESTONE, ground, 0.3)
    faint = [_mix(base, ink, 0.16) for ink in inks]
    cell = 250 * 2 // CELLS
    floor = Image.new("RGB", (1500 * 2, 500 * 2), base)
    for left in range(0, 3000, cell * CELLS):
        for top in range(0, 1000, cell * CELLS):
            _paint(floor, tile(handle, *faint), left, top, cell)
    return _png(floor, 1500, 500)


def palette(handle: str) -> tuple[str, str, str, str]:
    """The four colours of a handle: ground, two inks, accent."""
    return PALETTES[_bits(handle)[0] % len(PALETTES)]


def tile(handle: str, first: str, second: str, accent: str) -> Iterator[Shape]:
    """The pieces of a handle's tile: a quarter is drawn by the handle, the other three mirror it."""
    bits = _bits(handle)
    for piece in _quarter(bits[1:], first, second, accent):
        for flip_x in (False, True):
            for flip_y in (False, True):
                points = tuple((CELLS - x if flip_x else x, CELLS - y if flip_y else y) for x, y in piece.points)
                yield Shape(piece.color, points, piece.radius)


def _quarter(bits: bytes, first: str, second: str, accent: str) -> Iterator[Shape]:
    """Corner, two edges (mirrors of each other, so that the tile looks the same from every side), and the middle."""
    yield from _big(bits[0], first, second)
    yield from _edge(bits[1], second, first)
    yield from _middle(bits[2], first, accent)
    yield from _corner(bits[3], accent, first)


def _big(choice: int, color: str, inner: str) -> Iterator[Shape]:
    """The large figure that gives a tile its character."""
    match choice % 5:
        case 0:  # four quarter rings about the corners
            yield _disc(color, 0, 0, 1.75)
            yield _disc(inner, 0, 0, 1.15)
        case 1:  # a large diamond
            yield Shape(color, ((2, 0), (0, 2), (2, 2)))
            yield Shape(inner, ((2, 0.8), (0.8, 2), (2, 2)))
        case 2:  # a large disc
            yield _disc(color, 2, 2, 1.8)
            yield _disc(inner, 2, 2, 1.2)
        case 3:  # a star of eight points
            yield Shape(color, ((2, 0), (1.3, 1.3), (0, 2), (2, 2)))
            yield Shape(color, ((0.55, 0.55), (2, 1), (2, 2), (1, 2)))
            yield Shape(inner, ((2, 1.05), (1.05, 2), (2, 2)))
        case _:  # four petals
            yield from _petal(color, 2)
            yield from _petal(inner, 1.35)


def _petal(color: str, size: float) -> Iterator[Shape]:
    """A leaf from the middle towards a corner: where two discs meet, as a polygon."""
    steps = 24
    over = [_arc(step / steps) for step in range(steps + 1)]
    there = [(2 - size * x, 2 - size * y) for x, y in over]
    back = [(2 - size * y, 2 - size * x) for x, y in reversed(over)]
    yield Shape(color, (*there, *back))


def _arc(part: float) -> tuple[float, float]:
    """A point on the quarter circle from (0, 0) to (1, 1) that bulges to the right."""
    x = part
    return x, 1 - (1 - x * x) ** 0.5


def _edge(choice: int, color: str, other: str) -> Iterator[Shape]:
    """What sits in the middle of each side."""
    match choice % 5:
        case 0:
            yield _disc(color, 2, 0, 0.62)
            yield _disc(color, 0, 2, 0.62)
        case 1:
            yield Shape(color, ((1.3, 0), (2, 0.7), (2, 0)))
            yield Shape(color, ((0, 1.3), (0.7, 2), (0, 2)))
        case 2:
            yield _disc(other, 2, 0, 0.6)
            yield _disc(other, 0, 2, 0.6)
            yield _disc(color, 2, 0, 0.3)
            yield _disc(color, 0, 2, 0.3)
        case 3:
            yield Shape(color, ((1.55, 0), (1.55, 0.45), (2, 0.45), (2, 0)))
            yield Shape(color, ((0, 1.55), (0.45, 1.55), (0.45, 2), (0, 2)))
        case _:
            return


def _middle(choice: int, color: str, accent: str) -> Iterator[Shape]:
    match choice % 4:
        case 0:
            yield _disc(accent, 2, 2, 0.5)
        case 1:
            yield Shape(accent, ((2, 1.3), (1.3, 2), (2, 2)))
        case 2:
            yield _disc(color, 2, 2, 0.7)
            yield _disc(accent, 2, 2, 0.36)
        case _:
            yield Shape(color, ((2, 1.2), (1.2, 2), (2, 2)))
            yield _disc(accent, 2, 2, 0.3)


def _corner(choice: int, accent: str, color: str) -> Iterator[Shape]:
    match choice % 4:
        case 0:
            yield _disc(accent, 0, 0, 0.6)
        case 1:
            yield Shape(accent, ((0, 0), (0.8, 0), (0, 0.8)))
        case 2:
            yield _disc(color, 0, 0, 0.8)
            yield _disc(accent, 0, 0, 0.4)
        case _:
            yield _disc(accent, 0.62, 0.62, 0.2)


def _disc(color: str, x: float, y: float, radius: float) -> Shape:
    return Shape(color, ((x, y),), radius)


def _bits(handle: str) -> bytes:
    """Bytes that are as good as random, and the same for a handle everywhere."""
    return hashlib.blake2b(handle.lower().encode("utf-8", "ignore"), digest_size=8, person=b"tiles").digest()


def _paint(canvas: Image.Image, shapes: Iterator[Shape], left: int, top: int, cell: int) -> None:
    """Draw a tile on its own sheet, so that nothing reaches over its edge, and lay it down."""
    sheet = canvas.crop((left, top, left + cell * CELLS, top + cell * CELLS))
    draw = ImageDraw.Draw(sheet)
    for shape in shapes:
        if shape.radius:
            (x, y), r = shape.points[0], shape.radius
            draw.ellipse(((x - r) * cell, (y - r) * cell, (x + r) * cell, (y + r) * cell), fill=shape.color)
        else:
            draw.polygon([(x * cell, y * cell) for x, y in shape.points], fill=shape.color)
    canvas.paste(sheet, (left, top))


def _mix(ground: str, ink: str, share: float) -> str:
    """A colour between two."""
    pairs = ((int(ground[at : at + 2], 16), int(ink[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _png(canvas: Image.Image, width: int, height: int) -> bytes:
    small = canvas.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=1.5)
    out = io.BytesIO()
    small.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
