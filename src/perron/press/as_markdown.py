"""A document as Markdown (CommonMark): to be read as it stands, and to be gone on with in any editor."""

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from html.parser import HTMLParser
from typing import Any

from perron.kit.time import iso_day
from perron.press import document as d
from perron.press.fit import fit
from perron.press.letters import line, spaced
from perron.press.markup import PAPER, Setting
from perron.press.words import counted, day, moment, word

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_STARTS = re.compile(
    r"^([^\S\n]*)(#{1,6}(?=\s)|[-+](?=\s)|>|(?:\d{1,9})(?=[.)]\s)|={2,}[^\S\n]*$|-{2,}[^\S\n]*$)", re.M
)


def to_markdown(document: d.Document, setting: Setting = PAPER) -> str:
    """The whole document; pictures stand where `setting.picture` says."""
    document = fit(document)
    parts = [_head(document, setting)]
    parts += [_WRITE[type(one)](one, document.language, setting) for one in document.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain_marks(text: str) -> str:
    """Plain text in which nothing means anything to Markdown."""
    return _STARTS.sub(lambda found: f"{found[1]}{_kept(found[2])}", _SPECIAL.sub(r"\\\1", text))


def _kept(start: str) -> str:
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def _head(document: d.Document, setting: Setting) -> str:
    language, write = document.language, spaced(document.language)
    lines = [f"# {plain_marks(write(line(document.title))) or word('untitled', language)}"]
    if document.subtitle:
        lines.append(f"*{plain_marks(write(line(document.subtitle)))}*")
    said = [f"{word('by', language)} {', '.join(map(_named, document.authors))}"] if document.authors else []
    if document.published is not None:
        said.append(day(document.published, language, setting.zone))
    if document.updated is not None and document.updated != document.published:
        said.append(f"{word('updated', language)} {day(document.updated, language, setting.zone)}")
    lines.append(" · ".join(said))
    if document.cover:
        lines.append(_image(document.cover, language, setting))
    return "\n\n".join(each for each in lines if each)


def _named(person: d.Person) -> str:
    name = plain_marks(line(person.name) or person.handle)
    return f"[{name}]({_target(person.url)})" if person.url else name


def _target(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")


def _image(picture: d.Picture, language: str, setting: Setting) -> str:
    url = setting.picture(picture)
    credit = f"\\\n*{word('photo', language)} : {plain_marks(line(picture.credit))}*" if picture.credit else ""
    alt = plain_marks(line(picture.alt))
    return (f"![{alt}]({_target(url)})" if url else f"[{word('picture', language)} : {alt}]") + credit


def _text(one: d.Text, language: str, setting: Setting) -> str:
    return from_html(one.html)


def _heading(one: d.Heading, language: str, setting: Setting) -> str:
    return f"## {plain_marks(spaced(language)(line(one.text)))}"


def _post(one: d.Post, language: str, setting: Setting) -> str:
    handle = f" (@{plain_marks(line(one.author.handle))})" if one.author.handle else ""
    when = moment(one.published, language, setting.zone)
    when = f"[{when}]({_target(one.url)})" if one.url else when
    edited = f" · {word('edited', language)}" if one.edited is not None else ""
    parts = [f"**{_named(one.author)}**{handle} · {when}{edited}"]
    if one.content_warning:
        parts.append(f"*{word('warning', language)} : {plain_marks(line(one.content_warning))}*")
    parts += [from_html(one.html), *(_image(picture, language, setting) for picture in one.pictures)]
    if one.poll:
        parts.append(_poll(one.poll, language, setting))
    return _quoted("\n\n".join(part for part in parts if part))


def _quoted(text: str) -> str:
    return "\n".join(f"> {each}".rstrip() for each in text.split("\n"))


def _link(one: d.Link, language: str, setting: Setting) -> str:
    title = plain_marks(spaced(language)(line(one.title) or one.url))
    parts = [f"**[{title}]({_target(one.url)})**" if one.url else f"**{title}**"]
    origin = [plain_marks(line(one.site))] if one.site else []
    if isinstance(one, d.FeedItem):
        origin += [plain_marks(line(one.feed))] if one.feed and one.feed != one.site else []
        origin += [day(one.published, language, setting.zone)] if one.published is not None else []
    parts[0] += f"\\\n{' · '.join(origin)}" if origin else ""
    if one.picture and setting.picture(one.picture):
        parts.append(_image(one.picture, language, setting))
    if one.extract:
        parts.append(plain_marks(spaced(language)(line(one.extract))))
    return "\n\n".join(parts)


def _photo(one: d.Photo, language: str, setting: Setting) -> str:
    caption = plain_marks(spaced(language)(line(one.caption)))
    return "\n\n".join(each for each in (_image(one.picture, language, setting), caption) if each)


def _video(one: d.Video, language: str, setting: Setting) -> str:
    title = plain_marks(line(one.title) or one.url)
    site = f" ({plain_marks(line(one.site))})" if one.site else ""
    poster = f"{_image(one.poster, language, setting)}\n\n" if one.poster and setting.picture(one.poster) else ""
    return f"{poster}▶ [{title}]({_target(one.url)}){site}" if one.url else f"{poster}▶ {title}{site}"


def _quotation(one: d.Quotation, language: str, setting: Setting) -> str:
    said = re.sub(r"(?<!\n)\n(?!\n)", "\\\\\\n", plain_marks(spaced(language)(one.text.strip())))
    who = plain_marks(line(one.who or one.url))
    by = f"\n\n— [{who}]({_target(one.url)})" if one.url else f"\n\n— {who}" if who else ""
    return _quoted(said + by)


def _poll(one: d.Poll, language: str, setting: Setting) -> str:
    question = plain_marks(spaced(language)(line(one.question)))
    rows = [
        f"- {plain_marks(line(each.text))}" + (f" : {counted(each.votes, language)}" if each.votes is not None else "")
        for each in one.options
    ]
    return "\n".join(([f"**{question}**", ""] if question else []) + rows)


def _gone(one: d.Gone, language: str, setting: Setting) -> str:
    return f"*[{word('author' if one.reason == d.AUTHOR else 'gone', language)}]*"


_WRITE: dict[type, Callable[[Any, str, Setting], str]] = {
    d.Heading: _heading,
    d.Text: _text,
    d.Post: _post,
    d.Link: _link,
    d.FeedItem: _link,
    d.Photo: _photo,
    d.Video: _video,
    d.Quotation: _quotation,
    d.Poll: _poll,
    d.Gone: _gone,
}


# -- HTML as Markdown --------------------------------------------------------------------------------------------------

_AROUND = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~"}


def from_html(html: str) -> str:
    """Clean HTML as Markdown."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Writes while it reads: paragraphs, lists in lists, quotations, links, code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._before: list[str] = []  # what each line begins with
        self._lists: list[int | None] = []
        self._hrefs: list[str] = []
        self._pre = self._hidden = 0

    def text(self) -> str:
        """What was written."""
        return re.sub(r"\n(?:[> ]*\n){2,}", "\n\n", "".join(self._out)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _AROUND:
            self._out.append(_AROUND[tag])
        elif tag == "a":
            self._hrefs.append(given.get("href") or "")
            self._out.append("[")
        elif tag == "span" and (self._hidden or "invisible" in (given.get("class") or "").split()):
            self._hidden += 1
        elif tag == "br":
            self._out.append("\\\n" + "".join(self._before))
        elif tag == "code" and not self._pre:
            self._out.append("`")
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag in ("p", "blockquote", "pre", "ul", "ol", "li"):
            self._line(1 if tag in ("li", "ul", "ol") and self._lists else 2)
        if tag == "blockquote":
            self._before.append("> ")
            self._out.append("> ")
        elif tag in ("ul", "ol"):
            self._lists.append(None if tag == "ul" else 0)
        elif tag == "li" and self._lists:
            self._out.append(self._bullet())
            self._before.append("  ")
        elif tag == "pre":
            self._pre += 1
            self._out.append("```\n" + "".join(self._before))

    def _bullet(self) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def handle_endtag(self, tag: str) -> None:
        if tag in _AROUND:
            self._out.append(_AROUND[tag])
        elif tag == "a" and self._hrefs:
            self._out.append(f"]({_target(self._hrefs.pop())})")
        elif tag == "span" and self._hidden:
            self._hidden -= 1
        elif tag == "code" and not self._pre:
            self._out.append("`")
        elif tag == "pre" and self._pre:
            self._pre -= 1
            self._out.append("\n" + "".join(self._before) + "```")
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag in ("blockquote", "li") and self._before:
            self._before.pop()

    def handle_data(self, data: str) -> None:
        if self._pre:
            self._out.append(data.replace("\n", "\n" + "".join(self._before)))
        elif not self._hidden:
            self._out.append(plain_marks(re.sub(r"[ \t\r\n]+", " ", data)))

    def _line(self, many: int) -> None:
        if self._out and self._out[-1][-2:] not in ("> ", "- ", ". "):
            self._out.append(("\n" + "".join(self._before)) * many)


def front_matter(document: d.Document, zone: tzinfo = UTC) -> str:
    """What some editors expect above a text: title, authors, day, address."""
    said = {"title": document.title, "author": ", ".join(one.name for one in document.authors), "source": document.url}
    said["date"] = iso_day(document.published) if document.published is not None else ""
    rows = [f'{name}: "{_double(line(value))}"' for name, value in said.items() if value]
    return "---\n" + "\n".join(rows) + "\n---\n\n" if rows else ""


def _double(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
