"""What leaves the house: each product is opened by somebody else's program, and read in its order."""

import json
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from PIL import Image
from pypdf import PdfReader

from perron.press import as_pdf
from perron.press.as_epub import write_epub
from perron.press.as_html import write_html
from perron.press.as_json import read_json, to_json
from perron.press.as_markdown import from_html, to_markdown
from perron.press.as_pdf import NoPango, write_pdf
from perron.press.as_timeline import to_timeline
from perron.press.document import Document, Gone, Picture, Post, Text
from perron.press.fit import fit
from perron.press.themes import THEMES
from tests.java import BRIEFLY
from tests.press.samples import ADA, EVERYTHING, NOON, long
from tests.press.strategies import documents
from tests.text.dom import text_of
from tests.text.samples import XSS

SAID = ["Le marché du samedi", "Le matin", "Tout commence", "Premier café", "Puis les voisins", "Who brings"]
SAID += ["fête ses cent ans", "Sept olives", "La place à midi", "L’après-midi", "Le marché filmé", "On vend moins"]
SAID += ["Reviendrez-vous", "retiré par son auteur"]
"""What a reader of the sample meets, in order."""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("market") / "market.png"
    Image.effect_noise((2400, 1800), 40).convert("RGB").save(path)
    return path


@pytest.fixture
def files(market: Path) -> Callable[[str], Path | None]:
    return lambda url: market if url.endswith("market.png") else None


def written(write: Callable[..., None], document: Document, files: Callable[[str], Path | None]) -> bytes:
    to = BytesIO()
    write(document, files, to)
    return to.getvalue()


def assert_in_order(text: str) -> None:
    text = re.sub(r"[\s\u202f\u00a0]+", " ", text)
    at = 0
    for words in SAID:
        found = text.find(words, at)
        assert found >= 0, f"{words!r} does not follow in {text[at : at + 400]!r}"
        at = found


def checked(book: bytes, folder: Path) -> dict[str, Any]:
    """What EPUBCheck says of a book."""
    path, says = folder / "book.epub", folder / "says.json"
    path.write_bytes(book)
    subprocess.run(
        ["java", *BRIEFLY, "-jar", "/usr/share/java/epubcheck.jar", str(path), "--json", str(says)],
        capture_output=True,
        timeout=120,
    )
    found: dict[str, Any] = json.loads(says.read_text())
    return found


# -- HTML --------------------------------------------------------------------------------------------------------------


def test_a_page_of_its_own_asks_nobody_for_anything(files: Callable[[str], Path | None]) -> None:
    html = written(write_html, EVERYTHING, files).decode()
    assert_in_order(text_of(html.partition("<body>")[2]))
    assert html.count('src="data:image/') == 5
    assert not re.findall(r'(?:src|srcset|poster|data)="(?!data:)', html)
    assert not re.findall(r"url\((?!\"data:)", html) and "<script" not in html
    assert "default-src 'none'" in html


