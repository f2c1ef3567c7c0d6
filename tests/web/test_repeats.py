"""Saying the same again, in the form: one is told once, and goes on by the same button; a brand is offered an hour."""

import re

import pytest

from perron.people.profile import Profile, change_profile
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_composer import said, send
from .test_pages import words
from .test_planned import planned

LINK = "À lire : https://example.org/cerises"


@pytest.fixture
def person(town: Town) -> Person:
    return somebody(town, "ada")


@pytest.fixture
def ada(town: Town, person: Person) -> Browser:
    made = at_browser(town, person)
    assert send(made, "/post", {"text": LINK}).status_code == 303
    return made


def test_a_person_is_told_once_and_goes_on_by_the_same_button(town: Town, person: Person, ada: Browser) -> None:
    page = send(ada, "/post", {"text": "Encore https://www.example.org/cerises/?utm_medium=x", "key": "twice"})
    assert page.status_code == 422 and len(said(town, person)) == 1
    assert "press once more" in words(page) and "You published the same link on" in words(page)
    assert "Later, in other words" not in words(page)
    again = {name: re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0] for name in ("repeats", "key")}
    text = "Encore https://www.example.org/cerises/?utm_medium=x"
    assert send(ada, "/post", {"text": text, **again}).status_code == 303
    assert send(ada, "/post", {"text": text, "key": again["key"]}).status_code == 303
    assert len(said(town, person)) == 2


def test_whoever_hands_in_is_told_as_well(ada: Browser) -> None:
    page = send(ada, "/submit", {"text": LINK})
    assert page.status_code == 422 and "press once more" in words(page)


def test_a_script_is_told_what_was_said(ada: Browser) -> None:
    answer = send(ada, "/post", {"text": LINK}, json=True)
    told = answer.json()
    assert answer.status_code == 422 and told["earlier"][0]["words"] == LINK and told["again"] == {}
    assert ada.get(told["earlier"][0]["url"]).status_code == 200
    assert send(ada, "/post", {"text": LINK, "repeats": told["repeats"]}, json=True).status_code == 200


def test_a_brand_says_it_later_in_other_words(town: Town, person: Person, ada: Browser) -> None:
    town.store.write(lambda tx: change_profile(tx, person.account, Profile(kind="brand")))
    page = send(ada, "/post", {"text": LINK})
    assert page.status_code == 422 and "Later, in other words" in words(page)
    later = re.findall(r'value="(at [^"]+)"', page.text)[0]
    form = send(ada, "/post", {"text": LINK, "do": later})
    assert form.status_code == 200 and f'value="{later.split()[1]}"' in form.text
    fresh = "Des cerises, et les gens qui les cueillent : https://example.org/cerises"
    data = {"text": fresh, "later": later.split()[1], "zone": later.split()[2]}
    page = send(ada, "/post", data)
    assert page.status_code == 422
    repeats = re.findall(r'name="repeats" value="([^"]*)"', page.text)[0]
    assert send(ada, "/post", {**data, "repeats": repeats}).status_code == 303
    assert [one.draft.text for one in planned(town, person)] == [fresh]


def test_who_speaks_is_said_on_the_profile(town: Town, person: Person, ada: Browser) -> None:
    for kind in ("brand", "bot", "person"):
        ada.fill(ada.get("/settings/profile"), at="/settings/profile", kind=kind, visibility="public")
        page = ada.get("/settings/profile")
        assert f'<option value="{kind}" selected>' in page.text
    wrong = ada.fill(ada.get("/settings/profile"), at="/settings/profile", kind="king", visibility="public")
    assert wrong.status_code == 422
