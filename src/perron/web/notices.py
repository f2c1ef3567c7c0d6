"""What one is told, in sentences; and who asks to follow."""

from typing import Any

from starlette.responses import Response

from perron.entities.notices import notices_json
from perron.kit import json
from perron.people.relations import related
from perron.store import Db
from perron.timelines.markers import last_read, mark_read
from perron.timelines.notices import notices_page
from perron.web.kit import Fields, Visit, read_id
from perron.web.shown import accounts_shown, mark_brands, paging

PAGE = 30
REQUESTS = 40


async def notices(visit: Visit) -> Response:
    """The newest thirty; reading the page changes nothing."""
    signed_in = visit.must_sign_in()
    me = signed_in.account

    def read(db: Db) -> dict[str, Any]:
        found = notices_page(db, me.id, paging(visit, PAGE))
        made = [json.decode(one) for _, one in notices_json(visit.links, db, found, signed_in.viewer)]
        mark_brands(db, [each["account"] for one in made for each in (one, one.get("status")) if each])
        seen = last_read(db, me.id, "notifications")
        return {
            "notices": [{**one, "fresh": int(one["id"]) > seen} for one in made],
            "newest": found[0].id if found else 0,
            "older": found[-1].id if len(found) == PAGE else 0,
        }

    return visit.show("notices.html", **await visit.read(read))


async def have_read(visit: Visit, fields: Fields) -> Response:
    """Mark notices as read up to the newest that was shown."""
    me, newest = visit.must_sign_in().account, read_id(fields.text("newest"))
    if newest > 0:
        await visit.write(lambda tx: mark_read(tx, me.id, "notifications", newest))
    return visit.go("/notices")


async def requests(visit: Visit) -> Response:
    """Who asks to follow."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        rows = related(db, "requests", me.id, paging(visit, REQUESTS))
        people = accounts_shown(visit, db, [row[1] for row in rows])
        return {"people": people, "older": rows[-1][0] if len(rows) == REQUESTS else 0}

    return visit.show("requests.html", **await visit.read(read))
