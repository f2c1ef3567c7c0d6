from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from perron.press.as_picture import to_picture
from perron.press.document import Gone
from perron.press.themes import THEMES
from tests.press.samples import EVERYTHING, MARKET


def drawn(**changed: object) -> Image.Image:
    return Image.open(BytesIO(to_picture(replace(EVERYTHING, **changed), lambda url: None, site="perron.example")))  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_each_theme_has_its_picture(theme: object) -> None:
    image = drawn(theme=theme.name)  # type: ignore[attr-defined]
    assert image.size == (1200, 630) and len(image.getcolors(1 << 20) or []) > 20


@pytest.mark.parametrize("title", ["", "a" * 5000, "مرحبا", "👩‍👩‍👧 🍅", "\u202e\u200b", "日本語" * 40, "mot " * 300])
def test_any_title_can_be_drawn(title: str) -> None:
    assert drawn(title=title).size == (1200, 630)


def test_the_cover_is_in_it_and_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    Image.new("RGB", (300, 200), "#ff0000").save(path)
    with_it = Image.open(BytesIO(to_picture(EVERYTHING, lambda url: path))).convert("RGB")
    red, green, _ = with_it.getpixel((1000, 300))  # type: ignore[misc]
    assert red > 230 and green < 30
    without = Image.open(BytesIO(to_picture(replace(EVERYTHING, cover=None), lambda url: path))).convert("RGB")
    assert without.getpixel((1000, 300)) != with_it.getpixel((1000, 300))


def test_what_is_no_picture_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(b"<svg onload=alert(1)>")
    assert Image.open(BytesIO(to_picture(EVERYTHING, lambda url: path))).size == (1200, 630)


def test_nothing_of_the_blocks_is_in_it() -> None:
    other = drawn(blocks=(Gone("b1"),))
    assert ImageChops.difference(other.convert("RGB"), drawn().convert("RGB")).getbbox() is None
    assert MARKET.url
