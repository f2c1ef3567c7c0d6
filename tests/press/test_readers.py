import json
from contextlib import suppress
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perron.kit.errors import Invalid
from perron.press.as_json import read_json, to_json
from perron.press.document import Heading, Link, Person, Photo, Post, Quotation, Text, Video
from perron.press.fit import fit
from perron.press.from_html import read_html
from perron.press.from_storify import read_storify
from perron.press.markup import body
from tests.press.samples import EVERYTHING
from tests.press.test_markup import assert_harmless
from tests.text.samples import XSS

STORIFY = {
    "sid": "4d1c",
    "title": "Testimonials",
    "slug": "testimonials",
    "status": "published",
    "permalink": "http://storify.com/ada/testimonials",
    "description": "<p>What people say</p>",
    "thumbnail": "//img.example/cover.png",
    "author": {"username": "ada", "name": "Ada", "permalink": "http://storify.com/ada"},
    "date": {
        "created": "2011-02-03T10:00:00.000Z",
        "published": "2011-02-04T10:00:00.000Z",
        "modified": "2011-02-05T10:00:00Z",
    },
    "elements": [
        {"type": "text", "data": {"text": "<h2>First</h2>"}},
        {"type": "text", "data": {"text": "It <b>began</b> like this."}},
        {
            "type": "quote",
            "permalink": "http://twitter.com/bea/status/1",
            "posted_at": "2011-02-03T09:00:00.000Z",
            "data": {"quote": {"text": "I like <it>", "username": "bea"}},
            "attribution": {"name": "Béa", "username": "bea", "href": "http://twitter.com/bea"},
            "source": {"name": "twitter"},
        },
        {
            "type": "quote",
            "permalink": "https://blog.example/1",
            "data": {"quote": {"text": "So it was"}},
            "attribution": {"name": "Jo"},
        },
        {
            "type": "link",
            "permalink": "https://journal.example/a",
            "data": {"link": {"title": "A page", "description": "of words", "thumbnail": "https://img.example/1.png"}},
            "source": {"name": "Journal"},
        },
        {
            "type": "image",
            "permalink": "https://pic.example/1",
            "data": {"image": {"src": "https://pic.example/1.jpg", "caption": "A place"}},
            "attribution": {"name": "Jo"},
        },
        {
            "type": "video",
            "permalink": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "data": {"video": {"title": "A song"}},
        },
        {
            "type": "link",
            "permalink": "https://www.facebook.com/1",
            "data": {
                "link": {"title": "Secret", "description": "kept by Meta", "thumbnail": "https://img.example/fb.png"}
            },
        },
    ],
}

WAKELET = """<!doctype html><html lang="en"><head><title>Market - Wakelet</title><style>p{}</style></head><body>
<nav><a href="https://wakelet.com">Home</a></nav><h1>Market</h1><p>What happened on Saturday</p>
<article><a href="https://journal.example/a"><img src="https://img.example/1.png" alt="Stalls"><h3>A page</h3></a>
<p>of words</p></article>
<h2>Later</h2><article><p>Then it <b>rained</b>.</p></article>
<article><blockquote cite="https://far.example/1"><p>I brought the bread.</p></blockquote></article>
<figure><img src="https://img.example/2.png" alt="A place"><figcaption>At noon</figcaption></figure>
<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0"></iframe>
<article><a href="https://www.instagram.com/p/1"><img src="https://img.example/ig.png"><h3>Seen</h3></a>
<p>kept by Meta</p></article>
<script>alert(1)</script><footer><p>Made with Wakelet</p></footer></body></html>"""


def test_a_story_of_storify_is_read_in_its_order() -> None:
    read = read_storify(json.dumps(STORIFY).encode())
    assert (read.title, read.subtitle, read.authors[0].name) == ("Testimonials", "What people say", "Ada")
    assert read.published == 1296813600000 and read.cover and read.cover.url == "https://img.example/cover.png"
    assert [type(one) for one in read.blocks] == [Heading, Text, Post, Quotation, Link, Photo, Video, Link]
    post = read.blocks[2]
    assert isinstance(post, Post) and post.author == Person("Béa", "bea", "http://twitter.com/bea")
    assert post.published == 1296723600000


def test_what_belongs_to_meta_is_linked_to_and_not_kept() -> None:
    for read in (read_storify(json.dumps(STORIFY).encode()), read_html(WAKELET.encode())):
        assert (
            b"kept by Meta" not in to_json(read) and b"fb.png" not in to_json(read) and b"ig.png" not in to_json(read)
        )
        last = read.blocks[-1]
        assert isinstance(last, Link) and "www." in last.url


def test_older_exports_of_storify_are_read_too() -> None:
    old = {
        "title": "A",
        "published_at": 1293517224,
        "author": None,
        "elements": {"0": {"type": "text", "data": {"text": "x"}}},
    }
    read = read_storify(json.dumps({"code": 200, "content": old}).encode())
    assert read.published == 1293517224000 and isinstance(read.blocks[0], Text)


def test_a_saved_collection_is_read_in_its_order() -> None:
    read = read_html(WAKELET.encode())
    assert (read.title, read.subtitle, read.language) == ("Market", "What happened on Saturday", "en")
    assert [type(one) for one in read.blocks] == [Link, Heading, Text, Quotation, Photo, Video, Link]
    link, video = read.blocks[0], read.blocks[5]
    assert isinstance(link, Link) and (link.title, link.extract) == ("A page", "of words") and link.picture
    assert isinstance(video, Video) and video.url == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    assert b"Made with" not in to_json(read) and b"alert" not in to_json(read)


