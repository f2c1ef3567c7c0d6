"""Media: take a file in, describe it, let it go. The work on a file never holds the pen."""

import asyncio
import shutil
from typing import IO, Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Reply, speaks
from perron.entities.media import media_entity
from perron.entities.shapes.common import Empty, File
from perron.entities.shapes.statuses import MediaAttachment
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.settings import Settings
from perron.media.describe import read_description, read_focus
from perron.media.model import Media
from perron.media.places import files_in
from perron.media.queries import change_media, find_media, remove_media
from perron.media.upload import Accepted, Thumbnail, accept, accept_thumbnail, add, drop, forget
from perron.store import Db, Tx

UPLOADS, HALF_AN_HOUR = 30, 1800
SMALL = 1 << 20
PATIENCE = 20.0


class FileWords(TypedDict, total=False):
    """What is said of a file, and another picture that stands for a clip or a sound."""

    description: Annotated[str, Meta(description="For those who cannot see or hear it.")]
    focus: Annotated[str, Meta(description="Where to look: `x,y`, each from -1 to 1.")]
    thumbnail: File


class Upload(FileWords, total=False):
    """A file to attach to a status."""

    file: Required[File]


@speaks(MediaAttachment, takes=Upload)
async def upload(call: Call) -> Answer:
    """POST /api/v2/media: 202 while the file is being worked on."""
    made = await _upload(call)
    return _reply(call, made, 202 if made.state == "waiting" else 200)


@speaks(MediaAttachment, takes=Upload)
async def upload_and_wait(call: Call) -> Answer:
    """POST /api/v1/media: as version 2, for clients that do not ask again: the answer waits for the file."""
    made = await _upload(call)
    media_id, waited = made.id, 0.0
    while made.state == "waiting" and waited < PATIENCE and call.settings.workers == "on":
        await asyncio.sleep(0.25)
        waited += 0.25
        made = await call.read(lambda db: _own(call, db, media_id))
    return _reply(call, made, 200)


async def _upload(call: Call) -> Media:
    file = call.uploads.get("file")
    if file is None:
        raise Invalid("Validation failed: File can't be blank")
    words, focus = read_description(call.params.text("description")), read_focus(call.params.text("focus"))
    call.limit("media", UPLOADS, HALF_AN_HOUR)
    thumbnail = await _thumbnail(call)
    accepted: Accepted | None = None
    try:
        accepted = await asyncio.to_thread(take_in, file.file, file.size or 0, file.content_type, call.settings)
        whole = accepted

        def work(tx: Tx) -> Media:
            made = add(tx, call.me.id, whole, description=words, focus=focus)
            if thumbnail is None or made.kind == "image":
                return made
            return change_media(tx, made.id, owner_id=call.me.id, thumbnail=thumbnail)

        return await call.write(work)
    except Exception:  # a write whose caller has gone away stands, and needs the file
        if accepted is not None:
            drop(accepted, settings=call.settings)
        if thumbnail is not None:
            forget(files_in(call.settings), thumbnail.small)
        raise


def take_in(file: IO[bytes], size: int, declared: str | None, settings: Settings) -> Accepted:
    """Read an upload: a small one from memory, a large one from a file of its own that goes afterwards."""
    file.seek(0)
    if size <= SMALL:
        return accept(file.read(), declared=declared, settings=settings)
    with files_in(settings).workspace() as folder:
        path = folder / "upload"
        with path.open("wb") as out:
            shutil.copyfileobj(file, out, SMALL)
        return accept(path, declared=declared, settings=settings)


async def _thumbnail(call: Call) -> Thumbnail | None:
    given = call.uploads.get("thumbnail")
    if given is None:
        return None
    data = await given.read()
    return await asyncio.to_thread(lambda: accept_thumbnail(data, settings=call.settings))


def _own(call: Call, db: Db, media_id: int) -> Media:
    found = find_media(db, media_id, owner_id=call.me.id)
    if found is None:
        raise NotFound
    return found


def _reply(call: Call, one: Media, status: int = 200) -> Reply:
    return Reply(json.encode(media_entity(call.links, one)), status)


@speaks(MediaAttachment)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/media/:id: 206 while it is being worked on."""
    found = _own(call, db, call.id)
    if found.state == "failed":
        raise Invalid(found.why_failed)
    return _reply(call, found, 206 if found.state == "waiting" else 200)


@speaks(MediaAttachment, takes=FileWords)
async def change(call: Call) -> Answer:
    """PUT /api/v1/media/:id"""
    params, media_id = call.params, call.id
    await call.read(lambda db: _own(call, db, media_id))
    thumbnail = await _thumbnail(call)

    def work(tx: Tx) -> Media:
        return change_media(
            tx,
            media_id,
            owner_id=call.me.id,
            description=params.text("description") if params.has("description") else None,
            focus=params.text("focus") or None,
            thumbnail=thumbnail,
        )

    try:
        return _reply(call, await call.write(work))
    except Exception:  # a write whose caller has gone away stands, and needs the file
        if thumbnail is not None:
            forget(files_in(call.settings), thumbnail.small)
        raise


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/media/:id"""
    remove_media(tx, call.id, owner_id=call.me.id)
    return {}
