"""Home: what those one follows have written, under the form in which one writes."""

from typing import Any

from starlette.responses import Response

from perron.store import Db
from perron.timelines.home import home_page
from perron.web.own.announcing import to_read
from perron.web.shown import around, paging, sheet, to_greet
from perron.web.visit import Visit
from perron.web.write.composer import blank
from perron.web.write.elsewhere import with_places


async def home(visit: Visit) -> Response:
    """What those one follows have written, newest first, under the form."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        ids = home_page(db, visit.site.rings, me.id, paging(visit))
        found = around(visit, db)
        told = to_read(visit, db)
        shown = sheet(visit, db, ids, "home")
        given = with_places(visit, db, blank(visit))
        return {
            "sheet": shown,
            "around": found,
            "greet": to_greet(visit, db, found),
            "announcements": told,
            "given": given,
        }

    return visit.show("write/home.html", **await visit.read(read))
