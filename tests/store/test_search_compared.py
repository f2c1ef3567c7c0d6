"""Our full-text search beside PostgreSQL's own (`unaccent`, `french`, `english`) on a real server: what they find for a
person who types like this, ours finds, and more. Decision 0026 rests on it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from perron.store.search import tsquery, tsvector
from perron.text.words import fts5_match, index_words
from tests.databases import Databases

pytestmark = pytest.mark.only("postgresql")

FOUND = [  # language, what was written, what is looked for, whether PostgreSQL's own way finds it
    ("fr", "Un café crème à la terrasse", "cafe creme", True),
    ("fr", "Un cafe creme", "café crème", True),
    ("fr", "L'été à Besançon", "ete besancon", True),
    ("fr", "L’été dernier", "été", False),  # a curved apostrophe, as keyboards write it
    ("fr", "Aujourd'hui, l'océan", "océan", True),
    ("fr", "J'ai vu qu'elle chantait", "elle chante", True),
    ("fr", "Le cœur du quartier", "coeur", True),
    ("fr", "Le coeur du quartier", "cœur", True),
    ("fr", "Deux œufs", "oeuf", True),
    ("fr", "Des chevaux sauvages", "cheval", True),
    ("fr", "Un cheval", "chevaux", True),
    ("fr", "Des vélos partout", "vélo", False),
    ("fr", "Des vélos partout", "velo", False),
    ("fr", "Ils mangeaient des pommes", "manger pomme", True),
    (
        "fr",
        "Ils ont publié une déclaration",
        "publier déclarations",
        False,
    ),  # its accent is lost first
    ("fr", "Elles sont parties hier", "partir", True),
    ("fr", "Les institutrices heureuses", "institutrice heureux", True),
    ("fr", "La marche des étudiants", "etudiante marches", True),
    ("fr", "GRÈVE GÉNÉRALE", "grève générale", True),
    ("fr", "grève générale", "GREVE", True),
    ("fr", "Straße in Köln", "strasse koln", True),
    ("fr", "Nguyễn Văn An est venu", "nguyen van", True),
    ("fr", "Être ou ne pas être", "être", True),
    ("fr", "Le groupe Les Inconnus", "les inconnus", True),
    ("fr", "The running man court", "run", False),  # an English word in a French post
    ("en", "The runners were running", "run", True),
    ("en", "The runners were running", "runner", True),
    ("en", "Well organised conferences", "organise conference", True),
    ("en", "Ada's engines", "ada engine", True),
    ("en", "A naïve résumé", "naive resume", True),
    ("en", "To be or not to be", "to be", False),  # stop words there
    ("en", "The Who are playing", "who", False),
    ("en", "What a café", "cafe", True),
    ("en", "Universities and studies", "university study", True),
    ("en", "Il mange une pomme, he said", "pommes", True),
]
BEGUN = [
    ("fr", "Les hirondelles reviennent", "hiron"),
    ("en", "Photographers wanted", "photog"),
    ("fr", "Besançon", "besan"),
]
PHRASES = [("fr", "Le vin blanc de l'été", '"vin blanc"', True), ("fr", "Du blanc et du vin", '"vin blanc"', False)]
NOT_FOUND = [("fr", "Un café crème", "thé"), ("en", "The runners", "walk"), ("fr", "Le port de pêche", "porte -pêche")]
LANGUAGES = {"fr": "french", "en": "english"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("compared")
    engine = create_engine(Databases("postgresql", folder).empty(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS unaccent"))
        for name in LANGUAGES.values():
            connection.execute(text(f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {name}_bare"))
            connection.execute(text(f"CREATE TEXT SEARCH CONFIGURATION {name}_bare (COPY = {name})"))
            words = f"ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {name}_stem"
            connection.execute(text(f"ALTER TEXT SEARCH CONFIGURATION {name}_bare {words}"))
        yield connection


def ours(server: Any, language: str, written: str, wanted: str) -> bool:
    asked = {"vector": tsvector(index_words(written, language)), "query": tsquery(fts5_match(wanted) or '""')}
    answer = text("SELECT CAST(:vector AS tsvector) @@ CAST(:query AS tsquery)")
    return bool(server.execute(answer, asked).scalar_one())


def theirs(server: Any, language: str, written: str, wanted: str) -> bool:
    name = f"{LANGUAGES[language]}_bare"
    answer = text(f"SELECT to_tsvector('{name}', :written) @@ plainto_tsquery('{name}', :wanted)")
    return bool(server.execute(answer, {"written": written, "wanted": wanted}).scalar_one())


def test_what_is_looked_for_is_found_with_its_accents_elisions_and_endings(server: Any) -> None:
    missed = [case for *case, _ in FOUND if not ours(server, *case)]
    assert not missed, missed


def test_what_postgresql_finds_by_itself_is_known(server: Any) -> None:
    """So that the comparison stays true: where it finds less than ours, the table says so."""
    others = [case for *case, found in FOUND if theirs(server, *case) is not found]
    assert not others, others


def test_a_word_that_was_begun_finds_what_goes_on_like_it(server: Any) -> None:
    assert [one for one in BEGUN if not ours(server, *one)] == []
    assert [one for one in BEGUN if theirs(server, *one)] == []


def test_a_phrase_is_found_in_its_order(server: Any) -> None:
    assert [one for one in PHRASES if ours(server, *one[:3]) is not one[3]] == []


def test_other_words_are_not_found(server: Any) -> None:
    assert [one for one in NOT_FOUND if ours(server, *one)] == []
