"""Pages of people outside, with a browser that runs no script."""

import csv
import io
import re

import pytest

from perron.suite.teams.sheet import INDICATORS
from tests.rig import Site as Town
from tests.suite.test_approvals import Team
from tests.suite.test_outside import publishes
from tests.suite.test_proposals import WORDS, proposed

from .conftest import at_browser
from .test_teams import speaking, team

__all__ = ["team"]
BRIEF = "A letter from the hills"


def link_in(text: str, at: str) -> str:
    return text.partition(f"/{at}/")[2].partition('"')[0]


def test_a_guest_writes_by_their_link_and_an_editor_approves(team: Team) -> None:
    bea, guest = speaking(team, "bea"), at_browser(team.site)
    at = f"/organisations/{team.house}"
    page = bea.get(f"{at}/outside")
    made = bea.fill(page, at=f"{at}/guests", account_id=str(team.paper.id), name="Rosa", brief=BRIEF, named="on")
    code = link_in(made.text, "guest")
    seen = guest.get(f"/guest/{code}")
    assert BRIEF in seen.text and "What you write bears your name." in seen.text
    assert guest.fill(seen, at=f"/guest/{code}", text="Dear all").status_code == 303
    again = guest.get(f"/guest/{code}")
    assert "Dear all" in again.text and "waits to be looked at" in again.text and "Hand it in anew" in again.text
    listed = bea.get(f"{at}/approvals")
    assert "Dear all" in listed.text and "Rosa" in listed.text and "(a guest)" in listed.text
    assert "Rosa" in bea.get(f"{at}/journal").text
    assert guest.get("/guest/nothing").status_code == 404


def test_a_client_looks_at_a_campaign_answers_and_keeps_it(team: Team) -> None:
    bea, client = speaking(team, "bea"), at_browser(team.site)
    id_, at = team.hands_in("olga", "For the client"), f"/organisations/{team.house}"
    brand = str(team.paper.id)
    assert bea.fill(bea.get(f"{at}/outside"), at=f"{at}/campaigns", account_id=brand, name="Summer").status_code == 303
    path = "/campaigns/" + link_in(bea.get(f"{at}/outside").text, "campaigns")
    page = bea.get(path)
    assert bea.fill(page, at=f"{path}/put", item=f"submission {id_}").status_code == 303
    code = link_in(bea.fill(bea.get(path), at=f"{path}/link", name="The client", days="7").text, "campaign")
    seen = client.get(f"/campaign/{code}")
    assert "For the client" in seen.text and "@olga" not in seen.text and "Keep it among mine" not in seen.text
    assert client.fill(seen, at=f"/campaign/{code}/say", text="Larger, please").status_code == 303
    assert "Larger, please" in bea.get(f"/submissions/{id_}").text
    dirk = at_browser(team.site, team.people["dirk"])
    there = dirk.fill(dirk.get(f"/campaign/{code}"), at=f"/campaign/{code}/keep").headers["location"]
    assert there == path and "For the client" in dirk.get(path).text and "Summer" in dirk.get("/campaigns").text
    assert dirk.get(f"{at}/outside").status_code == 404 and dirk.get(f"/submissions/{id_}").status_code == 404
    assert dirk.fill(dirk.get(path), at=f"{path}/unread").status_code == 303
    assert dirk.get(path).status_code == 404


def test_a_sponsor_reads_their_page(team: Team) -> None:
    bea, at = speaking(team, "bea"), f"/organisations/{team.house}"
    sent = bea.press(bea.get("/home"), "/post", text="Come and taste", tie="sponsor", tied_to="Roux", tied_url="")
    assert sent.status_code == 303
    bea.fill(bea.get(f"{at}/outside"), at=f"{at}/sponsors", name="Roux", url="")
    page = bea.get(f"{at}/outside")
    path = page.text.partition(f'action="{at}/sponsors/')[2].partition("/")[0]
    made = bea.fill(page, at=f"{at}/sponsors/{path}/link", name="Mrs Roux", days="90")
    code = link_in(made.text, "sponsors")
    seen = at_browser(team.site).get(f"/sponsors/{code}")
    assert seen.status_code == 200 and "Come and taste" in seen.text and "<bdi>Roux</bdi>" in seen.text


