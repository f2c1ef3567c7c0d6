"""Stories to take along, and stories that are brought: what is being done, how far it is, and the files."""

import asyncio
from typing import Any

from starlette.responses import FileResponse, Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.time import iso
from perron.press.forms import form_called
from perron.suite.stories import works
from perron.suite.stories.bring import take_in
from perron.suite.stories.export import ask_for_all
from perron.suite.stories.works import IMPORT, Work
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.running import sized
from perron.web.stories.desk import user_and_account
from perron.web.visit import Visit

PLAIN = ("id", "kind", "name", "state", "left_out", "story_id", "running", "fetched")
"""What a row of the list says of a work as it is."""


async def show(visit: Visit) -> Response:
    """What was asked for, and how far it is; the list alone for the script."""
    if visit.part:
        return visit.show("stories/works_list.html", cache_control="no-store", works=await _works(visit))
    return await _show(visit)


async def _show(visit: Visit, wrong: Refused | None = None) -> Response:
    return show_form(visit, "stories/works.html", wrong, works=await _works(visit))


async def _works(visit: Visit) -> list[dict[str, Any]]:
    _, me = user_and_account(visit)
    found = await visit.read(lambda db: works.works_of(db, me.id))
    return [_shown(visit, one) for one in found]


def _shown(visit: Visit, one: Work) -> dict[str, Any]:
    """A work as a row of the list."""
    form = form_called(one.form).suffix.upper() if one.form else ""
    why = visit.explain(Invalid(one.why)) if one.why else ""
    more = {"form": form, "why": why, "size": sized(one.bytes, visit.locale), "until": iso(one.until)}
    return {
        **{name: getattr(one, name) for name in PLAIN},
        **more,
        "missing": one.missing.split(),
        "percent": round(100 * one.progress),
        "has_file": one.state == "ready" and one.kind != IMPORT,
    }


async def take_all(visit: Visit, fields: Fields) -> Response:
    """Have every story put into one zip."""
    user_id, me = user_and_account(visit)
    try:
        await visit.write(lambda tx: ask_for_all(tx, me.id, user_id))
    except Refused as wrong:
        return await _show(visit, wrong)
    return visit.go("/stories/works")


async def bring(visit: Visit, fields: Fields) -> Response:
    """Have a file read into stories."""
    user_id, me = user_and_account(visit)
    files = fields.files("file")
    try:
        if not files:
            raise Invalid("Choose some files first.")
        data = await files[0].read()
        name, fetches = files[0].filename or "", "pictures" in fields
        await take_in(visit.write, (me.id, user_id), data, name, visit.settings, fetches=fetches)
    except Refused as wrong:
        return await _show(visit, wrong)
    return visit.go("/stories/works")


async def remove(visit: Visit, fields: Fields) -> Response:
    """Call one off, or remove its file."""
    _, me = user_and_account(visit)
    work_id = read_id(visit.path["work"])
    await visit.write(lambda tx: works.let_go(tx, works.find_work(tx, work_id, account_id=me.id)))
    return visit.go("/stories/works")


async def fetch(visit: Visit) -> Response:
    """A file that is ready, for those who work for its account."""
    _, me = user_and_account(visit)
    work_id = read_id(visit.path["work"])
    found = await visit.read(lambda db: works.find_work(db, work_id, account_id=me.id))
    path = await asyncio.to_thread(works.file_of, visit.settings, found)
    if path is None:
        raise NotFound
    form = form_called(found.form)
    headers = {"Cache-Control": "no-store"}
    name = f"{me.handle}-{found.id}.{form.suffix}"
    return FileResponse(path, media_type=form.kind, filename=name, headers=headers)
