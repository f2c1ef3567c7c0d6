import pytest
from hypothesis import given

from perron.text.language import guess, is_language
from tests.text.samples import posts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour à tous, voici les photos de la balade que nous avons faite", "fr"),
        ("Here are the photos of our walk, and there will be more tomorrow", "en"),
        ("L’été est là et je ne sais pas où aller", "fr"),
        ("I don't know what to do with this", "en"),
        ("Paris", None),
        ("", None),
        ("👍 https://a.test", None),
        ("Das ist die Liebe der Matrosen", None),
        ("El perro está en la casa de mi madre y no quiere salir", None),
        ("Il gatto è sul tavolo e non vuole scendere per la cena", None),
        ("これは日本語です", None),
    ],
)
def test_a_language_is_named_only_when_it_is_plain(text: str, language: str | None) -> None:
    assert guess(text) == language


@given(posts)
def test_guessing_never_fails(text: str) -> None:
    assert guess(text) in ("fr", "en", None)


@pytest.mark.parametrize("code", ["fr", "en", "fr-CA", "cnr", "sr-Latn", "zh-Hant-TW", "es-419", "zh-YUE"])
def test_shapes_of_languages(code: str) -> None:
    assert is_language(code)


@pytest.mark.parametrize("code", ["", "f", "french", "fr-", "fr_FR", "fr\n", "12", "../x", "fr-CA-x-y"])
def test_shapes_of_other_things(code: str) -> None:
    assert not is_language(code)