@pytest.mark.parametrize("who", ["olga", "nils"])
def test_who_does_not_decide_sees_and_is_offered_nothing(team: Team, who: str) -> None:
    page = speaking(team, who).get(f"/organisations/{team.house}/outside")
    assert page.status_code == 200 and "Ask somebody to write" not in page.text and "Note a sponsor" not in page.text


def test_what_a_disclosure_lacks_is_said_and_the_words_are_kept(town: Town) -> None:
    ada = at_browser(town, town.person("ada", locale="en"))
    wrong = ada.press(ada.get("/home"), "/post", text="Taste", tie="sponsor", tied_to="Roux", tied_url="roux")
    assert wrong.status_code == 422 and "begins with https://" in wrong.text and "Taste" in wrong.text


def test_what_is_disclosed_stays_with_the_words_while_they_are_kept_and_handed_in(team: Team) -> None:
    bea = speaking(team, "bea")
    said = {"text": "Come and taste", "tie": "sponsor", "tied_to": "Roux", "byline": "Nadia"}
    bea.press(bea.get("/home"), "/drafts", **said)
    (draft,) = re.findall(r"/write\?draft=\d+", bea.get("/drafts").text)
    opened = bea.get(draft).text
    assert 'name="tied_to" value="Roux"' in opened and 'name="byline" value="Nadia"' in opened
    bea.press(bea.get("/write"), "/submit", **said)
    (handed_in,) = re.findall(r"/submissions/\d+", bea.get(f"/organisations/{team.house}/approvals").text)
    carl = speaking(team, "carl")
    carl.fill(carl.get(handed_in), at=f"{handed_in}/publish")
    (made,) = team.site.anybody(f"/api/v1/accounts/{team.paper.id}/statuses")
    assert (made["disclosure"]["name"], made["byline"]) == ("Roux", "Nadia")


def test_the_sheet_says_what_each_figure_means_and_csv_has_the_same(team: Team) -> None:
    publishes(team, "One", "")
    nils, at = speaking(team, "nils"), f"/organisations/{team.house}/figures"
    page = nils.get(at)
    assert "not enough data" in page.text and "Those of them that disclose a sponsor." in page.text
    rows = [*csv.DictReader(io.StringIO(nils.get(f"{at}.csv").text))]
    assert [one["indicator"] for one in rows] == [*INDICATORS] and rows[0]["value"] == "1" and rows[3]["value"] == ""
    assert nils.get(at, params={"since": "never"}).status_code == 422
    assert at_browser(team.site, team.people["dirk"]).get(f"{at}.csv").status_code == 404


def test_an_employee_rewrites_and_publishes_as_themselves_and_nobody_is_told(team: Team) -> None:
    id_, nils = proposed(team), at_browser(team.site, team.people["nils"])
    before = len(team.people["ada"].get(f"/api/perron/v1/organisations/{team.house}/journal"))
    page = nils.get(f"/write?proposal={id_}")
    assert WORDS["text"] in page.text and WORDS["url"] in page.text
    assert (
        nils.press(page, "/post", text="I walked over it on Monday", tie="employer", tied_to="House").status_code == 303
    )
    (made,) = team.site.anybody(f"/api/v1/accounts/{team.people['nils'].id}/statuses")
    assert made["disclosure"] == {"tie": "employer", "name": "House", "url": None}
    assert "I walked over it on Monday" in made["content"] and WORDS["text"] not in made["content"]
    assert team.out() == []
    assert len(team.people["ada"].get(f"/api/perron/v1/organisations/{team.house}/journal")) == before


def test_a_brand_does_not_write_what_is_proposed_to_people_nor_does_a_stranger(team: Team) -> None:
    id_ = proposed(team)
    page = speaking(team, "bea").get(f"/write?proposal={id_}")
    assert page.status_code == 403 and "Speak for an account of your own first" in page.text
    assert at_browser(team.site, team.people["dirk"]).get(f"/write?proposal={id_}").status_code == 404


def test_the_page_of_proposals_offers_them_and_who_may_proposes(team: Team) -> None:
    bea, at = speaking(team, "bea"), f"/organisations/{team.house}/proposals"
    assert bea.fill(bea.get(at), at=at, **WORDS).status_code == 303
    page = speaking(team, "nils").get(at)
    assert WORDS["text"] in page.text and "Write it my way" in page.text and "Propose something" not in page.text
