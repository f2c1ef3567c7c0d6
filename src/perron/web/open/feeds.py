"""Feeds: what is public, for those who read elsewhere. Nothing in them depends on who asks."""

import re
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from starlette.requests import Request
from starlette.responses import Response

from perron.entities.accounts import accounts_json
from perron.entities.links import Links
from perron.entities.posts import posts_json
from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.time import as_datetime, read_iso
from perron.media.files import MIMES
from perron.posts.tagging import find_tag
from perron.store import Db, rim
from perron.store.paging import Paging
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.text.tags import fold, is_tag
from perron.timelines.public import account_page, public_page, tag_page
from perron.web.headers import careful
from perron.web.remembered import name_version, said_already
from perron.web.shown import Entity, account_called

ATOM, MEDIA = "http://www.w3.org/2005/Atom", "http://search.yahoo.com/mrss/"
MOST = 20
CACHE = "public, max-age=60"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("atom", ATOM)
register_namespace("media", MEDIA)


class Feed:
    """A title, an address, and public posts."""

    def __init__(self, title: str, says: str, page: str, posts: list[Entity], language: str, image: str = "") -> None:
        self.title, self.says, self.page, self.posts, self.image = title, says, page, posts, image
        self.language = language


def account_feed(links: Links, db: Db, handle: str, language: str) -> Feed:
    """What an account wrote for everybody, but for answers to others and boosts."""
    account = account_called(db, handle)
    shown = json.decode(accounts_json(links, db, [account.id])[0])
    ids = account_page(db, account.id, Paging(limit=3 * MOST), viewer=None, replies=False, boosts=False)
    name = shown["display_name"] or shown["username"]
    acct = shown["acct"] if account.domain else f"{shown['acct']}@{links.domain}"
    return Feed(
        f"{name} (@{acct})",
        plain(shown["note"]) or f"@{acct}",
        links.account(account.handle),
        _public(links, db, ids),
        account.default_language or language,
        shown["avatar"],
    )


def tag_feed(links: Links, db: Db, name: str, language: str) -> Feed:
    """Public posts that bear a tag."""
    key = fold(name) if is_tag(name) else ""
    if not key:
        raise NotFound
    ids = tag_page(db, key, Paging(limit=MOST))
    known = find_tag(db, key)
    title = f"#{known[1] if known and ids else name}"
    return Feed(title, title, links.tag(key), _public(links, db, ids), language)


def explore_feed(links: Links, db: Db, _: str, language: str) -> Feed:
    """What is said in public on this server."""
    ids = public_page(db, Paging(limit=MOST))
    return Feed("", "", f"{links.origin}/explore", _public(links, db, ids), language)


def _public(links: Links, db: Db, ids: list[int]) -> list[Entity]:
    posts = [json.decode(one) for one in posts_json(links, db, ids, viewer=None)]
    return [one for one in posts if one["visibility"] == "public" and one["reblog"] is None][:MOST]


# -- RSS ---------------------------------------------------------------------------------------------------------------


