"""The picture that is shown where a document is linked to (OpenGraph, 1200 × 630): title, authors, cover, in its theme.

It follows from the document alone: what was taken out of that is not in this either."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

import regex
from PIL import Image, ImageDraw, ImageFont, ImageOps

from perron.press.document import Document
from perron.press.faces import VENDOR
from perron.press.fit import fit
from perron.press.letters import line, spaced
from perron.press.plates import MOST_PIXELS, Files
from perron.press.themes import Theme, theme_called, tokens
from perron.press.words import word

WIDTH, HEIGHT = 1200, 630
_EDGE, _COVER_AT = 64, 680
_SIZES = (88, 76, 66, 58, 50, 44, 38)
_LONGEST = 240
_LATIN = regex.compile(r"[\p{Latin}\p{N}\p{P}\p{Z}\p{Sc}\p{Sm}°©®]*")
_DRAWN = regex.compile(
    r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Cf}\p{Cs}\p{Co}\ufe0f\U000e0020-\U000e007f]+"
)
_WEIGHTS = {"limestone": 600, "gazette": 800, "dusk": 700, "notebook": 560, "poster": 800, "herbarium": 420}
_FACES = {"Fraunces": "fraunces-latin", "Newsreader": "newsreader-latin", "Bricolage Grotesque": "bricolage-latin"}
_ELSEWHERE = (
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
)
Colour = tuple[int, int, int]


def to_picture(document: Document, files: Files, *, site: str = "") -> bytes:
    """The picture as JPEG. `site` is what the server is called."""
    document = fit(document)
    theme = theme_called(document.theme)
    found = tokens(theme, document.accent)
    image = Image.new("RGB", (WIDTH, HEIGHT), found["paper"])
    draw = ImageDraw.Draw(image)
    ink, muted, accent = _ground(draw, theme, found)
    cover = _cover(document, files)
    if cover is not None:
        image.paste(cover, (_COVER_AT, 0))
        draw.rectangle([_COVER_AT - 6, 0, _COVER_AT - 1, HEIGHT], fill=accent)
    width = (_COVER_AT if cover is not None else WIDTH) - 2 * _EDGE
    _title(draw, document, theme, width, ink)
    _foot(draw, document, site, width, (muted, accent))
    to = BytesIO()
    image.save(to, "JPEG", quality=88, optimize=True)
    return to.getvalue()


def _ground(draw: ImageDraw.ImageDraw, theme: Theme, found: dict[str, str]) -> tuple[str, str, str]:
    """What everything stands on; the colours of the title, of smaller words, and of lines."""
    if theme.name == "poster":
        draw.rectangle([0, 0, WIDTH, HEIGHT], fill=found["fill"])
        return found["on-fill"], found["on-fill"], found["on-fill"]
    if theme.name == "dusk":
        first, last = _rgb(found["band"]), _rgb(found["band-end"])
        for y in range(HEIGHT):
            draw.line([0, y, WIDTH, y], fill=_between(first, last, y / HEIGHT))
        return found["on-band"], found["on-band"], found["on-band"]
    return found["ink"], found["muted"], found["accent"]


def _cover(document: Document, files: Files) -> Image.Image | None:
    path = files(document.cover.url) if document.cover and document.cover.url else None
    if path is None:
        return None
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            opened.draft("RGB", (WIDTH, HEIGHT))
            return ImageOps.fit(opened.convert("RGB"), (WIDTH - _COVER_AT, HEIGHT))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
        return None


def _title(draw: ImageDraw.ImageDraw, document: Document, theme: Theme, width: int, ink: str) -> None:
    """As large as it can be, on as many lines as there is room for."""
    text = said(spaced(document.language)(line(document.title)))[:_LONGEST] or word("untitled", document.language)
    for size in _SIZES:
        font = _font(text, theme, size)
        if font is None:
            return
        rows, step = _rows(draw, text, font, width), round(size * 1.1)
        if len(rows) * step <= HEIGHT - 250:
            break
    most = (HEIGHT - 250) // step
    if len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1].rstrip() + "…"]
    for number, row in enumerate(rows):
        draw.text((_EDGE, _EDGE + number * step), row, font=font, fill=ink)


def _foot(draw: ImageDraw.ImageDraw, document: Document, site: str, width: int, colours: tuple[str, str]) -> None:
    """Three steps, and who wrote it, and where."""
    muted, accent = colours
    y = HEIGHT - _EDGE - 34
    for step in range(3):
        wide = 24 * (step + 1)
        draw.rounded_rectangle(
            [_EDGE + 36 - wide / 2, y + 13 * step, _EDGE + 36 + wide / 2, y + 13 * step + 6], 2, accent
        )
    names = ", ".join(line(one.name) for one in document.authors[:3])
    text = said(" · ".join(each for each in (names, line(site)) if each))
    font = _small(text)
    while font is not None and text and draw.textlength(text, font=font) > width - 100:
        text = text[: max(len(text) - 8, 0)].rstrip() + ("…" if len(text) > 8 else "")
    if font is not None and text:
        draw.text((_EDGE + 96, y + 16), text, font=font, fill=muted, anchor="lm")


def said(text: str) -> str:
    """Words without what a typeface has no letters for: emoji and signs that are not seen."""
    return " ".join(_DRAWN.sub(" ", text).split(" ")).strip()


def _rows(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines of this width; a word that is wider than one is cut."""
    rows = [""]
    for one in text.split():
        tried = f"{rows[-1]} {one}".strip()
        if draw.textlength(tried, font=font) <= width:
            rows[-1] = tried
            continue
        while draw.textlength(one, font=font) > width and len(one) > 1:
            cut = next(
                at for at in range(len(one) - 1, 0, -1) if at == 1 or draw.textlength(one[:at], font=font) <= width
            )
            rows.append(one[:cut])
            one = one[cut:]
        rows.append(one)
    return [row for row in rows if row]


def _font(text: str, theme: Theme, size: int) -> ImageFont.FreeTypeFont | None:
    family = next((file for name, file in _FACES.items() if name in theme.display), "fraunces-latin")
    return _opened(family if _LATIN.fullmatch(text) else "", size, _WEIGHTS.get(theme.name, 600))


def _small(text: str) -> ImageFont.FreeTypeFont | None:
    return _opened("atkinson-latin" if _LATIN.fullmatch(text) else "", 30, 500)


@lru_cache(64)
def _opened(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont | None:
    """One of our typefaces; where it has not the letters, or is not here, one of the system, or none."""
    path = VENDOR / f"{file}.woff2"
    if file and path.exists():
        try:
            font = ImageFont.truetype(path, size)
            font.set_variation_by_axes([weight])
            return font
        except OSError:
            pass  # a FreeType without woff2
    found = next((each for each in _ELSEWHERE if Path(each).exists()), None)
    return ImageFont.truetype(found, round(size * 0.86)) if found else None


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _between(first: Colour, last: Colour, share: float) -> Colour:
    r, g, b = (round(x + (y - x) * share) for x, y in zip(first, last, strict=True))
    return r, g, b
