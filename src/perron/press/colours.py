"""Colours as they are compared and changed: contrast as WCAG 2.2 counts it, lightness as eyes see it (OKLab)."""

import math
import re
from functools import lru_cache
from typing import NamedTuple

AA = 4.5
"""The least contrast of words with what they stand on."""
_HEX = re.compile(r"#[0-9a-f]{6}", re.I)


class Shade(NamedTuple):
    """A colour in OKLab as lightness (0 to 1), and its two colours."""

    light: float
    a: float
    b: float


def is_colour(text: str) -> bool:
    """Whether this is a colour as `#1f6f5c`."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(2048)
def legible(colour: str, *grounds: str, least: float = AA) -> str:
    """The colour itself where it can be read on all these grounds; else the nearest lighter or darker one that can."""
    if min(contrast(colour, ground) for ground in grounds) >= least:
        return colour.lower()
    shade = shade_of(colour)
    dark = sum(_luminance(ground) for ground in grounds) / len(grounds) < 0.18
    for step in range(1, 101):
        light = shade.light + (1 - shade.light) * step / 100 if dark else shade.light * (1 - step / 100)
        tried = as_hex(_faded(shade, light))
        if min(contrast(tried, ground) for ground in grounds) >= least:
            return tried
    return "#ffffff" if dark else "#000000"


def lettering(ground: str) -> str:
    """Paper or ink: what is read best on a colour."""
    return max(("#ffffff", "#14171c"), key=lambda ink: contrast(ink, ground))


def filled(colour: str) -> str:
    """The colour as a ground on which `lettering` can be read: colours between the two are made a little darker."""
    return colour.lower() if contrast(lettering(colour), colour) >= AA else legible(colour, "#ffffff")


def mixed(one: str, other: str, share: float) -> str:
    """So much of one colour in another."""
    first, second = shade_of(one), shade_of(other)
    return as_hex(Shade(*(x * share + y * (1 - share) for x, y in zip(first, second, strict=True))))


@lru_cache(2048)
def shade_of(colour: str) -> Shade:
    """A colour in OKLab (Björn Ottosson's matrices)."""
    r, g, b = _linear(colour)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return Shade(
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def as_hex(shade: Shade) -> str:
    """The colour that screens can show nearest to this one."""
    light, a, b = shade
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return "#" + "".join(
        f"{_byte(each):02x}"
        for each in (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
    )


def _faded(shade: Shade, light: float) -> Shade:
    """At another lightness; near black and white, less coloured."""
    room = min(1.0, 4 * min(light, 1 - light) + 0.2)
    return Shade(light, shade.a * room, shade.b * room)


def _linear(colour: str) -> tuple[float, float, float]:
    r, g, b = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _unbent(r), _unbent(g), _unbent(b)


def _unbent(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _byte(value: float) -> int:
    value = max(0.0, min(1.0, value))
    return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))


def _luminance(colour: str) -> float:
    r, g, b = _linear(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
