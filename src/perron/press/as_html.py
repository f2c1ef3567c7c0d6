"""A document as one HTML file that needs nothing else: pictures, typefaces and styles inside, and nothing is asked of
anybody when it is opened."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import IO

from perron.press.document import Document, Picture
from perron.press.faces import declared, faces_in, inlined
from perron.press.fit import fit
from perron.press.letters import address, escaped, line
from perron.press.markup import Setting, body
from perron.press.plates import Files, Plates, plates
from perron.press.themes import BOTH, sheet
from perron.press.words import word

POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_PLATE = re.compile(r'(?<=src=")plate:([\w.-]+)(?=")')
_AT_ONCE = 57 * 1024  # a multiple of three, so that pieces of base64 can be joined
_PAGE = "body{margin:0}.press{min-height:100vh}*,*::before,*::after{box-sizing:border-box}"


def write_html(document: Document, files: Files, to: IO[bytes], *, zone: tzinfo = UTC) -> None:
    """The document as a page of its own; pictures go in one by one."""
    document = fit(document)
    with plates(files) as made:
        for piece in _pieces(document, made, zone):
            to.write(piece)


def _pieces(document: Document, made: Plates, zone: tzinfo) -> Iterator[bytes]:
    def where(picture: Picture) -> str:
        plate = made.find(picture)
        return f"plate:{plate.name}" if plate else ""

    set_ = body(document, Setting(where, zone, live=False))
    yield head(document).encode()
    kept = {plate.name: plate for plate in made.all()}
    parts = _PLATE.split(set_)
    for words, name in zip(parts[::2], [*parts[1::2], ""], strict=True):
        yield words.encode()
        if name:
            yield f"data:{kept[name].kind};base64,".encode()
            yield from encoded(kept[name].path)
    yield b"</body></html>\n"


def head(document: Document) -> str:
    """Everything before the body."""
    css = sheet(document.theme, document.accent, BOTH)
    title = escaped(line(document.title)) or word("untitled", document.language)
    source = address(document.url)
    return (
        f'<!DOCTYPE html>\n<html lang="{escaped(document.language) or "und"}"><head><meta charset="utf-8" />'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" /><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />'
        '<meta name="referrer" content="no-referrer" /><meta name="color-scheme" content="light dark" />'
        + (f'<link rel="canonical" href="{source}" />' if source else "")
        + "".join(f'<meta name="author" content="{escaped(line(one.name))}" />' for one in document.authors)
        + f"<style>{declared(faces_in(css), inlined)}{css}{_PAGE}</style></head><body>"
    )


def encoded(path: Path) -> Iterator[bytes]:
    """A file in base64, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            yield b64encode(piece)
