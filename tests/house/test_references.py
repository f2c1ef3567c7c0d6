"""The references that are written from the code are what the code says."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import mastodon_routes  # noqa: E402
import references  # noqa: E402


@pytest.mark.parametrize("name", references.PAGES)
def test_a_reference_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / name).read_text()
    assert written == references.PAGES[name](), "run: .venv/bin/python scripts/references.py"


ANSWERED = {f"{one.method} {mastodon_routes.bare(one.path)}" for one in (*references.ROUTES, *references.ELSEWHERE)}


def test_every_address_of_mastodon_that_is_not_answered_says_why() -> None:
    silent = {row.key for row in mastodon_routes.rows()} - ANSWERED
    assert silent - mastodon_routes.NOT.keys() == set()


def test_what_is_said_not_to_be_answered_is_not() -> None:
    assert ANSWERED & mastodon_routes.NOT.keys() == mastodon_routes.SILENT.keys()
    assert mastodon_routes.DIFFERENT.keys() <= ANSWERED
