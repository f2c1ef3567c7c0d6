"""The long experiments are written down: which there are, what was found, and how each is seen to be able to fail."""

import re
from pathlib import Path

import pytest

from trials.__main__ import names

TOP = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(\w+)` \|(.+)\|(.+)\|(.+)\|$", re.MULTILINE)


def test_every_experiment_has_its_row() -> None:
    rows = {name for name, *_ in ROW.findall((TOP / "docs" / "reliability.md").read_text(encoding="utf-8"))}
    assert names() and sorted(set(names()) - rows) == []


@pytest.mark.parametrize("name", names())
def test_an_experiment_states_its_promise_in_its_module(name: str) -> None:
    written = (TOP / "trials" / f"{name}.py").read_text(encoding="utf-8")
    assert "def run(options: Options) -> Outcome:" in written
