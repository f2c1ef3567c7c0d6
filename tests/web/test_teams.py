"""Pages of those who work together, with a browser that runs no script."""

from pathlib import Path
from typing import Any

import pytest

from perron.people.sessions import start_session
from perron.people.voices import voices_of
from perron.suite.teams.invite import invite
from tests.rig import Site as Town
from tests.suite.test_approvals import Team

from .conftest import Browser, at_browser, hidden


@pytest.fixture
def team(town: Town) -> Team:
    from perron.people.users import change_locale

    found = Team(town)
    for one in found.people.values():
        town.store.write(lambda tx, one=one: change_locale(tx, one.user_id, "en"))
    return found


def speaking(team: Team, who: str, account: Any = None) -> Browser:
    """A browser in which somebody speaks for the paper."""
    browser = at_browser(team.site)
    at = (account or team.paper).id
    value = team.write(lambda tx: start_session(tx, team.user(who), at))
    browser.cookies.set("perron_session", value, domain="testserver.local")
    return browser


def leads_to(page: Any, end: str) -> str:
    """Where the first form of a page leads whose address ends so."""
    found: str = next(
        each for each in (one.partition('"')[0] for one in page.text.split('action="')[1:]) if each.endswith(end)
    )
    return found


def test_an_author_hands_in_by_the_form_and_an_editor_publishes(team: Team) -> None:
    olga, bea = speaking(team, "olga"), speaking(team, "bea")
    home = olga.get("/home")
    assert "Hand in for approval" in home.text and 'action="/post"' not in home.text
    assert olga.post("/post", data={"text": "Straight out"}).status_code == 403
    there = olga.press(home, "/submit", text="For the front page").headers["location"]
    page = olga.get(there)
    assert "For the front page" in page.text and f'action="{there}/approve"' not in page.text

    listed = bea.get(f"/organisations/{team.house}/approvals")
    assert "For the front page" in listed.text
    page = bea.get(there)
    assert bea.fill(page, at=f"{there}/approve").status_code == 303
    assert bea.fill(bea.get(there), at=f"{there}/release").status_code == 303
    assert team.out() == ["For the front page"]
    assert "paper" in bea.get(f"/organisations/{team.house}/journal").text


def test_what_was_typed_under_embargo_is_not_published_by_the_other_button(team: Team) -> None:
    bea = speaking(team, "bea")
    page = bea.get("/write")
    typed = {"text": "Not before", "bundle": "The prize", "embargo": "2100-01-01T18:00"}
    refused = bea.press(page, "/post", **typed)
    assert refused.status_code == 422 and "under embargo still" in refused.text
    assert 'value="The prize"' in refused.text and 'value="2100-01-01T18:00"' in refused.text
    assert team.out() == []
    there = bea.press(refused, "/submit", **typed).headers["location"]
    assert "2100" in bea.get(there).text and "The prize" in bea.get(there).text


def test_a_form_that_is_shown_again_keeps_its_embargo(team: Team) -> None:
    olga = speaking(team, "olga")
    typed = {"text": "", "bundle": "The prize", "embargo": "2100-01-01T18:00"}
    refused = olga.press(olga.get("/write"), "/submit", **typed)
    assert refused.status_code == 422
    assert 'value="The prize"' in refused.text and 'value="2100-01-01T18:00"' in refused.text


def test_who_approves_what_was_changed_meanwhile_is_told_so(team: Team) -> None:
    id_ = team.hands_in("olga", "As it was")
    bea = speaking(team, "bea")
    page = bea.get(f"/submissions/{id_}")
    team.rewrites(id_, "As it is")
    answer = bea.fill(page, at=f"/submissions/{id_}/approve")
    assert answer.status_code == 409 and "changed meanwhile" in answer.text and "As it is" in answer.text


def test_three_variants_and_one_press(team: Team) -> None:
    ids = [team.hands_in("olga", f"Winner {n}", bundle="The final") for n in range(3)]
    for id_ in ids:
        team.approves("bea", id_)
    bea = speaking(team, "bea")
    page = bea.get(f"/organisations/{team.house}/approvals")
    assert "The final" in page.text and page.text.count('name="submission"') == 3
    sent = bea.press(page, f"/organisations/{team.house}/release", submission=[str(one) for one in ids])
    assert sent.status_code == 303 and len(team.out()) == 3


