"""A story as a file to take along: made of what anybody may read at this moment, like everything else."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO

from perron.entities.links import Links
from perron.kit.errors import NotFound
from perron.media.files import Files
from perron.press.as_epub import write_epub
from perron.press.as_html import write_html
from perron.press.as_json import to_json
from perron.press.as_markdown import to_markdown
from perron.press.as_pdf import write_pdf
from perron.press.as_zip import write_zip
from perron.press.document import Document

FORMATS = {
    "markdown": ("md", "text/markdown; charset=utf-8"),
    "html": ("html", "text/html; charset=utf-8"),
    "pdf": ("pdf", "application/pdf"),
    "epub": ("epub", "application/epub+zip"),
    "json": ("json", "application/json; charset=utf-8"),
    "zip": ("zip", "application/zip"),
}
"""Forms of a file: its ending and its content type."""
Pictures = Callable[[str], Path | None]


def pictures_here(links: Links, files: Files) -> Pictures:
    """Where the pictures of a document lie on this server, by their addresses."""
    start = links.file("")
    return lambda url: files.path(url.removeprefix(start)) if url.startswith(start) else None


def export(document: Document, form: str, pictures: Pictures) -> bytes:
    """The document as a file of a form; NotFound when there is none of that name."""
    if form == "markdown":
        return to_markdown(document).encode()
    if form == "json":
        return to_json(document)
    if form not in FORMATS:
        raise NotFound
    to = BytesIO()
    _WRITE[form](document, pictures, to)
    return to.getvalue()


def _zip(document: Document, pictures: Pictures, to: IO[bytes]) -> None:
    write_zip([document], pictures, to)


_WRITE: dict[str, Callable[[Document, Pictures, BytesIO], None]] = {
    "html": write_html,
    "pdf": write_pdf,
    "epub": write_epub,
    "zip": _zip,
}
