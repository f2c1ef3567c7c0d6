"""A story as Storify gave it away before it closed in 2018 (its JSON export), read as a document.

What is known of an element is taken, whatever else stands there is left out; what belongs to Meta is kept as a link
alone, because its rules forbid to store it. Errors say where.
"""

from html import escape
from typing import Any
from urllib.parse import urlsplit

from perron.kit.errors import Invalid
from perron.kit.time import read_iso
from perron.press import document as d
from perron.press.as_json import LONGEST, LONGEST_HTML, MOST_BLOCKS, decoded
from perron.press.fit import LATEST, fit
from perron.press.letters import is_web, line
from perron.text.sanitise import plain

META = (
    "facebook.com",
    "instagram.com",
    "threads.net",
    "threads.com",
    "fb.com",
    "fb.me",
    "instagr.am",
    *("fbcdn.net", "cdninstagram.com"),
)
"""Whose pages are linked to, and nothing of them kept."""
_HOSTS_OF_POSTS = ("twitter", "mastodon", "bluesky")


def read_storify(data: bytes) -> d.Document:
    """A document from Storify's JSON; Invalid where it is none."""
    found = decoded(data)
    story = _dict(found.get("content", found)) if isinstance(found, dict) else {}
    elements = story.get("elements")
    if isinstance(elements, dict):
        elements = elements.get("elements", [*elements.values()])
    if not isinstance(elements, list) or not isinstance(story.get("title"), str):
        raise Invalid("This file does not hold a story of Storify: it has no title or no elements.")
    if len(elements) > MOST_BLOCKS:
        raise Invalid(f"In elements: there are {len(elements)} of these; there can be {MOST_BLOCKS}.")
    return fit(_document(story, tuple(_block(one, number) for number, one in enumerate(elements))))


def _document(story: dict[str, Any], blocks: tuple[d.Block, ...]) -> d.Document:
    author, dates = _dict(story.get("author")), _dict(story.get("date"))
    name = _words(author, "name") or _words(author, "username")
    thumbnail = _address(story, "thumbnail")
    return d.Document(
        title=_words(story, "title"),
        subtitle=line(plain(_words(story, "description"))),
        language="",
        authors=(d.Person(name, "", _address(author, "permalink")),) if name else (),
        published=_time(dates.get("published") or story.get("published_at")),
        updated=_time(dates.get("modified")),
        url=_address(story, "permalink"),
        cover=d.Picture(thumbnail) if thumbnail and not is_meta(thumbnail) else None,
        blocks=blocks,
    )


def _block(element: Any, number: int) -> d.Block:
    if not isinstance(element, dict):
        raise Invalid(f"In elements[{number}]: an object with names and values is expected here.")
    key, kind, data = f"b{number + 1}", str(element.get("type", "")), _dict(element.get("data"))
    url = _address(element, "permalink")
    if url and is_meta(url):
        return d.Link(key, url, urlsplit(url).hostname or url)
    inner = data.get(kind)
    if kind == "text":
        return _text(key, inner if isinstance(inner, str) else _words(_dict(inner), "text"))
    return _OTHERS.get(kind, _link)(key, url, _dict(inner) or data, element)


def _text(key: str, html: str) -> d.Block:
    """Words; those that were a heading alone are one."""
    stripped = html.strip()
    if stripped.startswith(("<h1", "<h2", "<h3")) and stripped.endswith(("</h1>", "</h2>", "</h3>")):
        return d.Heading(key, line(plain(stripped))[:LONGEST])
    return d.Text(key, html[:LONGEST_HTML])


def _link(key: str, url: str, data: dict[str, Any], element: dict[str, Any]) -> d.Block:
    picture = _address(data, "thumbnail")
    return d.Link(
        key,
        url,
        line(_words(data, "title")) or url,
        line(plain(_words(data, "description"))),
        _words(_dict(element.get("source")), "name"),
        d.Picture(picture) if picture else None,
    )


def _quote(key: str, url: str, data: dict[str, Any], element: dict[str, Any]) -> d.Block:
    """A quotation; one from a network, with its time, is a post."""
    by, source = _dict(element.get("attribution")), _dict(element.get("source"))
    said, at = _words(data, "text"), _time(element.get("posted_at"))
    handle = _words(by, "username") or _words(data, "username") or _words(source, "username")
    name = _words(by, "name") or handle
    if at is not None and _words(source, "name").lower() in _HOSTS_OF_POSTS:
        html = "".join(f"<p>{escape(part)}</p>" for part in plain(said).split("\n\n") if part)
        return d.Post(key, d.Person(name or "?", handle.lstrip("@"), _address(by, "href")), html, at, url=url)
    return d.Quotation(key, plain(said), name, url)


def _image(key: str, url: str, data: dict[str, Any], element: dict[str, Any]) -> d.Block:
    src, by = _address(data, "src"), _dict(element.get("attribution"))
    caption = line(plain(_words(data, "caption")))
    return d.Photo(key, d.Picture(src, caption, credit=_words(by, "name")), caption)


def _video(key: str, url: str, data: dict[str, Any], element: dict[str, Any]) -> d.Block:
    poster = _address(data, "thumbnail")
    source = _words(_dict(element.get("source")), "name")
    where = url or _address(data, "src")
    return d.Video(key, where, line(_words(data, "title")) or where, source, d.Picture(poster) if poster else None)


_OTHERS = {"quote": _quote, "image": _image, "video": _video, "link": _link}


def is_meta(url: str) -> bool:
    """Whether an address is of Meta, which forbids to store what it shows."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return any(host == one or host.endswith("." + one) for one in META)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(of: dict[str, Any], name: str) -> str:
    value = of.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""


def _address(of: dict[str, Any], name: str) -> str:
    """An address of the web, with its scheme where it was left out; "" for anything else."""
    value = _words(of, name).strip()
    value = "https:" + value if value.startswith("//") else value
    return value if is_web(value) else ""


def _time(value: Any) -> int | None:
    """A moment, from ISO 8601 or from seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST / 1000:
        return int(value) * 1000
    found = read_iso(value) if isinstance(value, str) and len(value) < 40 else None
    return found if found is not None and 0 <= found <= LATEST else None
