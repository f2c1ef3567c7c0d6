"""A document as PDF: tagged (PDF/UA-1), with bookmarks, French typography and drawn emoji.

WeasyPrint sets it, in a process of its own: what it takes of memory is given back, it may take only so much, and it
reads nothing but one folder. It needs Pango, a library of the system. Perron starts and runs without it; then a PDF is
refused with one sentence.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import cache
from html import escape
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import IO

from perron.kit.errors import Refused, Unavailable
from perron.press.as_epub import Progress, no_progress
from perron.press.document import Document, Picture
from perron.press.faces import declared, faces_in
from perron.press.fit import fit
from perron.press.letters import escaped, line
from perron.press.markup import Setting, body
from perron.press.plates import Files, Plates
from perron.press.themes import DAY, colours, rules, theme_called
from perron.press.words import word

SECONDS = 300
BEAT = 0.5
HOW = "apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-color-emoji"
LACKING = (
    "A PDF needs Pango, which this server does not have. Whoever runs it can install it: "
    "apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-color-emoji."
)
_WORDS, _SPACE = re.compile(">[^<]+<"), re.compile("[\u00a0\u202f]")
_SPACES = {"\u00a0": '<span class="pr-hard"> </span>', "\u202f": '<span class="pr-thin"> </span>'}
_SET, _LACKS = 0, 3
"""How the process ends: it set the document; a library is missing."""


class NoPango(Unavailable):
    """This machine cannot make a PDF."""

    def __init__(self) -> None:
        super().__init__(LACKING, retry_after=3600)


@cache
def able() -> bool:
    """Whether this machine can make a PDF: tried once, in a process of its own."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        return subprocess.run(_words("--try"), capture_output=True, timeout=60, env=_surroundings()).returncode == _SET
    return False


def write_pdf(
    document: Document, files: Files, to: IO[bytes], *, zone: tzinfo = UTC, progress: Progress = no_progress
) -> None:
    """The document as a PDF; NoPango where it cannot be made here."""
    if not able():
        raise NoPango
    document = fit(document)
    with TemporaryDirectory(prefix="perron-press-") as folder:
        place = Path(folder)
        (place / "index.html").write_text(_page(document, Plates(files, place), zone), encoding="utf-8")
        progress(0.3)
        _typeset(place, lambda share: progress(0.3 + 0.7 * share))
        with (place / "out.pdf").open("rb") as made:
            copyfileobj(made, to)
    progress(1.0)


def _page(document: Document, made: Plates, zone: tzinfo) -> str:
    def where(picture: Picture) -> str:
        plate = made.find(picture)
        return plate.name if plate else ""

    theme = theme_called(document.theme)
    css = "".join(colours(theme, document.accent, DAY)) + rules("paper")
    title = escaped(line(document.title)) or word("untitled", document.language)
    authors = "".join(f'<meta name="author" content="{escaped(line(one.name))}">' for one in document.authors)
    language = escaped(document.language) or "und"
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{authors}'
        f"<style>{declared(faces_in(css), lambda face: escape(face.path.as_uri()))}{css}</style></head>"
        f"<body>{_thin(body(document, Setting(where, zone, live=False)))}</body></html>"
    )


def _thin(html: str) -> str:
    """Narrow and hard spaces as spaces that are set narrow and hard: a typeface that draws all of them alike would have
    every space of the PDF read back as the rarest."""
    return _WORDS.sub(lambda part: _SPACE.sub(lambda space: _SPACES[space[0]], part[0]), html)


def _typeset(folder: Path, progress: Progress) -> None:
    """Have `press/typeset.py` set the page of a folder, and end it when it takes too long."""
    with subprocess.Popen(
        _words(str(folder)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_surroundings(),
        start_new_session=True,
    ) as child:
        try:
            _wait(child, progress)
        finally:
            if child.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
    if child.returncode == _LACKS:
        raise NoPango
    if child.returncode != _SET:
        raise Refused("This could not be set as a PDF: it is too long, or too large. The other formats can be had.")


def _wait(child: "subprocess.Popen[bytes]", progress: Callable[[float], None]) -> None:
    for beat in range(int(SECONDS / BEAT)):
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(BEAT)
            return
        progress(1 - 0.97**beat)


def _words(*given: str) -> list[str]:
    return [sys.executable, "-m", "perron.press.typeset", *given]


def _surroundings() -> dict[str, str]:
    """The environment of the process: none of our secrets in it."""
    kept = ("PATH", "HOME", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "XDG_CACHE_HOME")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LANG": "C.UTF-8"}
