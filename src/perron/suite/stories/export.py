"""A story as a file. A file is known by what it is made of: the story as it is at this moment, and the form.

So it is made once, whoever asks again finds it, and when something of the story is edited or taken back, the file that
had it is found no more. What is soon done is done at once, and forgotten after a day; what takes long is a work
(`works.py`) that says how far it is and leaves its file for some days.
"""

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from perron.entities.links import Links
from perron.kit.errors import NotFound, room_needed
from perron.kit.settings import Settings
from perron.kit.time import DAY, MINUTE, SECOND, now
from perron.kit.version import VERSION
from perron.media.files import Files
from perron.media.parcels import drop_parcel, keep_parcel
from perron.media.places import files_of
from perron.people.queries import find_account
from perron.press.as_json import to_json
from perron.press.as_zip import write_zip
from perron.press.document import Document
from perron.press.forms import form_called, write
from perron.press.plates import Files as Pictures
from perron.store import Db, Store, Tx
from perron.suite.stories import works
from perron.suite.stories.model import MOST_STORIES, Story
from perron.suite.stories.queries import story_as_stored, story_ids_of
from perron.suite.stories.told import told
from perron.suite.stories.works import ALL, EXPORT, Work

STEP = 5
"""How far a file has to come before it is said anew, in hundredths of a story."""


def pictures_here(links: Links, files: Files) -> Pictures:
    """Where the pictures of a document lie on this server, by their addresses."""
    start = links.file("")
    return lambda url: files.path(url.removeprefix(start)) if url.startswith(start) else None


def export_at_once(settings: Settings, document: Document, name: str, pictures: Pictures) -> Path:
    """The file of a document in a form that is soon made."""
    path = settings.data / "exports" / f"{made_of(document, name)}.{form_called(name).suffix}"
    if path.exists():
        os.utime(path)
        return path
    _forget_old(path.parent)
    with _made(path, lambda to: write(name, document, pictures, to)) as unfinished:
        unfinished.replace(path)
    return path


def made_of(document: Document, name: str) -> str:
    """By what the file of a document in a form is known."""
    return hashlib.sha256(f"{VERSION}\n{name}\n".encode() + to_json(document)).hexdigest()[:40]


def find_export(db: Db, document: Document, name: str) -> Work | None:
    """The work that makes a file, or has made it, or could not."""
    return works.work_made_of(db, made_of(document, name))


def ask_for_export(
    tx: Tx, story: Story, user_id: int | None, document: Document, name: str, settings: Settings
) -> Work:
    """Have the file of a story made, unless somebody asked for the same before. `user_id`: None for a visitor."""
    found = find_export(tx, document, name)
    if found is not None and not _made_anew(tx, found, settings):
        return found
    more = {"story_id": story.id, "form": name, "made_of": made_of(document, name), "of": 100}
    return works.ask_for_work(tx, works.new_work(story.account_id, user_id, EXPORT, **more))


def _made_anew(tx: Tx, found: Work, settings: Settings) -> bool:
    """Whether a file has to be made once more: it is gone, or failed more than a minute ago."""
    gone = found.state == "ready" and works.file_of(settings, found) is None
    if gone or (found.state == "failed" and (found.ready_at or 0) < now() - MINUTE):
        works.let_go(tx, found)
        return True
    return False


def ask_for_all(tx: Tx, account_id: int, user_id: int) -> Work:
    """Have every story of an account put into one zip, unless that is being done."""
    if (found := works.all_under_way(tx, account_id)) is not None:
        return found
    ids = story_ids_of(tx, account_id, MOST_STORIES)
    if not ids:
        raise NotFound("There is no story yet to take along.")
    return works.ask_for_work(tx, works.new_work(account_id, user_id, ALL, form="zip", of=100 * len(ids)))


def make_export(store: Store, work: Work) -> None:
    """Make the file of a work, and say how far it is."""
    path = works.path_of(store.settings, work.id, work.form)
    pictures = pictures_here(Links(store.settings), files_of(store))
    document = _document(store, work.story_id or 0) if work.kind == EXPORT else None
    if document is not None:
        heard = _heard(store, work)
        made = _made(path, lambda to: write(work.form, document, pictures, to, progress=lambda share: heard(0, share)))
    else:
        made = _made(path, lambda to: write_zip(_all(store, work), pictures, to, progress=_heard(store, work)))
    with made as unfinished:
        weight = unfinished.stat().st_size
        name = keep_parcel(store, unfinished, path)
    known = replace(work, made_of=made_of(document, work.form) if document else "")
    if not store.write(lambda tx: works.finish(tx, known, name, weight)):
        drop_parcel(store, name, path)


@contextlib.contextmanager
def _made(path: Path, fill: Callable[[IO[bytes]], object]) -> Iterator[Path]:
    """What is filled, beside the place where it is to lie; it is gone at the end if it was not put there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with room_needed(), unfinished.open("xb") as to:
            fill(to)
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _heard(store: Store, work: Work) -> Callable[[int, float], None]:
    """Says how far a work is, but not each time that it hears of it."""
    last = -STEP

    def heard(number: int, share: float) -> None:
        nonlocal last
        done = min(100 * number + int(100 * share), work.of)
        if done >= last + STEP:
            last = done
            store.write(lambda tx: works.proceed(tx, replace(work, done=done)))

    return heard


def _document(store: Store, story_id: int) -> Document:
    """A story as anybody may read it at this moment."""
    with store.read() as db:
        story = story_as_stored(db, story_id)
        teller = find_account(db, story.account_id) if story else None
        if story is None or teller is None:
            raise NotFound("This story is gone, or not for you to see.")
        return told(Links(store.settings), db, story, teller, store.settings.locale)


def _all(store: Store, work: Work) -> Iterator[Document]:
    """Every story of an account, one in memory at a time; one that is removed meanwhile is left out."""
    with store.read() as db:
        ids = story_ids_of(db, work.account_id, MOST_STORIES)
    for one in sorted(ids):
        with contextlib.suppress(NotFound):
            yield _document(store, one)


def _forget_old(folder: Path) -> None:
    before = time.time() - DAY / SECOND
    with contextlib.suppress(FileNotFoundError):
        for one in folder.iterdir():
            if one.stat().st_mtime < before:
                one.unlink(missing_ok=True)
