"""Feeds that an account made of its own choice: for everybody, or for whoever knows the address."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from perron.entities.accounts import accounts_json
from perron.entities.links import Links
from perron.entities.posts import posts_json
from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.secrets import fingerprint
from perron.people.queries import find_account
from perron.store import Db, rim
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.model import FEED, ON, Outlet
from perron.web.fields import read_id
from perron.web.headers import careful
from perron.web.open.feeds import Feed, form_asked, title_of
from perron.web.remembered import name_version, said_already


def own_feed(links: Links, db: Db, name: str, language: str) -> tuple[Feed, Outlet]:
    """The feed that an address opens."""
    one = _found(db, name)
    account = json.decode(accounts_json(links, db, [one.account_id])[0])
    items = [_item(links, db, ids) for ids in queries.items_of(db, one.id)]
    who = account["display_name"] or account["username"]
    shown = [item for item in items if item is not None]
    return Feed(one.name, f"{who} (@{account['acct']})", account["url"], shown, language, account["avatar"]), one


def _found(db: Db, name: str) -> Outlet:
    one = queries.outlet_as_stored(db, read_id(name)) if name.isdigit() else None
    if one is None or not one.open:
        one = queries.outlet_by_code(db, fingerprint(name))
    account = find_account(db, one.account_id) if one and one.kind == FEED and one.state == ON else None
    if one is None or account is None or account.state != "active":
        raise NotFound
    return one


def _item(links: Links, db: Db, ids: list[int]) -> dict[str, Any] | None:
    """A post, or a thread as one: what it begins with, and then the rest of its words and files."""
    found = [json.decode(one) for one in posts_json(links, db, ids, viewer=None)]
    posts = [one for one in found if one["visibility"] in ("public", "unlisted")]
    if not posts or posts[0]["id"] != str(ids[0]):
        return None
    first: dict[str, Any] = posts[0]
    files = [each for one in posts for each in one["media_attachments"]]
    return {
        **first,
        "title": title_of(first),
        "content": "".join(one["content"] for one in posts),
        "media_attachments": files,
    }


async def show(request: Request) -> Response:
    """A feed that an account has made itself."""
    site: Site = request.app.state.site
    form = form_asked(request)
    name, headers = request.path_params["name"], {**careful(site.settings), "X-Robots-Tag": "noindex"}
    try:
        feed, one = await rim.read_slowly(site.store, lambda db: own_feed(site.links, db, name, site.settings.locale))
    except NotFound:
        return Response("Not found\n", 404, headers, "text/plain")
    headers["Cache-Control"] = "public, max-age=60" if one.open else "private, max-age=60"
    body = form.write(feed, f"{site.links.origin}/feeds/{name}.{form.ending}")
    response = Response(body, 200, {**headers, "Content-Type": form.mime})
    name_version(response)
    return said_already(request, dict(response.headers)) or response
