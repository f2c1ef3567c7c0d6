"""The sitemap: pages of accounts that wish to be found, and each month in which they wrote. Nobody else is in it."""

from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy import bindparam, select
from starlette.requests import Request
from starlette.responses import Response

from perron.entities.site import Site
from perron.kit.time import iso_day, now
from perron.posts.archive import months_of
from perron.store import Db, Prepared, const, rim
from perron.store.tables import accounts
from perron.web.headers import careful

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PER_FILE = 40
"""Accounts in one file: with twenty years of months each they nearly fill it."""
FIXED = ("/", "/explore", "/about", "/rules", "/privacy", "/features", "/glossary")
CACHE = "public, max-age=3600"

_WISHED = (
    accounts.c.indexable,
    accounts.c.state == const("active"),
    accounts.c.domain.is_(None),
    ~accounts.c.silenced,
    accounts.c.posts_count > 0,
)
_IDS = Prepared(select(accounts.c.id).where(*_WISHED).order_by(accounts.c.id))
_PART = Prepared(
    select(accounts.c.id, accounts.c.handle, accounts.c.last_post_at)
    .where(*_WISHED, accounts.c.id >= bindparam("since"))
    .order_by(accounts.c.id)
    .limit(PER_FILE)
)


async def index(request: Request) -> Response:
    """The list of files of the sitemap."""
    site: Site = request.app.state.site
    count = await rim.read_slowly(site.store, lambda db: len(_starts(db)))
    root = Element("sitemapindex", xmlns=NAMESPACE)
    for number in range(count + 1):
        SubElement(SubElement(root, "sitemap"), "loc").text = f"{site.links.origin}/sitemap-{number}.xml"
    return _xml(site, root)


async def part(request: Request) -> Response:
    """One file: 0 has the pages of the server, each other a few hundred accounts."""
    site: Site = request.app.state.site
    number: int = request.path_params["number"]
    if number == 0:
        return _xml(site, _urls([(f"{site.links.origin}{path}", "") for path in FIXED]))
    found = await rim.read_slowly(site.store, lambda db: _addresses(site, db, number - 1))
    if found is None:
        return Response("Not found\n", 404, careful(site.settings), "text/plain")
    return _xml(site, _urls(found))


def _starts(db: Db) -> list[int]:
    """The first account of each file."""
    known: dict[str, list[int]] = db.remembered("sitemap")
    if "starts" not in known:
        known["starts"] = db.column(_IDS)[::PER_FILE]
    return known["starts"]


def _addresses(site: Site, db: Db, number: int) -> list[tuple[str, str]] | None:
    """(address, day of its last change or "") of some accounts and their months."""
    starts = _starts(db)
    if number >= len(starts):
        return None
    found: list[tuple[str, str]] = []
    this_month = iso_day(now())[:7]
    for id_, handle, last in db.all(_PART, since=starts[number]):
        page, day = site.links.account(handle), iso_day(last) if last else ""
        found.append((page, day))
        for (year, month), _ in months_of(db, id_):
            recent = f"{year:04}-{month:02}" == this_month
            found.append((f"{page}/{year:04}/{month:02}", day if recent else ""))
    return found


def _urls(found: list[tuple[str, str]]) -> Element:
    root = Element("urlset", xmlns=NAMESPACE)
    for address, day in found:
        url = SubElement(root, "url")
        SubElement(url, "loc").text = address
        if day:
            SubElement(url, "lastmod").text = day
    return root


def _xml(site: Site, root: Element) -> Response:
    body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")
    headers = {**careful(site.settings), "Cache-Control": CACHE, "Content-Type": "application/xml; charset=utf-8"}
    return Response(body, 200, headers)
