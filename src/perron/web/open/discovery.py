"""How other servers and programs find what is here."""

import time
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import bindparam, func, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from perron.entities.site import Site
from perron.kit import json
from perron.kit.time import DAY, as_datetime, now
from perron.kit.version import VERSION
from perron.people.model import Account
from perron.people.queries import account_by_handle, find_account
from perron.store import Db, Prepared, rim
from perron.store.tables import accounts, users

OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
PROFILE_PAGE, AVATAR = "http://webfinger.net/rel/profile-page", "http://webfinger.net/rel/avatar"
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/"
FRESH = 300.0
"""Seconds for which counts are told again without counting."""

_SEEN = Prepared(
    select(func.count()).select_from(users).where(users.c.state == "active", users.c.seen_at >= bindparam("after"))
)
_USERS = Prepared(select(func.count()).select_from(users).where(users.c.state == "active"))
_POSTS = Prepared(
    select(func.coalesce(func.sum(accounts.c.posts_count), 0)).where(
        accounts.c.domain.is_(None), accounts.c.state == "active"
    )
)


async def webfinger(request: Request) -> Response:
    """Who is behind `acct:ada@here`, or behind the address of a profile."""
    site: Site = request.app.state.site
    resource = request.query_params.get("resource", "")
    if not resource:
        return _json({"error": "Say which resource."}, 400)
    account = await rim.read(site.store, lambda db: _named(site, db, resource))
    if account is None:
        return _json({"error": "Record not found"}, 404)
    page, links = site.links.account(account.handle), site.links
    return _json(
        {
            "subject": f"acct:{account.username}@{site.settings.domain}",
            "aliases": [page, links.account_uri(account.id)],
            "links": [
                {"rel": PROFILE_PAGE, "type": "text/html", "href": page},
                {"rel": AVATAR, "type": "image/png", "href": links.avatar("", account.handle)},
            ],
        },
        kind="application/jrd+json; charset=utf-8",
    )


def _named(site: Site, db: Db, resource: str) -> Account | None:
    found = None
    if resource.startswith(("http://", "https://")):
        try:
            parts, ours = urlsplit(resource), urlsplit(site.links.origin)
        except ValueError:
            return None
        path = unquote(parts.path).rstrip("/")
        if parts.netloc.lower() != ours.netloc:
            return None
        if path.startswith("/@"):
            found = account_by_handle(db, _sound(path[2:]))
        elif path.startswith("/ap/accounts/") and path[13:].isascii() and path[13:].isdigit() and len(path) < 32:
            found = find_account(db, int(path[13:]))
    else:
        name, _, domain = resource.removeprefix("acct:").removeprefix("@").rpartition("@")
        if domain.lower() in (site.settings.domain, site.settings.domain.partition(":")[0]):
            found = account_by_handle(db, _sound(name))
    return found if found and found.here and found.state == "active" else None


def _sound(name: str) -> str:
    return name if name.isascii() and name.isprintable() else ""


async def host_meta(request: Request) -> Response:
    """Where `webfinger` is, for those who ask in XML."""
    template = escape(_lrdd(request))
    xrd = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="application/xrd+xml" template="{template}"/>\n</XRD>\n'
    )
    return Response(xrd, media_type="application/xrd+xml; charset=utf-8", headers=OPEN)


async def host_meta_json(request: Request) -> Response:
    """Where `webfinger` is."""
    return _json({"links": [{"rel": "lrdd", "type": "application/jrd+json", "template": _lrdd(request)}]})


def _lrdd(request: Request) -> str:
    site: Site = request.app.state.site
    return f"{site.links.origin}/.well-known/webfinger?resource={{uri}}"


async def nodeinfo_index(request: Request) -> Response:
    """Where `nodeinfo` is, in two versions."""
    site: Site = request.app.state.site
    versions = ("2.0", "2.1")
    links = [{"rel": NODEINFO + each, "href": f"{site.links.origin}/nodeinfo/{each}"} for each in versions]
    return _json({"links": links})


async def nodeinfo(request: Request) -> Response:
    """What runs here and how many use it, in the version that the address names."""
    version = request.url.path.rpartition("/")[2]
    site: Site = request.app.state.site
    software = {"name": "perron", "version": VERSION}
    found = {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]},
        "openRegistrations": site.settings.registration == "open",
        "usage": await counted(request),
        "metadata": {"nodeName": site.settings.title, "nodeDescription": site.settings.description},
    }
    kind = f'application/json; profile="{NODEINFO}{version}#"; charset=utf-8'
    return _json(found, kind=kind)


async def counted(request: Request) -> dict[str, Any]:
    """How many use this server and how much they wrote, counted anew every five minutes."""
    site: Site = request.app.state.site
    state = request.app.state
    if not hasattr(state, "usage") or state.usage[0] < time.monotonic() - FRESH:
        state.usage = (time.monotonic(), await rim.read(site.store, usage))
    found: dict[str, Any] = state.usage[1]
    return found


def usage(db: Db) -> dict[str, Any]:
    """How many people sign in here, were here in a month and in half a year, and how much they wrote."""
    return {
        "users": {
            "total": db.value(_USERS),
            "activeMonth": db.value(_SEEN, after=now() - 30 * DAY),
            "activeHalfyear": db.value(_SEEN, after=now() - 180 * DAY),
        },
        "localPosts": int(db.value(_POSTS)),
    }


async def change_password(request: Request) -> Response:
    """Where password managers send people."""
    return RedirectResponse("/settings/password", 302, OPEN)


async def security(request: Request) -> Response:
    """Whom to write to about a weakness (RFC 9116); nothing while no contact is set."""
    site: Site = request.app.state.site
    if not site.settings.contact:
        return PlainTextResponse("", 404, OPEN)
    until = as_datetime((now() // DAY + 180) * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        f"Contact: mailto:{quote(site.settings.contact, safe='@+.')}",
        f"Expires: {until}",
        "Preferred-Languages: fr, en",
        f"Canonical: {site.links.origin}/.well-known/security.txt",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", headers=OPEN)


async def robots(request: Request) -> Response:
    """What machines need not read, and where what they may read is listed."""
    site: Site = request.app.state.site
    closed = ("/home", "/notices", "/settings/", "/search", "/write", "/oauth/", "/sign-in", "/sign-up", "/api/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /api/oembed", ""]
    lines.append(f"Sitemap: {site.links.origin}/sitemap.xml")
    return PlainTextResponse("\n".join(lines) + "\n")


def _json(value: Any, status: int = 200, *, kind: str = "application/json; charset=utf-8") -> Response:
    return Response(json.encode(value), status, {**OPEN, "Content-Type": kind})
