import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from perron.press.document import Document, Gone, Person, Picture, Post, Quotation, Text, Video
from perron.press.fit import fit
from perron.press.markup import LIVE, PAPER, Setting, block, body, frame_of
from perron.press.themes import THEMES
from tests.press.samples import ADA, EVERYTHING, MARKET, NOON
from tests.press.strategies import documents
from tests.text.dom import parsed
from tests.text.samples import XSS

ACTS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "svg",
    "math",
    "base",
    "link",
    "meta",
}


def anchors(html: str) -> list[str]:
    return [one.get("id", "") for one in parsed(html) if "pr-item" in one.get("class", "").split()]


def assert_harmless(html: str) -> None:
    for element in parsed(html):
        assert element.tag not in ACTS, html
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "srcdoc")], html
        for name in ("href", "src", "cite", "data-frame"):
            assert element.get(name, "https://").startswith(("https://", "http://")), html


def test_blocks_stand_in_their_order_each_with_its_anchor() -> None:
    for setting in (LIVE, PAPER):
        assert anchors(body(EVERYTHING, setting)) == [one.key for one in EVERYTHING.blocks]


def test_headings_stand_in_order() -> None:
    levels = [one.tag for one in parsed(body(EVERYTHING, Setting(level=2))) if re.fullmatch("h[1-6]", one.tag)]
    assert levels == ["h2", "h3", "h3"]


def test_every_theme_has_its_class_and_an_unknown_one_that_of_the_first() -> None:
    for theme in THEMES:
        assert f'class="press pr-{theme.name}"' in body(replace(EVERYTHING, theme=theme.name))
    assert 'class="press pr-limestone"' in body(replace(EVERYTHING, theme='"><script>'))


def test_what_is_gone_says_so_and_nothing_else() -> None:
    assert block(Gone("b1"), "fr") == '<p class="pr-item pr-gone" id="b1">retiré par son auteur</p>'
    assert block(Gone("b1"), "en") == '<p class="pr-item pr-gone" id="b1">withdrawn by its author</p>'


def test_a_video_asks_nobody_before_it_is_asked_for() -> None:
    video = Video("b1", "https://youtu.be/dQw4w9WgXcQ", "Le marché", "YouTube")
    html = block(video, "fr")
    assert "<iframe" not in html and " src=" not in html
    assert 'data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"' in html
    assert "data-frame" not in block(video, "fr", PAPER)


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1"),
        ("https://www.dailymotion.com/video/x7tgad0", "https://geo.dailymotion.com/player.html?video=x7tgad0"),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"),
        ("https://evil.example/watch?v=dQw4w9WgXcQ", ""),
        ("https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ", ""),
        ("javascript:alert(1)//youtu.be/dQw4w9WgXcQ", ""),
    ],
)
def test_only_known_players_fill_a_frame(url: str, frame: str) -> None:
    assert frame_of(url) == frame


def test_a_cover_of_words_is_folded_on_pages_and_open_on_paper() -> None:
    post = Post("b1", ADA, "<p>La fin du film</p>", NOON, content_warning="Divulgâche")
    assert "<details" in block(post, "fr")
    assert "<details" not in block(post, "fr", PAPER) and "Divulgâche" in block(post, "fr", PAPER)


def test_a_picture_that_cannot_be_had_is_said() -> None:
    nowhere = Setting(picture=lambda picture: "")
    html = body(EVERYTHING, nowhere)
    assert "<img" not in html and "Image\u202f: Des étals sous les platanes" in html


def test_french_has_its_spaces_and_code_stays() -> None:
    html = block(Text("b1", "<p>Quoi? <code>a?b:c;</code> &amp; <em>oui!</em></p>"), "fr")
    assert "Quoi\u202f?" in html and "<code>a?b:c;</code>" in html and "&amp; " in html and "oui\u202f!" in html


def test_right_to_left_is_set_from_the_right() -> None:
    assert 'lang="ar" dir="rtl"' in body(replace(EVERYTHING, language="ar"))


@pytest.mark.parametrize("attack", XSS)
def test_nothing_that_comes_from_outside_acts(attack: str) -> None:
    picture = Picture(attack, attack, 1, 1, attack)
    post = Post(attack, Person(attack, attack, attack), attack, NOON, url=attack, pictures=(picture,), language=attack)
    blocks = (post, replace(EVERYTHING.blocks[5], title=attack, url=attack, extract=attack, site=attack, key="x"))
    blocks += (Quotation("y", attack, attack, attack), Text("z", attack), Video("v", attack, attack, attack, picture))
    hostile = Document(attack, attack, attack, (Person(attack, attack, attack),), cover=picture, blocks=blocks)
    assert_harmless(body(fit(hostile)))
    assert_harmless(body(replace(hostile, blocks=())))


@settings(max_examples=60)
@given(documents())
def test_whatever_is_set_is_well_formed_and_harmless(document: Document) -> None:
    for setting in (LIVE, PAPER):
        html = body(fit(document), setting)
        ElementTree.fromstring(html)
        assert_harmless(html)
        assert len(anchors(html)) == len(document.blocks)


def test_pictures_carry_what_is_on_them() -> None:
    assert f'alt="{MARKET.alt}"' in body(EVERYTHING)
