"""Draws the town: scenes for posts and profiles, and faces, from simple shapes; the same seed, the same picture."""

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from perron.demo.model import Person, Picture

Color = tuple[int, int, int]
Painter = Callable[["Canvas", tuple[str, ...]], None]

LIMESTONE, INK, GREEN = (247, 244, 238), (31, 36, 48), (31, 111, 92)
LAVENDER, OCHRE, BRICK = (106, 87, 165), (180, 105, 14), (166, 58, 43)
SKY, PALE, NIGHT, DUSK = (146, 190, 214), (243, 232, 208), (44, 48, 92), (236, 140, 82)
WOOD, LEAF, STRAW, SEA = (120, 78, 46), (92, 128, 74), (226, 190, 112), (52, 122, 148)
COATS = (GREEN, LAVENDER, OCHRE, BRICK, SEA, INK, STRAW, LEAF)
SKINS = ((246, 214, 186), (226, 178, 140), (190, 134, 96), (138, 90, 62), (96, 62, 44))
HAIRS = ((40, 32, 30), (92, 58, 36), (168, 112, 56), (206, 170, 110), (190, 188, 186), (122, 54, 34))


def mix(one: Color, other: Color, share: float) -> Color:
    """A colour between two."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return (r, g, b)


def color_of(text: str) -> Color:
    """`#rrggbb` as numbers."""
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def letters(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow."""
    return ImageFont.load_default(size)


class Canvas:
    """A picture being drawn; places are shares of its width and height, so a scene fits any shape."""

    def __init__(self, width: int, height: int, seed: int | str) -> None:
        self.w, self.h = width, height
        self.random = random.Random(f"scene {seed}")
        self.image = Image.new("RGB", (width, height), LIMESTONE)
        self.pen = ImageDraw.Draw(self.image)

    def sky(self, top: Color, bottom: Color, until: float = 1.0) -> None:
        """A gradient from above to below."""
        depth = max(2, round(self.h * until))
        column = Image.new("RGB", (1, 64))
        for y in range(64):
            column.putpixel((0, y), mix(top, bottom, y / 63))
        self.image.paste(column.resize((self.w, depth), Image.Resampling.BILINEAR), (0, 0))

    def box(self, x: float, y: float, x2: float, y2: float, color: Color, round_by: float = 0) -> None:
        """A rectangle."""
        place = (x * self.w, y * self.h, x2 * self.w, y2 * self.h)
        self.pen.rounded_rectangle(place, round_by * self.h, fill=color)

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """A circle; the radius is a share of the height."""
        r, cx, cy = radius * self.h, x * self.w, y * self.h
        self.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=color)

    def ring(self, x: float, y: float, radius: float, color: Color, thick: float) -> None:
        """A circle's rim."""
        r, cx, cy = radius * self.h, x * self.w, y * self.h
        self.pen.ellipse((cx - r, cy - r, cx + r, cy + r), outline=color, width=max(1, round(thick * self.h)))

    def shape(self, points: list[tuple[float, float]], color: Color) -> None:
        """A polygon."""
        self.pen.polygon([(x * self.w, y * self.h) for x, y in points], fill=color)

    def line(self, points: list[tuple[float, float]], color: Color, thick: float) -> None:
        """A stroke."""
        places = [(x * self.w, y * self.h) for x, y in points]
        self.pen.line(places, fill=color, width=max(1, round(thick * self.h)), joint="curve")

    def words(self, x: float, y: float, text: str, size: float, color: Color, room: float = 0.9) -> None:
        """A line of text around a point, smaller if there is no room for it."""
        font = letters(size * self.h)
        wide = self.pen.textlength(text, font=font)
        if wide > room * self.w:
            font = letters(size * self.h * room * self.w / wide)
        self.pen.text((x * self.w, y * self.h), text, fill=color, font=font, anchor="mm")

    def ridge(self, base: float, high: float, color: Color) -> None:
        """A line of hills, filled to the bottom."""
        waves = [(self.random.uniform(0.6, 3.2), self.random.uniform(0, 6.3), self.random.random()) for _ in range(4)]
        most = sum(wave[2] for wave in waves)
        points = [(0.0, 1.0)]
        for step in range(61):
            x = step / 60
            lift = sum(share * math.sin(often * 6.3 * x + phase) for often, phase, share in waves) / most
            points.append((x, base - high * lift))
        self.shape([*points, (1.0, 1.0)], color)

    def village(self, x: float, y: float, houses: int, size: float = 0.05) -> None:
        """A heap of houses around a bell tower."""
        thin = size * self.h / self.w
        for house in range(houses):
            off = (house - houses / 2) * thin * 0.8
            low = y - size * (1.6 - abs(house - houses / 2) / houses * 2.4) - self.random.uniform(0, size * 0.4)
            wall = mix(PALE, STRAW, self.random.random() * 0.6)
            self.box(x + off, low, x + off + thin * 1.1, y + size, wall)
            roof = mix(BRICK, OCHRE, self.random.random() * 0.7)
            self.shape([(x + off - thin * 0.1, low), (x + off + thin * 0.55, low - size * 0.45),
                        (x + off + thin * 1.2, low)], roof)  # fmt: skip
            self.box(x + off + thin * 0.4, low + size * 0.25, x + off + thin * 0.62, low + size * 0.6, INK)
        self.box(x - thin * 0.3, y - size * 3.6, x + thin * 0.35, y - size, mix(PALE, STRAW, 0.3))
        self.shape([(x - thin * 0.4, y - size * 3.6), (x, y - size * 4.8), (x + thin * 0.45, y - size * 3.6)], BRICK)
        self.box(x - thin * 0.1, y - size * 3.3, x + thin * 0.14, y - size * 2.7, INK)

    def person(self, x: float, y: float, size: float) -> None:
        """Somebody standing with their feet at a point."""
        thin, coat = size * self.h / self.w, self.random.choice(COATS)
        self.box(x - thin * 0.12, y - size * 0.4, x - thin * 0.01, y, INK)
        self.box(x + thin * 0.01, y - size * 0.4, x + thin * 0.12, y, INK)
        self.box(x - thin * 0.19, y - size * 0.78, x + thin * 0.19, y - size * 0.32, coat, size * 0.08)
        self.disc(x, y - size * 0.87, size * 0.115, self.random.choice(HAIRS))
        self.disc(x, y - size * 0.845, size * 0.1, self.random.choice(SKINS))

    def jpeg(self, quality: int = 80) -> bytes:
        """The picture as a file."""
        out = io.BytesIO()
        self.image.save(out, "JPEG", quality=quality)
        return out.getvalue()


