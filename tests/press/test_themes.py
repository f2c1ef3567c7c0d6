import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.press.colours import AA, as_hex, contrast, legible, mixed, shade_of
from perron.press.themes import BOTH, DAY, LIVE, THEMES, Theme, rules, sheet, tokens

ACCENTS = ("", "#ffffff", "#000000", "#ffff00", "#ff8800", "#1f6f5c", "#d81e3a", "#0000ff", "#808080", "#00ff88")
colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#" + "".join(f"{each:02x}" for each in rgb))
READ_ON = {
    "ink": ("paper", "raised", "wash"),
    "muted": ("paper", "raised", "wash"),
    "accent": ("paper", "raised", "wash"),
    "on-fill": ("fill",),
    "on-band": ("band", "band-end"),
}
"""Which words stand on which ground in the stylesheets."""


def assert_legible(theme: Theme, accent: str) -> None:
    for night in (False, True):
        found = tokens(theme, accent, night=night)
        for words, grounds in READ_ON.items():
            for ground in grounds:
                at = f"{words} on {ground} of {theme.name} with {accent}, {'night' if night else 'day'}"
                assert contrast(found[words], found[ground]) >= AA, at


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("accent", ACCENTS)
def test_every_theme_can_be_read_with_every_accent(theme: Theme, accent: str) -> None:
    assert_legible(theme, accent)


@given(colours)
def test_whatever_accent_somebody_likes_can_be_read(accent: str) -> None:
    for theme in THEMES:
        assert_legible(theme, accent)


def test_contrast_is_counted_as_wcag_counts_it() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_can_be_read_stays() -> None:
    assert legible("#1f6f5c", "#f7f4ee") == "#1f6f5c"
    assert legible("#ffff00", "#ffffff") != "#ffff00"


@given(colours)
def test_a_colour_survives_the_way_through_oklab(colour: str) -> None:
    assert as_hex(shade_of(colour)) == colour


def test_words_under_a_marker_can_be_read() -> None:
    """The notebook marks titles with 22 % of its accent."""
    for accent in ACCENTS:
        for night in (False, True):
            found = tokens(THEMES[3], accent, night=night)
            assert contrast(found["ink"], mixed(found["accent"], found["paper"], 0.22)) >= AA


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_sheet_touches_nothing_outside_its_document(theme: Theme) -> None:
    css = re.sub(r"/\*.*?\*/", "", sheet(theme.name, "#ff8800", LIVE), flags=re.S)
    for selectors in re.findall(r"(?<=[{};\n])([^{};@]+)\{", "\n" + css):
        for selector in re.split(r",(?![^(]*\))", selectors):
            assert selector.strip().startswith((".press", ".pr-")), selector


def test_a_sheet_holds_one_theme_and_no_address() -> None:
    for theme in THEMES:
        css = sheet(theme.name, "", BOTH)
        assert "http" not in css and "url(" not in css and "@import" not in css
        assert not [one.name for one in THEMES if one is not theme and f".pr-{one.name}" in css]
        assert rules(theme.name)


def test_an_accent_that_is_no_colour_is_left_out() -> None:
    assert sheet("dusk", "red;}body{display:none", DAY) == sheet("dusk", "", DAY)
