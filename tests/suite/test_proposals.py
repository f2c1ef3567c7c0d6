"""What an organisation proposes, its people rewrite and publish as themselves; it is said for whom they work."""

import pytest

from perron.kit.time import now
from perron.store.tables import proposals
from perron.suite.teams.proposals import forget_proposals
from tests.rig import Site
from tests.suite.test_approvals import Team

AT = "/api/perron/v1/organisations"
WORDS = {"text": "Our bridge opens on Monday", "url": "https://house.example/bridge"}


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def proposed(team: Team, who: str = "bea", expect: int = 200) -> str:
    told = team.people[who].post(f"{AT}/{team.house}/proposals", WORDS, expect=expect)
    return str(told.get("id", ""))


@pytest.mark.parametrize(
    ("who", "proposes", "reads"),
    [("ada", 200, 200), ("bea", 200, 200), ("olga", 403, 200), ("nils", 403, 200), ("dirk", 404, 404)],
)
def test_each_role_proposes_or_chooses_as_it_may(team: Team, who: str, proposes: int, reads: int) -> None:
    proposed(team, who, proposes)
    first = proposed(team)
    team.people[who].get(f"{AT}/{team.house}/proposals", expect=reads)
    team.people[who].delete(f"{AT}/{team.house}/proposals/{first}", expect=proposes)


def test_after_its_time_it_is_not_there(team: Team) -> None:
    proposed(team)
    team.write(lambda tx: tx.execute(proposals.update().values(until=now() - 1)))
    assert team.people["nils"].get(f"{AT}/{team.house}/proposals") == []
    team.write(forget_proposals)
    assert team.read(lambda db: db.execute(proposals.select()).all()) == []
