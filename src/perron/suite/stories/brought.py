"""What a block of a document that was brought along becomes in a story. What is here is quoted as it is here, or its
place says that it is gone; what is known only by the file is words that somebody gives as another's: a quotation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from sqlalchemy import bindparam, select

from perron.entities.fragments import content_html
from perron.entities.links import Links
from perron.kit.errors import Invalid, Refused
from perron.kit.time import iso
from perron.press import document as press
from perron.press.from_storify import is_meta
from perron.press.letters import is_web
from perron.store import Db, Prepared, Tx
from perron.store.tables import media, posts
from perron.suite.stories.address import post_at
from perron.suite.stories.edit import quotable
from perron.suite.stories.model import (
    LONGEST_HEADING,
    LONGEST_QUOTATION,
    LONGEST_SUBTITLE,
    LONGEST_WORDS,
    Head,
    Wish,
)
from perron.suite.stories.pictures import site_of
from perron.suite.stories.read import THEMES, read_head, read_item, shorter
from perron.text.language import is_language
from perron.text.letters import graphemes, is_blank
from perron.text.sanitise import clean, plain

LONGEST_EXTRACT = 2000
NOTHING = "There is nothing in this file that a story could take."
_BY_URI = Prepared(select(posts.c.id).where(posts.c.uri == bindparam("of_uri")))
_BY_FILE = Prepared(
    select(media.c.id)
    .where(media.c.account_id == bindparam("of_account"), media.c.file == bindparam("key"), media.c.kind == "image")
    .limit(1)
)
Taken = Callable[[press.Picture], int | None]
"""The upload that a picture of a document has become, or was all along."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where a document is brought to: whose story it becomes, and in which language."""

    tx: Tx
    links: Links
    account_id: int
    language: str
    taken: Taken
    fetches: bool = False


def head_of(document: press.Document, name: str) -> Head:
    """What stands above the items. `name`: what the file was called, for a document without a title."""
    raw: dict[str, Any] = {
        "title": name if is_blank(document.title) else document.title,
        "subtitle": shorter(document.subtitle, LONGEST_SUBTITLE),
        "language": document.language if is_language(document.language) else "",
        "theme": document.theme if document.theme in THEMES else "",
        "accent": document.accent,
    }
    return read_head(raw)


def own_picture(db: Db, links: Links, account_id: int, picture: press.Picture) -> int | None:
    """The upload of an account that a picture shows, when it is one from here."""
    start = links.file("")
    if not picture.url.startswith(start):
        return None
    found: int | None = db.value(_BY_FILE, of_account=account_id, key=picture.url.removeprefix(start))
    return found


def wish_for(here: Here, block: press.Block) -> Wish | None:
    """What a block becomes; None when there is nothing of it to show."""
    if isinstance(block, press.Gone):
        return Wish("post", {}, gone=True)
    if isinstance(block, press.Post | press.Poll):
        return _quoted(here, block)
    if isinstance(block, press.Heading):
        fits = graphemes(block.text) <= LONGEST_HEADING
        return _said("heading", block.text) if fits else _text(here, _paragraph(block.text))
    if isinstance(block, press.Text):
        return _text(here, block.html)
    if isinstance(block, press.Quotation):
        return _quotation(here, block.text, block.who, block.url)
    return _photo(here, block) if isinstance(block, press.Photo) else _page(here, block)


# -- words -------------------------------------------------------------------------------------------------------------


def _said(kind: str, text: str, **more: str) -> Wish | None:
    return None if is_blank(text) else read_item({"type": kind, "text": text, **more})


def _text(here: Here, html: str) -> Wish | None:
    """Words, as words of the teller's own; where that would be set otherwise, as they were set."""
    html = clean(html)
    wish = _said("text", plain(html))
    if wish is None or clean(content_html(here.links, wish.body["text"], (), here.language)) == html:
        return wish
    return replace(wish, body={**wish.body, "html": html})


def _quotation(here: Here, text: str, who: str, url: str) -> Wish | None:
    if graphemes(text) > LONGEST_QUOTATION:
        return _text(here, f"<blockquote>{_paragraph(text)}</blockquote>{_paragraph(who) if who else ''}")
    return _said("quotation", text, who=shorter(who, LONGEST_WORDS), **({"url": url} if url else {}))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"


# -- what others said --------------------------------------------------------------------------------------------------


def _quoted(here: Here, block: press.Post | press.Poll) -> Wish | None:
    """A post that is here, by its address or by what servers know it as; nobody's word is taken for one that is not."""
    found = post_at(block.url, here.links.origin)
    if not found and block.uri:
        found = here.tx.value(_BY_URI, of_uri=block.uri) or 0
    if not found:
        return _hearsay(here, block)
    try:
        post = quotable(here.tx, here.account_id, found)
    except Refused:
        return Wish("post", {}, gone=True)
    return Wish("poll" if isinstance(block, press.Poll) and post.has_poll else "post", {}, post.id)


def _hearsay(here: Here, block: press.Post | press.Poll) -> Wish | None:
    if isinstance(block, press.Poll):
        options = "".join(f"<li>{escape(one.text, quote=False)}</li>" for one in block.options)
        return _text(here, f"{_paragraph(block.question)}<ul>{options}</ul>")
    handle = f" (@{block.author.handle})" if block.author.handle else ""
    return _quotation(here, plain(block.html), f"{block.author.name}{handle}", block.url)


def _photo(here: Here, block: press.Photo) -> Wish | None:
    """A picture that is here, came along or was taken in; any other is linked to where it is. One of another server is
    credited to where it is from, unless the file says to whom."""
    found = here.taken(block.picture)
    if found is not None:
        away = not block.picture.url.startswith(here.links.file("")) and is_web(block.picture.url)
        credit = block.picture.credit or (site_of(block.picture.url) if away and here.fetches else "")
        words = {"caption": shorter(block.caption, LONGEST_WORDS), "credit": shorter(credit, LONGEST_WORDS)}
        return Wish("photo", words, media_id=found)
    title = block.caption or block.picture.alt
    return _page(here, press.Link(block.key, block.picture.url, title, site=block.picture.credit))


def _page(here: Here, block: press.Link | press.Video) -> Wish | None:
    """A page elsewhere, under its address; one without an address is words."""
    kind = {press.Video: "video", press.FeedItem: "feed"}.get(type(block), "link")
    extract = block.extract if isinstance(block, press.Link) else ""
    raw = {"type": kind, "url": block.url}
    if block.title != block.url:
        raw["title"] = shorter(block.title, LONGEST_WORDS)
    if isinstance(block, press.FeedItem):
        raw["feed"] = shorter(block.feed, LONGEST_WORDS)
        raw["published"] = iso(block.published) if block.published is not None else ""
    try:
        wish = read_item(raw)
    except Invalid:
        return _text(here, "".join(_paragraph(one) for one in (block.title, extract) if one))
    more = {"extract": shorter(extract, LONGEST_EXTRACT), "site": shorter(block.site, 200)}
    kept = {} if is_meta(block.url) else more
    return replace(wish, body={**wish.body, **{name: words for name, words in kept.items() if words}})
