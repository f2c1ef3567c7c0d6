"""What was acknowledged is there after `kill -9`, exactly once, and so is what follows from it."""

from pathlib import Path

import pytest

from tests.durability.crash import Trial
from trials.outcome import MUTANTS

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trial = Trial(tmp_path)

    tally = trial.run(kills=20, least=0.2, most=0.9)

    with capsys.disabled():
        print(f"\n{tally}")
    log = trial.server.log.read_text()
    assert "Traceback" not in log and "Mistake" not in log, log[:5000]
    assert not tally.lost, tally.lost[:10]
    assert not tally.duplicated, tally.duplicated[:10]
    assert not tally.wrong, tally.wrong[:10]
    assert all(status in (403, 404, 422) for _, status, _ in trial.books.refused), trial.books.refused[:5]
    assert tally.kills >= 20 and tally.posts > 200 and tally.unknown > 0, str(tally)


def test_the_crash_test_notices_an_early_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same trial against a server that answers before it commits; were this green, the other would mean nothing."""
    tally = Trial(tmp_path, MUTANTS / "early_answer.py").run(kills=4, least=0.3, most=0.8)

    with capsys.disabled():
        print(f"\nanswers before the commit: {tally}")
    assert tally.lost
