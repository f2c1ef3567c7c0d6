import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.text.words import fts5_match, index_words, query_words
from tests.text.samples import XSS, any_character, posts


class Index:
    """A real index in memory, as the server has on disk."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.execute("""CREATE VIRTUAL TABLE found USING fts5(words, tokenize="unicode61 remove_diacritics 2")""")

    def finds(self, query: str, text: str, language: str | None = None) -> bool:
        self.db.execute("DELETE FROM found")
        self.db.execute("INSERT INTO found VALUES (?)", [index_words(text, language)])
        return self.matches(query) == 1

    def matches(self, query: str) -> int:
        match = fts5_match(query)
        count = "SELECT COUNT(*) FROM found WHERE found MATCH ?"
        return 0 if match is None else int(self.db.execute(count, [match]).fetchone()[0])


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    one = Index()
    yield one
    one.db.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chevaux", "cheval"),
        ("bicycles", "bicycle"),
        ("été", "ete"),
        ("ÉTÉ", "été"),
        ("e\u0301te\u0301", "été"),
        ("mangées", "manger"),
        ("cœur", "coeur"),
        ("l’été", "été"),
        ("d'Artagnan", "artagnan"),
        ("Ada's", "Ada"),
        ("#Vélos", "velo"),
        ("running", "runs"),
        ("STRASSE", "straße"),
        ("e-mail", "e mail"),
        ("photos", "photo"),
        ("jeux", "jeu"),
    ],
)
def test_words_find_each_other(index: Index, one: str, other: str) -> None:
    assert index.finds(one + " ", f"Voilà {other} !")
    assert index.finds(other + " ", f"Voilà {one} !")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("bicyc", "two bicycles"),
        ("日本", "これは日本語です"),
        ("chat noir", "le noir est au chat"),
        ('"chat noir"', "un chat noir dort"),
        ("« chat noir »", "un chat noir dort"),
        ("chat -chien", "un chat"),
        ("#été", "#Été"),
        ("NEAR", "near"),
        ("@ada@r1.test", "bonjour @ada@r1.test"),
        ("हिन्दी", "यह हिन्दी है"),
        ("qzéro", "qzero"),
    ],
)
def test_what_is_found(index: Index, query: str, text: str) -> None:
    assert index.finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('"chat noir"', "noir chat"),
        ('"chevaux"', "cheval"),
        ("chat -chien", "chat chien"),
        ("chat -chiens", "chat chien"),
        ("chev noir", "chevaux noirs"),
        ("chev ", "chevaux"),
        ("qzf", "cheval"),
        ("q", "cheval"),
        ("日語", "日本語"),
        ("words", "autre chose"),
        ("xenon", "on"),
    ],
)
def test_what_is_not_found(index: Index, query: str, text: str) -> None:
    assert not index.finds(query, text)


@pytest.mark.parametrize(
    "query", ["", " ", "*", '"', '""', "-", "-chat", "!?", "👍", "( ) : ^", "\x00", "\ud800", "--", '-"a b"']
)
def test_a_query_for_nothing(query: str) -> None:
    assert fts5_match(query) is None


@pytest.mark.parametrize(
    "query",
    ["NEAR(", "NEAR(a b, 2)", '"', '"a', 'a"b"c', "a OR b", "AND", "NOT a", "a NOT", "words:a", "{words}: a", "*", "a*",
     "-words: a", "^a", "a + b", "a\x00b", "(((", "a" * 100_000, "a " * 10_000, '"a" ' * 1000, "日本語" * 500,
     "-a " * 500 + "b", "%_'; DROP TABLE x"],
)  # fmt: skip
def test_no_query_is_an_error(index: Index, query: str) -> None:
    index.matches(query)


@given(st.one_of(posts, st.text(any_character), st.text('"*-()ab: ^+{},.NEARORD'), st.sampled_from(XSS)))
def test_nothing_typed_is_ever_an_error(query: str) -> None:
    one = Index()
    one.finds(query, query)
    one.db.close()


@given(st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x17F), min_size=1, max_size=20))
def test_a_word_finds_itself(word: str) -> None:
    one = Index()
    assert one.finds(word, f"Un mot : {word}.") == bool(query_words(word))
    one.db.close()


def test_a_language_chooses_its_stems() -> None:
    assert index_words("Les journaux", "fr") == "les journaux qzfrjournal qzfrjournau qzfrle"
    assert index_words("bicycles", "en-GB") == "bicycles qzenbicycl"
    assert index_words("bicycles", None) == "bicycles qzenbicycl qzfrbicycl"
    assert index_words("Pferde", "de") == "pferde"


def test_stems_do_not_depend_on_the_thread() -> None:
    words = [f"{root}ations" for root in "abcdefghijklmnopqrstuvwxyz"] * 20
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda word: index_words(word, None), words))
    assert found == [index_words(word, None) for word in words]