def rss(feed: Feed, own: str) -> bytes:
    """The feed as RSS 2.0."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.page)
    _add(channel, "description", feed.says)
    _add(channel, "language", feed.language)
    SubElement(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=own)
    if feed.posts:
        _add(channel, "lastBuildDate", _rfc(_changed(feed.posts[0])))
    if feed.image:
        image = SubElement(channel, "image")
        for name, value in (("url", feed.image), ("title", feed.title), ("link", feed.page)):
            _add(image, name, value)
    for post in feed.posts:
        _rss_item(channel, post)
    return _xml(root)


def _rss_item(channel: Element, post: Entity) -> None:
    item = SubElement(channel, "item")
    _add(item, "title", title_of(post))
    _add(item, "link", post["url"])
    _add(item, "guid", post["uri"], isPermaLink="false")
    _add(item, "pubDate", _rfc(post["created_at"]))
    _add(item, "description", body_of(post))
    for tag in post["tags"]:
        _add(item, "category", tag["name"])
    for one in _files(post):
        SubElement(item, "enclosure", url=one["url"], type=one["mime"], length="0")
        content = SubElement(item, f"{{{MEDIA}}}content", url=one["url"], type=one["mime"], medium=one["medium"])
        if one["description"]:
            _add(content, f"{{{MEDIA}}}description", one["description"], type="plain")
        if post["sensitive"]:
            _add(content, f"{{{MEDIA}}}rating", "adult")


# -- Atom --------------------------------------------------------------------------------------------------------------


def atom(feed: Feed, own: str) -> bytes:
    """The feed as Atom (RFC 4287)."""
    root = Element(f"{{{ATOM}}}feed")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", _clean(feed.language))
    _add(root, f"{{{ATOM}}}id", feed.page)
    _add(root, f"{{{ATOM}}}title", feed.title)
    _add(root, f"{{{ATOM}}}subtitle", feed.says)
    _add(root, f"{{{ATOM}}}updated", _changed(feed.posts[0]) if feed.posts else "1970-01-01T00:00:00Z")
    SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=own)
    SubElement(root, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=feed.page)
    if feed.image:
        _add(root, f"{{{ATOM}}}icon", feed.image)
    author = SubElement(root, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", feed.title)
    for post in feed.posts:
        _atom_entry(root, post)
    return _xml(root)


def _atom_entry(root: Element, post: Entity) -> None:
    entry = SubElement(root, f"{{{ATOM}}}entry")
    _add(entry, f"{{{ATOM}}}id", post["uri"])
    _add(entry, f"{{{ATOM}}}title", title_of(post))
    _add(entry, f"{{{ATOM}}}published", post["created_at"])
    _add(entry, f"{{{ATOM}}}updated", _changed(post))
    SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=post["url"])
    author = SubElement(entry, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", post["account"]["display_name"] or post["account"]["username"])
    _add(author, f"{{{ATOM}}}uri", post["account"]["url"])
    content = _add(entry, f"{{{ATOM}}}content", body_of(post), type="html")
    if post["language"]:
        content.set("{http://www.w3.org/XML/1998/namespace}lang", _clean(post["language"]))
    for tag in post["tags"]:
        SubElement(entry, f"{{{ATOM}}}category", term=_clean(tag["name"]))
    for one in _files(post):
        SubElement(entry, f"{{{ATOM}}}link", rel="enclosure", type=one["mime"], href=one["url"])


# -- JSON Feed ---------------------------------------------------------------------------------------------------------


def json_feed(feed: Feed, own: str) -> bytes:
    """The feed as JSON Feed 1.1 (jsonfeed.org)."""
    found: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": own,
        "description": feed.says,
        "language": feed.language,
        "items": [_json_item(post) for post in feed.posts],
    }
    if feed.image:
        found["icon"] = feed.image
    return json.encode(found)


def _json_item(post: Entity) -> dict[str, Any]:
    account = post["account"]
    author = {"name": account["display_name"] or account["username"], "url": account["url"]}
    found: dict[str, Any] = {
        "id": post["uri"],
        "url": post["url"],
        "title": title_of(post),
        "content_html": body_of(post),
        "date_published": post["created_at"],
        "date_modified": _changed(post),
        "authors": [{**author, "avatar": account["avatar"]}],
        "tags": [tag["name"] for tag in post["tags"]],
    }
    if post["language"]:
        found["language"] = post["language"]
    files = [{"url": one["url"], "mime_type": one["mime"], **_titled(one)} for one in _files(post)]
    return {**found, "attachments": files} if files else found


def _titled(one: dict[str, Any]) -> dict[str, str]:
    return {"title": one["description"]} if one["description"] else {}


# -- what all say -----------------------------------------------------------------------------------------------------


def _xml(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written


def title_of(post: Entity) -> str:
    """The first words of a post, or its warning."""
    line = " ".join((post.get("title") or post["spoiler_text"] or plain(post["content"])).split())
    line = line or ", ".join(one["description"] or one["type"] for one in post["media_attachments"]) or "…"
    return shortened(line, 80)


def body_of(post: Entity) -> str:
    """The post as HTML; a warning stands before it."""
    warning = post["spoiler_text"]
    poll = "".join(f"<li>{_escaped(one['title'])}</li>" for one in post["poll"]["options"]) if post["poll"] else ""
    head = f"<p><strong>{_escaped(warning)}</strong></p><hr>" if warning else ""
    return f"{head}{post['content']}{f'<ul>{poll}</ul>' if poll else ''}"


def _files(post: Entity) -> list[dict[str, Any]]:
    mediums = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
    return [
        {**one, "mime": MIMES[one["url"].rpartition(".")[2]], "medium": mediums[one["type"]]}
        for one in post["media_attachments"]
        if one["url"] and one["type"] in mediums and one["url"].rpartition(".")[2] in MIMES
    ]


def _changed(post: Entity) -> str:
    changed: str = post["edited_at"] or post["created_at"]
    return changed


def _rfc(iso: str) -> str:
    return format_datetime(as_datetime(read_iso(iso) or 0), usegmt=True)


def _add(parent: Element, name: str, text: str, **attributes: str) -> Element:
    made = SubElement(parent, name, attributes)
    made.text = _clean(text)
    return made


def _clean(text: str) -> str:
    """Only characters that XML can hold."""
    return _NOT_XML.sub("", text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- routes ------------------------------------------------------------------------------------------------------------

Reading = Callable[[Links, Db, str, str], Feed]
Writing = Callable[[Feed, str], bytes]


class Form:
    """A way to write a feed: its ending, and what it is called on the wire."""

    def __init__(self, ending: str, mime: str, write: Writing) -> None:
        self.ending, self.mime, self.write = ending, mime, write


_FORMS = {
    one.ending: one
    for one in (
        Form("rss", "application/rss+xml; charset=utf-8", rss),
        Form("atom", "application/atom+xml; charset=utf-8", atom),
        Form("json", "application/feed+json; charset=utf-8", json_feed),
    )
}


def form_asked(request: Request) -> Form:
    """The form that the ending of the address names."""
    return _FORMS[request.url.path.rpartition(".")[2]]


async def explore(request: Request) -> Response:
    """What is public here, as a feed."""
    return await _answer(request, explore_feed)


async def account(request: Request) -> Response:
    """What an account says to everybody, as a feed."""
    return await _answer(request, account_feed)


async def tag(request: Request) -> Response:
    """What is said under a tag, as a feed."""
    return await _answer(request, tag_feed)


async def _answer(request: Request, read: Reading) -> Response:
    site: Site = request.app.state.site
    form = form_asked(request)
    wanted, headers = request.path_params.get("name", ""), {**careful(site.settings), "Cache-Control": CACHE}
    try:
        feed = await rim.read_slowly(site.store, lambda db: read(site.links, db, wanted, site.settings.locale))
    except NotFound:
        return Response("Not found\n", 404, headers, "text/plain")
    feed.title, feed.says = feed.title or site.settings.title, feed.says or site.settings.description
    feed.says = feed.says or feed.title
    body = form.write(feed, f"{feed.page}.{form.ending}")
    response = Response(body, 200, {**headers, "Content-Type": form.mime})
    name_version(response)
    return said_already(request, dict(response.headers)) or response
