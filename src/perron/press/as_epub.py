"""A document as a book: EPUB 3.3, with its navigation, its pictures and what it says of its accessibility."""

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from html import unescape
from typing import IO
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from perron.kit.time import as_datetime, iso, now
from perron.press import document as d
from perron.press.faces import declared, faces_in
from perron.press.fit import fit
from perron.press.letters import address, escaped, line, spaced
from perron.press.markup import Setting, block, head, opening
from perron.press.plates import Files, Plates, plates
from perron.press.themes import BOTH, colours, rules, theme_called
from perron.press.words import word

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_CONTAINER = (
    f'{_XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_NEW_WINDOW = re.compile(r' target="_blank"')
_HREF = re.compile(r'( (?:href|cite)=)"(https?:[^"]*)"')
_HOSTED = re.compile(r"https?://[\w-]+(?:\.[\w-]+)*\.?(?::\d{1,5})?(?:[/?#]|$)")
_STRANGE = re.compile(r"%(?![0-9A-Fa-f]{2})|[\s\"<>\\^`{|}\[\]]|(?<=#)#|[\x00-\x20]")
_PAGE = "application/xhtml+xml"
_EARLIEST = 315_532_800_000  # the first moment that a zip can say
Progress = Callable[[float], None]


def no_progress(share: float) -> None:
    """Where nobody waits to hear how far it is."""


def write_epub(
    document: d.Document, files: Files, to: IO[bytes], *, zone: tzinfo = UTC, progress: Progress = no_progress
) -> None:
    """The document as an EPUB. One chapter for each heading; pictures go in one by one."""
    document = fit(document)
    with plates(files) as made, ZipFile(to, "w", ZIP_DEFLATED) as book:
        _Book(document, made, zone, book, progress).write()


class _Book:
    """One book while it is written."""

    def __init__(self, document: d.Document, made: Plates, zone: tzinfo, book: ZipFile, progress: Progress) -> None:
        self.document, self.made, self.book, self.progress = document, made, book, progress
        self.setting = Setting(self._where, zone, live=False)
        self.language = document.language or "und"
        self.title = escaped(spaced(document.language)(line(document.title))) or word("untitled", document.language)
        self.stamp = document.updated or document.published or now()

    def write(self) -> None:
        """Everything, in the order in which readers want it: what it is, how it looks, what is in it, the package."""
        self._put("mimetype", "application/epub+zip", packed=False)
        self._put("META-INF/container.xml", _CONTAINER)
        css, faces = self._style()
        self._put("book/book.css", css)
        chapters = self._chapters()
        for name, html in chapters:
            self._put(f"book/{name}", self._page(self.title, html))
        self._put("book/contents.xhtml", self._page(word("contents", self.document.language), self._contents(chapters)))
        self._put("book/package.opf", self._package([name for name, _ in chapters], faces))

    def _put(self, name: str, text: str | bytes, *, packed: bool = True) -> None:
        when = as_datetime(max(self.stamp, _EARLIEST)).timetuple()[:6]
        info = ZipInfo(name, when)
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        self.book.writestr(info, text)

    def _where(self, picture: d.Picture) -> str:
        """The picture, put into the book when it is met for the first time."""
        before = len(self.made.all())
        plate = self.made.find(picture)
        if plate is None:
            return ""
        if len(self.made.all()) > before:
            self._put(f"book/pictures/{plate.name}", plate.path.read_bytes(), packed=False)
            plate.path.unlink()
        return f"pictures/{plate.name}"

    def _style(self) -> tuple[str, list[str]]:
        theme = theme_called(self.document.theme)
        css = "".join(colours(theme, self.document.accent, BOTH)) + rules("book")
        faces = faces_in(css)
        for face in faces:
            self._put(f"book/faces/{face.file}", face.path.read_bytes(), packed=False)
        return declared(faces, lambda face: f"faces/{face.file}") + css, [face.file for face in faces]

    def _chapters(self) -> list[tuple[str, str]]:
        """What is in each file: the head, then a part for each heading."""
        parts = [head(self.document, self.setting)]
        many = max(len(self.document.blocks), 1)
        for number, one in enumerate(self.document.blocks):
            html = _HREF.sub(_led, _NEW_WINDOW.sub("", block(one, self.document.language, self.setting)))
            if isinstance(one, d.Heading):
                parts.append(html)
            else:
                parts[-1] += html
            self.progress((number + 1) / many)
        wrap = opening(self.document)
        return [(f"c{number:04}.xhtml", f"{wrap}{html}</article>") for number, html in enumerate(parts)]

    def _page(self, title: str, html: str) -> str:
        said = f'lang="{self.language}" xml:lang="{self.language}"'
        return (
            f'{_XML}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
            f'xmlns:epub="http://www.idpf.org/2007/ops" {said}><head><meta charset="utf-8" /><title>{title}</title>'
            f'<link rel="stylesheet" type="text/css" href="book.css" /></head><body>{html}</body></html>\n'
        )

    def _contents(self, chapters: list[tuple[str, str]]) -> str:
        headings = [one for one in self.document.blocks if isinstance(one, d.Heading)]
        rows = [f'<li><a href="{chapters[0][0]}">{self.title}</a></li>']
        for (name, _), heading in zip(chapters[1:], headings, strict=True):
            text = escaped(spaced(self.document.language)(line(heading.text))) or "…"
            rows.append(f'<li><a href="{name}#{escaped(heading.key)}">{text}</a></li>')
        contents = word("contents", self.document.language)
        theme = theme_called(self.document.theme).name
        return (
            f'<nav class="press pr-{theme}" epub:type="toc" role="doc-toc" aria-label="{contents}">'
            f"<h1>{contents}</h1><ol>{''.join(rows)}</ol></nav>"
        )

    def _package(self, chapters: list[str], faces: list[str]) -> str:
        cover = self.made.find(self.document.cover) if self.document.cover else None
        manifest = [
            _item("contents", "contents.xhtml", _PAGE, "nav"),
            _item("css", "book.css", "text/css"),
        ]
        manifest += [_item(f"c{at}", name, _PAGE) for at, name in enumerate(chapters)]
        for at, plate in enumerate(self.made.all()):
            shown = "cover-image" if plate is cover else ""
            manifest.append(_item(f"p{at}", f"pictures/{plate.name}", plate.kind, shown))
        manifest += [_item(f"f{at}", f"faces/{name}", "font/woff2") for at, name in enumerate(faces)]
        spine = "".join(f'<itemref idref="c{at}"/>' for at in range(len(chapters)))
        return (
            f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
            f'xml:lang="{self.language}" prefix="schema: http://schema.org/"><metadata '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{self._metadata()}</metadata>'
            f"<manifest>{''.join(manifest)}</manifest><spine>{spine}</spine></package>"
        )

    def _metadata(self) -> str:
        document = self.document
        named = document.url or f"{document.title}\n{document.published}"
        said = [
            f'<dc:identifier id="id">urn:uuid:{uuid5(NAMESPACE_URL, named)}</dc:identifier>',
            f"<dc:title>{self.title}</dc:title>",
            f"<dc:language>{self.language}</dc:language>",
            *(f"<dc:creator>{escaped(line(one.name) or one.handle or '?')}</dc:creator>" for one in document.authors),
            f'<meta property="dcterms:modified">{iso(self.stamp)[:19]}Z</meta>',
        ]
        if document.published is not None:
            said.append(f"<dc:date>{iso(document.published)}</dc:date>")
        if document.subtitle:
            said.append(f"<dc:description>{escaped(line(document.subtitle))}</dc:description>")
        if document.url:
            said.append(f"<dc:source>{address(document.url)}</dc:source>")
        return "".join(said) + self._accessible()

    def _accessible(self) -> str:
        """What the book says of itself to those who cannot see it, or not well (EPUB Accessibility 1.1)."""
        features = ["tableOfContents", "readingOrder", "structuralNavigation", "displayTransformability"]
        if self.made.all() and all(picture.alt for picture in pictures_of(document=self.document)):
            features.append("alternativeText")
        modes = ["textual", *(["visual"] if self.made.all() else [])]
        said = [("accessMode", mode) for mode in modes] + [("accessibilityFeature", one) for one in features]
        said += [("accessibilityHazard", "none"), ("accessModeSufficient", "textual")]
        return "".join(f'<meta property="schema:{name}">{value}</meta>' for name, value in said)


def pictures_of(document: d.Document) -> list[d.Picture]:
    """Every picture of a document, in order."""
    found = [document.cover] if document.cover else []
    for one in document.blocks:
        if isinstance(one, d.Post):
            found += one.pictures
        elif isinstance(one, d.Photo):
            found.append(one.picture)
        elif isinstance(one, d.Video):
            found += [one.poster] if one.poster else []
        elif isinstance(one, d.Link) and one.picture:
            found.append(one.picture)
    return found


def _led(link: re.Match[str]) -> str:
    """An address as books have it: no sign that they would stumble on, or none at all."""
    url = unescape(link[2])
    if not _HOSTED.match(url):
        return ""
    return f'{link[1]}"{escaped(_STRANGE.sub(lambda sign: quote(sign[0], safe=""), url))}"'


def _item(key: str, name: str, kind: str, properties: str = "") -> str:
    said = f' properties="{properties}"' if properties else ""
    return f'<item id="{key}" href="{name}" media-type="{kind}"{said}/>'
