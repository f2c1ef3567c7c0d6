"""Writing a reading as HTML, in the shapes that Mastodon's readers know."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

from perron.text.reading import Handle, Link, Piece, Reading, Tag
from perron.text.spaces import french, is_french

VISIBLE = 30  # characters of a link that are shown, its host always among them

_REL, _REL_ME = 'rel="nofollow noopener noreferrer"', 'rel="me nofollow noopener noreferrer"'
_BLANK = re.compile(r"\n(?:[ \t]*+\n)++[ \t]*+")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a mention links to."""

    url: str
    acct: str
    username: str


def to_html(
    reading: Reading,
    *,
    people: Mapping[Handle, Person],
    tag_url: str,
    language: str = "",
    tags: Collection[str] | None = None,
    mine: bool = False,
) -> str:
    """The post as safe HTML; a handle not in `people` stays text, and a tag links to `tag_url` and its key. With `tags`
    (keys), every other stays text.

    French has its narrow spaces set (`text/spaces.py`). `mine`: links say that they lead to whoever wrote this."""
    tag_url = escape(tag_url)
    spaced = french if is_french(language) else str
    pieces = reading.pieces if tags is None else [_plain(piece, tags) for piece in reading.pieces]
    html = "".join([_written(piece, people, tag_url, spaced) for piece in pieces]).strip(" \t\n")
    html = html.replace(_REL, _REL_ME) if mine else html
    if "\n" in html:
        html = _BLANK.sub("</p><p>", html).replace("\n", "<br />")
    return f"<p>{html}</p>" if html else ""


def _plain(piece: Piece, tags: Collection[str]) -> Piece:
    """A tag that is not among these as words."""
    unknown = isinstance(piece.meaning, Tag) and piece.meaning.key not in tags
    return Piece(piece.text, None) if unknown else piece


def _written(piece: Piece, people: Mapping[Handle, Person], tag_url: str, spaced: Callable[[str], str]) -> str:
    meaning = piece.meaning
    if meaning is None:
        return escape(spaced(piece.text))
    if isinstance(meaning, Tag):
        return _tag(piece.text[0], meaning, tag_url)
    if isinstance(meaning, Link):
        return _link(piece.text, meaning)
    person = people.get(meaning)
    return _mention(person) if person and _is_web(person.url) else escape(piece.text)


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _mention(person: Person) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{escape(person.url)}" class="u-url mention">'
        f"@<span>{escape(person.username)}</span></a></span>"
    )


def _tag(sign: str, tag: Tag, tag_url: str) -> str:
    href = tag_url + _quoted(tag.key)
    return f'<a href="{href}" class="mention hashtag" rel="tag">{sign}<span>{escape(tag.name)}</span></a>'


@lru_cache(1024)
def _quoted(key: str) -> str:
    return quote(key, safe="")


def _link(url: str, link: Link) -> str:
    room = max(VISIBLE - len(link.host), 0)
    shown, rest = escape(link.host + link.path[:room]), escape(link.path[room:])
    visible = (
        f'<span class="ellipsis">{shown}</span><span class="invisible">{rest}</span>'
        if rest
        else f"<span>{shown}</span>"
    )
    return (
        f'<a href="{escape(url)}" target="_blank" {_REL} translate="no">'
        f'<span class="invisible">{escape(link.scheme)}</span>{visible}</a>'
    )