def test_a_picture_that_is_no_picture_is_said_in_words(tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    for content in (b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, b"GIF89a"):
        bad.write_bytes(content)
        html = written(write_html, EVERYTHING, lambda url: bad).decode()
        assert "data:image" not in html and "Des étals sous les platanes" in html


# -- EPUB --------------------------------------------------------------------------------------------------------------


def test_a_book_passes_epubcheck_without_a_word(files: Callable[[str], Path | None], tmp_path: Path) -> None:
    hostile = tuple(
        Post(f"x{at}", replace(ADA, name=attack), f"<p>{attack}</p>", NOON, content_warning=attack)
        for at, attack in enumerate(XSS)
    )
    many = tuple(replace(EVERYTHING, theme=theme.name) for theme in THEMES[:1])
    for document in (*many, fit(replace(EVERYTHING, title=XSS[0], language="ar", blocks=EVERYTHING.blocks + hostile))):
        says = checked(written(write_epub, document, files), tmp_path)
        assert says["messages"] == []


def test_a_book_is_read_in_order_and_has_its_contents(files: Callable[[str], Path | None]) -> None:
    book = ZipFile(BytesIO(written(write_epub, EVERYTHING, files)))
    first = book.infolist()[0]
    assert (first.filename, first.compress_type, book.read(first)) == ("mimetype", ZIP_STORED, b"application/epub+zip")
    package = book.read("book/package.opf").decode()
    order = re.findall(r'<itemref idref="c(\d+)"', package)
    names = [re.search(rf'id="c{one}" href="([^"]+)"', package) for one in order]
    assert_in_order("".join(text_of(book.read(f"book/{name[1]}").decode()) for name in names if name))
    contents = book.read("book/contents.xhtml").decode()
    assert re.findall(r"#(b\d+)", contents) == ["b1", "b9"]
    assert "alternativeText" in package
    widths = [Image.open(BytesIO(book.read(one))).width for one in book.namelist() if one.startswith("book/pictures/")]
    assert widths == [1600]


def test_the_same_document_makes_the_same_book(files: Callable[[str], Path | None]) -> None:
    assert written(write_epub, EVERYTHING, files) == written(write_epub, EVERYTHING, files)


# -- PDF ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paper(market: Path) -> PdfReader:
    return PdfReader(BytesIO(written(write_pdf, EVERYTHING, lambda url: market if url.endswith(".png") else None)))


def elements(node: Any) -> list[Any]:
    """The elements of a tree of tags, in order."""
    node = node.get_object()
    if isinstance(node, list):
        return [one for each in node for one in elements(each)]
    if not isinstance(node, dict):
        return []
    return ([node] if "/S" in node else []) + (elements(node["/K"]) if "/K" in node else [])


def test_a_pdf_is_tagged_and_read_in_order(paper: PdfReader) -> None:
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "fr" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert re.search(rb'pdfuaid:part(?:>|=")1', root["/Metadata"].get_object().get_data())
    tree = [str(one["/S"]) for one in elements(root["/StructTreeRoot"])]
    for kind in ("/H1", "/H2", "/P", "/Figure", "/Link", "/BlockQuote"):
        assert kind in tree, tree
    assert [kind for kind in tree if re.fullmatch(r"/H[1-6]", kind)] == ["/H1", "/H2", "/H2"]
    assert_in_order("\n".join(page.extract_text() for page in paper.pages))


def test_pictures_of_a_pdf_say_what_is_on_them(paper: PdfReader) -> None:
    figures = [one for one in elements(paper.trailer["/Root"]["/StructTreeRoot"]) if one["/S"] == "/Figure"]
    assert len(figures) == 5
    assert {str(one["/Alt"]) for one in figures} == {"Des étals sous les platanes"}


def test_a_pdf_has_bookmarks_and_a_title(paper: PdfReader) -> None:
    assert paper.metadata and paper.metadata.title == "Le marché du samedi"
    names = []
    for one in paper.outline:
        names += [each["/Title"] for each in (one if isinstance(one, list) else [one])]
    assert names == ["Le marché du samedi", "Le matin", "L’après-midi"]


def test_emoji_are_drawn_in_a_pdf(paper: PdfReader) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in paper.pages for font in page["/Resources"]["/Font"].values()
    }
    assert [name for name in fonts if "Emoji" in name]
    words = {str(font.get_object()["/BaseFont"]) for font in paper.pages[0]["/Resources"]["/Font"].values()}
    assert [name for name in words if "Fraunces" in name]


def test_a_pdf_has_french_spaces(paper: PdfReader) -> None:
    said = "".join(page.extract_text() for page in paper.pages)
    assert "Reviendrez-vous ?" in said and "Reviendrez-vous?" not in said
    assert "\u202f" not in said and "quand la place est vide" in said


