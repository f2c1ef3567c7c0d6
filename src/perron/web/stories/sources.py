"""Sources for stories: which there are, asked by a form, and what they find is kept in the basket."""

import asyncio
from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused
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
