"""Files of a form: taken in with it, or before it, one by one, while somebody still writes."""

import asyncio
from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.responses import Response

from perron.entities.media import media_entity
from perron.kit.errors import Invalid, NotFound, Refused
from perron.media.model import Media
from perron.media.queries import change_media, find_media
from perron.media.upload import Accepted, accept, add
from perron.people.may import SUBMIT
from perron.people.model import Account
from perron.store import Tx
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why
from perron.web.write.composer import File, Given, Part

PATIENCE = 20
"""Seconds for which a form waits until a clip is ready."""


class Kept(Refused):
    """A refusal that comes with what was taken in before it."""

    def __init__(self, given: Given, wrong: Refused) -> None:
        super().__init__(str(wrong))
        self.given, self.status, self.place = given, wrong.status, wrong.place


async def take_files(visit: Visit, me: Account, given: Given, fields: Fields) -> Given:
    """Take uploads in, and describe those taken in before. A file that is refused says why; the rest is kept."""
    await visit.write(lambda tx: _describe(tx, me, given))
    wrong: Refused | None = None
    parts: list[Part] = []
    for place, part in enumerate(given.parts):
        taken, refused = await _take(visit, me, part, fields)
        parts.append(replace(part, files=(*part.files, *taken)))
        if refused is not None and wrong is None:
            wrong = refused
            wrong.place = place
    given = replace(given, parts=tuple(parts))
    if wrong is not None:
        raise Kept(given, wrong)
    return given


async def wait_for_files(visit: Visit, me: Account, given: Given) -> None:
    """Wait a little for clips; whoever must wait longer finds the form as it was, with the files in it."""
    for one in given.files:
        await _until_ready(visit, me, one.id, given)


async def take_shared(visit: Visit, me: Account, given: Given, uploads: list[UploadFile]) -> Given:
    """Take files in that were shared to us, as many as a post can have."""
    most = visit.settings.media_max_files
    taken, wrong = await _take_each(visit, me, [(one, "") for one in uploads[:most]])
    given = given.first(files=tuple(taken))
    if wrong is not None:
        raise Kept(given, wrong)
    return given


async def take_file(visit: Visit, me: Account, upload: UploadFile, words: str = "") -> int:
    """Take one upload in, for whatever shows it; its id."""
    return (await _keep(visit, me, await _accepted(visit, upload), words)).id


async def _take(visit: Visit, me: Account, part: Part, fields: Fields) -> tuple[list[File], Refused | None]:
    places = [f"{place}{part.mark}" for place in range(visit.settings.media_max_files)]
    sent = [(one, fields.text(f"about_{place}")) for place in places for one in fields.files(f"file_{place}")]
    return await _take_each(visit, me, sent)


async def _take_each(
    visit: Visit, me: Account, sent: list[tuple[UploadFile, str]]
) -> tuple[list[File], Refused | None]:
    """What could be taken, and why the last that could not was refused."""
    wrong: Refused | None = None
    taken: list[File] = []
    for upload, words in sent:
        try:
            media = await _keep(visit, me, await _accepted(visit, upload), words)
            taken.append(File(media.id, media.description))
        except Refused as refused:
            wrong = refused
    return taken, wrong


async def _accepted(visit: Visit, upload: UploadFile) -> Accepted:
    data = await upload.read()
    return await asyncio.to_thread(accept, data, declared=upload.content_type, settings=visit.settings)


async def _keep(visit: Visit, me: Account, accepted: Accepted, words: str) -> Media:
    return await visit.write(lambda tx: add(tx, me.id, accepted, description=words))


def _describe(tx: Tx, me: Account, given: Given) -> None:
    for one in given.files:
        change_media(tx, one.id, owner_id=me.id, description=one.description, focus=one.focus or None)


async def _until_ready(visit: Visit, me: Account, media_id: int, given: Given) -> None:
    for _ in range(PATIENCE * 4):
        found = await visit.read(lambda db: find_media(db, media_id, owner_id=me.id))
        if found is None or found.state != "waiting":
            return
        await asyncio.sleep(0.25)
    raise Kept(given, Invalid("Cannot attach files that have not finished processing. Try again in a moment!"))


# -- one by one, for the script ----------------------------------------------------------------------------------------


async def take_one(visit: Visit, fields: Fields) -> Response:
    """Take one file in, at once; it waits in no post."""
    me = visit.must(SUBMIT)
    uploads = fields.files("file")
    try:
        if not uploads:
            raise Invalid("This file is empty.")
        media = await _keep(visit, me, await _accepted(visit, uploads[0]), "")
    except Refused as wrong:
        return tell_why(visit, wrong)
    return tell(_told(visit, media))


async def show_one(visit: Visit) -> Response:
    """How far a file is."""
    me, media_id = visit.must(SUBMIT), read_id(visit.path["id"])
    media = await visit.read(lambda db: find_media(db, media_id, owner_id=me.id))
    if media is None:
        raise NotFound
    if media.state == "failed":
        return tell({"wrong": visit.explain(Invalid(media.why_failed))}, 422)
    return tell(_told(visit, media))


def _told(visit: Visit, media: Media) -> Entity:
    shown = media_entity(visit.links, media)
    return {
        "id": shown["id"],
        "kind": media.kind,
        "waiting": media.state == "waiting",
        "percent": media.percent,
        "preview": visit.ours(shown["preview_url"]),
        "description": media.description,
    }
