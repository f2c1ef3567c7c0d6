"""The bank as a grid: what is looked for, what is chosen, and what is done with it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.media.places import files_of
from perron.people.may import SUBMIT
from perron.posts.drafts import find_draft
from perron.store import Db, Tx
from perron.suite.atelier.bank import edit, use
from perron.suite.atelier.bank.entities import item_entities
from perron.suite.atelier.bank.export import pack
from perron.suite.atelier.bank.model import Item, Wanted
from perron.suite.atelier.bank.queries import bank_of, find_bank, items_among, terms_of
from perron.suite.atelier.bank.say import split_names
from perron.suite.atelier.bank.search import read_place, search_bank
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity
from perron.web.visit import Visit
from perron.web.write.composer import File, Given, blank, read_given
from perron.web.write.drafts import given_of, keep_begun
from perron.web.write.uploads import take_files

TERMS = ("person", "place", "credit", "tag", "album")
ASKED = ("q", *TERMS, "from", "to", "day", "kind", "shape", "order", "unused", "usable", "undated", "box", "import")


async def grid(visit: Visit) -> Response:
    """Pictures that answer what is asked; everything, the newest first, when nothing is."""
    me = visit.must_sign_in().account
    asked = {name: visit.query.get(name, "").strip()[:300] for name in ASKED}
    wanted = wanted_from(asked)
    after = read_place(visit.query.get("after", ""))

    def read(db: Db) -> dict[str, Any]:
        bank = find_bank(db, me.id)
        found = search_bank(db, bank, wanted, after=after)
        return {
            "items": item_entities(visit.links, db, found.items, visit.locale),
            "next": found.next,
            "count": bank.items_count if bank else 0,
            "terms": {kind: [one.name for one in terms_of(db, bank, kind, 100)] for kind in TERMS},
        }

    shown = await visit.read_slowly(read)
    following = {**{k: v for k, v in asked.items() if v}, "draft": visit.query.get("draft", "")}
    more = f"/bank?{urlencode({**following, 'after': shown['next'].text})}" if shown["next"] else ""
    return visit.show(
        "bank/grid.html",
        asked=asked,
        more=more,
        first=after is None,
        narrowed=wanted.narrows,
        draft=max(read_id(visit.query.get("draft", "")), 0),
        done=visit.query.get("done", ""),
        may=visit.can(SUBMIT),
        **shown,
    )


def wanted_from(asked: dict[str, str]) -> Wanted:
    """What a filled form asks for; what makes no sense narrows nothing."""
    day = asked["day"].replace("-", "")
    return Wanted(
        words=asked["q"],
        **{name: asked[name] for name in TERMS},
        first_year=_year(asked["from"]),
        last_year=_year(asked["to"]),
        day=int(day) if len(day) == 4 and day.isascii() and day.isdigit() else 0,
        undated=bool(asked["undated"]),
        never_used=bool(asked["unused"]),
        usable_on=use.today() if asked["usable"] else 0,
        kind=asked["kind"] if asked["kind"] in ("image", "video", "audio", "gifv") else "",
        shape=asked["shape"] if asked["shape"] in ("landscape", "portrait", "square") else "",
        box_id=max(read_id(asked["box"]), 0),
        import_id=max(read_id(asked["import"]), 0),
        order=asked["order"] if asked["order"] in ("oldest", "newest") else "added",
    )


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


# -- what is done with those that were chosen --------------------------------------------------------------------------


async def chosen(visit: Visit, fields: Fields) -> Response:
    """Do with the chosen pictures what the button says."""
    me = visit.must(SUBMIT)
    ids = list(dict.fromkeys(one for one in map(read_id, fields.texts("id")) if one > 0))
    if not ids:
        raise Invalid("Choose one or more pictures first.")
    what = fields.text("do")
    if what == "use":
        return await _use(visit, ids, max(read_id(fields.text("draft")), 0))
    if what == "export":
        return await _export(visit, ids)
    items = await visit.read(lambda db: items_among(db, find_bank(db, me.id), ids))
    if what == "remove" and fields.text("sure"):
        await visit.write(lambda tx: edit.let_go(tx, bank_of(tx, me.id), ids))
        return visit.go("/bank?done=removed")
    return await _asked_first(visit, items, what if what == "remove" else "edit")


async def _asked_first(visit: Visit, items: Sequence[Item], what: str, wrong: Refused | None = None) -> Response:
    def read(db: Db) -> list[Entity]:
        return item_entities(visit.links, db, items, visit.locale)

    said = visit.explain(wrong) if wrong else ""
    status = wrong.status if wrong else 200
    shown = await visit.read(read)
    return visit.show(f"bank/{what}_many.html", status=status, cache_control="no-store", items=shown, wrong=said)


async def change_many(visit: Visit, fields: Fields) -> Response:
    """Say something else of several pictures; fields that were left empty change nothing."""
    me = visit.must(SUBMIT)
    ids = [one for one in map(read_id, fields.texts("id")) if one > 0]
    try:
        cells = {name: fields.text(name) for name in ("credit", "place", "album", "date", "usable_until", "usable_by")}
        said = edit.read_said({name: text for name, text in cells.items() if text.strip()}, visit.locale)
        changes = edit.Changes(
            said,
            add_people=split_names(fields.text("add_people")),
            drop_people=split_names(fields.text("drop_people")),
            add_tags=split_names(fields.text("add_tags")),
            drop_tags=split_names(fields.text("drop_tags")),
        )
        await visit.write(lambda tx: edit.change_items(tx, bank_of(tx, me.id), ids, changes))
    except Refused as wrong:
        items = await visit.read(lambda db: items_among(db, find_bank(db, me.id), ids))
        return await _asked_first(visit, items, "edit", wrong)
    return visit.go("/bank?done=changed")


async def _export(visit: Visit, ids: Sequence[int]) -> Response:
    me, store = visit.must(SUBMIT), visit.store
    files = files_of(store)
    files.unfinished.mkdir(parents=True, exist_ok=True)
    path = files.unfinished / f"bank-{me.id}-{visit.csrf[:8].replace('/', '_')}-{ids[0]}.zip"

    def make() -> None:
        with store.read() as db:
            pack(db, items_among(db, find_bank(db, me.id), ids), files, path)

    await asyncio.to_thread(make)
    headers = {"Cache-Control": "no-store"}
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type="application/zip", filename="pictures.zip", headers=headers, background=gone)


# -- into a post -------------------------------------------------------------------------------------------------------


async def begin_pick(visit: Visit, fields: Fields) -> Response:
    """From the composer: keep what was written, and choose pictures for it."""
    me = visit.must(SUBMIT)
    given = await take_files(visit, me, read_given(fields), fields)
    return visit.go(f"/bank?draft={await keep_begun(visit, given)}")


async def _use(visit: Visit, ids: Sequence[int], draft_id: int) -> Response:
    """Put copies of pictures into a draft, with their descriptions and credits, and open it."""
    me = visit.must(SUBMIT)
    most = visit.settings.media_max_files

    def work(tx: Tx) -> tuple[list[File], str]:
        bank = bank_of(tx, me.id)
        made = use.pick(tx, bank, ids, owner_id=me.id, most=most)
        return [File(one.id, one.description) for one in made], use.credits_line(items_among(tx, bank, ids))

    given = await visit.read(lambda db: _draft(visit, db, draft_id)) if draft_id else blank(visit)
    if len(given.parts[0].files) + len(ids) > most:
        raise Invalid(f"Validation failed: A post has at most {most} files.")
    files, credits = await visit.write(work)
    text = given.parts[0].text
    if credits and credits not in text:
        text = f"{text}\n\n📷 {credits}".lstrip() if text.strip() else f"\n\n📷 {credits}"
    given = given.first(files=(*given.parts[0].files, *files), text=text)
    return visit.go(f"/write?draft={await keep_begun(visit, given)}")


def _draft(visit: Visit, db: Db, draft_id: int) -> Given:
    found = find_draft(db, draft_id, account_id=visit.must(SUBMIT).id)
    if found is None:
        raise NotFound("This draft is gone: it was published or removed.")
    return replace(given_of(found.body), draft=found.id, version=found.version)
