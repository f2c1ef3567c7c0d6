"""Places to publish to, on pages: opened, chosen for a post, looked at, with a browser that runs no script."""

import re

from perron.store.tables import jobs
from tests.rig import Site as Town
from tests.statements import statements

from .conftest import Browser, at_browser, somebody


def opens(browser: Browser, **what: str) -> str:
    page = browser.get("/outlets")
    return browser.fill(page, at="/outlets", **what).headers["location"]


def test_a_place_is_opened_chosen_for_a_post_and_shows_what_went_there(town: Town) -> None:
    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    assert "can go elsewhere" in browser.get("/outlets").text
    assert "Elsewhere too" not in browser.get("/write").text
    at = opens(browser, kind="feed", name="The best")
    assert "Nothing yet" in browser.get(at).text

    page = browser.get("/write")
    which = re.search(r'name="outlet" value="(\d+)"', page.text)
    assert which and "The best" in page.text
    looked = browser.fill(page, at="/post", text="Hello there", outlet=which[1], do="look")
    assert "11 characters" in looked.text and "checked" in looked.text
    assert browser.fill(looked, at="/post", text="Hello there", outlet=which[1]).status_code == 303
    town.run_jobs()
    assert "On its way" in browser.get(at).text  # for half a minute it can be taken back
    with town.store.engine.begin() as connection:
        connection.execute(jobs.update().values(due=1))
    town.run_jobs()
    shown = browser.get(at).text
    assert "Arrived" in shown and "1 thing stands in it" in shown


def test_a_draft_and_a_plan_keep_the_places(town: Town) -> None:
    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    opens(browser, kind="feed", name="The best")
    page = browser.get("/write")
    which = re.findall(r'name="outlet" value="(\d+)"', page.text)[0]
    token = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
    kept = {"csrf": token, "text": "Later on", "outlet": which, "part": ""}
    assert browser.post("/drafts", data=kept).status_code == 303
    draft = re.findall(r"/write\?draft=(\d+)", browser.get("/drafts").text)[0]
    assert re.search(rf'value="{which}" checked', browser.get(f"/write?draft={draft}").text)
    sent = browser.post("/post", data={**kept, "later": "2031-05-01T09:30", "zone": "Europe/Paris"})
    assert sent.status_code == 303 and "And to 1 place elsewhere" in browser.get("/scheduled").text


def test_a_secret_is_shown_this_once(town: Town) -> None:
    browser = at_browser(town, somebody(town, "ada"))
    page = browser.get("/outlets")
    made = browser.fill(page, at="/outlets", kind="webhook", name="Desk", url="https://desk.example/hook")
    assert "whsec_" in made.text and "shown this once" in made.text
    at = re.findall(r'href="(/outlets/\d+)"', browser.get("/outlets").text)[0]
    assert "whsec_" not in browser.get(at).text
    wrong = browser.fill(page, at="/outlets", kind="webhook", name="Desk", url="desk")
    assert wrong.status_code == 422 and "over https" in wrong.text and 'value="Desk"' in wrong.text
    assert browser.fill(browser.get(at), at=f"{at}/off").status_code == 303
    assert "It is switched off" in browser.get(at).text
    assert browser.fill(browser.get(at), at=f"{at}/remove").headers["location"] == "/outlets"


def test_who_asks_to_be_on_a_list_is_told_the_same_whoever_they_are(town: Town) -> None:
    browser = at_browser(town, somebody(town, "ada"))
    at = opens(browser, kind="mail", name="On Sundays", open="on").replace("/outlets/", "/letters/")
    stranger = at_browser(town)
    page = stranger.get(at)
    told = [stranger.fill(page, at=at, email=one).text for one in ("zoe@example.net", "zoe@example.net")]
    assert told[0] == told[1] and "a letter is on its way" in told[0]
    assert stranger.fill(page, at=at, email="nowhere").status_code == 422
    listed = browser.get(at.replace("/letters/", "/outlets/")).text
    assert "zoe@example.net" in listed and "was asked" in listed and "0 people said yes" in listed


def test_the_form_of_home_offers_the_places_and_who_has_none_reads_no_more_for_them(town: Town) -> None:
    ada, dirk = (at_browser(town, somebody(town, name)) for name in ("ada", "dirk"))
    opens(ada, kind="feed", name="The best")
    assert "Elsewhere too" not in dirk.get("/home").text
    page = ada.get("/home")
    which = re.search(r'name="outlet" value="(\d+)"', page.text)
    assert which and '<details class="later elsewhere" >' in page.text
    assert statements(lambda: ada.get("/home")) == statements(lambda: dirk.get("/home")) + 1
    sent = ada.fill(page, at="/post", text="Hello there", outlet=which[1])
    town.run_jobs()

    page = ada.get(sent.headers["location"])
    back = ada.get(ada.press(page, re.findall(r"/posts/\d+/undo", page.text)[0]).headers["location"])
    assert re.search(rf'value="{which[1]}" checked', back.text) and "Hello there" in back.text
    sent = ada.fill(back, at="/post", text="Hello there", outlet=which[1])  # nothing has run yet
    page = ada.get(sent.headers["location"])
    back = ada.get(ada.press(page, re.findall(r"/posts/\d+/undo", page.text)[0]).headers["location"])
    assert re.search(rf'value="{which[1]}" checked', back.text)


def test_what_is_planned_no_more_keeps_its_places_among_the_drafts(town: Town) -> None:
    browser = at_browser(town, somebody(town, "ada"))
    opens(browser, kind="feed", name="The best")
    page = browser.get("/write")
    which = re.findall(r'name="outlet" value="(\d+)"', page.text)[0]
    browser.fill(page, at="/post", text="Later on", outlet=which, later="2031-05-01T09:30", zone="Europe/Paris")
    page = browser.get("/scheduled")
    there = browser.press(page, re.findall(r"/scheduled/\d+/cancel", page.text)[0]).headers["location"]
    assert re.search(rf'value="{which}" checked', browser.get(there.replace("/scheduled", "/write")).text)
