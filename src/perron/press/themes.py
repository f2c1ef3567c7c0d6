"""Themes: how a document looks. Each is a set of colours for day and night, typefaces, and rules in `styles/`.

An accent is any colour: where words in it, or on it, could not be read, it is made lighter or darker until they can.
A page takes `page_sheet` as one stylesheet; everything in it stands under the class of the document.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from perron.press.colours import AA, filled, is_colour, legible, lettering, mixed
from perron.press.faces import declared, vendored

_STYLES = Path(__file__).parent / "styles"
FRAUNCES = '"Fraunces", "Iowan Old Style", Palatino, Georgia, serif'
NEWSREADER = '"Newsreader", "Iowan Old Style", Charter, Georgia, serif'
BRICOLAGE = '"Bricolage Grotesque", "Avenir Next", "Segoe UI", system-ui, sans-serif'
ATKINSON = '"Atkinson Hyperlegible Next", ui-sans-serif, system-ui, sans-serif'


BRIGHT = 6.0
"""The least contrast of an accent by night, when what is just legible looks dull."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The colours of a theme by day or by night. `raised` is what cards stand on, `line` what parts things."""

    paper: str
    raised: str
    ink: str
    muted: str
    line: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A way to look: its name, what people call it (in French, in English), its accent, day and night, typefaces."""

    name: str
    called: tuple[str, str]
    accent: str
    day: Ground
    night: Ground
    display: str
    text: str
    label: str


THEMES = (
    Theme(
        "limestone",
        ("Pierre", "Limestone"),
        "#1f6f5c",
        Ground("#f7f4ee", "#fffdf9", "#1f2430", "#5c6270", "#e0d9cb"),
        Ground("#12161d", "#1a1f28", "#e9e6df", "#a3a7b0", "#2e3541"),
        FRAUNCES,
        ATKINSON,
        ATKINSON,
    ),
    Theme(
        "gazette",
        ("Gazette", "Gazette"),
        "#9d2b1e",
        Ground("#fbf9f4", "#f4f0e6", "#171512", "#5b564c", "#2a2620"),
        Ground("#151412", "#1e1c19", "#ece7dc", "#aaa395", "#6b655a"),
        NEWSREADER,
        NEWSREADER,
        ATKINSON,
    ),
    Theme(
        "dusk",
        ("Crépuscule", "Dusk"),
        "#6d3fa6",
        Ground("#f7f3fb", "#ffffff", "#251f35", "#625a78", "#e3daf0"),
        Ground("#15111f", "#201a2f", "#eee9f7", "#afa6c4", "#372f4c"),
        BRICOLAGE,
        ATKINSON,
        BRICOLAGE,
    ),
    Theme(
        "notebook",
        ("Carnet", "Notebook"),
        "#b3451f",
        Ground("#fdf9ec", "#fffef8", "#2b2a26", "#676150", "#cfdbe3"),
        Ground("#1a1b1d", "#232528", "#e9e5d9", "#aaa594", "#34414b"),
        FRAUNCES,
        NEWSREADER,
        '"Courier Prime", ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
    ),
    Theme(
        "poster",
        ("Affiche", "Poster"),
        "#d81e3a",
        Ground("#ffffff", "#f3f2ef", "#0f0f12", "#57565d", "#0f0f12"),
        Ground("#0c0c0f", "#18181c", "#f6f5f2", "#aaa9b2", "#f6f5f2"),
        BRICOLAGE,
        ATKINSON,
        BRICOLAGE,
    ),
    Theme(
        "herbarium",
        ("Herbier", "Herbarium"),
        "#3f6b35",
        Ground("#f0f3ea", "#f9fbf5", "#1f2a21", "#53604f", "#c9d4be"),
        Ground("#10160f", "#182018", "#e5ebde", "#a1ae9a", "#33412f"),
        NEWSREADER,
        NEWSREADER,
        ATKINSON,
    ),
)
_BY_NAME = {theme.name: theme for theme in THEMES}
DAY, NIGHT, BOTH, LIVE = "day", "night", "both", "live"
"""For which light a sheet is: one; both, as whoever reads prefers it; or as the page says it (`color-scheme`)."""


def theme_called(name: str) -> Theme:
    """A theme by its name; the first where there is none of this name."""
    return _BY_NAME.get(name, THEMES[0])


def tokens(theme: Theme, accent: str = "", *, night: bool = False) -> dict[str, str]:
    """Every colour of a theme with an accent, by what it is for. Words in `accent` can be read on `paper`, `raised` and
    `wash`; words in `on-…` on what they are named after."""
    ground = theme.night if night else theme.day
    paper, raised = ground.paper, ground.raised
    wished = accent if is_colour(accent) else theme.accent
    wash = mixed(legible(wished, paper, raised), paper, 0.1)
    fill = filled(legible(wished, paper, least=3))
    first, last = (_deep(wished, with_, share) for with_, share in (("#1d1638", 0.62), ("#d9577a", 0.55)))
    return {
        "paper": paper,
        "raised": raised,
        "ink": ground.ink,
        "muted": legible(ground.muted, paper, raised, wash),
        "line": ground.line,
        "accent": legible(wished, paper, raised, wash, least=BRIGHT if night else AA),
        "wash": wash,
        "fill": fill,
        "on-fill": lettering(fill),
        "band": first,
        "band-end": last,
        "on-band": "#ffffff",
    }


def _deep(accent: str, other: str, share: float) -> str:
    """The accent gone into another colour, so dark that white can be read on it."""
    return legible(mixed(accent, other, share), "#ffffff")


def sheet(theme: str, accent: str = "", light: str = LIVE) -> str:
    """One stylesheet for a document: its colours, what all themes share, what this one has of its own."""
    found = theme_called(theme)
    return "".join([*colours(found, accent, light), rules("press"), rules(found.name)])


def page_sheet(theme: str, accent: str, asset: Callable[[str], str]) -> str:
    """The stylesheet of a page of ours, with the typefaces that only this theme has; `asset`: where a file is."""
    css = sheet(theme, accent)
    return declared(list(vendored(css)), lambda face: asset(f"vendor/{face.file}")) + css


def colours(theme: Theme, accent: str, light: str) -> Iterator[str]:
    """The custom properties of a theme under its class."""
    day, night = tokens(theme, accent), tokens(theme, accent, night=True)
    faces = f"--pr-display:{theme.display};--pr-text:{theme.text};--pr-label:{theme.label};"
    under = f".pr-{theme.name}"
    if light == LIVE:
        both = "".join(f"--pr-{name}:light-dark({day[name]},{night[name]});" for name in day)
        yield f"{under}{{{faces}{both}}}\n"
        return
    yield f"{under}{{{faces}{_declared(night if light == NIGHT else day)}}}\n"
    if light == BOTH:
        yield f"@media (prefers-color-scheme:dark){{{under}{{{_declared(night)}}}}}\n"


def _declared(values: dict[str, str]) -> str:
    return "".join(f"--pr-{name}:{value};" for name, value in values.items())


@cache
def rules(name: str) -> str:
    """One file of `styles/`."""
    path = _STYLES / f"{name}.css"
    return path.read_text(encoding="utf-8") if path.exists() else ""
