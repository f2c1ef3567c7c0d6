"""Full text: both engines find the same."""

import pytest
from sqlalchemy import select

from perron.store import Prepared, Store
from perron.store.search import post_words, tsquery, tsvector
from perron.text.words import fts5_match, index_words

FIND = Prepared(select(post_words.id).where(post_words.matches("words")).order_by(post_words.id))
TEXTS = {
    1: "Le marché du samedi, sous la pluie",
    2: "Marché couvert et cafés ouverts",
    3: "The gardens open on Saturday; a garden walk",
    4: "L'été à Paris: marcher, marcher encore",
    5: "日本語のテスト",
    6: "C'est l'apostrophe d'O'Brien \\ et \"guillemets\" & | ! <-> :*",
}


@pytest.fixture
def filled(store: Store) -> Store:
    for id_, words in TEXTS.items():
        store.write(lambda tx, id_=id_, words=words: post_words.add(tx, id_, index_words(words, None)))
    return store


def found(store: Store, query: str) -> list[int]:
    match = fts5_match(query)
    if match is None:
        return []
    with store.read() as db:
        return db.column(FIND, words=post_words.asked(db, match))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("samedi", [1]),
        ("marche", [1, 2, 4]),
        ('"marché couvert"', [2]),
        ('"couvert marché"', []),
        ("marché -pluie", [2, 4]),
        ("gardens", [3]),
        ("satur", [3]),
        ("ete paris", [4]),
        ("日本語", [5]),
        ("日語", []),
        ("brien", [6]),
        ("nothing of this", []),
        ("-samedi", []),
        ("'); DROP TABLE posts --", []),
        ("\" ( ) * AND OR NOT NEAR : ' \\", []),
    ],
)
def test_both_engines_find_the_same(filled: Store, query: str, expected: list[int]) -> None:
    assert found(filled, query) == expected


@pytest.mark.parametrize("letter", ["x", "漢", "𠀀"])
def test_a_word_of_any_length_is_no_error(filled: Store, letter: str) -> None:
    long = letter * 6000
    filled.write(lambda tx: post_words.add(tx, 7, long))
    with filled.read() as db:
        assert db.column(FIND, words=post_words.asked(db, f'"{long}"*')) == [7]
        assert db.column(FIND, words=post_words.asked(db, f'("samedi") AND "{long}"')) == []


def test_what_is_removed_is_no_longer_found(filled: Store) -> None:
    filled.write(lambda tx: post_words.remove(tx, 2, index_words(TEXTS[2], None)))
    assert found(filled, "marché") == [1, 4]
    filled.write(lambda tx: post_words.add(tx, 2, index_words("Autre chose", None)))
    assert found(filled, "marché") == [1, 4]
    assert found(filled, "autre") == [2]


def test_an_expression_of_one_engine_becomes_one_of_the_other() -> None:
    assert tsquery('("a" OR "qzfra") AND "b c"* NOT ("d")') == "( ('a') | ('qzfra') ) & ('b' <-> 'c':*) & ! ( ('d') )"
    assert tsquery('"anna"* "o\'brien-x"*') == "('anna':*) & ('o' <-> 'brien' <-> 'x':*)"
    assert tsvector("l'a b\\ a") == "'l':1 'a':2 'b':3 'a':4"
