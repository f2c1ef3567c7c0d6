"""The typefaces of documents, as files: the open ones that pages have, where this installation brought them."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import perron

VENDOR = Path(perron.__file__).parent / "web/static/vendor"


@dataclass(frozen=True, slots=True)
class Face:
    """One file of a typeface: its family, its weights and slope as CSS has them."""

    file: str
    family: str
    weights: str
    slope: str = "normal"

    @property
    def path(self) -> Path:
        """Where it is."""
        return VENDOR / self.file


FACES = (
    Face("fraunces-latin.woff2", "Fraunces", "100 900"),
    Face("atkinson-latin.woff2", "Atkinson Hyperlegible Next", "200 800"),
    Face("atkinson-latin-italic.woff2", "Atkinson Hyperlegible Next", "200 800", "italic"),
    Face("newsreader-latin.woff2", "Newsreader", "200 800"),
    Face("newsreader-latin-italic.woff2", "Newsreader", "200 800", "italic"),
    Face("bricolage-latin.woff2", "Bricolage Grotesque", "200 800"),
)
AT_HAND = ("Fraunces", "Atkinson Hyperlegible Next")
"""What every page has anyway."""


def faces_in(css: str) -> list[Face]:
    """The files of the typefaces that a stylesheet names, as far as they are here."""
    return [face for face in FACES if f'"{face.family}"' in css and face.path.exists()]


def declared(faces: list[Face], address: Callable[[Face], str]) -> str:
    """The rules that bring them, each from its address."""
    return "".join(
        f'@font-face{{font-family:"{one.family}";font-weight:{one.weights};font-style:{one.slope};font-display:swap;'
        f'src:url("{address(one)}") format("woff2")}}\n'
        for one in faces
    )


def inlined(face: Face) -> str:
    """A typeface as an address that holds it."""
    return "data:font/woff2;base64," + b64encode(face.path.read_bytes()).decode("ascii")


def vendored(css: str) -> Iterator[Face]:
    """The faces that a page has to bring beside its own."""
    return (face for face in faces_in(css) if face.family not in AT_HAND)
