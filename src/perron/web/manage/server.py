"""What the owner decides about the server, and its rules."""

import asyncio
from dataclasses import fields as fields_of
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.settings import Settings
from perron.kit.time import iso
from perron.media.places import files_in
from perron.media.upload import accept_picture
from perron.media.upload import forget as forget_file
from perron.moderation import rules as ruling
from perron.moderation.settings import NAMES, decide, decided, forget
from perron.people.model import Account
from perron.store import Tx
from perron.web.fields import Fields, read_id
from perron.web.manage.running import must_run, show
from perron.web.visit import Visit

TYPED = tuple(name for name in NAMES if name != "picture")
CHOICES = {one.name: one.metadata["one_of"] for one in fields_of(Settings) if one.metadata["one_of"]}


async def show_server(visit: Visit) -> Response:
    """The form with what was decided about the server."""
    must_run(visit)
    return await _server(visit, {name: getattr(visit.settings, name) for name in TYPED})


async def _server(visit: Visit, given: dict[str, Any], wrong: Refused | None = None) -> Response:
    found = await visit.read(decided)
    base = visit.site.given
    here = [(name, one.value, getattr(base, name), iso(one.at)) for name, one in found.items()]
    return show(visit, "manage/manage_server.html", wrong, given=given, here=here, choices=CHOICES)


async def change_server(visit: Visit, fields: Fields) -> Response:
    """Decide about the server; it holds at once, on every page and in every app."""
    me = must_run(visit)
    given = {name: fields.text(name).replace("\r\n", "\n") for name in TYPED}
    wanted: dict[str, Any] = {name: given[name] for name in TYPED if name in fields}
    picture = ""
    try:
        picture = await _picture(visit, fields)
        if picture or "drop_picture" in fields:
            wanted["picture"] = picture
        await visit.write(lambda tx: decide(tx, me.id, wanted, visit.settings))
    except Refused as wrong:
        forget_file(files_in(visit.settings), picture)
        return await _server(visit, given, wrong)
    return visit.go("/manage/server")


async def _picture(visit: Visit, fields: Fields) -> str:
    for upload in fields.files("picture"):
        data = await upload.read()
        return await asyncio.to_thread(accept_picture, data, settings=visit.settings)
    return ""


async def forget_server(visit: Visit, fields: Fields) -> Response:
    """Let one setting be again what the file says."""
    me = must_run(visit)
    if not await visit.write(lambda tx: forget(tx, me.id, fields.text("name"))):
        raise NotFound
    return visit.go("/manage/server")


# -- rules -------------------------------------------------------------------------------------------------------------


async def show_rules(visit: Visit) -> Response:
    """The rules, each with what can be done with it."""
    must_run(visit)
    return await _rules(visit)


async def _rules(visit: Visit, given: dict[str, str] | None = None, wrong: Refused | None = None) -> Response:
    kept = await visit.read(lambda db: ruling.rules(db, visit.settings))
    return show(visit, "manage/manage_rules.html", wrong, rules=kept, given=given or {"text": "", "hint": "", "id": ""})


async def add_rule(visit: Visit, fields: Fields) -> Response:
    """Add a rule at the end."""
    me, text, hint = must_run(visit), fields.text("text"), fields.text("hint")
    try:
        await visit.write(lambda tx: ruling.add_rule(tx, me.id, text, hint, visit.settings))
    except Refused as wrong:
        return await _rules(visit, {"text": text, "hint": hint, "id": ""}, wrong)
    return visit.go("/manage/rules")


async def on_rule(visit: Visit, fields: Fields) -> Response:
    """Change a rule, move it, or let it hold no more."""
    me, rule_id, act = must_run(visit), read_id(visit.path["id"]), visit.path["act"]
    text, hint = fields.text("text"), fields.text("hint")
    try:
        await visit.write(lambda tx: _rule(tx, visit, me, rule_id, act, text, hint))
    except NotFound:
        raise
    except Refused as wrong:
        return await _rules(visit, {"text": text, "hint": hint, "id": str(rule_id)}, wrong)
    return visit.go(f"/manage/rules#r{rule_id}" if act != "drop" else "/manage/rules")


def _rule(tx: Tx, visit: Visit, me: Account, rule_id: int, act: str, text: str, hint: str) -> None:
    match act:
        case "change":
            ruling.change_rule(tx, me.id, rule_id, text, hint, visit.settings)
        case "up" | "down":
            ruling.move_rule(tx, me.id, rule_id, -1 if act == "up" else 1, visit.settings)
        case "drop":
            ruling.drop_rule(tx, me.id, rule_id, visit.settings)
        case _:
            raise NotFound