def market(one: Canvas, _words: tuple[str, ...]) -> None:
    """Stalls under striped awnings."""
    one.sky(SKY, PALE)
    for house in range(7):
        x, top = house / 7, one.random.uniform(0.12, 0.26)
        one.box(x, top, x + 0.145, 0.75, mix(PALE, STRAW, one.random.random() * 0.7))
        one.box(x, top - 0.03, x + 0.145, top, BRICK)
        for row in (0.08, 0.24):
            for side in (0.03, 0.09):
                one.box(
                    x + side, top + row, x + side + 0.028, top + row + 0.1, one.random.choice((GREEN, LAVENDER, SEA))
                )
    one.box(0, 0.72, 1, 1, mix(LIMESTONE, STRAW, 0.45))
    for stall in range(3):
        x, color = 0.04 + stall * 0.325, one.random.choice((BRICK, GREEN, OCHRE, LAVENDER))
        one.person(x + one.random.uniform(0.08, 0.2), 0.83, 0.34)
        for stripe in range(8):
            left = x + stripe * 0.034
            one.shape([(left + 0.008, 0.42), (left + 0.038, 0.42), (left + 0.034, 0.54), (left, 0.54)],
                      color if stripe % 2 else LIMESTONE)  # fmt: skip
            one.disc(left + 0.017, 0.54, 0.025, color if stripe % 2 else LIMESTONE)
        one.box(x + 0.005, 0.54, x + 0.012, 0.95, WOOD)
        one.box(x + 0.262, 0.54, x + 0.269, 0.95, WOOD)
        for crate in range(4):
            fruit = one.random.choice((BRICK, OCHRE, LEAF, LAVENDER, STRAW))
            for ball in range(7):
                one.disc(x + 0.022 + crate * 0.062 + ball % 4 * 0.015, 0.745 - ball // 4 * 0.025, 0.018,
                         mix(fruit, LIMESTONE, one.random.random() * 0.25))  # fmt: skip
            one.box(x + 0.01 + crate * 0.063, 0.755, x + 0.068 + crate * 0.063, 0.84, mix(WOOD, STRAW, 0.25))
    for _ in range(3):
        one.person(one.random.uniform(0.1, 0.9), one.random.uniform(0.95, 0.99), 0.38)


