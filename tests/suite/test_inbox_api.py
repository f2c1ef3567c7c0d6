"""The inbox of a brand through the API: who deals with what, how soon it is answered, and never two answers."""

from typing import Any

import pytest
from sqlalchemy import update

from perron.store.tables import tickets
from tests.rig import Site
from tests.suite.test_approvals import Team

AT = "/api/perron/v1/inbox"


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def asked(team: Team, text: str = "@paper, when do you open?", **more: Any) -> dict[str, Any]:
    """Something that dirk says to the paper, as bea finds it."""
    said = team.people["dirk"].says(text, **more)
    team.site.run_jobs()
    found: dict[str, Any] = team.people["bea"].get(f"{AT}/{team.paper.id}/{said['id']}")
    return found


def at(team: Team, one: dict[str, Any], end: str) -> str:
    return f"{AT}/{team.paper.id}/{one['status']['id']}/{end}"


def test_what_is_said_is_taken_up_answered_and_done(team: Team) -> None:
    bea, carl = team.people["bea"], team.people["carl"]
    one = asked(team)
    assert (one["kind"], one["state"], one["taken_up_by"]) == ("mention", "open", None)
    one = carl.post(at(team, one, "assign"), {"user_id": str(bea.user_id), "version": one["version"]})
    assert one["taken_up_by"]["acct"] == "bea"
    assert [each["status"]["id"] for each in bea.get(f"{AT}/{team.paper.id}", mine="true")] == [one["status"]["id"]]
    assert carl.get(f"{AT}/{team.paper.id}", mine="true") == []
    one = bea.post(at(team, one, "answer"), {"text": "At nine", "version": one["version"]})
    assert one["state"] == "answered" and one["answered_by"]["acct"] == "bea" and one["first_answer_within"] >= 0
    assert "At nine" in team.out()[0]
    one = bea.post(at(team, one, "state"), {"state": "done", "version": one["version"]})
    assert one["state"] == "done" and bea.get(f"{AT}/{team.paper.id}", state="open") == []


def test_whoever_looked_earlier_changes_nothing(team: Team) -> None:
    bea, carl = team.people["bea"], team.people["carl"]
    one = asked(team)
    bea.post(at(team, one, "state"), {"state": "done", "version": one["version"]})
    told = carl.post(at(team, one, "assign"), {"user_id": str(carl.user_id), "version": one["version"]}, expect=409)
    assert told["error"] == "Somebody changed this meanwhile. Look at it again."


def test_two_do_not_answer_by_mistake(team: Team) -> None:
    bea, carl = team.people["bea"], team.people["carl"]
    one = asked(team)
    assert bea.post(at(team, one, "writing")) == {"writing": None}
    assert carl.post(at(team, one, "writing"))["writing"]["acct"] == "bea"
    wrong = carl.post(at(team, one, "answer"), {"text": "At ten", "version": one["version"]}, expect=409)
    assert "Somebody else is writing" in wrong["error"] and team.out() == []
    bea.delete(at(team, one, "writing"))
    carl.post(at(team, one, "answer"), {"text": "At ten", "version": one["version"]})
    assert len(team.out()) == 1
    bea.post(at(team, one, "answer"), {"text": "At nine", "version": one["version"]}, expect=409)
    bea.post(at(team, one, "answer"), {"text": "At nine", "version": one["version"], "sure": True})
    assert len(team.out()) == 2


def test_an_answer_sent_twice_is_one(team: Team) -> None:
    one, bea = asked(team), team.people["bea"]
    for _ in range(2):
        body, key = {"text": "At nine", "version": one["version"], "sure": True}, {"idempotency-key": "k1"}
        bea.post(at(team, one, "answer"), body, headers=key)
    assert len(team.out()) == 1


def test_a_message_is_answered_in_private(team: Team) -> None:
    one = asked(team, "@paper a word between us", visibility="direct")
    assert one["kind"] == "message"
    team.people["bea"].post(at(team, one, "answer"), {"text": "Of course", "version": one["version"]})
    assert team.out() == [] and len(team.people["dirk"].get("/api/v1/conversations")) == 1


@pytest.mark.parametrize(
    ("role", "who", "reads", "message", "assigns", "answers"),
    [
        ("owner", "ada", 200, 200, 200, 200),
        ("editor", "bea", 200, 200, 200, 200),
        ("author", "olga", 200, 200, 200, 403),
        ("analyst", "nils", 200, 404, 403, 403),
        ("nobody", "dirk", 404, 404, 404, 404),
    ],
)
def test_each_role_does_what_it_may_and_no_more(
    team: Team, role: str, who: str, reads: int, message: int, assigns: int, answers: int
) -> None:
    one, private = asked(team), asked(team, "@paper for you alone", visibility="direct")
    person, body = team.people[who], {"version": one["version"]}
    person.get(f"{AT}/{team.paper.id}", expect=reads)
    person.get(at(team, one, "").rstrip("/"), expect=reads)
    person.get(at(team, private, "").rstrip("/"), expect=message)
    person.post(at(team, one, "writing"), expect=assigns)
    person.delete(at(team, one, "writing"), expect=reads)
    person.post(at(team, one, "assign"), body, expect=assigns)
    version = team.people["bea"].get(at(team, one, "").rstrip("/"))["version"]
    person.post(at(team, one, "answer"), {"text": "Yes", "version": version}, expect=answers)
    version = team.people["bea"].get(at(team, one, "").rstrip("/"))["version"]
    person.post(at(team, one, "state"), {"state": "done", "version": version}, expect=assigns)
    listed = person.get(f"{AT}/{team.paper.id}", expect=reads)
    if reads == 200:
        assert len(listed) == (1 if role == "analyst" else 2)
    other = team.brand("radio") if who == "ada" else None
    if other:
        team.people["bea"].get(f"{AT}/{other.id}/{one['status']['id']}", expect=404)


def test_each_brand_says_how_it_stands_and_nothing_of_too_little(team: Team) -> None:
    ada, at_house = team.people["ada"], f"/api/perron/v1/organisations/{team.house}/inbox"
    radio = team.brand("radio")
    for n in range(5):
        one = asked(team, f"@paper question {n}")
        ada.post(at(team, one, "answer"), {"text": "Yes", "version": one["version"]})
    asked(team, "@paper one more")
    team.write(lambda tx: tx.execute(update(tickets).values(answered_at=tickets.c.answered_at + 60_000)))
    paper, other = ada.get(at_house)
    assert (paper["open"], paper["answered"], paper["n"]) == (1, 5, 5) and 60 <= paper["half_within"] < 90
    assert other["account"]["id"] == str(radio.id) and (other["n"], other["half_within"]) == (0, None)
    team.people["dirk"].get(at_house, expect=404)
