"""Beside the desk of a story: who else is at it, and how it would look."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from perron.press import markup
from perron.store import Db, Tx
from perron.suite.stories import keep
from perron.suite.stories.read import read_head
from perron.suite.stories.seats import leave_seat, take_seat
from perron.web.fields import Fields, read_id
from perron.web.stories.desk import user_and_account
from perron.web.stories.others import others
from perron.web.stories.reading import read_one, setting
from perron.web.stories.talked import rule_of
from perron.web.visit import Visit
from perron.web.write.answers import tell, wants_json

LOOK = ("title", "subtitle", "language", "theme", "accent")


async def be_here(visit: Visit, fields: Fields) -> Response:
    """Say that one is at the desk and in what one writes, or no longer; who else is, for the script to show."""
    user_id, me = user_and_account(visit)
    item_id = max(read_id(fields.text("item")), 0) if fields.text("item") else 0

    def work(tx: Tx) -> list[dict[str, str]]:
        story = keep.own_story(tx, me.id, read_id(visit.path["id"]))
        if "stop" in fields:
            leave_seat(tx, story.id, user_id)
            return []
        take_seat(tx, story.id, user_id, item_id)
        return others(visit, tx, story.id, user_id)

    here = await visit.write(work)
    return tell({"here": here}) if wants_json(visit) else visit.go(f"/stories/{visit.path['id']}")


async def preview(visit: Visit) -> Response:
    """How a story would be read with another look, which the address says: nothing is kept."""
    return await _preview(visit, {name: visit.query[name] for name in LOOK if name in visit.query})


async def preview_typed(visit: Visit, fields: Fields) -> Response:
    """The same, as it was typed and not kept yet."""
    return await _preview(visit, {name: fields.text(name) for name in LOOK if name in fields})


async def _preview(visit: Visit, said: dict[str, Any]) -> Response:
    _, me = user_and_account(visit)

    def read(db: Db) -> Any:
        story = keep.own_story(db, me.id, read_id(visit.path["id"]))
        return read_one(visit, db, me.handle, story.id), read_head(said, story.head)

    found, head = await visit.read(read)
    look = {name: getattr(head, name) for name in ("title", "subtitle", "theme", "accent")}
    shown = replace(found, document=replace(found.document, **look))
    body = Markup(markup.body(shown.document, setting(visit, live=False)))
    more: dict[str, Any] = {"own": True, "counted": False, "trying": True, "talk": rule_of(shown.story)}
    return visit.show("stories/thread.html", cache_control="no-store", reading=shown, body=body, **more)