def hills(one: Canvas, _words: tuple[str, ...]) -> None:
    """The town on its hill, lavender below."""
    one.sky(SKY, PALE)
    one.disc(one.random.uniform(0.15, 0.85), 0.2, 0.06, (255, 236, 190))
    one.ridge(0.48, 0.09, mix(LAVENDER, SKY, 0.6))
    one.ridge(0.57, 0.08, mix(LEAF, SKY, 0.4))
    at = one.random.uniform(0.3, 0.7)
    one.shape([(at - 0.35, 0.75), (at - 0.1, 0.55), (at + 0.1, 0.55), (at + 0.35, 0.75)], mix(LEAF, STRAW, 0.2))
    one.village(at, 0.56, 10)
    one.ridge(0.72, 0.05, LEAF)
    for row in range(12):
        x = row / 11
        one.line(
            [(0.5 + (x - 0.5) * 0.5, 0.78), (0.5 + (x - 0.5) * 2.6, 1.02)], mix(LAVENDER, INK, row % 2 * 0.2), 0.04
        )
    for _ in range(5):
        x, y = one.random.uniform(0, 1), one.random.uniform(0.74, 0.8)
        one.shape([(x - 0.012, y), (x, y - 0.2), (x + 0.012, y)], mix(GREEN, INK, 0.4))


def sea(one: Canvas, _words: tuple[str, ...]) -> None:
    """Sails on the water."""
    one.sky(SKY, PALE, 0.5)
    one.disc(one.random.uniform(0.2, 0.8), 0.18, 0.07, (255, 240, 200))
    one.box(0, 0.45, 1, 1, SEA)
    for wave in range(40):
        x, y = one.random.random(), 0.47 + 0.4 * (wave / 40) ** 1.3
        long = 0.02 + (y - 0.45) * 0.2
        one.line([(x, y), (x + long, y)], mix(SEA, LIMESTONE, one.random.uniform(0.2, 0.5)), 0.005)
    for _ in range(4):
        x, y, size = one.random.uniform(0.1, 0.9), one.random.uniform(0.47, 0.62), one.random.uniform(0.06, 0.14)
        one.shape([(x, y - size), (x, y), (x + size * 0.4, y)], LIMESTONE)
        one.shape(
            [(x - 0.006, y - size * 0.9), (x - 0.006, y), (x - size * 0.25, y)], one.random.choice((BRICK, OCHRE))
        )
        one.shape([(x - size * 0.3, y + 0.008), (x + size * 0.42, y + 0.008), (x + size * 0.25, y + 0.03),
                   (x - size * 0.2, y + 0.03)], INK)  # fmt: skip
    one.ridge(0.9, 0.03, STRAW)


def dusk(one: Canvas, _words: tuple[str, ...]) -> None:
    """The sun going down behind the roofs."""
    one.sky(NIGHT, DUSK, 0.75)
    at = one.random.uniform(0.25, 0.75)
    one.disc(at, 0.58, 0.11, (255, 206, 130))
    for cloud in range(5):
        x, y = one.random.random(), 0.2 + cloud * 0.07
        one.box(x, y, x + one.random.uniform(0.1, 0.3), y + 0.015, mix(DUSK, LAVENDER, 0.4), 0.008)
    one.ridge(0.64, 0.07, mix(LAVENDER, NIGHT, 0.35))
    one.ridge(0.75, 0.06, mix(NIGHT, INK, 0.4))
    for house in range(12):
        x, top = house / 12, one.random.uniform(0.72, 0.86)
        one.box(x, top, x + 0.085, 1, INK)
        one.shape([(x - 0.01, top), (x + 0.042, top - 0.06), (x + 0.095, top)], INK)
        for _ in range(2):
            left, low = x + one.random.uniform(0.012, 0.06), top + one.random.uniform(0.02, 0.1)
            one.box(
                left, low, left + 0.013, low + 0.035, one.random.choice((STRAW, (255, 214, 130), mix(INK, NIGHT, 0.6)))
            )


