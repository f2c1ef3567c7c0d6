"""Every form in which a document leaves: what it is called, what kind of file it is, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import IO

from perron.kit.errors import NotFound
from perron.press.as_epub import Progress, no_progress, write_epub
from perron.press.as_html import write_html
from perron.press.as_json import to_json
from perron.press.as_markdown import to_markdown
from perron.press.as_pdf import write_pdf
from perron.press.as_timeline import to_timeline
from perron.press.as_zip import slug, write_zip
from perron.press.document import Document
from perron.press.markup import Setting
from perron.press.plates import Files

Write = Callable[[Document, Files, IO[bytes], tzinfo, Progress], None]
AT_ONCE = 60
"""Up to so many blocks a form that is not slow can be made while somebody waits."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its name, the end of its file's name, its kind, and whether it always takes a while."""

    name: str
    suffix: str
    kind: str
    write: Write
    slow: bool = False


def write(
    name: str, document: Document, files: Files, to: IO[bytes], *, zone: tzinfo = UTC, progress: Progress = no_progress
) -> Form:
    """Write a document in the form of this name; NotFound where there is none."""
    form = form_called(name)
    form.write(document, files, to, zone, progress)
    progress(1.0)
    return form


def form_called(name: str) -> Form:
    """A form by its name; NotFound where there is none."""
    found = FORMS.get(name)
    if found is None:
        raise NotFound
    return found


def takes_long(name: str, document: Document) -> bool:
    """Whether this is work for a job, and not for whoever answers."""
    return form_called(name).slow or len(document.blocks) > AT_ONCE


def file_name(document: Document, form: Form) -> str:
    """How a file is called: the title in plain letters, and its end."""
    return f"{slug(document)}.{form.suffix}"


def _markdown(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    to.write(to_markdown(document, Setting(zone=zone, live=False)).encode())


def _json(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    to.write(to_json(document))


def _timeline(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    to.write(to_timeline(document))


def _html(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    write_html(document, files, to, zone=zone)


def _epub(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    write_epub(document, files, to, zone=zone, progress=progress)


def _pdf(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    write_pdf(document, files, to, zone=zone, progress=progress)


def _zip(document: Document, files: Files, to: IO[bytes], zone: tzinfo, progress: Progress) -> None:
    write_zip([document], files, to, zone=zone, progress=lambda number, share: progress(share))


FORMS = {
    form.name: form
    for form in (
        Form("markdown", "md", "text/markdown; charset=utf-8", _markdown),
        Form("html", "html", "text/html; charset=utf-8", _html),
        Form("pdf", "pdf", "application/pdf", _pdf, slow=True),
        Form("epub", "epub", "application/epub+zip", _epub),
        Form("json", "json", "application/json; charset=utf-8", _json),
        Form("timeline", "json", "application/json; charset=utf-8", _timeline),
        Form("zip", "zip", "application/zip", _zip, slow=True),
    )
}
