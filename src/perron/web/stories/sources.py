"""Sources for stories: which there are, asked by a form, and what they find is kept in the basket."""

import asyncio
from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.media.describe import MAX_DESCRIPTION
from perron.media.upload import add, drop
from perron.people.model import Account
from perron.store import Tx
from perron.suite.stories.clips import SAID, clip_item
from perron.suite.stories.pictures import picture_from
from perron.suite.stories.read import read_item
from perron.suite.stories.sources import ask_source, sources_of
from perron.web.again import show_form
from perron.web.fields import Fields
from perron.web.stories.desk import user_and_account
from perron.web.visit import Visit


async def show(visit: Visit) -> Response:
    """Which sources are known here."""
    user_and_account(visit)
    return await _show(visit)


async def ask(visit: Visit, fields: Fields) -> Response:
    """Ask one of them, and show what it found."""
    user_and_account(visit)
    name = fields.text("source")
    values = {one: fields.text(one)[:500] for one in fields if one not in ("csrf", "source")}
    try:
        found = await asyncio.to_thread(ask_source, visit.settings, name, values)
    except Refused as wrong:
        return await _show(visit, wrong, asked=name, typed=values)
    return await _show(visit, asked=name, typed=values, found=found)


async def keep(visit: Visit, fields: Fields) -> Response:
    """Keep what a source found, as what it is; a photo is fetched now and lies among one's uploads from then on."""
    _, me = user_and_account(visit)
    raw = {name: fields.text(name) for name in ("type", *SAID) if fields.text(name)}
    try:
        if raw.get("type") != "photo":
            await visit.write(lambda tx: clip_item(tx, me.id, read_item(raw)))
        else:
            await _keep_photo(visit, me, raw, fields.text("picture"), fields.text("alt"))
    except Refused as wrong:
        return await _show(visit, wrong)
    return visit.go("/stories/basket")


async def _keep_photo(visit: Visit, me: Account, raw: dict[str, str], url: str, alt: str) -> None:
    taken = await asyncio.to_thread(picture_from, url, visit.settings)

    def work(tx: Tx) -> None:
        made = add(tx, me.id, taken, description=alt[:MAX_DESCRIPTION])
        clip_item(tx, me.id, read_item({**raw, "media_id": str(made.id)}))

    try:
        await visit.write(work)
    except BaseException:
        await asyncio.to_thread(drop, taken, settings=visit.settings)
        raise


async def _show(visit: Visit, wrong: Refused | None = None, **more: Any) -> Response:
    sources = await asyncio.to_thread(sources_of, visit.settings)
    place = visit.locale != "fr"
    rows = [
        {
            "name": one.name,
            "called": one.called[place],
            "address": one.address,
            "form": [(field.name, field.called[place]) for field in one.form],
        }
        for one in sources.known
    ]
    runs = visit.must_sign_in().viewer.server_role in ("owner", "admin")
    more = {"asked": "", "typed": {}, "found": None, **more}
    broken = sources.wrong if runs else ()
    return show_form(visit, "stories/sources.html", wrong, sources=rows, broken=broken, **more)