def steps(one: Canvas, _words: tuple[str, ...]) -> None:
    """Church steps where people talk."""
    one.sky(SKY, PALE)
    one.box(0.14, 0.06, 0.86, 0.6, mix(PALE, STRAW, 0.35))
    one.shape([(0.12, 0.07), (0.5, -0.16), (0.88, 0.07)], mix(STRAW, WOOD, 0.3))
    for stone in range(60):
        x, y = one.random.uniform(0.15, 0.82), 0.08 + stone % 12 * 0.042
        one.box(x, y, x + 0.03, y + 0.018, mix(PALE, STRAW, one.random.uniform(0.3, 0.75)))
    one.disc(0.5, 0.15, 0.085, WOOD)
    for beam in range(8):
        turn = beam * math.pi / 4
        x, y = 0.5 + math.cos(turn) * 0.05 * one.h / one.w, 0.15 + math.sin(turn) * 0.05
        one.disc(x, y, 0.022, COATS[beam % 5])
    one.box(0.435, 0.36, 0.565, 0.6, WOOD)
    one.disc(0.5, 0.36, 0.065 * one.w / one.h, WOOD)
    one.line([(0.5, 0.28), (0.5, 0.6)], INK, 0.006)
    for side in (0.24, 0.7):
        one.box(side, 0.3, side + 0.06, 0.48, GREEN, 0.05)
    people = [(one.random.randrange(6), one.random.uniform(0.1, 0.9)) for _ in range(9)]
    for step in range(6):
        y, wide = 0.58 + step * 0.07, 0.06 * step
        one.box(0.2 - wide, y, 0.8 + wide, y + 0.07, mix(LIMESTONE, WOOD, 0.3))
        one.box(0.2 - wide, y, 0.8 + wide, y + 0.05, mix(LIMESTONE, STRAW, 0.12 + 0.05 * step))
        for row, x in people:
            if row == step:
                one.person(0.2 - wide + x * (0.6 + 2 * wide), y + 0.03, 0.2 + step * 0.015)


def shutters(one: Canvas, _words: tuple[str, ...]) -> None:
    """A window with its shutters, and geraniums."""
    wall = one.random.choice((PALE, mix(DUSK, PALE, 0.6), mix(STRAW, PALE, 0.4)))
    one.sky(wall, mix(wall, OCHRE, 0.2))
    color = one.random.choice((GREEN, LAVENDER, SEA, BRICK))
    for left in (0.08, 0.56):
        one.box(left + 0.09, 0.14, left + 0.27, 0.8, mix(INK, SEA, 0.3))
        for pane in range(3):
            one.box(left + 0.1, 0.16 + pane * 0.215, left + 0.176, 0.36 + pane * 0.215, mix(INK, SKY, 0.5))
            one.box(left + 0.184, 0.16 + pane * 0.215, left + 0.26, 0.36 + pane * 0.215, mix(INK, SKY, 0.42))
        for door in (left - 0.02, left + 0.275):
            one.box(door, 0.13, door + 0.105, 0.81, color)
            for slat in range(16):
                y = 0.16 + slat * 0.04
                one.box(door + 0.012, y, door + 0.093, y + 0.012, mix(color, INK, 0.35))
        one.box(left + 0.05, 0.8, left + 0.31, 0.84, mix(LIMESTONE, WOOD, 0.2))
        for _ in range(26):
            one.disc(left + one.random.uniform(0.07, 0.29), one.random.uniform(0.7, 0.79), 0.022,
                     one.random.choice((LEAF, LEAF, BRICK, (214, 90, 100))))  # fmt: skip
        one.box(left + 0.07, 0.77, left + 0.29, 0.83, mix(BRICK, OCHRE, 0.4))


