"""One form for several accounts, without a script: chosen, looked at, in words of their own, published, taken back."""

import re
from typing import Any

import pytest

from perron.people.members import end_speaking
from perron.posts.drafts import drafts_of
from perron.posts.planned import scheduled_of
from perron.suite.teams.submissions import open_submissions
from tests.rig import Site as Town
from tests.statements import statements
from tests.suite.test_approvals import Team

from .conftest import Browser
from .test_composer import JSON, csrf, send
from .test_pages import follow, words
from .test_teams import speaking, team

__all__ = ["team"]


@pytest.fixture
def radio(team: Team) -> Any:
    return team.brand("radio")


@pytest.fixture
def bea(team: Team, radio: Any) -> Browser:
    return speaking(team, "bea")


def said(team: Team, account: Any) -> list[str]:
    listed = team.site.anybody(f"/api/v1/accounts/{account.id}/statuses")
    return [re.sub("<[^>]+>", "", one["content"]) for one in listed]


def offered(page: Any) -> list[int]:
    return [int(one) for one in re.findall(r'name="also" value="(\d+)"', page.text)]


def test_only_accounts_for_which_one_writes_are_offered(team: Team, radio: Any, bea: Browser) -> None:
    assert offered(bea.get("/write")) == [team.people["bea"].account.id, radio.id]
    nils = speaking(team, "nils", team.people["nils"].account)
    assert offered(nils.get("/write")) == [] and "Elsewhere too" not in nils.get("/write").text
    olga = speaking(team, "olga", team.people["olga"].account)
    assert "is handed in for approval" in words(olga.get("/write"))
    assert "Elsewhere too" not in speaking(team, "dirk", team.people["dirk"].account).get("/write").text


def test_the_form_of_home_offers_them_and_asks_nothing_for_it(team: Team, radio: Any, bea: Browser) -> None:
    page, alone = bea.get("/home"), speaking(team, "dirk", team.people["dirk"].account)
    assert offered(page) == offered(bea.get("/write")) and 'class="later elsewhere" >' in page.text
    assert offered(alone.get("/home")) == []
    assert statements(lambda: bea.get("/home")) == statements(lambda: alone.get("/home"))


def test_each_account_is_seen_before_with_its_own_count(team: Team, radio: Any, bea: Browser) -> None:
    data = {"part": ["", "_1"], "text": "Ce soir avec @ada", "text_1": "Portes à 19 h", "also": str(radio.id)}
    page = send(bea, "/post", data | {f"text_as_{radio.id}_1": "À l’antenne à 20 h", "do": "look"})
    seen = page.text.split('class="as ')[1]
    assert "17 characters" in seen and "names @ada" in seen and "18 characters" in seen
    assert "\nÀ l’antenne à 20 h</textarea>" in seen and "reads it twice" not in seen
    assert "reads it twice" in send(bea, "/post", data | {"do": "look"}).text
    long = send(bea, "/post", data | {f"text_as_{radio.id}_1": "x" * 503, "do": "look"})
    assert "3 characters too many" in words(long) and said(team, radio) == []


def test_published_as_both_and_taken_back_as_both(team: Team, radio: Any, bea: Browser) -> None:
    data = {
        "text": "Ce soir",
        "also": str(radio.id),
        f"text_as_{radio.id}": "À l’antenne",
        "language": "fr",
        "key": "k",
    }
    data |= {f"language_as_{radio.id}": "en"}
    done = send(bea, "/post", data)
    assert said(team, team.paper) == ["Ce soir"] and said(team, radio) == ["À l’antenne"]
    assert send(bea, "/post", data).status_code == 303 and len(said(team, radio)) == 1

    page = follow(bea, done)
    assert "Done as 1 other account too." in words(page)
    act = re.findall(r"/posts/\d+/undo", page.text)[0]
    back = follow(bea, bea.press(page, act, all="1"))
    assert said(team, team.paper) == said(team, radio) == []
    assert "\nÀ l’antenne</textarea>" in back.text and re.search(rf'value="{radio.id}" checked', back.text)
    assert '<option value="en" selected>' in back.text.split(f'name="language_as_{radio.id}"')[1].split("</select>")[0]


