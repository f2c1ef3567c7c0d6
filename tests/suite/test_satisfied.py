"""Whether an answer helped: asked by hand, once, of somebody who wrote first; told with n, and not of too few."""

from typing import Any

import pytest
from sqlalchemy import update

from perron.kit.time import DAY, now
from perron.store.tables import tickets
from tests.rig import Person, Site
from tests.suite.test_approvals import Team
from tests.suite.test_inbox_api import AT, asked, at
from tests.suite.test_sheet import figures

ASKED = "/api/perron/v1/asked"


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def answered(team: Team, **more: Any) -> dict[str, Any]:
    one = asked(team, **more)
    found: dict[str, Any] = team.people["bea"].post(at(team, one, "answer"), {"text": "At nine", "version": 0})
    team.site.run_jobs()
    return found


def messages(person: Person) -> list[str]:
    return [one["last_status"]["content"] for one in person.get("/api/v1/conversations")]


def test_who_was_answered_is_asked_by_hand_and_says_so_with_one_press(team: Team) -> None:
    bea, dirk = team.people["bea"], team.people["dirk"]
    one = answered(team)
    assert one["asked_at"] is None and messages(dirk) == []  # nobody is asked by itself
    assert bea.post(at(team, one, "ask"))["asked_at"]
    team.site.run_jobs()
    (message,) = messages(dirk)
    where = f"{ASKED}/{team.paper.id}/{one['status']['id']}"
    assert f"/asked/{team.paper.id}/{one['status']['id']}" in message
    assert dirk.get(where)["answer"] is None
    assert dirk.post(where, {"answer": "partly"})["answer"] == "partly"
    assert dirk.post(where, {"answer": "yes"})["answer"] == "yes"
    assert bea.get(f"{AT}/{team.paper.id}/{one['status']['id']}")["satisfied"] == "yes"
    dirk.post(where, {"answer": "perhaps"}, expect=422)


def test_nobody_else_is_asked_or_answers_for_them(team: Team) -> None:
    one = answered(team)
    where = f"{ASKED}/{team.paper.id}/{one['status']['id']}"
    team.people["dirk"].get(where, expect=404)  # nothing was asked yet
    team.people["bea"].post(at(team, one, "ask"))
    for who in ("ada", "bea", "nils"):
        team.people[who].get(where, expect=404)
        team.people[who].post(where, {"answer": "yes"}, expect=404)


@pytest.mark.parametrize(("who", "expect"), [("ada", 200), ("carl", 200), ("olga", 403), ("nils", 403), ("dirk", 404)])
def test_who_publishes_for_the_brand_asks(team: Team, who: str, expect: int) -> None:
    one = answered(team)
    team.people[who].post(at(team, one, "ask"), expect=expect)


def test_nobody_is_asked_before_an_answer_nor_twice_in_thirty_days(team: Team) -> None:
    bea = team.people["bea"]
    waiting = asked(team, "@paper, and on Sundays?")
    assert "Answer first" in bea.post(at(team, waiting, "ask"), expect=422)["error"]
    first, second = answered(team), answered(team, text="@paper, and on Mondays?")
    bea.post(at(team, first, "ask"))
    bea.post(at(team, first, "ask"), expect=422)
    assert "thirty days" in bea.post(at(team, second, "ask"), expect=422)["error"]
    team.write(lambda tx: tx.execute(update(tickets).values(asked_at=now() - 31 * DAY).where(tickets.c.asked_at > 0)))
    bea.post(at(team, second, "ask"))
    team.site.run_jobs()
    assert len(team.people["dirk"].get("/api/v1/conversations")) == 2


def test_the_sheet_says_how_many_and_nothing_of_too_few(team: Team) -> None:
    one = answered(team)
    team.people["bea"].post(at(team, one, "ask"))
    team.people["dirk"].post(f"{ASKED}/{team.paper.id}/{one['status']['id']}", {"answer": "yes"})
    assert figures(team)[str(team.paper.id)]["satisfied"] == (None, 1)
    for n in range(4):
        answered(team, text=f"@paper, question {n}")
    said = iter(("yes", "yes", "no", "partly"))
    rows = team.read(lambda db: [row.post_id for row in db.execute(tickets.select().where(tickets.c.satisfied == ""))])
    for post_id in rows:
        word = next(said)
        team.write(
            lambda tx, post_id=post_id, word=word: tx.execute(
                update(tickets).where(tickets.c.post_id == post_id).values(asked_at=1, satisfied=word)
            )
        )
    assert figures(team)[str(team.paper.id)]["satisfied"] == (60.0, 5)