def bicycle(one: Canvas, _words: tuple[str, ...]) -> None:
    """A bicycle against a wall."""
    one.sky(mix(PALE, STRAW, 0.3), PALE)
    one.box(0, 0.82, 1, 1, mix(LIMESTONE, WOOD, 0.35))
    one.box(0.06, 0.1, 0.2, 0.82, GREEN)
    one.line([(0.13, 0.1), (0.13, 0.82)], mix(GREEN, INK, 0.4), 0.006)
    frame, flat = one.random.choice((BRICK, LAVENDER, SEA, OCHRE)), one.h / one.w
    back, front, pedal = (0.38, 0.68), (0.38 + 0.58 * flat, 0.68), (0.38 + 0.23 * flat, 0.68)
    saddle, head = (0.38 + 0.16 * flat, 0.42), (0.38 + 0.48 * flat, 0.4)
    for x, y in (back, front):
        for spoke in range(10):
            turn = spoke * math.pi / 5
            one.line(
                [(x, y), (x + math.cos(turn) * 0.16 * flat, y + math.sin(turn) * 0.16)], mix(INK, PALE, 0.5), 0.003
            )
        one.ring(x, y, 0.17, INK, 0.014)
    one.line([back, saddle, head, pedal, back], frame, 0.016)
    one.line([saddle, pedal], frame, 0.016)
    one.line([(head[0] - 0.01, 0.34), head, front], frame, 0.016)
    one.line([(head[0] - 0.05, 0.33), (head[0] + 0.02, 0.33)], INK, 0.018)
    one.line([saddle, (saddle[0] - 0.005, 0.38)], INK, 0.014)
    one.box(saddle[0] - 0.04, 0.36, saddle[0] + 0.025, 0.385, INK, 0.01)
    one.disc(*pedal, 0.03, INK)
    one.box(head[0] + 0.005, 0.36, head[0] + 0.085, 0.48, mix(WOOD, STRAW, 0.5), 0.02)
    for loaf in range(3):
        one.line([(head[0] + 0.02 + loaf * 0.02, 0.36), (head[0] + 0.035 + loaf * 0.025, 0.26)], STRAW, 0.022)


def bread(one: Canvas, _words: tuple[str, ...]) -> None:
    """Loaves on a board."""
    one.sky(mix(INK, WOOD, 0.5), mix(WOOD, OCHRE, 0.4))
    one.box(0, 0.62, 1, 1, WOOD)
    for plank in range(4):
        one.box(0, 0.66 + plank * 0.09, 1, 0.665 + plank * 0.09, mix(WOOD, INK, 0.3))
    for shelf in (0.24, 0.5):
        one.box(0.05, shelf, 0.95, shelf + 0.03, mix(WOOD, STRAW, 0.3))
        for loaf in range(6):
            x, tone = 0.13 + loaf * 0.148, mix(OCHRE, STRAW, one.random.random())
            one.box(x - 0.06, shelf - 0.12, x + 0.06, shelf, tone, 0.06)
            for cut in (-0.03, 0.0, 0.03):
                one.line(
                    [(x + cut - 0.01, shelf - 0.09), (x + cut + 0.012, shelf - 0.03)], mix(tone, LIMESTONE, 0.6), 0.008
                )
    for loaf in range(4):
        x, tone = 0.1 + loaf * 0.2, mix(OCHRE, STRAW, 0.2 + one.random.random() * 0.6)
        one.line([(x, 0.92), (x + 0.2, 0.68)], mix(tone, WOOD, 0.4), 0.092)
        one.line([(x, 0.915), (x + 0.2, 0.675)], tone, 0.08)
        for end in ((x, 0.915), (x + 0.2, 0.675)):
            one.disc(*end, 0.04, tone)
        for cut in range(4):
            at = x + 0.03 + cut * 0.045
            one.line([(at, 0.875 - cut * 0.054), (at + 0.035, 0.865 - cut * 0.054)], mix(tone, LIMESTONE, 0.7), 0.01)


