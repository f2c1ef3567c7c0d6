import ast
import re
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import perron
from perron.web.refusals import explain
from perron.web.words import Words, accepted, words

HOME = Path(perron.__file__).parent
REFUSALS = {"Refused", "Invalid", "NotAllowed", "TooMany", "TooLarge", "Unfit", "Unavailable"}
SPOKEN = [
    *sorted((HOME / "web").rglob("*.py")),
    *(HOME / f"people/{name}.py" for name in ("join", "passwords", "may", "members")),
    *sorted((HOME / "suite/teams").glob("*.py")),
    *sorted((HOME / "suite/atelier/outlets").glob("*.py")),
    *sorted((HOME / "suite/atelier/chorus").glob("*.py")),
    HOME / "posts/ties.py",
]


@cache
def messages() -> frozenset[str]:
    found: set[str] = set()
    for path in sorted((HOME / "web/templates").glob("**/*.html")):
        for _, message, _, _ in extract_from_file("jinja2.ext:babel_extract", str(path)):
            found.add(message if isinstance(message, str) else message[0])
    for path in SPOKEN:
        for _, message, _, _ in extract_from_file("python", str(path), keywords={"_": None, "say": None}):
            found.add(message if isinstance(message, str) else message[0])
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    found.add(said.value)
    return frozenset(found)


def test_whatever_a_page_says_it_says_in_french() -> None:
    french = words("fr")
    same_in_both = {
        "conversations",
        "collections",
        "Collections",
        "Invitations",
        "Mentions",
        "Messages",
        "pages",
        "Page",
        "Photo",
        "Second",
        "Webhook",
    }
    missing = {each for each in messages() - same_in_both if explain(french, each) == each}
    assert not missing


def entries() -> list[tuple[str, list[str]]]:
    """Every message of the French catalogues: its catalogue, and what it is called."""
    return [
        (path.name, [one.id] if isinstance(one.id, str) else list(one.id))
        for path in sorted(HOME.glob("web/locale/fr/LC_MESSAGES/*.po"))
        for one in read_po(BytesIO(path.read_bytes()), locale="fr")
        if one.id
    ]


def test_no_catalogue_keeps_what_nobody_says() -> None:
    said = {*messages()}
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
    assert [(name, called) for name, called in entries() if not said & {*called}] == []


def test_a_message_has_one_translation() -> None:
    """Where two catalogues had one, the pages of one of them would speak with the words of the other."""
    met = Counter(called[0] for _, called in entries())
    assert {message for message, times in met.items() if times > 1} == set()


def test_values_stand_in_both_languages() -> None:
    french = words("fr")
    for message in messages():
        assert sorted(re.findall(r"%\(\w+\)s", message)) == sorted(re.findall(r"%\(\w+\)s", french.gettext(message)))


def test_french_keeps_its_spaces_before_high_punctuation() -> None:
    for message in messages():
        assert not re.search(r"(?<![\u202f\u00a0])[;:!?»](?!\w)", explain(words("fr"), message)), message


@pytest.mark.parametrize(
    ("header", "speaks"),
    [
        ("", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("de, fr-CA;q=0.7, en;q=0.3", "fr"),
        ("en;q=0", "fr"),
        ("en;q=x", "fr"),
        ("de", "fr"),
    ],
)
def test_the_browser_is_asked_for_its_language(header: str, speaks: str) -> None:
    assert accepted(header, "fr") == speaks


def test_none_and_one_are_singular_in_french() -> None:
    french, english = Words("fr"), Words("en")
    assert [english.ngettext("one", "many", n) for n in (0, 1, 2)] == ["many", "one", "many"]
    assert [french.ngettext("one", "many", n) for n in (0, 1, 2)] == ["one", "one", "many"]