def test_a_client_reads_and_answers_without_an_account(team: Team) -> None:
    id_ = team.hands_in("olga", "For the sponsor")
    bea, client = speaking(team, "bea"), at_browser(team.site)
    page = bea.fill(bea.get(f"/submissions/{id_}"), at=f"/submissions/{id_}/link", name="The sponsor")
    path = page.text.partition("/review/")[2].partition('"')[0]
    bea.fill(bea.get(f"/submissions/{id_}"), at=f"/submissions/{id_}/comment", text="Between us")
    seen = client.get(f"/review/{path}")
    assert "For the sponsor" in seen.text and "Between us" not in seen.text
    assert client.fill(seen, at=f"/review/{path}", text="Very good", do="agree").status_code == 303
    assert "Very good" in bea.get(f"/submissions/{id_}").text
    assert client.get(f"/submissions/{id_}").status_code == 303


def test_the_inbox_of_a_brand_never_sends_two_answers_by_mistake(team: Team) -> None:
    dirk, bea, carl = team.people["dirk"], speaking(team, "bea"), speaking(team, "carl")
    dirk.says("Hello @paper, where do I find you?")
    team.site.run_jobs()
    first, second = bea.get("/inbox"), carl.get("/inbox")
    assert "where do I find you" in first.text and "A mention" in first.text
    path = leads_to(first, "/answer")
    csrf = bea.get("/inbox").text.partition('name="csrf" value="')[2].partition('"')[0]
    bea.post(path.replace("answer", "writing"), data={"csrf": csrf})
    assert "@bea is writing an answer" in carl.get("/inbox").text
    refused = carl.fill(second, at=path, text="By the steps")
    assert refused.status_code == 409 and "Somebody else is writing" in refused.text and "By the steps" in refused.text
    assert bea.fill(first, at=path, text="At the market").status_code == 303
    refused = carl.fill(second, at=path, text="By the steps")
    assert refused.status_code == 409 and "answered this meanwhile" in refused.text
    assert carl.fill(refused, at=path, text="By the steps", sure="on").status_code == 303
    assert sorted(team.out()) != [] and len(team.out()) == 2
    shown = bea.get("/inbox?state=answered").text
    assert "first answer after" in shown and "@bea" in shown
    nils = speaking(team, "nils")
    assert "Answer as" not in nils.get("/inbox").text


def test_what_waits_is_taken_up_and_done(team: Team) -> None:
    team.people["dirk"].says("A word for @paper")
    team.site.run_jobs()
    olga = speaking(team, "olga")
    page = olga.get("/inbox")
    path = leads_to(page, "/assign")
    assert olga.fill(page, at=path, whom=str(team.user("bea"))).status_code == 303
    stale = olga.fill(page, at=path.replace("assign", "state"), state="done")
    assert stale.status_code == 409
    assert "A word for" in speaking(team, "bea").get("/inbox?mine=1").text
    fresh = olga.get("/inbox")
    assert olga.fill(fresh, at=path.replace("assign", "state"), state="done").status_code == 303
    assert "A word for" in olga.get("/inbox?state=done").text


def test_the_switch_holds_and_lets_go_one_by_one(team: Team) -> None:
    bea = speaking(team, "bea")
    from perron.kit.time import HOUR, now
    from perron.posts.model import Draft
    from perron.posts.scheduled import schedule

    at = now() + HOUR
    team.write(lambda tx: schedule(tx, team.paper, Draft("Good news"), at, team.site.settings))
    page = bea.get(f"/organisations/{team.house}/pause")
    sent = bea.press(page, f"/organisations/{team.house}/pause", brand=str(team.paper.id))
    assert sent.status_code == 303
    page = bea.get(f"/organisations/{team.house}/pause")
    assert "Good news" in page.text and "Let it go on" in page.text
    nils = speaking(team, "nils").get(f"/organisations/{team.house}/pause")
    assert nils.status_code == 200 and "Let it go on" not in nils.text