def poster(one: Canvas, words: tuple[str, ...]) -> None:
    """What is on, on a wall."""
    one.sky(mix(PALE, STRAW, 0.3), mix(PALE, WOOD, 0.3))
    color = one.random.choice((BRICK, GREEN, LAVENDER, OCHRE, NIGHT))
    one.box(0.2, 0.05, 0.82, 0.97, mix(WOOD, PALE, 0.4))
    one.box(0.19, 0.04, 0.81, 0.95, color)
    for burst in range(18):
        turn = burst * math.pi / 9
        spot = [
            (0.5 + math.cos(turn + off) * 0.6 * one.h / one.w, 0.3 + math.sin(turn + off) * 0.25)
            for off in (-0.07, 0.07)
        ]
        if burst % 2:
            one.shape([(0.5, 0.3), *spot], mix(color, LIMESTONE, 0.14))
    one.disc(0.5, 0.3, 0.13, STRAW)
    one.village(0.5, 0.33, 5, 0.035)
    said = words or ("La fête",)
    for row, line in enumerate(said[:4]):
        big = 0.11 if row == 0 else 0.058
        one.words(0.5, 0.57 + (row and 0.03) + row * 0.095, line, big, LIMESTONE if row != 1 else STRAW, 0.56)


def chart(one: Canvas, words: tuple[str, ...]) -> None:
    """Bars, one for each word; a word may bring its number: `mardi 12`."""
    one.sky(LIMESTONE, LIMESTONE)
    rows: list[tuple[str, float]] = []
    for word in words or ("lundi", "mardi", "mercredi"):
        name, _, number = word.rpartition(" ")
        count = float(number) if name and number.isdigit() else one.random.randint(10, 90)
        rows.append((name if name and number.isdigit() else word, count))
    most, wide = max(count for _, count in rows) or 1, 0.84 / len(rows)
    for grid in range(5):
        one.line([(0.06, 0.16 + grid * 0.16), (0.94, 0.16 + grid * 0.16)], mix(LIMESTONE, INK, 0.12), 0.003)
    for at, (name, count) in enumerate(rows):
        x, top = 0.08 + at * wide, 0.8 - 0.64 * count / most
        one.box(x + wide * 0.14, top, x + wide * 0.86, 0.8, COATS[at % 5], 0.012)
        one.words(x + wide / 2, top - 0.035, f"{count:g}", 0.045, INK)
        one.words(x + wide / 2, 0.86, name, 0.05, INK, wide * 0.92)
    one.line([(0.06, 0.8), (0.94, 0.8)], INK, 0.006)


def library(one: Canvas, _words: tuple[str, ...]) -> None:
    """Shelves of books and a lamp."""
    one.sky(mix(WOOD, INK, 0.35), mix(WOOD, INK, 0.2))
    for shelf in range(4):
        low, x = 0.235 + shelf * 0.235, 0.03
        while x < 0.95:
            thick, tall = one.random.uniform(0.012, 0.03), one.random.uniform(0.12, 0.19)
            color = mix(one.random.choice((*COATS, PALE)), WOOD, 0.15)
            one.box(x, low - tall, x + thick, low, color)
            one.box(x, low - tall * 0.8, x + thick, low - tall * 0.74, mix(color, LIMESTONE, 0.5))
            x += thick + 0.003 + (0.05 if one.random.random() < 0.06 else 0)
        one.box(0, low, 1, low + 0.022, mix(WOOD, STRAW, 0.35))
    one.box(0.4, 0.93, 1, 1, mix(WOOD, STRAW, 0.15))
    one.line([(0.72, 0.93), (0.72, 0.66)], STRAW, 0.012)
    one.shape([(0.66, 0.68), (0.69, 0.54), (0.75, 0.54), (0.78, 0.68)], GREEN)
    one.shape([(0.665, 0.68), (0.775, 0.68), (0.79, 0.7), (0.65, 0.7)], (255, 232, 170))
    one.person(0.5, 1.1, 0.5)


def stage(one: Canvas, _words: tuple[str, ...]) -> None:
    """Curtains, a spot and somebody in it."""
    one.sky((28, 22, 34), (58, 32, 40))
    for x in (0.32, 0.5, 0.68):
        one.shape([(x, -0.02), (x - 0.11, 0.82), (x + 0.11, 0.82)], mix((58, 32, 40), STRAW, 0.22))
    one.box(0, 0.78, 1, 1, mix(WOOD, OCHRE, 0.25))
    for x in (0.32, 0.5, 0.68):
        one.pen.ellipse(((x - 0.12) * one.w, 0.78 * one.h, (x + 0.12) * one.w, 0.88 * one.h), fill=STRAW)
        one.person(x, 0.83, one.random.uniform(0.34, 0.42))
    for fold in range(6):
        for x in (fold * 0.03, 1 - (fold + 1) * 0.03):
            one.box(x, 0, x + 0.03, 0.9, mix(BRICK, INK, 0.15 + fold % 2 * 0.2))
    for scallop in range(10):
        one.disc(scallop / 9, 0, 0.11, mix(BRICK, INK, 0.1 + scallop % 2 * 0.12))
    for head in range(14):
        one.disc(0.03 + head * 0.073, 1.0 + head % 2 * 0.02, 0.06, INK)


