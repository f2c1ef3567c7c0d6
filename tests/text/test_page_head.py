"""The head of any page is read: what it says plainly, and nothing else; whatever comes, and quickly."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.text.page_head import LONGEST, PageHead, one_line, read_head

PIECES = st.sampled_from([
    *("<", ">", "</", "<!--", "-->", '"', "'", "=", "/", " ", "\n", "\0", "&", "&amp;", "&#0;", "&#xD800;", "İ"),
    *("\u202e", "<html lang=fr>"),
    *("<head>", "</head>", "<body>", "<title>", "</title>", "<svg>", "</svg>", "<script>", "</script >", "<html lang="),
    *("<meta ", "<meta property=", "og:title", "og:image", "content=", "name=", "<link rel=alternate type=", "href="),
    *("application/json+oembed", "fr-FR", "Bonjour", "x" * 50),
])  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join) | st.text())
def test_whatever_comes_is_read(page: str) -> None:
    head = read_head(page)
    for name, longest in LONGEST.items():
        value = getattr(head, name)
        assert len(value) <= longest
        assert value == one_line(value, longest)
        assert not set(value) & set("\n\r\t\0\u202e\u200b")
    assert head.language == "" or head.language.isalpha()
    assert read_head(page) == head


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=80))
def test_a_title_comes_through_as_it_was_meant(title: str) -> None:
    import html

    for written in (
        f"<title>{html.escape(title)}</title>",
        f'<meta property="og:title" content="{html.escape(title)}">',
        f"<META content='{html.escape(title)}' NAME = 'twitter:title' />",
        f"<!-- <title>no</title> --><script><title>no</title></script><svg><title>no</title></svg>"
        f"<TITLE lang=fr>{html.escape(title)}</TITLE\n>",
    ):
        assert read_head(f"<!doctype html><html><head>{written}</head><body><title>no</title>").title == title


@pytest.mark.parametrize(("page", "title"), [
    ('<meta name=title content=no><meta property=og:title content=yes>', "yes"),
    ('<meta property="og:title" content="first"><meta property="og:title" content="second">', "first"),
    ('<meta property="og:title" content=""><title>yes</title>', "yes"),
    ("<title>a &lt;b&gt; c</title>", "a <b> c"),
    ("<title>\n  two\n words\u200b\u202e </title>", "two words"),
    ("</head><title>no</title>", ""),
    ("<body><title>no</title>", ""),
    ("<title>never closed", ""),
    ("<!-- never closed <title>no</title>", ""),
    ('<meta property="og:title" content="a > b">', "a > b"),
])  # fmt: skip
def test_titles(page: str, title: str) -> None:
    assert read_head(page).title == title


def test_nothing_comes_of_nothing() -> None:
    assert read_head("") == PageHead()
    assert one_line("x" * 20, 10) == "x" * 9 + "…"


@pytest.mark.parametrize("piece", [
    *("<meta ", "<meta a=\"", "<!--", "<title>", "<script>", "</", "<a b='", "<meta property=og:title content=", "&#x"),
    *("<meta a=b c", "<svg", "<x/", "<x =", "< <"),
])  # fmt: skip
def test_no_page_takes_long(piece: str) -> None:
    page = (piece * (1 << 20))[: 1 << 20]
    took = []
    for _ in range(3):
        start = perf_counter()
        read_head(page)
        took.append(perf_counter() - start)
    assert min(took) < 0.5