def test_without_pango_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\")\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    as_pdf.able.cache_clear()
    try:
        with pytest.raises(NoPango, match=r"needs Pango.*apt install libpango-1.0-0"):
            write_pdf(EVERYTHING, lambda url: None, BytesIO())
    finally:
        as_pdf.able.cache_clear()


def test_setting_a_pdf_loads_nothing_into_this_process() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys; import perron.press.as_pdf; print('weasyprint' in sys.modules)"],
        capture_output=True,
        text=True,
    )
    assert said.stdout == "False\n", said.stderr


# -- Markdown, JSON, TimelineJS ----------------------------------------------------------------------------------------


def test_markdown_is_read_in_order_and_means_what_was_meant() -> None:
    text = to_markdown(EVERYTHING)
    assert_in_order(text_of(MarkdownIt().render(text)))
    assert "[*market*](https://x.example/a%28b%29)" in from_html('<a href="https://x.example/a(b)"><em>market</em></a>')


@pytest.mark.parametrize(
    "attack", [*XSS, "# title", "1. list", "- a", "> b", "a_b_c *d* `e`", "[x](javascript:alert(1))"]
)
def test_words_mean_nothing_to_markdown(attack: str) -> None:
    document = Document(
        attack, language="en", blocks=(Text("a", "<p>x</p>"), Post("b", ADA, "<p>y</p>", NOON, content_warning=attack))
    )
    html = MarkdownIt().render(to_markdown(document))
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    assert set(re.findall(r"<([a-z]+\d?)", html)) <= {"h1", "p", "em", "blockquote", "strong", "a", "br"}


@settings(max_examples=150)
@given(documents())
def test_json_is_read_back_without_a_difference(document: Document) -> None:
    data = to_json(document)
    read = read_json(data)
    assert read == fit(document)
    assert to_json(read) == data


def test_what_is_fit_stays_as_it_is() -> None:
    assert fit(fit(EVERYTHING)) == fit(EVERYTHING)
    assert read_json(to_json(EVERYTHING)).blocks[0] == EVERYTHING.blocks[0]


def test_a_timeline_has_its_slides_in_order() -> None:
    found = json.loads(to_timeline(EVERYTHING))
    assert found["title"]["text"]["headline"] == "Le marché du samedi"
    assert_in_order(
        "Le marché du samedi " + text_of(json.dumps(found["events"], ensure_ascii=False).replace('\\"', '"'))
    )
    assert [event["start_date"]["year"] for event in found["events"]] == [2026] * len(found["events"])
    assert len({event["unique_id"] for event in found["events"]}) == len(found["events"])


# -- what is gone, and how much ----------------------------------------------------------------------------------------


def test_what_was_withdrawn_is_in_no_product(files: Callable[[str], Path | None]) -> None:
    without = replace(EVERYTHING, blocks=(Gone("b3"), *EVERYTHING.blocks[3:]))
    for product in (to_markdown(without).encode(), to_json(without), written(write_html, without, files)):
        assert "Premier café".encode() not in product


def test_a_long_story_holds_one_picture_at_a_time(tmp_path: Path) -> None:
    pictures = []
    for at in range(24):
        path = tmp_path / f"{at}.jpg"
        Image.effect_noise((1600, 1200), 60).convert("RGB").save(path, quality=80)
        pictures.append(path)
    document = long(240)
    blocks = tuple(
        replace(one, pictures=(Picture(f"https://x.example/{at % 24}.jpg"),)) if isinstance(one, Post) else one
        for at, one in enumerate(document.blocks)
    )
    where = {f"https://x.example/{at}.jpg": path for at, path in enumerate(pictures)}
    all_of_them = sum(path.stat().st_size for path in pictures)
    tracemalloc.start()
    with (tmp_path / "out.html").open("wb") as to:
        write_html(replace(document, blocks=blocks), where.get, to)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "out.html").stat().st_size > all_of_them
    assert most < all_of_them / 2
