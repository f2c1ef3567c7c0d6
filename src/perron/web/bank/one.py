"""One picture of the bank: what is said of it, where it was used, and how it is let go."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.may import LOOK, SUBMIT
from perron.store import Db
from perron.suite.atelier.bank import edit
from perron.suite.atelier.bank.entities import item_entity
from perron.suite.atelier.bank.model import Item
from perron.suite.atelier.bank.queries import bank_of, find_bank, find_item, terms_of, uses_of
from perron.suite.atelier.bank.say import split_names
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.shown import posts_shown
from perron.web.visit import Visit

LINES = ("caption", "alt", "credit", "place", "album", "date", "usable_until", "usable_by", "note")
OFFERED = ("person", "place", "credit", "tag", "album")


async def show(visit: Visit) -> Response:
    """A picture with everything that is known of it."""
    return await _page(visit)


async def change(visit: Visit, fields: Fields) -> Response:
    """Say something else of a picture; what was typed is kept when something is refused."""
    me, item_id = visit.must(SUBMIT), read_id(visit.path["id"])
    typed = {name: fields.text(name) for name in (*LINES, "people", "tags")}
    try:
        said = edit.read_said({name: typed[name] for name in LINES}, visit.locale)
        changes = edit.Changes({**said, "people": split_names(typed["people"]), "tags": split_names(typed["tags"])})
        await visit.write(lambda tx: edit.change_items(tx, bank_of(tx, me.id), [item_id], changes))
    except Refused as wrong:
        return await _page(visit, typed, wrong)
    return visit.go(f"/bank/items/{item_id}?done=changed")


async def _page(visit: Visit, typed: dict[str, str] | None = None, wrong: Refused | None = None) -> Response:
    me = visit.must(LOOK)

    def read(db: Db) -> dict[str, Any]:
        bank = find_bank(db, me.id)
        item = find_item(db, bank, read_id(visit.path["id"]))
        made = item_entity(visit.links, db, item, visit.locale) if item else None
        if item is None or made is None:
            raise NotFound
        return {
            "item": made,
            "given": typed or given_of(item, made),
            "uses": posts_shown(visit, db, uses_of(db, item.id)),
            "terms": {kind: [one.name for one in terms_of(db, bank, kind, 100)] for kind in OFFERED},
        }

    shown = await visit.read_slowly(read)
    return show_form(visit, "bank/one.html", wrong, done=visit.query.get("done", ""), may=visit.can(SUBMIT), **shown)


def given_of(item: Item, made: dict[str, Any]) -> dict[str, str]:
    """The form as it is before anybody types."""
    date = made["date"]["text"] if made["date"] else ""
    lines = {name: getattr(item.about, name) for name in LINES if name not in ("date", "usable_until")}
    names = {"people": "; ".join(item.about.people), "tags": "; ".join(item.about.tags)}
    return {**lines, **names, "date": date, "usable_until": made["usable_until"] or ""}
