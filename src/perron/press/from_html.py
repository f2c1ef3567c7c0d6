"""A collection that was saved as HTML, as Wakelet exports it, read as a document: cards, words, pictures, videos.

Such pages have no fixed form, so what is read is what a reader would see: headings, paragraphs, links with their
pictures, in their order. Whatever acts is left out before it is looked at.
"""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from perron.kit.errors import Invalid
from perron.press import document as d
from perron.press.as_json import LONGEST, MOST_BLOCKS
from perron.press.fit import fit
from perron.press.from_storify import is_meta
from perron.press.letters import is_web, line
from perron.press.markup import frame_of

MOST_BYTES = 16 * 2**20
_SILENT = {"script", "style", "noscript", "template", "svg", "head", "nav", "footer", "form", "button", "textarea"}
_CARDS = {"article", "li", "section", "figure"}
_FRAMES = {"youtube": "https://www.youtube.com/watch?v=%s", "vimeo": "https://vimeo.com/%s"}


def read_html(data: bytes) -> d.Document:
    """A document from a saved page; Invalid where there is nothing to read."""
    if len(data) > MOST_BYTES:
        raise Invalid("This file is too large: a page has at most 16 MB.")
    text = data.decode("utf-8", "replace")
    if "<" not in text:
        raise Invalid("This file is not HTML.")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_card()
    if not reader.blocks:
        raise Invalid("There is nothing on this page that a story could take: no words, links or pictures.")
    if len(reader.blocks) > MOST_BLOCKS:
        raise Invalid(f"There are {len(reader.blocks)} items on this page; a story has at most {MOST_BLOCKS}.")
    title = reader.title or reader.tab_title
    return fit(d.Document(title[:LONGEST], reader.subtitle, reader.language, blocks=tuple(reader.blocks)))


@dataclass
class _Card:
    """What stands together: a link with its title, its picture and some words."""

    url: str = ""
    title: str = ""
    words: list[str] = field(default_factory=list)
    picture: d.Picture | None = None
    quoted: bool = False
    cited: str = ""


class _Reader(HTMLParser):
    """Reads a page from its beginning to its end, once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[d.Block] = []
        self.title = self.tab_title = self.subtitle = self.language = ""
        self._card = _Card()
        self._text: list[str] = []
        self._silent = 0
        self._in_title = False

    # -- tags --

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "title":
            self._in_title = True
        elif tag == "html":
            self.language = given.get("lang", "")
        elif tag in _SILENT:
            self._silent += 1
        elif self._silent:
            return
        elif tag == "img":
            self._image(given)
        elif tag == "iframe":
            self._frame(given.get("src") or given.get("data-src", ""))
        elif tag == "a":
            self._link(given.get("href", ""))
        elif tag in _CARDS:
            self.end_card()
        elif tag == "blockquote":
            self._end_words()
            self._card.quoted = True
            self._card.cited = self._address(given.get("cite", ""))
        elif tag in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "br"):
            self._end_words()

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._silent:
            return
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading(tag)
        elif tag in _CARDS or tag == "blockquote":
            self.end_card()
        elif tag in ("p", "div"):
            self._end_words()
        elif tag == "a" and self._card.url and not self._card.title:
            self._card.title = self._take()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.tab_title = line(self.tab_title + data)[:LONGEST]
        elif not self._silent and len(self._text) < 10_000:
            self._text.append(data)

    # -- what they mean --

    def _take(self) -> str:
        """The words since the last time, as one line."""
        text = line("".join(self._text))[:LONGEST]
        self._text.clear()
        return text

    def _end_words(self) -> None:
        text = self._take()
        if text:
            self._card.words.append(text)

    def _heading(self, tag: str) -> None:
        text = self._take()
        if not text:
            return
        if tag == "h1" and not self.title:
            self.title = text
        elif self._card.url or self._card.picture:
            self._card.title = text
        else:
            self.end_card()
            self.blocks.append(d.Heading(self._key(), text))

    def _link(self, href: str) -> None:
        url = self._address(href)
        if not url or url == self._card.url:
            return
        if self._card.url:
            self.end_card()
        self._end_words()
        self._card.url = url

    def _image(self, given: dict[str, str]) -> None:
        url = self._address(given.get("src", "") or given.get("data-src", ""))
        if url and self._card.picture is None:
            self._card.picture = d.Picture(url, line(given.get("alt", ""))[:LONGEST])

    def _frame(self, src: str) -> None:
        """A player: a link to the video."""
        url = self._address(src)
        if not url:
            return
        self.end_card()
        if "/embed/" in url and "youtube" in url:
            url = _FRAMES["youtube"] % url.partition("/embed/")[2][:11]
        elif "player.vimeo.com/video/" in url:
            url = _FRAMES["vimeo"] % url.partition("/video/")[2].partition("?")[0][:12]
        self.blocks.append(d.Video(self._key(), url, url))

    def end_card(self) -> None:
        """What stood together becomes a block, or several."""
        self._end_words()
        card, self._card = self._card, _Card()
        if card.quoted:
            self._quotation(card)
        elif card.url:
            self._linked(card)
        elif card.picture:
            self.blocks.append(d.Photo(self._key(), card.picture, card.title or " ".join(card.words)))
        elif card.words:
            self._words(card.words)

    def _quotation(self, card: _Card) -> None:
        if card.words or card.title:
            said = "\n\n".join(card.words) or card.title
            self.blocks.append(d.Quotation(self._key(), said, card.title if card.words else "", card.url or card.cited))

    def _linked(self, card: _Card) -> None:
        if is_meta(card.url):
            self.blocks.append(d.Link(self._key(), card.url, card.title or card.url))
        elif frame_of(card.url):
            self.blocks.append(d.Video(self._key(), card.url, card.title or card.url, "", card.picture))
        else:
            title = card.title or (card.words.pop(0) if card.words else card.url)
            extract = " ".join(card.words)
            self.blocks.append(d.Link(self._key(), card.url, title, extract, "", card.picture))

    def _words(self, words: list[str]) -> None:
        if self.title and not self.blocks and not self.subtitle:
            self.subtitle = words.pop(0)
        if words:
            self.blocks.append(d.Text(self._key(), "".join(f"<p>{escape(each, quote=False)}</p>" for each in words)))

    def _key(self) -> str:
        return f"b{len(self.blocks) + 1}"

    def _address(self, url: str) -> str:
        """An address of the web; a relative one leads nowhere."""
        try:
            url = urljoin("https:", url.strip()) if url.strip().startswith("//") else url.strip()
        except ValueError:
            return ""
        return url if is_web(url) else ""
