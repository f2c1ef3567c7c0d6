"""Each case of docs/refusals.md is kept by a test that exists, or says why it cannot occur yet."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = TESTS.parent / "docs" / "refusals.md"
CASE = re.compile(r"\b[A-I]-\d\d\b")
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
GROUPS = {"A": 22, "B": 18, "E": 17, "F": 13, "G": 10, "H": 15, "I": 11}


def cases() -> dict[str, str]:
    """What keeps each case, by its number."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.read_text().splitlines() if "|" in line]
    return {number: kept for number, tried, kept in rows if CASE.fullmatch(number) and tried}


@cache
def names_in(file: str) -> set[str]:
    """The names of the tests in a file."""
    path = TESTS / file
    if not path.is_file():
        return set()
    return {one.name for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)}


def test_every_case_is_kept_by_tests_that_exist() -> None:
    lost = [
        f"{number}: {file}::{name}"
        for number, kept in cases().items()
        for file, name in NAMED.findall(kept)
        if name not in names_in(file)
    ]
    assert not lost


def test_a_case_that_no_test_keeps_says_why_it_cannot_occur() -> None:
    silent = [
        number for number, kept in cases().items() if not NAMED.search(kept) and not re.fullmatch("not yet: .+", kept)
    ]
    assert not silent


def test_no_case_is_lost() -> None:
    found = [number[0] for number in cases()]

    assert {group: found.count(group) for group in GROUPS} == GROUPS


def test_cases_that_tests_name_are_on_the_page() -> None:
    named = {
        number
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
        for number in re.findall(r"[(, #]([A-I]-\d\d)\b", path.read_text())
    }
    assert named - cases().keys() == set()