def rain(one: Canvas, _words: tuple[str, ...]) -> None:
    """Umbrellas on wet stones."""
    one.sky((96, 108, 126), (168, 176, 184))
    one.ridge(0.55, 0.06, (112, 124, 138))
    one.village(one.random.uniform(0.3, 0.7), 0.58, 9)
    one.box(0, 0.64, 1, 1, (122, 126, 132))
    for _ in range(14):
        x, y, long = one.random.random(), one.random.uniform(0.7, 0.98), one.random.uniform(0.03, 0.1)
        one.pen.ellipse(((x - long) * one.w, y * one.h, (x + long) * one.w, (y + 0.025) * one.h), fill=(150, 160, 172))
    for walker in range(4):
        x, y = 0.14 + walker * 0.23 + one.random.uniform(-0.05, 0.05), one.random.uniform(0.84, 0.96)
        one.person(x, y, 0.32)
        cover, flat = one.random.choice((BRICK, OCHRE, LAVENDER, GREEN)), 0.14 * one.h / one.w
        one.line([(x + 0.02, y - 0.2), (x + 0.02, y - 0.4)], INK, 0.008)
        place = ((x + 0.02 - flat) * one.w, (y - 0.46) * one.h, (x + 0.02 + flat) * one.w, (y - 0.2) * one.h)
        one.pen.pieslice(place, 180, 360, fill=cover)
    for _ in range(150):
        x, y = one.random.random(), one.random.random()
        one.line([(x, y), (x - 0.008, y + 0.045)], (206, 214, 222), 0.003)


def pitch(one: Canvas, _words: tuple[str, ...]) -> None:
    """Rugby posts and two teams."""
    one.sky(SKY, PALE)
    one.ridge(0.42, 0.06, mix(LAVENDER, SKY, 0.5))
    one.box(0, 0.4, 1, 0.5, mix(INK, LIMESTONE, 0.35))
    for _ in range(150):
        one.disc(one.random.random(), one.random.uniform(0.41, 0.49), 0.009, one.random.choice((*COATS, LIMESTONE)))
    for stripe in range(8):
        one.box(0, 0.5 + stripe * 0.0625, 1, 0.57 + stripe * 0.0625, mix(LEAF, GREEN, stripe % 2 * 0.35))
    one.line([(0, 0.56), (1, 0.56)], LIMESTONE, 0.008)
    one.line([(0, 0.86), (1, 0.86)], LIMESTONE, 0.012)
    for x in (0.44, 0.56):
        one.line([(x, 0.1), (x, 0.57)], LIMESTONE, 0.014)
    one.line([(0.44, 0.37), (0.56, 0.37)], LIMESTONE, 0.014)
    for player in range(12):
        x, y = one.random.uniform(0.05, 0.95), 0.66 + player * 0.026
        size, shirt = 0.13 + player * 0.008, (BRICK, INK, LAVENDER)[player % 2 * 2]
        one.person(x, y, size)
        thin = size * one.h / one.w
        one.box(x - thin * 0.2, y - size * 0.78, x + thin * 0.2, y - size * 0.35, shirt, size * 0.06)
    one.pen.ellipse((0.62 * one.w, 0.3 * one.h, 0.65 * one.w, 0.33 * one.h), fill=WOOD)


SCENES: dict[str, Painter] = {
    "market": market, "hills": hills, "sea": sea, "dusk": dusk, "steps": steps, "shutters": shutters,
    "bicycle": bicycle, "bread": bread, "poster": poster, "chart": chart, "library": library, "stage": stage,
    "rain": rain, "pitch": pitch,
}  # fmt: skip


