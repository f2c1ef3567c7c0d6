"""What is set: a document, and the blocks it is made of, in the order in which they are read.

A document holds what anybody may read and nothing else: whoever makes one has asked who may see what. Times are
milliseconds since 1970. `html` is clean (`text/sanitise.py`); all other words are plain text, escaped when it is set.
Languages are codes (`fr`, `en`, `pt-BR`), "" where nobody said.
"""

from dataclasses import dataclass

AUTHOR, GONE = "author", "gone"
"""Why something stands no longer where it stood: its author took it back; it is not at its address any more."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote something: the name as it is shown, the handle (`ada`, `ada@far.example`), and their page."""

    name: str
    handle: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its address. `alt` says what is on it, "" where nobody did; sizes in pixels, 0 where unknown."""

    url: str
    alt: str = ""
    width: int = 0
    height: int = 0
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a poll, and how many chose it; None while that is not told."""

    text: str
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part of the document. `key` is the anchor of a block, here as in all others: it is unique in a
    document, begins with a letter, goes on with letters, digits, `-` and `_`, and stays when blocks move."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words between the others, as clean HTML."""

    key: str
    html: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with its answers. `voters` is how many people answered, where they could choose several; `url` and
    `uri` are of the post that asks."""

    key: str
    question: str
    options: tuple[Option, ...]
    voters: int | None = None
    ends: int | None = None
    url: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, as it is now. `poll`: what it asks (its key is not used); `content_warning`: what it is covered by;
    `uri`: by what servers know it, where that is not its address."""

    key: str
    author: Person
    html: str
    published: int
    edited: int | None = None
    url: str = ""
    pictures: tuple[Picture, ...] = ()
    poll: Poll | None = None
    content_warning: str = ""
    language: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page elsewhere, as a card. `site` is what its publisher is called."""

    key: str
    url: str
    title: str
    extract: str = ""
    site: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class FeedItem(Link):
    """Something that came by a feed."""

    feed: str = ""
    published: int | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that stands by itself. `caption` is plain text."""

    key: str
    picture: Picture
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Video:
    """A video elsewhere: a link with a picture, until somebody asks to see it."""

    key: str
    url: str
    title: str
    site: str = ""
    poster: Picture | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody said, in plain text (an empty line begins a paragraph), who, and where."""

    key: str
    text: str
    who: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """The place of what is not there any more; it never says what that was. `reason`: AUTHOR or GONE."""

    key: str
    reason: str = AUTHOR


Block = Heading | Text | Post | Link | FeedItem | Photo | Video | Quotation | Poll | Gone


@dataclass(frozen=True, slots=True)
class Document:
    """Something to read, from its title to its last block. `theme` is a name of `press/themes.py`, `accent` a colour
    (`#1f6f5c`, or "" for the theme's own); `url` is where it is published."""

    title: str
    subtitle: str = ""
    language: str = "fr"
    authors: tuple[Person, ...] = ()
    published: int | None = None
    updated: int | None = None
    url: str = ""
    cover: Picture | None = None
    theme: str = ""
    accent: str = ""
    blocks: tuple[Block, ...] = ()
