"""`perron bench capacity`: more people never need fewer machines, and what does not go is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from perron.bench.costs import FILE, Costs, read_costs
from perron.bench.fleet import smallest_fleet
from perron.bench.load import Load, draw_graph
from perron.bench.machines import Machine
from perron.bench.report import SCENARIOS, advice, plans
from perron.bench.simulate import simulate
from perron.cli import main
from perron.kit import json
from perron.kit.errors import Refused

MACHINE = Machine()
DOCS = Path(__file__).parents[2] / "docs"
TWITTER = SCENARIOS["Twitter in 2013"]


@pytest.fixture(scope="module")
def costs() -> Costs:
    return read_costs()


def test_a_follow_has_two_ends() -> None:
    """Drawn account by account, followers have the mean of follows; drawn post by post, authors have more."""
    load = Load(1_000_000, 500_000, follows=100)
    by_post = draw_graph(load)
    assert by_post.mean > 100
    assert by_post.quantile(0.5) < by_post.quantile(0.99) <= by_post.quantile(1.0) <= load.largest
    shares = by_post.above(1000)
    assert 0 < shares[0] < shares[1] < 1


def test_the_same_question_has_the_same_answer(costs: Costs) -> None:
    load = Load(1_000_000, 2_000_000)
    graph = draw_graph(load)
    assert smallest_fleet("one log", load, graph, costs, MACHINE) == smallest_fleet(
        "one log", load, draw_graph(load), costs, MACHINE
    )


def test_more_people_never_need_fewer_machines(costs: Costs) -> None:
    sizes = [Load(accounts, accounts / 2) for accounts in (10_000, 100_000, 1_000_000, 10_000_000)]
    for design in ("one log", "cells"):
        fleets = [smallest_fleet(design, load, draw_graph(load), costs, MACHINE)[0].machines for load in sizes]
        assert fleets == sorted(fleets)


def test_a_fleet_that_is_halved_delivers_later(costs: Costs) -> None:
    graph = draw_graph(TWITTER)
    fleet, evening = smallest_fleet("cells", TWITTER, graph, costs, MACHINE)
    half = replace(fleet, worker=max(1, fleet.worker // 2), shards=fleet.shards)
    later = simulate("cells", TWITTER, graph, costs, MACHINE, half)
    assert evening.delivered_p99 <= 5.0 < later.delivered_p99


def test_a_small_town_needs_one_of_everything(costs: Costs) -> None:
    _, made = plans(SCENARIOS["a large town"], costs, MACHINE)
    assert not made[0].objections
    assert (made[0].fleet.web, made[0].fleet.worker, made[0].fleet.shards) == (1, 1, 1)
    assert "as it is" in advice(made)


def test_one_log_does_not_carry_twitter_and_the_answer_says_why(costs: Costs) -> None:
    _, made = plans(TWITTER, costs, MACHINE)
    assert any("log of changes" in why for why in made[0].objections)
    assert not made[1].objections
    assert f"{made[1].fleet.shards} databases" in advice(made)


def test_the_report_in_the_documentation_is_what_the_program_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "capacity"]) == 0
    assert capsys.readouterr().out.strip() in (DOCS / "capacity.md").read_text(encoding="utf-8")


def test_costs_that_are_missing_are_named(tmp_path: Path) -> None:
    found = json.decode(FILE.read_bytes())
    del found["costs"]["home_append"]
    (tmp_path / "costs.json").write_bytes(json.encode(found))
    with pytest.raises(Refused, match=r"costs\.home_append"):
        read_costs(tmp_path / "costs.json")


def test_what_costs_twice_needs_more(costs: Costs) -> None:
    load = Load(10_000_000, 5_000_000)
    graph = draw_graph(load)
    cheap, _ = smallest_fleet("one log", load, graph, costs, MACHINE)
    dear, _ = smallest_fleet("one log", load, graph, replace(costs, web_home=costs.web_home * 10), MACHINE)
    assert dear.web > cheap.web


@pytest.mark.parametrize(
    "words", [["--accounts", "3"], ["--accounts", "1000", "--follows", "5000"], ["--accounts", "1000", "--active", "2"]]
)
def test_a_question_without_sense_is_refused_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "capacity", *words]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_answers_for_one_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "capacity", "--accounts", "50000", "--posts", "20000"]) == 0
    said = capsys.readouterr().out
    assert "50,000 accounts, 20,000 posts a day" in said
    assert "as it is" in said
    assert main(["bench", "capacity", "--accounts", "50000", "--json"]) == 0
    assert json.decode(capsys.readouterr().out.encode())[0]["load"]["accounts"] == 50000
