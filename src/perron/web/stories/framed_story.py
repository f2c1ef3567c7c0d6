"""A story for pages of other sites: in a frame without a script or a cookie, in feeds, as a picture."""

import asyncio

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from perron.entities.accounts import accounts_by_id
from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.time import iso
from perron.people.model import Account
from perron.press import document as press
from perron.press import markup
from perron.press.as_picture import to_picture
from perron.store import Db, rim
from perron.suite.stories.export import pictures_here
from perron.suite.stories.keep import GONE, find_story
from perron.suite.stories.queries import published_stories_of
from perron.suite.stories.told import told
from perron.web.environment import environment
from perron.web.headers import careful
from perron.web.open.embeds import framed
from perron.web.open.feeds import Feed, form_asked
from perron.web.remembered import name_version, said_already
from perron.web.shown import Entity, account_called
from perron.web.stories.reading import read_story, setting
from perron.web.visit import Visit

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
CACHE = "public, max-age=60"
MOST = 20


async def embed(visit: Visit) -> Response:
    """One published story, within a page of another site."""
    found = await visit.read(lambda db: read_story(visit, db))
    if not found.story.published:
        raise NotFound(GONE)
    page = environment(visit.locale).get_template("stories/embed.html")
    body = Markup(markup.body(found.document, setting(visit, live=False)))
    html = page.render(visit=visit, settings=visit.settings, reading=found, body=body)
    return framed(visit, html, POLICY)


async def picture(visit: Visit) -> Response:
    """What other sites show of a link to a story: its title, its cover, who tells it; drawn of what can be read now."""
    found = await visit.read(lambda db: read_story(visit, db))
    if not found.story.published:
        raise NotFound(GONE)
    pictures = pictures_here(visit.links, visit.site.files)
    drawn = await asyncio.to_thread(to_picture, found.document, pictures, site=visit.settings.title)
    response = Response(drawn, 200, {"Cache-Control": CACHE}, "image/jpeg")
    name_version(response)
    return said_already(visit.request, dict(response.headers)) or response


# -- feeds -------------------------------------------------------------------------------------------------------------


def story_feed(site: Site, db: Db, handle: str, id_: int | None) -> Feed:
    """The stories of somebody, each whole; or one story, of which every item is an entry."""
    account = account_called(db, handle)
    shown: Entity = json.decode(accounts_by_id(site.links, db, [account.id])[account.id])
    name = shown["display_name"] or shown["username"]
    if id_ is None:
        found = [
            told(site.links, db, one, account, site.settings.locale)
            for one in published_stories_of(db, account.id, MOST)
        ]
        entries = [_whole(one, shown) for one in found]
        page = f"{site.links.account(account.handle)}/stories"
        return Feed(name, name, page, entries, account.default_language or site.settings.locale, shown["avatar"])
    document = _published(site, db, account, id_)
    entries = [_entry(document, one, shown) for one in document.blocks]
    return Feed(document.title, document.subtitle or document.title, document.url, entries, document.language)


def _published(site: Site, db: Db, account: Account, id_: int) -> press.Document:
    found = find_story(db, id_, viewer=None)
    if found is None or found[1].id != account.id:
        raise NotFound(GONE)
    return told(site.links, db, found[0], account, site.settings.locale)


def _whole(document: press.Document, account: Entity) -> Entity:
    """A story as an entry: its update is dated, so that readers show it anew."""
    words = markup.blocks(document, markup.PAPER)
    return _post(document.url, document.title, words, document, account)


def _entry(document: press.Document, block: press.Block, account: Entity) -> Entity:
    words = markup.block(block, document.language, markup.PAPER)
    return _post(f"{document.url}#{block.key}", "", words, document, account)


def _post(url: str, title: str, html: str, document: press.Document, account: Entity) -> Entity:
    """What the writers of feeds expect of each entry."""
    return {
        "uri": url,
        "url": url,
        "spoiler_text": "",
        "title": title,
        "content": html,
        "poll": None,
        "tags": [],
        "media_attachments": [],
        "sensitive": False,
        "language": document.language,
        "created_at": iso(document.published or 0),
        "edited_at": iso(document.updated) if document.updated else None,
        "account": account,
    }


async def feed(request: Request) -> Response:
    """The stories of an account, or one of them, as a feed."""
    site: Site = request.app.state.site
    form, params, headers = form_asked(request), request.path_params, {**careful(site.settings), "Cache-Control": CACHE}
    try:
        which = params["handle"], params.get("id")
        found = await rim.read_slowly(site.store, lambda db: story_feed(site, db, *which))
    except NotFound:
        return Response("Not found\n", 404, headers, "text/plain")
    body = form.write(found, f"{found.page}.{form.ending}")
    response = Response(body, 200, {**headers, "Content-Type": form.mime})
    name_version(response)
    return said_already(request, dict(response.headers)) or response
