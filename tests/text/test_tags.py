import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.text.tags import fold, is_tag
from tests.text.samples import any_character


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("été", "ETE"),
        ("ß", "SS"),
        ("Türkçe", "TÜRKÇE"),
        ("İstanbul", "istanbul"),
        ("cœur", "COEUR"),
        ("ＡＢＣ", "abc"),
        ("ﾊﾟﾝ", "パン"),
        ("e\u0301t\u00e9", "ete"),
        ("Ελλάδα", "ΕΛΛΑΔΑ"),
        ("Łódź", "lodz"),
        ("l'été!", "lete"),
    ],
)
def test_the_same_tag_has_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("が", "か"), ("й", "и"), ("किताब", "कतब"), ("日本", "日木"), ("a_b", "ab")]
)
def test_different_tags_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_chinese_and_japanese_are_kept() -> None:
    assert fold("日本語") == "日本語"
    assert fold("a·b_c") == "a·b_c"


@pytest.mark.parametrize("name", ["a", "été", "1a", "a·b", "日本語", "हिन्दी", "_a", "a" * 255])
def test_what_is_a_tag(name: str) -> None:
    assert is_tag(name)


@pytest.mark.parametrize(
    "name", ["", "1", "１２３", "٣", "_", "a b", "a#b", "·a", "a·", "\x00", "a-b", "a" * 256, "\u0301a"]
)
def test_what_is_not(name: str) -> None:
    assert not is_tag(name)


@given(st.text(any_character))
def test_folding_twice_is_folding_once(name: str) -> None:
    key = fold(name)
    assert fold(key) == key == unicodedata.normalize("NFC", key)
    assert fold(name.upper()) == fold(name.upper().lower())


@given(st.text(any_character))
def test_a_tag_has_a_key(name: str) -> None:
    assert not is_tag(name) or fold(name)
