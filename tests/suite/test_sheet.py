"""The same figures for several brands: each of how many it is, and nothing where that is too few."""

import pytest

from perron.kit.errors import Invalid
from perron.suite.teams.sheet import INDICATORS, read_period
from tests.rig import Site
from tests.suite.test_approvals import Team
from tests.suite.test_outside import publishes

AT = "/api/perron/v1/organisations"


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def figures(team: Team, who: str = "nils", **asked: str) -> dict[str, dict[str, object]]:
    brands = team.people[who].get(f"{AT}/{team.house}/figures", **asked)["brands"]
    return {one["account_id"]: {each["name"]: (each["value"], each["n"]) for each in one["figures"]} for one in brands}


def test_little_is_not_made_into_an_average(team: Team) -> None:
    publishes(team, "One", "Roux")
    found = figures(team)[str(team.paper.id)]
    assert [*found] == [*INDICATORS]
    assert (found["posts"], found["paid"], found["echoes"]) == ((1, 1), (1, 1), (None, 1))
    assert found["first_answer"] == (None, 0) and found["answered"] == (None, 0)


def test_averages_stand_on_five_and_more(team: Team) -> None:
    for n in range(5):
        publishes(team, f"Post {n}", "")
    for one in team.site.anybody(f"/api/v1/accounts/{team.paper.id}/statuses")[:2]:
        team.people["dirk"].post(f"/api/v1/statuses/{one['id']}/favourite")
    team.people["dirk"].follows(team.people["bea"])
    team.people["dirk"].post(f"/api/v1/accounts/{team.paper.id}/follow")
    found = figures(team)[str(team.paper.id)]
    assert found["echoes"] == (0.4, 5) and found["followers"] == (1, 1) and found["paid"] == (0, 5)


def test_days_and_brands_can_be_chosen(team: Team) -> None:
    radio = team.brand("radio")
    publishes(team, "Today", "")
    assert set(figures(team)) == {str(team.paper.id), str(radio.id)}
    assert figures(team, **{"account_ids[]": str(radio.id)}).keys() == {str(radio.id)}
    assert figures(team, since="2020-01-01", until="2020-02-01")[str(team.paper.id)]["posts"] == (0, 0)


def test_who_is_outside_reads_no_figures(team: Team) -> None:
    team.people["dirk"].get(f"{AT}/{team.house}/figures", expect=404)


@pytest.mark.parametrize(("first", "last"), [("2026-06-02", "2026-06-01"), ("2024-01-01", "2026-01-01"), ("x", "")])
def test_days_that_make_no_sheet_are_refused(first: str, last: str) -> None:
    with pytest.raises(Invalid):
        read_period(first, last)