def test_pages_of_an_organisation_are_for_those_in_it(team: Team) -> None:
    id_ = team.hands_in("olga", "Between us")
    dirk = at_browser(team.site, team.people["dirk"])
    paths = ["", "/people", "/journal", "/settings", "/approvals", "/pause"]
    for path in [f"/organisations/{team.house}{each}" for each in paths] + [f"/submissions/{id_}"]:
        assert dirk.get(path).status_code == 404, path
        for who in ("ada", "bea", "olga", "nils"):
            assert at_browser(team.site, team.people[who]).get(path).status_code == 200, (who, path)


def test_an_invitation_is_accepted_on_its_page(team: Team) -> None:
    ada, dirk = at_browser(team.site, team.people["ada"]), at_browser(team.site, team.people["dirk"])
    page = ada.get(f"/organisations/{team.house}/people")
    at = f"/organisations/{team.house}/invitations"
    made = ada.fill(page, at=at, uses="1", days="7", **{f"role_{team.paper.id}": "analyst"})
    path = made.text.partition("/join/")[2].partition('"')[0]
    joining = dirk.get(f"/join/{path}")
    assert "An invitation to House" in joining.text
    assert dirk.fill(joining, at=f"/join/{path}").headers["location"] == f"/organisations/{team.house}"
    assert "analyst" in dirk.get(f"/organisations/{team.house}/people").text
    assert "used up" in dirk.get(f"/join/{path}").text


@pytest.mark.parametrize("registration", ["open", "approval", "invitation"])
def test_who_has_no_account_yet_opens_one_by_the_invitation_and_joins(tmp_path: Path, registration: str) -> None:
    with Town.opened(tmp_path / "town", origin="http://testserver", locale="en", registration=registration) as town:
        team = Team(town)
        code = team.write(lambda tx: invite(tx, team.user("ada"), team.house, roles={team.paper.id: "author"}))
        fay = at_browser(town)
        page = fay.get(f"/join/{code}")
        at = f"/sign-up?invitation={code}&amp;next=%2Fjoin%2F{code}"
        assert f'href="{at}"' in page.text
        form = fay.get(at.replace("&amp;", "&"))
        given = {"username": "fay", "email": "fay@example.org", "password": "a short sentence"}
        assert fay.fill(form, at="/sign-up", **given).headers["location"] == f"/join/{code}"
        assert (
            fay.fill(fay.get(f"/join/{code}"), at=f"/join/{code}").headers["location"] == f"/organisations/{team.house}"
        )


def test_an_invitation_that_was_ended_opens_no_account(tmp_path: Path) -> None:
    with Town.opened(tmp_path / "town", origin="http://testserver", locale="en", registration="invitation") as town:
        team = Team(town)
        code = team.write(lambda tx: invite(tx, team.user("ada"), team.house))
        ada, visitor = at_browser(town, team.people["ada"]), at_browser(town)
        assert "<input id=" in visitor.get(f"/sign-up?invitation={code}").text
        page = ada.get(f"/organisations/{team.house}/people")
        assert ada.fill(page, at=leads_to(page, "/end")).status_code == 303
        assert "used up" in visitor.get(f"/sign-up?invitation={code}").text
        code = team.write(lambda tx: invite(tx, team.user("ada"), team.house))
        dirk = at_browser(town, team.people["dirk"])
        dirk.fill(dirk.get(f"/join/{code}"), at=f"/join/{code}")  # he was the one for whom it was
        assert "used up" in visitor.get(f"/sign-up?invitation={code}").text


def test_whoever_answers_as_another_account_than_the_one_spoken_to_is_asked(team: Team) -> None:
    said = team.people["dirk"].says("A question for @paper")
    own = at_browser(team.site, team.people["bea"])
    page = own.get("/write", params={"reply_to": said["id"]})
    assert "This speaks to @paper, and you answer as @bea" in page.text
    refused = own.press(page, "/post", text="@dirk By mistake")
    assert refused.status_code == 422 and "Say for which one" in refused.text and "By mistake" in refused.text
    assert own.press(refused, "/post", text="@dirk On purpose", sure="on").status_code == 303
    as_paper = speaking(team, "bea").get("/write", params={"reply_to": said["id"]})
    assert "This speaks to" not in as_paper.text
    stranger = team.people["dirk"].says("To nobody")
    assert "This speaks to" not in own.get("/write", params={"reply_to": stranger["id"]}).text