def test_taken_back_as_one_alone(team: Team, radio: Any, bea: Browser) -> None:
    page = follow(bea, send(bea, "/post", {"text": "Ce soir", "also": str(radio.id)}))
    bea.press(page, re.findall(r"/posts/\d+/undo", page.text)[0])
    assert said(team, team.paper) == [] and said(team, radio) == ["Ce soir"]


def test_what_is_refused_for_one_is_published_for_none(team: Team, radio: Any, bea: Browser) -> None:
    data = {"text": "Ce soir", "also": str(radio.id), f"text_as_{radio.id}": "x" * 501}
    page = send(bea, "/post", data)
    assert page.status_code == 422 and "As @radio: This post has 501 characters" in words(page)
    assert said(team, team.paper) == said(team, radio) == [] and "x" * 501 in page.text
    told = send(bea, "/post", {"text": "Ce soir", "also": "7"}, json=True)
    assert told.status_code == 404 and "you speak for it no longer" in told.json()["wrong"]


def test_planned_together_listed_together_and_back_to_the_drafts_together(team: Team, radio: Any, bea: Browser) -> None:
    send(bea, "/post", {"text": "Demain", "later": "2031-05-01T08:30", "also": str(radio.id)})
    assert "Also as @radio" in words(bea.get("/scheduled"))
    there = speaking(team, "bea", radio)
    assert "Also as @paper" in words(there.get("/scheduled"))
    page = bea.get("/scheduled")
    act = re.findall(r"/scheduled/\d+/cancel", page.text)[0]
    assert "Back to the drafts, as @radio too" in words(page)
    bea.press(page, act, all="1")
    assert not team.read(lambda db: [*scheduled_of(db, team.paper.id), *scheduled_of(db, radio.id)])
    (draft,) = team.read(lambda db: drafts_of(db, team.paper.id))
    assert draft.body["also"] == [{"id": str(radio.id), "language": ""}]
    assert not team.read(lambda db: drafts_of(db, radio.id))


def test_an_author_hands_in_for_all_and_a_plain_account_is_no_brand(team: Team, radio: Any) -> None:
    olga = speaking(team, "olga")
    own = team.people["olga"].account
    data = {"text": "Une", "also": str(radio.id), f"text_as_{radio.id}": "À l’antenne", "key": "k"}
    refused = send(olga, "/submit", data | {"also": str(own.id)})
    assert refused.status_code == 422 and "As @olga: Only what is written for a brand" in words(refused)
    page = olga.get(send(olga, "/submit", data).headers["location"])
    assert "Also as @radio" in words(page)
    send(olga, "/submit", data)
    listed = words(speaking(team, "bea").get(f"/organisations/{team.house}/approvals"))
    assert listed.count("À l’antenne") == 1
    olga.press(page, page.url.path + "/withdraw", all="1")
    assert not team.read(lambda db: open_submissions(db, team.house, team.user("olga")))


def test_each_account_is_told_what_it_said_lately(team: Team, radio: Any, bea: Browser) -> None:
    send(bea, "/post", {"text": "Le concert commence à vingt heures sur la place", "also": str(radio.id)})
    data = {"text": "Tout autre chose pour le journal de demain", "also": str(radio.id)}
    data |= {f"text_as_{radio.id}": "Le concert commence à vingt heures sur la place"}
    told = bea.post("/post", data={"csrf": csrf(bea)} | data, headers=JSON)
    assert told.status_code == 422 and len(told.json()["earlier"]) == 1
    assert told.json()["earlier"][0]["says"].startswith("As @radio: You published")
    assert send(bea, "/post", data | {"repeats": told.json()["repeats"]}).status_code == 303


def test_a_draft_keeps_whom_it_is_for(town: Town, team: Team, radio: Any, bea: Browser) -> None:
    kept = send(
        bea, "/drafts", {"text": "Plus tard", "also": str(radio.id), f"text_as_{radio.id}": "Autrement"}, json=True
    )
    page = bea.get(f"/write?draft={kept.json()['draft']}")
    assert "\nAutrement</textarea>" in page.text and re.search(rf'value="{radio.id}" checked', page.text)
    carl = speaking(team, "carl")
    team.write(lambda tx: end_speaking(tx, team.user("carl"), radio.id))
    page = carl.get(f"/write?draft={kept.json()['draft']}")
    assert "Plus tard" in page.text and "Autrement" not in page.text