@pytest.mark.parametrize("attack", XSS)
def test_whatever_is_read_is_harmless(attack: str) -> None:
    story: dict[str, Any] = json.loads(json.dumps(STORIFY))
    story["title"] = story["description"] = story["thumbnail"] = attack
    for element in story["elements"]:
        element["permalink"] = attack
        for one in element["data"]:
            inner = element["data"][one]
            element["data"][one] = dict.fromkeys(inner, attack) if isinstance(inner, dict) else attack
        element["attribution"] = {"name": attack, "username": attack, "href": attack}
    assert_harmless(body(read_storify(json.dumps(story).encode())))
    page = f"<h1>{attack}</h1><p>{attack}</p><article><a href='https://x.example/'>{attack}</a>{attack}</article><p>end</p>"
    with suppress(Invalid):  # some swallow the whole page
        assert_harmless(body(read_html(page.encode())))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(XSS[:5]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["title", "data", "text", "type"]), inner)
    ),
    max_leaves=9,
)
elements = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "link", "quote", "image", "video", "?"]) | json_values, "data": json_values},
    optional=dict.fromkeys(("permalink", "posted_at", "attribution", "source"), json_values),
)


@settings(max_examples=150)
@given(st.lists(elements | json_values, max_size=4) | json_values, json_values, json_values)
def test_whatever_comes_as_a_story_is_read_or_refused_in_a_sentence(found: Any, date: Any, author: Any) -> None:
    story = {"title": "A", "elements": found, "date": date, "author": author}
    try:
        read = read_storify(json.dumps(story).encode("utf-8", "replace"))
    except Invalid as refused:
        assert str(refused).endswith(".")
    else:
        assert fit(read) == read and read_json(to_json(read)) == read


@settings(max_examples=150)
@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([*XSS, WAKELET[:400], "<a href=https://x.example>"])).map("".join).map(str.encode)
)
def test_whatever_comes_as_a_page_is_read_or_refused_in_a_sentence(data: bytes) -> None:
    try:
        read = read_html(data)
    except Invalid as refused:
        assert str(refused).endswith(".")
    else:
        assert fit(read) == read


@pytest.mark.parametrize(
    "piece", ["<a ", "</a ", "<!--", "<article>", "<b>", "&", "<a href=https://x.example/>", "<![CDATA[", "<?"]
)
def test_a_page_takes_time_as_it_has_letters(piece: str) -> None:
    took = []
    for times in (1, 4):
        page = (piece * (20_000 * times // len(piece)) + "<p>end</p>").encode()
        began = process_time()
        with suppress(Invalid):
            read_html(page)
        took.append(process_time() - began)
    assert took[1] < 12 * max(took[0], 0.02)


WRONG: list[tuple[Any, str]] = [
    (b"{", "is not JSON"),
    (b"[" * 100_000, "is not JSON"),
    (b"\xff\xfe", "is not JSON"),
    ([], "does not hold a document"),
    ({"format": "perron-document", "version": 2}, "newer Perron"),
    ({"blocks": []}, "In title: this is missing."),
    ({"title": 7}, "In title: words are expected here."),
    ({"title": "x" * 30_000}, "In title: this is too long."),
    ({"title": "", "blocks": [{"type": "poem"}]}, "In blocks[0].type: one of these"),
    ({"title": "", "blocks": [{"type": []}]}, "In blocks[0].type: one of these"),
    ({"title": "", "blocks": [{"type": "gone", "key": "1"}]}, "In blocks[0].key: an anchor"),
    ({"title": "", "blocks": [{"type": "gone", "key": ""}]}, "In blocks[0].key: this is missing."),
    (
        {"title": "", "blocks": [{"type": "gone", "key": "a"}, {"type": "gone", "key": "a"}]},
        "In blocks[1].key: another",
    ),
    ({"title": "", "url": "javascript:alert(1)"}, "In url: an address begins with"),
    ({"title": "", "published": "yesterday"}, "In published: a date and time such as"),
    ({"title": "", "published": "9999-12-31T23:59:59-14:00"}, "In published: a date and time such as"),
    ({"title": "", "cover": {"url": "https://x.example", "width": -1}}, "In cover.width: a whole number"),
    ({"title": "", "cover": {"url": "https://x.example", "width": True}}, "In cover.width: a whole number"),
    ({"title": "", "blocks": [{"type": "gone", "key": f"b{at}"} for at in range(2001)]}, "there can be 2000"),
]


@pytest.mark.parametrize(("found", "says"), WRONG, ids=[says[:40] for _, says in WRONG])
def test_what_is_no_document_is_refused_with_where(found: Any, says: str) -> None:
    if isinstance(found, dict):
        found = {"format": "perron-document", "version": 1} | found
    with pytest.raises(Invalid) as refused:
        read_json(found if isinstance(found, bytes) else json.dumps(found).encode())
    assert says in str(refused.value)


def test_html_that_comes_in_a_document_is_cleaned() -> None:
    data = to_json(EVERYTHING).replace(b"<p>Tout", b"<script>alert(1)</script><p onclick=x>Tout")
    assert b"alert" not in to_json(read_json(data)) and b"onclick" not in to_json(read_json(data))
