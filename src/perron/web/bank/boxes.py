"""Drop-boxes at the desk: opened, shown with their link and its picture for a phone's camera, closed."""

from typing import Any

import segno
from markupsafe import Markup
from starlette.responses import Response

from perron.kit.errors import Refused
from perron.kit.time import DAY, now
from perron.people.may import SUBMIT
from perron.store import Db, Tx
from perron.suite.atelier.bank import boxes
from perron.suite.atelier.bank.entities import box_entity, box_link, item_entities
from perron.suite.atelier.bank.model import Box, Wanted
from perron.suite.atelier.bank.queries import bank_of, find_bank
from perron.suite.atelier.bank.say import split_names
from perron.suite.atelier.bank.search import search_bank
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit

LASTS = (1, 3, 7, 30, 92)
TYPED = ("name", "word", "credit", "place", "tags", "most", "days")


async def show(visit: Visit) -> Response:
    """One's drop-boxes, and the form that opens another."""
    return await _page(visit)


async def open_one(visit: Visit, fields: Fields) -> Response:
    """Open a drop-box."""
    me = visit.must(SUBMIT)
    typed = {name: fields.text(name) for name in TYPED}

    def work(tx: Tx) -> Box:
        return boxes.open_box(
            tx,
            bank_of(tx, me.id),
            me.id,
            name=typed["name"],
            word=typed["word"],
            credit=typed["credit"],
            place=typed["place"],
            tags=split_names(typed["tags"]),
            lasts=_number(typed["days"], 7) * DAY,
            most=_number(typed["most"], 100),
            settings=visit.settings,
        )

    try:
        made = await visit.write(work)
    except Refused as wrong:
        return await _page(visit, typed, wrong)
    return visit.go(f"/bank/boxes/{made.id}")


async def one(visit: Visit) -> Response:
    """A drop-box: its link, a picture of the link for a camera, and what has come."""
    me, box_id = visit.must(SUBMIT), read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        bank = find_bank(db, me.id)
        box = boxes.find_box(db, bank, box_id, visit.settings)
        found = search_bank(db, bank, Wanted(box_id=box.id), limit=200)
        return {
            "box": box_entity(visit.links, box),
            "link": box_link(visit.links, box.code),
            "items": item_entities(visit.links, db, found.items, visit.locale),
        }

    shown = await visit.read_slowly(read)
    drawn = segno.make(shown["link"], error="m")
    square = Markup(drawn.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))
    return visit.show("bank/box.html", cache_control="no-store", square=square, **shown)


async def end(visit: Visit, fields: Fields) -> Response:
    """Close a drop-box."""
    me, box_id = visit.must(SUBMIT), read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        boxes.end_box(tx, boxes.find_box(tx, bank_of(tx, me.id), box_id, visit.settings))

    await visit.write(work)
    return visit.go(f"/bank/boxes/{box_id}")


async def _page(visit: Visit, typed: dict[str, str] | None = None, wrong: Refused | None = None) -> Response:
    me = visit.must(SUBMIT)
    found = await visit.read(lambda db: boxes.boxes_of(db, find_bank(db, me.id), visit.settings))
    given = typed or {**dict.fromkeys(TYPED, ""), "most": "100", "days": "7"}
    shown = [box_entity(visit.links, each) for each in found]
    return show_form(visit, "bank/boxes.html", wrong, given=given, boxes=shown, lasts=LASTS, now=now())


def _number(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else usual
