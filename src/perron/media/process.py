"""Working on what waits: a raw clip becomes one that can be played. Runs as a job, outside of any transaction."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from perron.jobs import Later
from perron.kit.errors import Invalid, NoRoom, Unavailable
from perron.kit.time import SECOND, now
from perron.media.files import MIMES, Files
from perron.media.model import MOST_TRIES, Media
from perron.media.places import files_of
from perron.media.queries import finish, media_as_stored, note_work
from perron.media.upload import forget
from perron.media.video import Clip, read_clip
from perron.store import Store

log = logging.getLogger(__name__)


class Unwanted(Exception):
    """Nobody waits for this upload any more."""


def process(store: Store, payload: dict[str, Any]) -> None:
    """Make an upload fit to be shown, or mark it as failed; done once even when it runs twice.

    Each beginning is counted first, so that one that ends with its process counts, too. Being without room or without
    the store of files is not the upload's fault: then it waits."""
    files = files_of(store)
    with store.read() as db:
        waiting = media_as_stored(db, payload["media_id"])
    if waiting is None or waiting.state != "waiting":
        return
    tries = waiting.tries + 1
    if not store.write(lambda tx: note_work(tx, waiting.id, tries, 0)):
        return

    def told(percent: int) -> None:
        if not store.write(lambda tx: note_work(tx, waiting.id, tries, percent)):
            raise Unwanted

    try:
        done = _failed(waiting, tries) if tries > MOST_TRIES else _work(waiting, files, told)
    except Unwanted:
        return
    except (Unavailable, NoRoom) as wrong:
        log.warning("Media %s has to wait: %s", waiting.id, wrong)
        store.write(lambda tx: note_work(tx, waiting.id, tries - 1, 0))
        raise Later(now() + wrong.retry_after * SECOND) from wrong
    except Exception:
        if tries < MOST_TRIES:
            raise
        log.exception("Media %s is given up after %d tries", waiting.id, tries)
        done = _failed(waiting, tries)
    try:
        finished = store.write(lambda tx: finish(tx, waiting, done))
    except BaseException:
        _forget(files, done)
        raise
    _forget(files, waiting if finished else done)


def remove_files(store: Store, payload: dict[str, Any]) -> None:
    """Remove the files of media that are no more."""
    files = files_of(store)
    for key in payload["keys"]:
        files.remove(key)


def _work(waiting: Media, files: Files, told: Callable[[int], None]) -> Media:
    """What an upload becomes; its new files are kept already."""
    raw = files.path(waiting.file)
    if raw is None:
        return _failed(waiting)
    try:
        with files.workspace() as folder:
            return _keep(waiting, read_clip(raw, folder, told), files)
    except Invalid as reason:
        log.info("Media %s cannot be shown: %s", waiting.id, reason)
        return _failed(waiting)


def _failed(waiting: Media, tries: int = 0) -> Media:
    about = {"work": {"tries": max(tries, MOST_TRIES)}} if tries else {}
    return replace(waiting, state="failed", file="", small="", mime="", bytes=0, meta=about)


def _keep(waiting: Media, clip: Clip, files: Files) -> Media:
    small = files.put(clip.poster.small.data, clip.poster.small.ext) if clip.poster else ""
    try:
        key = files.put_file(clip.file, clip.ext)
    except BaseException:
        forget(files, small)
        raise
    return replace(
        waiting,
        kind=clip.kind,
        state="ready",
        file=key,
        small=small,
        mime=MIMES[clip.ext],
        bytes=clip.file.stat().st_size,
        blurhash=clip.poster.blurhash if clip.poster else "",
        meta=clip.meta,
    )


def _forget(files: Files, media: Media) -> None:
    forget(files, media.file, media.small)
