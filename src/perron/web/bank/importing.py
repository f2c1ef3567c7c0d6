"""Putting many files in: a form for those without a script, file by file for those with one, a zip for either."""

import asyncio
from typing import Any

from starlette.responses import Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.people.may import SUBMIT
from perron.store import Db, Tx
from perron.suite.atelier.bank import edit, imports
from perron.suite.atelier.bank.model import Bank, Import
from perron.suite.atelier.bank.queries import bank_of, find_bank
from perron.suite.atelier.bank.say import split_names
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why, wants_json

LINES = ("credit", "place", "album", "date", "usable_until", "usable_by")


async def show(visit: Visit) -> Response:
    """The form, and the last imports."""
    return await _page(visit)


async def begin(visit: Visit, fields: Fields) -> Response:
    """Take the files of the form; or, for the script, begin an import whose files come one by one."""
    me = visit.must(SUBMIT)
    typed = {name: fields.text(name) for name in (*LINES, "tags")}
    try:
        said: dict[str, Any] = edit.read_said({k: typed[k] for k in LINES if typed[k].strip()}, visit.locale)
        said |= {"tags": split_names(typed["tags"])} if typed["tags"].strip() else {}
        captions = await _captions(fields)
        zips = fields.files("zip")
        if zips:
            data = await zips[0].read()
            made = await imports.begin_zip_of(visit.write, me.id, data, zips[0].filename or "", said, visit.settings)
            return visit.go(f"/bank/import/{made.id}")
        files = fields.files("file")
        of = int(fields.text("of")) if fields.text("of").isdigit() and wants_json(visit) else len(files)
        if not of:
            raise Invalid("Choose some files first.")
        name = fields.text("name")

        def work(tx: Tx) -> Import:
            bank = bank_of(tx, me.id)
            locale = visit.locale
            return imports.begin_import(tx, bank, me.id, of=of, name=name, about=said, captions=captions, locale=locale)

        made = await visit.write(work)
    except Refused as wrong:
        return tell_why(visit, wrong) if wants_json(visit) else await _page(visit, typed, wrong)
    if wants_json(visit):
        return tell({"id": str(made.id)})
    bank = await visit.read(lambda db: _bank(visit, db))
    for file in files:
        await _take(visit, bank, made.id, file)
    return visit.go(f"/bank/import/{made.id}")


async def _captions(fields: Fields) -> str:
    tables = fields.files("captions")
    if not tables:
        return ""
    return (await tables[0].read()).decode("utf-8", "replace")


async def add(visit: Visit, fields: Fields) -> Response:
    """Take one file of an import."""
    visit.must(SUBMIT)
    import_id, files = read_id(visit.path["id"]), fields.files("file")
    bank = await visit.read(lambda db: _bank(visit, db))
    if not files:
        return tell_why(visit, Invalid("This file is empty."))
    wrong = await _take(visit, bank, import_id, files[0])
    one = await visit.read(lambda db: imports.find_import(db, bank, import_id))
    if wrong is not None and not one.running:
        return tell_why(visit, wrong)
    return tell({"done": one.done, "of": one.of, "state": one.state, "why": visit.explain(wrong) if wrong else ""})


async def _take(visit: Visit, bank: Bank, import_id: int, file: Any) -> Refused | None:
    data = await file.read()
    args = (bank, import_id, data, file.filename or "", file.content_type, visit.settings)
    try:
        await imports.take_one(visit.read, visit.write, *args)
    except Refused as wrong:
        return wrong
    await asyncio.sleep(0)
    return None


async def progress(visit: Visit) -> Response:
    """How far an import is, and what was not taken; the part of it alone for the script."""
    import_id = read_id(visit.path["id"])
    visit.must(SUBMIT)
    one = await visit.read(lambda db: imports.find_import(db, _bank(visit, db), import_id))
    template = "bank/import_state.html" if visit.part else "bank/import_one.html"
    wrong = [(name, visit.explain(Invalid(why))) for name, why in one.wrong]
    return visit.show(template, cache_control="no-store", one=one, wrong=wrong)


async def cancel(visit: Visit, fields: Fields) -> Response:
    """Call an import off; what came stays."""
    visit.must(SUBMIT)
    import_id = read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        imports.end_import(tx, imports.find_import(tx, _bank(visit, tx), import_id), "cancelled")

    await visit.write(work)
    return visit.go(f"/bank/import/{import_id}")


def _bank(visit: Visit, db: Db) -> Bank:
    found = find_bank(db, visit.must(SUBMIT).id)
    if found is None:
        raise NotFound
    return found


async def _page(visit: Visit, typed: dict[str, str] | None = None, wrong: Refused | None = None) -> Response:
    me = visit.must(SUBMIT)
    latest = await visit.read(lambda db: imports.latest_imports(db, find_bank(db, me.id)))
    given = typed or dict.fromkeys((*LINES, "tags"), "")
    return show_form(visit, "bank/import.html", wrong, given=given, latest=latest)
