"""The emojis of this server, decided about by those who run it."""

import asyncio

from starlette.responses import Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.media.emojis import accept_emoji, all_emojis
from perron.media.places import files_in
from perron.media.upload import forget
from perron.moderation import emojis as deciding
from perron.web.fields import Fields, read_id
from perron.web.manage.running import must_run, show
from perron.web.visit import Visit


async def show_emojis(visit: Visit) -> Response:
    """Every emoji of this server, and the form for another."""
    must_run(visit)
    return await _all(visit)


async def _all(visit: Visit, given: dict[str, str] | None = None, wrong: Refused | None = None) -> Response:
    kept = await visit.read(all_emojis)
    shown = [(one, visit.ours(visit.links.file(one.file))) for one in kept]
    categories = sorted({one.category for one in kept if one.category})
    given = given or {"shortcode": "", "category": ""}
    return show(visit, "manage/manage_emojis.html", wrong, emojis=shown, categories=categories, given=given)


async def add_emoji(visit: Visit, fields: Fields) -> Response:
    """Let a name stand for a picture."""
    me = must_run(visit)
    given = {"shortcode": fields.text("shortcode"), "category": fields.text("category")}
    key = ""
    try:
        uploads = fields.files("picture")
        if not uploads:
            raise Invalid("Please choose a picture first.")
        data = await uploads[0].read()
        key = await asyncio.to_thread(accept_emoji, data, settings=visit.settings)
        await visit.write(lambda tx: deciding.add_emoji(tx, me.id, given["shortcode"], key, given["category"]))
    except Refused as wrong:
        forget(files_in(visit.settings), key)
        return await _all(visit, given, wrong)
    return visit.go("/manage/emojis")


async def on_emoji(visit: Visit, fields: Fields) -> Response:
    """Put an emoji into another category, offer it or no more, or remove it."""
    me, id_, act = must_run(visit), read_id(visit.path["id"]), visit.path["act"]
    category = fields.text("category")
    try:
        if act == "remove":
            await visit.write(lambda tx: deciding.remove_emoji(tx, me.id, id_))
        elif act in ("hide", "offer"):
            await visit.write(
                lambda tx: deciding.change_emoji(tx, me.id, id_, category=category, visible=act == "offer")
            )
        else:
            raise NotFound
    except NotFound:
        raise
    except Refused as wrong:
        return await _all(visit, None, wrong)
    return visit.go("/manage/emojis")
