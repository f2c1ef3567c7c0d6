"""A post for pages of other sites: no script, no cookie, a small stylesheet of its own."""

from typing import Any

from starlette.responses import HTMLResponse, Response

from perron.entities.posts import posts_json
from perron.kit import json
from perron.kit.errors import NotFound
from perron.store import Db
from perron.web.environment import environment
from perron.web.fields import read_id
from perron.web.open.linked import may_be_embedded
from perron.web.shown import mark_brands
from perron.web.visit import FOR_ALL, Visit

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *"
)


async def embed(visit: Visit) -> Response:
    """One public post of somebody who wishes to be found; anything else is not there."""
    handle, id_ = visit.path["handle"], read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        found = posts_json(visit.links, db, [id_], viewer=None)
        post: dict[str, Any] = json.decode(found[0]) if found else {}
        if not post or post["reblog"] or not may_be_embedded(post) or post["url"] != visit.links.post(handle, id_):
            raise NotFound
        mark_brands(db, [post["account"]])
        return post

    post = await visit.read(read)
    page = environment(visit.locale).get_template("open/embed.html")
    html = page.render(visit=visit, settings=visit.settings, post=post)
    return framed(visit, html, POLICY)


def framed(visit: Visit, html: str, policy: str) -> HTMLResponse:
    """A page that may stand within pages of other sites, the same for all of them."""
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": FOR_ALL,
        "Vary": "Cookie, Accept-Language, HX-Request",
        "Content-Language": visit.locale,
    }
    return HTMLResponse(html, 200, headers)
