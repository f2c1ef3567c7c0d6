"""French spaces, as a typesetter would set them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.text.spaces import NARROW, french, is_french

N = NARROW


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Bonjour !", f"Bonjour{N}!"),
        ("Bonjour!", f"Bonjour{N}!"),
        ("Vraiment ?!", f"Vraiment{N}?!"),
        ("Voici : du pain ; du vin", f"Voici{N}: du pain{N}; du vin"),
        ("Voici: du pain; du vin", f"Voici{N}: du pain{N}; du vin"),
        ("Elle dit « oui » et part", f"Elle dit «{N}oui{N}» et part"),
        ("«oui»", f"«{N}oui{N}»"),
        ("à 10:30, au 3:1", "à 10:30, au 3:1"),
        ("bien :) ou pas ;)", "bien :) ou pas ;)"),
        (":chat: dort :chat:", ":chat: dort :chat:"),
        ("a\u00a0? b", f"a{N}? b"),
        ("une ligne ?\nune autre", f"une ligne{N}?\nune autre"),
        ("!important et ?q=1", "!important et ?q=1"),
    ],
)
def test_spaces_are_set_before_high_punctuation(written: str, set_: str) -> None:
    assert french(written) == set_


@given(st.text(alphabet=st.sampled_from("ab1 \u00a0\u202f«»:;!?().\n"), max_size=40))
def test_only_spaces_change(text: str) -> None:
    bare = str.maketrans("", "", " \u00a0\u202f")
    assert french(text).translate(bare) == text.translate(bare)


def test_french_is_french_in_quebec_too() -> None:
    assert is_french("fr") and is_french("fr-CA") and not is_french("fro") and not is_french(None)
