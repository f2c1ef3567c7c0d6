import pytest
from hypothesis import given

from perron.text.html import Person, to_html
from perron.text.reading import Handle, read
from perron.text.sanitise import plain
from tests.text.dom import assert_harmless, parsed, text_of
from tests.text.samples import XSS, posts

PEOPLE = {
    Handle("ada", None): Person("https://perron.test/@ada", "ada", "ada"),
    Handle("bob", "r1.test"): Person("https://r1.test/users/bob?a=1&b=2", "bob@r1.test", "Bob"),
    Handle("mallory", None): Person("javascript:alert(1)", "mallory", "mallory"),
}


def html(text: str) -> str:
    return to_html(read(text), people=PEOPLE, tag_url="https://perron.test/tags/")


def link(text: str) -> str:
    """What a reader sees of the link in a text."""
    return "".join(
        "".join(element.itertext())
        for element in parsed(html(text))
        if element.tag == "span" and element.get("class") != "invisible"
    )


def test_paragraphs_and_lines() -> None:
    assert html("un\ndeux\n\ntrois\n \n\nquatre") == "<p>un<br />deux</p><p>trois</p><p>quatre</p>"
    assert html("\n\n  un\n\n") == "<p>un</p>"
    assert html("") == html(" \n ") == ""


def test_everything_else_is_escaped() -> None:
    assert html('<b> & "l\'été"') == "<p>&lt;b&gt; &amp; &quot;l&#x27;été&quot;</p>"


def test_a_mention_links_to_the_person() -> None:
    assert html("@ADA!") == (
        '<p><span class="h-card" translate="no"><a href="https://perron.test/@ada" class="u-url mention">'
        "@<span>ada</span></a></span>!</p>"
    )
    assert 'href="https://r1.test/users/bob?a=1&amp;b=2"' in html("@bob@r1.test")
    assert text_of(html("@bob@r1.test")) == "@Bob"


def test_somebody_unknown_or_with_a_false_address_stays_text() -> None:
    assert html("@dirk @ada@r1.test @mallory") == "<p>@dirk @ada@r1.test @mallory</p>"


def test_a_tag_links_to_its_page() -> None:
    assert html("#Été") == (
        '<p><a href="https://perron.test/tags/ete" class="mention hashtag" rel="tag">#<span>Été</span></a></p>'
    )
    assert "/tags/%E6%97%A5%E6%9C%AC" in html("#日本")


def test_a_short_link_is_shown_whole() -> None:
    assert html("https://a.test/x?a&b") == (
        '<p><a href="https://a.test/x?a&amp;b" target="_blank" rel="nofollow noopener noreferrer" translate="no">'
        '<span class="invisible">https://</span><span>a.test/x?a&amp;b</span></a></p>'
    )


def test_a_long_link_is_shown_in_part() -> None:
    assert html("https://www.exemple.fr/un/chemin/vraiment/long") == (
        '<p><a href="https://www.exemple.fr/un/chemin/vraiment/long" target="_blank"'
        ' rel="nofollow noopener noreferrer" translate="no"><span class="invisible">https://www.</span>'
        '<span class="ellipsis">exemple.fr/un/chemin/vraiment/</span><span class="invisible">long</span></a></p>'
    )


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (
            "https://bank.test.a.very.long.name.to.hide.evil.test/bank.test",
            "bank.test.a.very.long.name.to.hide.evil.test",
        ),
        ("https://evil.test/https://bank.test/" + "a" * 50, "evil.test"),
        ("https://evil.test:8443/" + "a" * 50, "evil.test:8443"),
        ("https://www.test/", "www.test"),
        ("https://www./x.test", ""),
        ("\u202ehttps://evil.test/knab", "evil.test"),
    ],
)
def test_a_link_always_shows_its_host(text: str, host: str) -> None:
    assert link(text).startswith(host)
    assert "\u202e" not in html(text)


def test_mentions_and_tags_within_links_are_not_read() -> None:
    assert html("https://r1.test/@ada/#été").count("<a ") == 1


@pytest.mark.parametrize("payload", XSS)
def test_no_payload_acts(payload: str) -> None:
    for text in (payload, f"#{payload}", f"@ada@{payload}", f"https://a.test/{payload}", f":{payload}:"):
        assert_harmless(html(text))


@given(posts)
def test_html_is_harmless_and_keeps_every_word(text: str) -> None:
    reading = read(text)
    written = to_html(reading, people={}, tag_url="https://perron.test/tags/")
    assert_harmless(written)
    assert plain(written).split() == reading.text.split()
