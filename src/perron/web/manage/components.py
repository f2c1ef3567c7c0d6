"""A living page of the pieces that pages are made of, for whoever works on them: `/components`, on a demo server."""

import re
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.store import Db
from perron.store.paging import Paging
from perron.timelines.public import public_page
from perron.web.assets import STYLES
from perron.web.sections import may_manage
from perron.web.shown import accounts_shown, posts_shown
from perron.web.visit import Visit

_TOKEN = re.compile(r"^\s+--([\w-]+): (light-dark\(.+?\)|#\w+);", re.MULTILINE)


def colours() -> list[str]:
    """The names of the tokens that are colours, as the stylesheet has them."""
    found = _TOKEN.findall((STYLES / "00-tokens.css").read_text())
    return [*dict.fromkeys(name for name, value in found if "rgb" not in value)]


async def components(visit: Visit) -> Response:
    """Every piece with real posts in it; only for those who run the server."""
    if not may_manage(visit):
        raise NotFound

    def read(db: Db) -> dict[str, Any]:
        posts = posts_shown(visit, db, public_page(db, Paging(limit=20)), "public")
        pictured = [one for one in posts[1:] if one["media_attachments"]][:1]
        asked = [one for one in posts[1:] if one["poll"] and one not in pictured][:1]
        people = accounts_shown(visit, db, [*{int(one["account"]["id"]) for one in posts}][:3])
        return {"posts": [*posts[:1], *pictured, *asked], "people": people}

    return visit.show("manage/components.html", colours=colours(), **await visit.read(read))
