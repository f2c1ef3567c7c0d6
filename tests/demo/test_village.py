from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from perron.cli import main
from perron.commands import demo
from perron.demo.village import DAYS, build
from perron.text.reading import length
from tests.rig import Site, words

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
TOWN = build(NOW)


def test_the_same_day_makes_the_same_town() -> None:
    assert build(NOW) == TOWN


def test_everything_that_is_named_is_there() -> None:
    people = {one.username for one in TOWN.people}
    assert {"ada", "bea", "dirk"} <= people and len(people) == 60
    assert {one.author for one in TOWN.sayings} <= people
    assert {
        name for one in (*TOWN.follows, *TOWN.boosts, *TOWN.favourites, *TOWN.votes) for name in (one.who,)
    } <= people
    for place, saying in enumerate(TOWN.sayings):
        assert saying.reply_to is None or saying.reply_to < place
        assert NOW - timedelta(days=DAYS + 2) < saying.at < NOW
        assert 0 < length(saying.text) <= 500
        assert all(picture.alt for picture in saying.pictures)


def test_ada_and_dirk_are_strangers_and_bea_follows_ada() -> None:
    pairs = {(one.who, one.whom) for one in TOWN.follows}
    assert ("bea", "ada") in pairs and ("dirk", "ada") not in pairs


def test_the_demo_fills_an_empty_server_and_no_other(tmp_path: Path) -> None:
    assert main(["demo", "--data", str(tmp_path / "town")]) == 0
    assert main(["demo", "--data", str(tmp_path / "town")]) == 1
    with Site.opened(tmp_path / "town") as site:
        page = site.anybody("/api/v1/timelines/public", limit=40)
        assert len(page) == 40
        assert {"fr", "en"} <= {one["language"] for one in page}
        assert site.anybody("/api/v1/timelines/tag/lecture")
        told = "".join(words(one) for one in page)
    assert demo.PASSWORD not in told
