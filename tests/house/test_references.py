"""The references that are written from the code are what the code says."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import references  # noqa: E402


@pytest.mark.parametrize("name", references.PAGES)
def test_a_reference_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / name).read_text()
    assert written == references.PAGES[name](), "run: .venv/bin/python scripts/references.py"
