import time

import pytest
from hypothesis import given

from perron.text.sanitise import clean, plain
from tests.text.dom import assert_harmless, parsed
from tests.text.samples import XSS, documents

REL = 'target="_blank" rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize("payload", XSS)
def test_no_payload_acts(payload: str) -> None:
    for html in (
        payload,
        f"<p>{payload}</p>",
        f"<a href='https://a.test'>{payload}</a>",
        f"<ul><li><pre>{payload}",
    ):
        assert_harmless(clean(html))


def test_what_mastodon_writes_is_kept() -> None:
    link = '<a href="https://a.test/@b" class="u-url mention">@<span>b</span></a>'
    html = f'<p><span class="h-card" translate="no">{link}</span></p>'
    assert clean(html) == html.replace(' mention"', f' mention" {REL}')
    assert clean("<p>a<br />b</p><blockquote>c</blockquote>") == "<p>a<br>b</p><blockquote>c</blockquote>"
    assert clean("<ul><li>a</li></ul><pre><code>b</code></pre>") == "<ul><li>a</li></ul><pre><code>b</code></pre>"


def test_other_classes_and_attributes_go() -> None:
    assert (
        clean('<p class="quote-inline modal" id="a" name="b" data-x="c" style="d" title="e" lang="f">x</p>')
        == '<p class="quote-inline">x</p>'
    )


def test_a_heading_becomes_a_strong_paragraph() -> None:
    assert clean("<h1>Titre</h1>texte") == "<p><strong>Titre</strong></p>texte"


def test_a_link_opens_elsewhere_and_vouches_for_nothing() -> None:
    assert (
        clean('<a href="https://a.test/" rel="me" target="x">a.test</a>')
        == f'<a href="https://a.test/" {REL}>a.test</a>'
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:x",
        "data:x",
        "ftp://a.test",
        "/relative",
        "//a.test",
        "mailto:a@b.test",
        "https://[::1]/",
        "",
    ],
)
def test_a_link_that_leads_nowhere_known_is_text(href: str) -> None:
    assert clean(f'<a href="{href}">texte</a>') == "texte"


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://evil.test">https://bank.test</a>',
        '<a href="https://evil.test">cliquez ici</a>',
        '<a href="https://evil.test"><span>https://bank.test</span><span class="invisible">.evil.test</span></a>',
        '<a href="https://evil.test"><span class="invisible"><b>evil.test</b></span>bank.test</a>',
        '<a href="https://evil.test/">https://bank.test/evil.test</a>',
        '<a href="https://bank.test@evil.test/">https://bank.test</a>',
        '<a href="https:\\\\evil.test">https://bank.test</a>',
        '<a href="https:evil.test">bank.test</a>',
        '<a href="https://%65vil.test">bank.test</a>',
        '<a class="mention" href="https://evil.test">https://bank.test</a>',
        '<a class="mention" href="https://evil.test">@ada see bank.test</a>',
        '<a href="https://evil.test">\u202eevil.test.bank.test</a>',
        '<a href="https://evil.test"></a>',
        '<a href="https://other.test"><table><td><a href="https://evil.test">other.test</a></table></a>',
    ],
)
def test_a_link_that_hides_its_host_is_made_to_say_it(html: str) -> None:
    cleaned = clean(html)
    assert "[evil.test]</a>" in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://www.a.test/x">a.test/x</a>',
        '<a href="https://b\u00fccher.example/">b\u00fccher.example</a>',
        '<a href="https://xn--bcher-kva.example/">b\u00fccher.example</a>',
        '<a href="https://a.test/x"><span class="invisible">https://</span><span class="ellipsis">a.test/</span></a>',
        '<a class="mention hashtag" href="https://a.test/tags/b">#<span>b</span></a>',
        '<a class="mention" href="https://a.test/@b">@b@a.test</a>',
    ],
)
def test_an_honest_link_is_left_alone(html: str) -> None:
    assert "[" not in clean(html)


def test_plain_text_has_lines_and_paragraphs() -> None:
    assert plain("<p>un<br>deux\n trois</p>\n<p>qua<b>tre</b> &lt;3</p>") == "un\ndeux trois\n\nquatre <3"
    assert plain("<ul><li>a</li><li>b</li></ul>c") == "a\nb\n\nc"
    assert plain("<style>x</style><script>y</script><!-- z -->a") == "a"
    assert plain("a < b &amp; c") == "a < b & c"


NESTED = {
    "bold": "<b>" * 250_000,
    "lists": "<ul><li>" * 100_000,
    "tables": "<table><tr><td>" * 60_000,
    "mathematics": "<math><mi>" * 80_000,
    "links": "<a>" * 300_000,
    "styles and paragraphs": "".join(f"<b class=x{n}>" for n in range(50_000)) + "<p>x" * 20_000,
    "lists said to be closed": "<ul><li><b title='</ul></li>'></b>" * 20_000,
    "attributes": "<a " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "signs": "<" * 1_000_000,
    "unfinished": "<a" * 500_000,
    "scripts": "<script>" * 125_000,
    "comments": "<!--" * 250_000,
    "one number": "&#" + "9" * 1_000_000,
    "spaces": " " * 1_000_000,
    "words": "mot " * 250_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_a_megabyte_of_anything_takes_a_moment(name: str) -> None:
    started = time.process_time()
    clean(NESTED[name])
    assert time.process_time() - started < 2


def test_a_megabyte_has_words_too() -> None:
    started = time.process_time()
    assert plain(NESTED["lists"] + "mot") == "mot"
    assert time.process_time() - started < 2


def test_what_is_too_deep_keeps_its_words() -> None:
    assert clean("<ul><li>mot &lt; " * 500).count("mot &lt;") == 500
    assert_harmless(clean("<b>" * 200 + "<script>alert(1)</script><img src=x onerror=alert(1)>mot"))


@pytest.mark.parametrize("around", ["object", "button", "select", "table", "svg", "h1", "article", "td", "li", "dl"])
def test_what_is_clean_means_the_same_when_it_is_read_again(around: str) -> None:
    """Without what was around it, `<p>` in `<p>` would be read otherwise."""
    for outer in (
        "<p>{}</p>",
        "<p>{}",
        "<ul><li>{}</ul>",
        "<a href=https://b.test>{}</a>",
        "<pre>{}</pre>",
        "<b><p>{}</b>",
    ):
        for inner in (
            "<p>x</p>",
            "<ul><li>x</li></ul>",
            "<a href=https://a.test>x</a>",
            "<br>x<li>y",
            "x</p>y",
            "<h1>x</h1>",
        ):
            cleaned = clean(outer.format(f"<{around}>{inner}</{around}>"))
            assert clean(cleaned) == cleaned


@given(documents)
def test_clean_html_is_harmless_and_stays_so(html: str) -> None:
    cleaned = clean(html)
    assert_harmless(cleaned)
    assert clean(cleaned) == cleaned
    for element in parsed(cleaned):
        if element.tag == "a":
            assert element.get("rel") == "nofollow noopener noreferrer" and element.get("target") == "_blank"


@given(documents)
def test_plain_text_of_anything_is_text(html: str) -> None:
    assert plain(html) == plain(html).strip()
    plain(html).encode()