@pytest.mark.parametrize("who", ["ada", "bea", "olga", "nils"])
def test_every_way_that_a_member_is_shown_leads_somewhere(team: Team, who: str) -> None:
    browser = speaking(team, who)
    for page, part in (("/home", '<nav class="rail"'), ("/me", "menu-of-mine"), ("/published", 'class="tabs many"')):
        shown = browser.get(page).text.partition(part)[2].partition("</ul>" if page == "/me" else "</nav>")[0]
        ways = [one.partition('"')[0] for one in shown.split('<a href="')[1:]]
        assert ways
        assert [one for one in ways if browser.get(one).status_code != 200] == []


def test_who_may_only_read_is_shown_no_form_to_write_in(team: Team) -> None:
    assert "compose-text" not in speaking(team, "nils").get("/home").text
    assert "compose-text" in speaking(team, "olga").get("/home").text


def test_brands_have_other_colours_than_each_other_and_than_those_who_speak_for_them(team: Team) -> None:
    ada = at_browser(team.site, team.people["ada"])
    page = ada.get(f"/organisations/{team.house}")
    for name in ("north", "south"):
        ada.fill(page, at=f"/organisations/{team.house}/brands/open", username=name, display_name=name)
    voices = team.site.store.write(lambda tx: voices_of(tx, team.user("ada")))
    tints = {one.username: one.tint for one in voices}
    assert len({tints["ada"], tints["north"], tints["south"]}) == 3


def test_ambassadors_go_by_a_kit_and_begin_with_its_pictures(team: Team) -> None:
    from tests.refusals.world import picture

    bea, nils = at_browser(team.site, team.people["bea"]), at_browser(team.site, team.people["nils"])
    at = f"/organisations/{team.house}/proposals"
    page = bea.get(at)
    said = {"guidelines": "Be yourself.", "meeting": "At the bridge", "meets_at": "2031-05-01T18:00", "zone": "UTC"}
    assert bea.fill(page, at=f"/organisations/{team.house}/kit", **said).status_code == 303
    files = {"file": ("bridge.png", picture(), "image/png")}
    form = {"csrf": hidden(page), "description": "The bridge", "credit": "Rol"}
    sent = bea.post(f"/organisations/{team.house}/kit/pictures", data=form, files=files)
    assert sent.status_code == 303
    page = nils.get(at)
    assert "Be yourself." in page.text and "The bridge" in page.text and "fewer than five people" in page.text
    which = page.text.partition('name="picture" value="')[2].partition('"')[0]
    begun = nils.fill(page, at=f"/organisations/{team.house}/kit/take", picture=which)
    written = nils.get(begun.headers["location"])
    assert "The bridge (Rol)" in written.text and "House" in written.text


def test_who_was_answered_says_with_one_press_whether_it_helped(team: Team) -> None:
    team.people["dirk"].says("@paper when do you open?")
    team.site.run_jobs()
    bea = speaking(team, "bea")
    page = bea.get("/inbox")
    assert "/ask" not in page.text
    bea.fill(page, at=leads_to(page, "/answer"), text="At nine")
    page = bea.get("/inbox?state=answered")
    assert bea.fill(page, at=leads_to(page, "/ask")).status_code == 303
    team.site.run_jobs()
    dirk = at_browser(team.site, team.people["dirk"])
    (told,) = team.people["dirk"].get("/api/v1/conversations")
    at = "/asked/" + told["last_status"]["content"].partition("/asked/")[2].removesuffix("</p>")
    page = dirk.get(at)
    assert dirk.fill(page, at=at, answer="yes").status_code == 303
    assert "Thank you" in dirk.get(at).text and "it helped" in bea.get("/inbox?state=answered").text
    assert bea.get(at).status_code == 404
