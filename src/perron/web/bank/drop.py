"""What a reporter sees who opens the link of a drop-box on a phone: no account, a few fields, and the camera."""

from starlette.requests import Request
from starlette.responses import Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.time import now
from perron.media.files import digest_of
from perron.store import Db, Tx
from perron.suite.atelier.bank import boxes
from perron.suite.atelier.bank.model import Box, Item, Taken
from perron.suite.atelier.bank.take import Sent, take
from perron.web.fields import Fields, read_fields
from perron.web.kit import answer, arrive, check_csrf, count_form, most_bytes
from perron.web.packed import packed
from perron.web.trust import check_origin
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why, wants_json

TYPED = ("sender", "place", "line")


async def drop(request: Request) -> Response:
    """The page, and where its form is sent. Only who has the link of an open box may send as much as files are."""
    visit = await arrive(request)
    work = _show if request.method == "GET" else _send
    return packed(request, await answer(visit, lambda: work(visit)))


async def _open(visit: Visit) -> Box:
    found = await visit.read(lambda db: boxes.box_called(db, visit.path["code"]))
    if found is None or not found.is_open(now()):
        raise NotFound("This drop-box is closed.")
    return found


async def _show(visit: Visit) -> Response:
    return _page(visit, await _open(visit), dict.fromkeys(TYPED, ""))


async def _send(visit: Visit) -> Response:
    check_origin(visit.request, visit.settings)
    count_form(visit)
    box = await _open(visit)
    fields = await read_fields(visit.request, most_bytes(visit.settings, True))
    try:
        check_csrf(visit, fields)
        async with visit.site.uploading.of(visit.address):
            return await _take_all(visit, box, fields)
    finally:
        await fields.close()


async def _take_all(visit: Visit, box: Box, fields: Fields) -> Response:
    """Take each file in; what was refused says why, the rest is at the desk."""
    typed = {name: fields.text(name) for name in TYPED}
    files, sent, wrong = fields.files("file"), 0, None
    try:
        if not typed["sender"].strip():
            raise Invalid("Say who you are, so that the desk knows whom to credit.")
        if not files:
            raise Invalid("Choose some files first.")
        for file in files:
            await _take(visit, box, await file.read(), file.filename or "", file.content_type, typed)
            sent += 1
    except Refused as refused:
        wrong = refused
    if wants_json(visit):
        return tell({"sent": sent}) if wrong is None else tell_why(visit, wrong)
    return _page(visit, box, {**typed, "line": "" if wrong is None else typed["line"]}, sent, wrong)


async def _take(visit: Visit, box: Box, data: bytes, name: str, declared: str | None, typed: dict[str, str]) -> Taken:
    code, digest = visit.path["code"], digest_of(data)

    def find(db: Db) -> Item | None:
        return boxes.find_in_box(db, box, digest)

    def place(tx: Tx, sent: Sent) -> Taken:
        said = {"sender": typed["sender"], "place": typed["place"], "line": typed["line"]}
        return boxes.put_into_box(tx, code, sent, name=name, **said)

    return await take(visit.read, visit.write, find, data, place, declared=declared, settings=visit.settings)


def _page(visit: Visit, box: Box, typed: dict[str, str], sent: int = 0, wrong: Refused | None = None) -> Response:
    said, status = (visit.explain(wrong), wrong.status) if wrong else ("", 200)
    left = box.most - box.taken - sent
    return visit.show(
        "bank/drop.html",
        status=status,
        cache_control="no-store",
        box=box,
        given=typed,
        sent=sent,
        wrong=said,
        left=left,
    )
