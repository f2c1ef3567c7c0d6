"""Working on what waits: a raw clip becomes one that can be played. Runs as a job, outside of any transaction."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from perron.kit.errors import Invalid
from perron.media.files import MIMES, Files
from perron.media.model import Media
from perron.media.places import files_of
from perron.media.queries import finish, media_as_stored
from perron.media.video import Clip, read_clip
from perron.store import Store

log = logging.getLogger(__name__)


def process(store: Store, payload: dict[str, Any]) -> None:
    """Make an upload fit to be shown, or mark it as failed; done once even when it runs twice."""
    files = files_of(store)
    with store.read() as db:
        waiting = media_as_stored(db, payload["media_id"])
    if waiting is None or waiting.state != "waiting":
        return

    done = _work(waiting, files.path(waiting.file), files)
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


def _work(waiting: Media, raw: Path | None, files: Files) -> Media:
    """What an upload becomes; its new files are kept already."""
    failed = replace(waiting, state="failed", file="", small="", mime="", bytes=0)
    if raw is None:
        return failed
    try:
        with files.workspace() as folder:
            return _keep(waiting, read_clip(raw, folder), files)
    except Invalid as reason:
        log.info("Media %s cannot be shown: %s", waiting.id, reason)
        return failed


def _keep(waiting: Media, clip: Clip, files: Files) -> Media:
    small = files.put(clip.poster.small.data, clip.poster.small.ext) if clip.poster else ""
    key = files.put_file(clip.file, clip.ext)
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
    for key in {media.file, media.small}:
        files.remove(key)
