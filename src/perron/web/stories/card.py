"""The picture that other sites show of a link to a story: drawn here of words and colours alone."""

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from perron.press.themes import theme_called, tokens

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

SIZE = (1200, 630)
EDGE, MOST_LINES = 80, 4


def draw_card(title: str, who: str, where: str, theme: str, accent: str) -> bytes:
    """A card of 1200 by 630 pixels, as PNG."""
    from PIL import Image, ImageDraw

    colours = tokens(theme_called(theme), accent)
    image = Image.new("RGB", SIZE, colours["paper"])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 24, SIZE[1]), fill=colours["fill"])
    size, lines = _fitted(pen, title)
    top = (SIZE[1] - 60 - len(lines) * size * 1.2) / 2
    for place, line in enumerate(lines):
        pen.text((EDGE, top + place * size * 1.2), line, font=_font(size), fill=colours["ink"])
    pen.text((EDGE, SIZE[1] - 96), f"{who} · {where}"[:80], font=_font(32), fill=colours["muted"])
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(pen: Any, title: str) -> tuple[int, list[str]]:
    """The largest size at which a title stands in a few lines, and these."""
    for size in (84, 72, 60, 50):
        lines = _lines(pen, title, size)
        if len(lines) <= MOST_LINES:
            return size, lines
    return 50, [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1] + "…"]


def _lines(pen: Any, title: str, size: int) -> list[str]:
    rows: list[str] = [""]
    for word in title.split():
        wider = f"{rows[-1]} {word}".strip()
        if pen.textlength(wider, font=_font(size)) <= SIZE[0] - 2 * EDGE or not rows[-1]:
            rows[-1] = wider
        else:
            rows.append(word)
    return rows


@cache
def _font(size: int) -> "FreeTypeFont | ImageFont":
    """A typeface that every machine has, since it comes with Pillow."""
    from PIL import ImageFont

    return ImageFont.load_default(size)
