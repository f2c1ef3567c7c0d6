"""A story as a file. A file is known by what it is made of: the story as it is at this moment, and the form.

So it is made once, whoever asks again finds it, and when something of the story is edited or taken back, the file that
had it is found no more. What takes long is made in a thread, one after the other, while who waits hears how far it is;
when a process ends, it is begun again by whoever asks next. Files are forgotten after a day.
"""

import contextlib
import hashlib
import os
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from perron.entities.links import Links
from perron.kit.errors import Refused, Unavailable
from perron.kit.settings import Settings
from perron.kit.time import DAY, SECOND
from perron.kit.version import VERSION
from perron.media.files import Files
from perron.press.as_json import to_json
from perron.press.document import Document
from perron.press.forms import form_called, takes_long, write
from perron.press.plates import Files as Pictures

MOST_WAITING = 20
"""Files that wait to be made; more are put off."""


@dataclass(slots=True)
class _Work:
    """A file that is being made: how far it is, from 0 to 1, or why it cannot be."""

    progress: float = 0.0
    refused: Refused | None = None


_under_way: dict[Path, _Work] = {}
_gate, _one_at_a_time = threading.Lock(), threading.Semaphore(1)


def pictures_here(links: Links, files: Files) -> Pictures:
    """Where the pictures of a document lie on this server, by their addresses."""
    start = links.file("")
    return lambda url: files.path(url.removeprefix(start)) if url.startswith(start) else None


def export(settings: Settings, document: Document, name: str, pictures: Pictures) -> Path | float:
    """The file of a document in a form; while it is made, how far that is. NotFound for a form there is not."""
    path = file_of(settings, document, name)
    if path.exists():
        os.utime(path)
        return path
    if not takes_long(name, document):
        _make(document, name, pictures, path, _Work())
        return path
    return _begun(document, name, pictures, path)


def file_of(settings: Settings, document: Document, name: str) -> Path:
    """Where the file of a document in a form lies, if it was made."""
    suffix = form_called(name).suffix
    made_of = hashlib.sha256(f"{VERSION}\n{name}\n".encode() + to_json(document)).hexdigest()
    return settings.data / "exports" / f"{made_of[:40]}.{suffix}"


def is_begun(settings: Settings, document: Document, name: str) -> bool:
    """Whether a file is there, or being made: then asking for it costs nothing."""
    path = file_of(settings, document, name)
    return path in _under_way or path.exists()


def _begun(document: Document, name: str, pictures: Pictures, path: Path) -> Path | float:
    with _gate:
        work = _under_way.get(path)
        if work is None and path.exists():
            return path
        if work is None:
            if len(_under_way) >= MOST_WAITING:
                raise Unavailable("Many files are being made at the moment. Please ask again in a minute.", 60)
            work = _under_way[path] = _Work()
            given = (document, name, pictures, path, work)
            threading.Thread(target=_make_in_turn, args=given, daemon=True, name="export").start()
        elif work.refused is not None:
            del _under_way[path]
            raise work.refused
    return work.progress


def _make_in_turn(document: Document, name: str, pictures: Pictures, path: Path, work: _Work) -> None:
    """Make a file when those before it are made; what went wrong is told to whoever asks next."""
    try:
        with _one_at_a_time:
            _make(document, name, pictures, path, work)
    except Refused as refused:
        work.refused = refused
    except Exception:
        work.refused = Unavailable("This file could not be made. Please ask again; the other formats can be had.", 60)
        raise
    else:
        with _gate:
            del _under_way[path]


def _make(document: Document, name: str, pictures: Pictures, path: Path, work: _Work) -> None:
    """The file, complete or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old(path.parent)
    unfinished = path.with_name(f".{secrets.token_hex(8)}")

    def heard(share: float) -> None:
        work.progress = share

    try:
        with unfinished.open("xb") as to:
            write(name, document, pictures, to, progress=heard)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    before = time.time() - DAY / SECOND
    with contextlib.suppress(FileNotFoundError):
        for one in folder.iterdir():
            if one.stat().st_mtime < before:
                one.unlink(missing_ok=True)
