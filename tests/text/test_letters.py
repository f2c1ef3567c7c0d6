import sys
import unicodedata

import regex
from hypothesis import given
from hypothesis import strategies as st

from perron.text.hosts import ascii_host
from perron.text.letters import graphemes, is_simple, settle
from tests.text.samples import any_character, posts


def test_simple_characters_stand_alone_and_never_change() -> None:
    simple = [chr(n) for n in range(sys.maxunicode + 1) if is_simple(chr(n))]
    text = "".join(simple)
    assert len(simple) > 30_000
    assert unicodedata.normalize("NFC", text) == text
    assert len(regex.findall(r"\X", text)) == len(regex.findall(r"\X", text[::-1])) == len(text)


@given(st.one_of(posts, st.text(st.sampled_from("aé\u0301\u200d👩🏽🇫\u0600한\u1100\u1161\u11a8\n日क\u094dष"))))
def test_graphemes_are_those_of_unicode(text: str) -> None:
    assert graphemes(text) == len(regex.findall(r"\X", text))


@given(st.text(any_character))
def test_settled_text_is_settled(text: str) -> None:
    settled = settle(text)
    assert settle(settled) == settled
    assert not regex.search(r"(?![\n\t])[\p{Cc}\p{Cs}\u202d\u202e]", settled)


def test_hosts_are_compared_in_ascii() -> None:
    assert ascii_host("Bücher.Example") == "xn--bcher-kva.example"
    assert ascii_host("straße.test") == "xn--strae-oqa.test"
    assert ascii_host("भारत.test") == "xn--h2brj9c.test"
    for bad in (
        "",
        ".",
        "a..b",
        "-a.test",
        "a.test.",
        "a b",
        "a_b.test",
        "a" * 64,
        "é" * 64,
        "a." * 200 + "b",
        "a/b",
        "℀.test",
    ):
        assert ascii_host(bad) is None, bad


@given(st.text(any_character))
def test_any_host_has_a_name_or_none(host: str) -> None:
    name = ascii_host(host)
    assert name is None or (name.isascii() and ascii_host(name) == name)
