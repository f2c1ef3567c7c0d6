"""Pictures made ready for a product: small enough, in a format that books know, one after the other."""

import hashlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from PIL import Image

from perron.press.document import Picture

LARGEST = 1600
"""Pixels of the longer side: 300 dpi at 13 cm, the width of a printed column."""
AS_IT_IS, LIGHT = 2048, 2 * 2**20
"""A JPEG of so many pixels and bytes is put in as it is: it was cleaned when it came, and this saves much time."""
MOST_PIXELS = 80_000_000
QUALITY = 84
Files = Callable[[str], Path | None]
"""Where the picture of an address lies on disk, or None where it is not to be had."""


def no_files(url: str) -> Path | None:
    """Where no picture is to be had."""
    return None


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture as it goes into a product: a file, its name there, its kind, its size."""

    path: Path
    name: str
    kind: str
    width: int
    height: int


class Plates:
    """All pictures of one product, each made once; only one of them is decoded at a time."""

    def __init__(self, files: Files, folder: Path, largest: int = LARGEST) -> None:
        self._files, self._folder, self._largest = files, folder, largest
        self._made: dict[str, Plate | None] = {}

    def find(self, picture: Picture) -> Plate | None:
        """The picture ready to be put in; None where it cannot be had or read."""
        if picture.url not in self._made:
            path = self._files(picture.url) if picture.url else None
            self._made[picture.url] = self._make(path, picture.url) if path else None
        return self._made[picture.url]

    def all(self) -> list[Plate]:
        """Those that were made, in the order in which they were asked for."""
        return [plate for plate in self._made.values() if plate]

    def _make(self, path: Path, url: str) -> Plate | None:
        name = f"p{len(self.all()) + 1}-{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:8]}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self._drawn(path, name)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, MemoryError):
            return None

    def _drawn(self, path: Path, name: str) -> Plate | None:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS or image.format not in ("JPEG", "PNG", "WEBP", "GIF", "AVIF"):
                return None
            if image.format == "JPEG" and max(image.size) <= AS_IT_IS and path.stat().st_size <= LIGHT:
                made = self._folder / f"{name}.jpg"
                copyfile(path, made)
                return Plate(made, made.name, "image/jpeg", *image.size)
            clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
            image.draft("RGB", (self._largest, self._largest))
            image.thumbnail((self._largest, self._largest))
            suffix, kind = ("png", "image/png") if clear else ("jpg", "image/jpeg")
            made = self._folder / f"{name}.{suffix}"
            if clear:
                image.convert("RGBA").save(made, "PNG")
            else:
                image.convert("RGB").save(made, "JPEG", quality=QUALITY)
            return Plate(made, made.name, kind, image.width, image.height)


@contextmanager
def plates(files: Files, largest: int = LARGEST) -> Iterator[Plates]:
    """Pictures for one product, in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="perron-press-") as folder:
        yield Plates(files, Path(folder), largest)
