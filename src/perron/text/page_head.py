"""What a web page says of itself in its head: a title, a description, a picture. Any text may come; none takes long."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from perron.text.letters import shortened

LONGEST = {"title": 300, "description": 600, "author": 120, "provider": 80, "image_description": 600}
LONGEST_VALUE = 4096
MOST_TAGS = 2000

next_tag = re.compile(r"<(?:!--|(/?+)([A-Za-z][A-Za-z0-9:-]*+))").search
_attribute = re.compile(
    r"""[\s/]*+(?P<name>[^\s"'<>/=]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'<>`]++)))?+"""
).match
tag_end = re.compile(r"[^>]*+>").match
AFTER = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search
    for name in ("script", "style", "svg", "noscript", "template", "textarea", "iframe", "title")
}
_spaces = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class PageHead:
    """What was found; each is one line of plain text, or empty. Addresses stand as they were written."""

    title: str = ""
    description: str = ""
    image: str = ""
    image_description: str = ""
    author: str = ""
    author_url: str = ""
    provider: str = ""
    language: str = ""
    kind: str = ""
    creator: str = ""
    oembed: str = ""


class _Found:
    """The first value of each name, and what stands in tags of their own."""

    def __init__(self) -> None:
        self.metas: dict[str, str] = {}
        self.title: str | None = None
        self.language = ""
        self.oembed = ""

    def first(self, *names: str) -> str:
        return next((self.metas[name] for name in names if self.metas.get(name)), "")


def read_head(page: str) -> PageHead:
    """Read the head of a page, as far as it goes."""
    found = _scan(page)
    author = found.first("og:article:author", "article:author", "author", "twitter:creator:name")
    linked = author.startswith(("https://", "http://"))
    return PageHead(
        title=one_line(found.first("og:title", "twitter:title", "dc.title") or found.title or "", LONGEST["title"]),
        description=one_line(
            found.first("og:description", "twitter:description", "description"), LONGEST["description"]
        ),
        image=found.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
        image_description=one_line(found.first("og:image:alt", "twitter:image:alt"), LONGEST["image_description"]),
        author=one_line("" if linked else author, LONGEST["author"]),
        author_url=author if linked else "",
        provider=one_line(found.first("og:site_name", "application-name"), LONGEST["provider"]),
        language=_language(found.language or found.first("og:locale")),
        kind=found.first("og:type").lower()[:40],
        creator=one_line(found.first("fediverse:creator"), LONGEST["author"]),
        oembed=found.oembed,
    )


def one_line(text: str, longest: int) -> str:
    """Words on one line, without what cannot be seen, cut at a length."""
    text = _spaces.sub(" ", text[: 4 * longest])
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = text.strip()
    return shortened(text, longest)


class Tag(NamedTuple):
    """A tag of a page; `inside` is the text of what holds text only (title, script …), None when it never ends."""

    name: str
    closing: bool
    values: dict[str, str]
    inside: str | None


def tags_of(page: str, most: int) -> Iterator[Tag]:
    """The tags of a page in order, without comments and what stands in scripts; at most so many."""
    at = 0
    for _ in range(most):
        match = next_tag(page, at)
        if match is None:
            return
        at = match.end()
        if match.group() == "<!--":
            end = page.find("-->", at)
            if end < 0:
                return
            at = end + 3
            continue
        closing, name = bool(match.group(1)), match.group(2).lower()
        values, at = ({}, at) if closing else attributes(page, at)
        past = tag_end(page, at)
        if past is None:
            return
        at = past.end()
        if closing or name not in AFTER:
            yield Tag(name, closing, values, "")
            continue
        end_tag = AFTER[name](page, at)
        yield Tag(name, closing, values, page[at : min(end_tag.start(), at + LONGEST_VALUE)] if end_tag else None)
        if end_tag is None:
            return
        at = end_tag.start()


def _scan(page: str) -> _Found:
    found = _Found()
    for tag in tags_of(page, MOST_TAGS):
        if tag.name == "body" or (tag.closing and tag.name == "head"):
            break
        if not tag.closing:
            _note(found, tag.name, tag.values)
        if tag.name == "title" and tag.inside and found.title is None:
            found.title = html.unescape(tag.inside)
    return found


def attributes(page: str, at: int) -> tuple[dict[str, str], int]:
    """Attributes of a tag, each once, and where they end."""
    values: dict[str, str] = {}
    while match := _attribute(page, at):
        at = match.end()
        value = match["double"] or match["single"] or match["bare"] or ""
        values.setdefault(match["name"].lower(), html.unescape(value[:LONGEST_VALUE]))
        if len(values) > 100:
            break
    return values, at


def _note(found: _Found, name: str, values: dict[str, str]) -> None:
    if name == "html":
        found.language = found.language or values.get("lang", "")
    elif name == "meta":
        key = (values.get("property") or values.get("name") or "").strip().lower()
        content = values.get("content", "").strip()
        if key and content:
            found.metas.setdefault(key, content)
    elif name == "link" and not found.oembed:
        kind = values.get("type", "").partition(";")[0].strip().lower()
        if kind == "application/json+oembed" and "alternate" in values.get("rel", "").lower().split():
            found.oembed = values.get("href", "").strip()


def _language(said: str) -> str:
    """`fr` of `fr-FR` or `fr_FR`; empty when it says nothing of the kind."""
    code = re.split(r"[-_]", said.strip().lower(), maxsplit=1)[0]
    return code if 2 <= len(code) <= 3 and code.isascii() and code.isalpha() else ""
