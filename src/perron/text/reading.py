"""Reading a post: who is mentioned, which tags, emoji and links it has, and how long it is."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from perron.text import tags
from perron.text.hosts import ascii_host
from perron.text.letters import graphemes, is_simple, settle

MOST_HANDLES = 50  # different people one post may mention; the rest is plain text
LONGEST_URL = 2048
LINK_LENGTH = 23  # what any link counts for


@dataclass(frozen=True, slots=True)
class Handle:
    """The name of a person: `username` in lower case; `domain` in ASCII, or None when they are here."""

    username: str
    domain: str | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag: its name as typed, without `#`, and the key it is kept under."""

    name: str
    key: str


class Link(NamedTuple):
    """A web address as typed: its scheme (and `www.`), the host with its port, and what comes after."""

    scheme: str
    host: str
    path: str


class Piece(NamedTuple):
    """A stretch of the text, and what it means if it is more than words."""

    text: str
    meaning: Handle | Tag | Link | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a text; each handle, tag, shortcode and link once, in order of first appearance."""

    text: str
    length: int
    handles: tuple[Handle, ...]
    tags: tuple[Tag, ...]
    shortcodes: tuple[str, ...]
    links: tuple[str, ...]
    pieces: tuple[Piece, ...] = field(default=(), repr=False)


# Every repetition is possessive and stops where the next candidate may begin, so that no text is read more
# than a few times over, whatever it is.
_NAME = r"[A-Za-z0-9_]++(?:[.-]++[A-Za-z0-9_]++)*+"
_LABEL = r"[^\s\x00-,./:-@\[-^`{-\xbf\u2000-\u206f\u3000-\u3004\u3008-\u3020\u30fb\ufe00-\uffef]"
_HOST = rf"{_LABEL}++(?:\.{_LABEL}++)*+"
_NEVER = r"\s<>\"\\^`{|}«»\u200b\u200e\u200f\u202a-\u202f\u2060-\u206f\u3000-\u3004\u3008-\u3020\ufeff\uff01-\uff0f"
_END = r".,;:!?'*\[\]\u2010-\u2027"
_PATH = rf"""[/?\#](?: [^{_NEVER}{_END}()]++ | [{_END}]++(?=[^{_NEVER}{_END}()]) | \([^{_NEVER}()]*+\) )*+"""

_find = re.compile(
    rf"""[@#＃:hH](?:
      (?<=@)(?<![\w/=]@) (?P<user>{_NAME}) (?:@(?P<domain>{_HOST}))?+
        (?! (?=[\u00aa-\u058f\u1e00-\u1fff\u200c\u200d])[\w\u0300-\u036f\u200c\u200d] )
    | (?<=[#＃])(?<![\w/=)&].)(?=\w) (?P<hash>)
    | (?<=:)(?<![^\W_]:)(?<!::) (?P<code>[A-Za-z0-9_]{{2,}}+) :(?!:|[^\W_])
    | (?<=[hH])(?<![A-Za-z0-9_@\#$].) [tT]{{2}}[pP][sS]?+://
        (?: (?P<userinfo>[^\s/?\#@]*+@\S*+) | (?P<host>{_HOST}) (?P<port>:[0-9]{{1,5}}+)?+ (?P<path>{_PATH})?+ )
    )""",
    re.VERBOSE,
).search
_link_start = re.compile(r"https?+://(?:www\.(?=[^/?#.]+\.))?+", re.IGNORECASE).match


REMEMBERED = 2000
"""Longest text that is kept in mind after it was read, in characters."""


def read(text: str) -> Reading:
    """Read a text of any origin in one pass: mentions, tags, shortcodes and links, as Mastodon finds them."""
    return _read_again(text) if len(text) <= REMEMBERED else _read(text)


def _read(text: str) -> Reading:
    text = settle(text)
    reader = _Reader(text)
    reader.run()
    handles, found, codes, links = reader.handles, reader.tags, reader.shortcodes, reader.links
    return Reading(
        text, reader.length(), tuple(handles), tuple(found), tuple(codes), tuple(links), tuple(reader.pieces)
    )


_read_again = lru_cache(maxsize=64)(_read)
"""A post is read when it is published and once more when it is rendered."""


def length(text: str) -> int:
    """How long a post is: visible characters, 23 for each link, and `@user` alone for `@user@domain`."""
    if "@" not in text and "://" not in text and is_simple(text):
        return len(text)
    return read(text).length


class _Reader:
    """One pass over a text; `done` is where the last piece ended."""

    __slots__ = ("text", "done", "pieces", "handles", "tags", "shortcodes", "links")

    def __init__(self, text: str) -> None:
        self.text = text
        self.done = 0
        self.pieces: list[Piece] = []
        self.handles: dict[Handle, None] = {}
        self.tags: dict[Tag, None] = {}
        self.shortcodes: dict[str, None] = {}
        self.links: dict[str, None] = {}

    def run(self) -> None:
        at = 0
        while match := _find(self.text, at):
            kind = match.lastgroup
            if kind == "user" or kind == "domain":
                at = self.mention(match)
            elif kind == "hash":
                at = self.tag(match)
            elif kind == "code":
                at = self.shortcode(match)
            elif kind == "userinfo":
                at = match.end()
            else:
                at = self.link(match)
        if self.done < len(self.text):
            self.pieces.append(Piece(self.text[self.done :], None))

    def add(self, start: int, end: int, meaning: Handle | Tag | Link) -> int:
        if start > self.done:
            self.pieces.append(Piece(self.text[self.done : start], None))
        self.pieces.append(Piece(self.text[start:end], meaning))
        self.done = end
        return end

    def mention(self, match: re.Match[str]) -> int:
        user, domain = match.group("user", "domain")
        end = match.end()
        if domain is not None:
            typed = _without_tail(domain)
            end -= len(domain) - len(typed)
            domain = ascii_host(typed)
            if domain is None:
                return end
        handle = Handle(user.lower(), domain)
        if len(self.handles) >= MOST_HANDLES and handle not in self.handles:
            return end
        self.handles[handle] = None
        return self.add(match.start(), end, handle)

    def tag(self, match: re.Match[str]) -> int:
        name = tags.find_name(self.text, match.end())
        if name is None:
            return match.end()
        tag = Tag(name, tags.fold(name))
        self.tags[tag] = None
        return self.add(match.start(), match.end() + len(name), tag)

    def shortcode(self, match: re.Match[str]) -> int:
        self.shortcodes[match["code"]] = None
        return match.end()

    def link(self, match: re.Match[str]) -> int:
        typed = match["host"]
        host = _without_tail(typed)
        end = match.end() if host == typed else match.start("host") + len(host)
        start = match.start()
        if "." not in host or len(host) > 253 or end - start > LONGEST_URL:
            return end
        url = self.text[start:end]
        self.links[url] = None
        path = match.start("path") if match["path"] and host == typed else end
        head = _link_start(url)
        scheme = head[0] if head else ""
        return self.add(start, end, Link(scheme, self.text[start + len(scheme) : path], self.text[path:end]))

    def length(self) -> int:
        if not self.links and all(handle.domain is None for handle in self.handles):
            return graphemes(self.text)
        return graphemes("".join([_counted(piece) for piece in self.pieces]))


def _without_tail(host: str) -> str:
    """The host without what was written right after it: `example.comで` and `example.com-` are `example.com`."""
    if not host.isascii():
        last = host[host.rfind(".") + 1 :]
        foreign = re.search(r"(?<=[A-Za-z0-9-])[^\x00-\x7f]", last) if last[0].isascii() else None
        host = host[: len(host) - len(last) + foreign.start()] if foreign else host
    return host.rstrip("-_")


def _counted(piece: Piece) -> str:
    """The piece as it counts towards the length."""
    if isinstance(piece.meaning, Link):
        return "x" * LINK_LENGTH
    if isinstance(piece.meaning, Handle):
        return "@" + piece.meaning.username
    return piece.text