def draw(picture: Picture) -> bytes:
    """A picture for a post: a JPEG of 1200 × 800."""
    one = Canvas(1200, 800, f"{picture.scene} {picture.seed}")
    SCENES[picture.scene](one, picture.words)
    return one.jpeg()


def header(person: Person) -> bytes:
    """The top of a profile: a JPEG of 1500 × 500."""
    one = Canvas(1500, 500, f"header {person.username}")
    SCENES[person.header](one, (person.name,))
    return one.jpeg()


def avatar(person: Person) -> bytes:
    """A face, or the initials of a brand: a JPEG of 400 × 400."""
    one, accent = Canvas(400, 400, f"face {person.username}"), color_of(person.accent)
    one.sky(mix(accent, LIMESTONE, 0.25), accent)
    if person.kind == "person":
        face(one, accent)
    else:
        one.disc(0.5, 0.5, 0.4, mix(accent, LIMESTONE, 0.12))
        one.ring(0.5, 0.5, 0.4, mix(accent, LIMESTONE, 0.5), 0.008)
        big = [word[0] for word in person.name.replace("’", " ").replace("-", " ").split() if word[0].isupper()]
        one.words(0.5, 0.5, "".join(big[:3]) or person.name[:2].upper(), 0.3, LIMESTONE, 0.62)
    return one.jpeg(88)


def face(one: Canvas, accent: Color) -> None:
    """Somebody: shoulders, hair, two eyes and a smile."""
    skin, hair = one.random.choice(SKINS), one.random.choice(HAIRS)
    coat = one.random.choice([color for color in COATS if color != accent])
    cut, round_by = one.random.randrange(5), one.random.uniform(0.19, 0.215)
    dark = mix(skin, INK, 0.75)
    for spot in range(5):
        one.disc(
            one.random.random(), one.random.random(), 0.05 + spot * 0.04, mix(accent, LIMESTONE, 0.12 + spot * 0.03)
        )
    if cut in (0, 1):  # long
        one.box(0.5 - round_by - 0.055, 0.36, 0.5 + round_by + 0.055, 0.78 if cut else 0.64, hair, 0.12)
    if cut == 2:  # a bun
        one.disc(0.5, 0.16, 0.085, hair)
    one.disc(0.5, 0.415, round_by + 0.045, hair)
    one.box(0.14, 0.74, 0.86, 1.3, coat, 0.24)
    one.box(0.42, 0.58, 0.58, 0.8, mix(skin, INK, 0.12), 0.07)
    one.disc(0.5, 0.75, 0.08, mix(skin, INK, 0.12))
    one.box(0.5 - round_by, 0.3, 0.5 + round_by, 0.68, skin, round_by)
    one.pen.chord(((0.5 - round_by) * 400, 86, (0.5 + round_by) * 400, 250), 190 - cut * 4, 345 + cut * 3, fill=hair)
    for x in (0.42, 0.58):
        one.disc(x, 0.48, 0.018, dark)
        one.line([(x - 0.03, 0.435), (x + 0.03, 0.43)], mix(hair, INK, 0.3), 0.012)
        one.disc(x + (0.03 if x > 0.5 else -0.03), 0.555, 0.03, mix(skin, BRICK, 0.18))
    one.line([(0.5, 0.49), (0.508, 0.54)], mix(skin, INK, 0.3), 0.01)
    one.pen.arc((172, 208, 228, 240), 25, 155, fill=mix(BRICK, dark, 0.3), width=5)
    extra = one.random.random()
    if extra < 0.3:
        for x in (0.42, 0.58):
            one.ring(x, 0.48, 0.058, INK, 0.01)
        one.line([(0.475, 0.475), (0.525, 0.475)], INK, 0.01)
    elif extra < 0.45 and cut in (3, 4):
        one.pen.chord(((0.5 - round_by) * 400, 150, (0.5 + round_by) * 400, 274), 20, 160, fill=hair)
        one.pen.arc((176, 212, 224, 238), 15, 165, fill=LIMESTONE, width=5)
    elif extra < 0.6:
        one.disc(0.5 - round_by, 0.56, 0.016, STRAW)
        one.disc(0.5 + round_by, 0.56, 0.016, STRAW)
