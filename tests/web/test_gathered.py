"""What a profile recommends, collections and whom to follow, with a browser that runs no script."""

import re
from typing import Any

import pytest

from perron.people.collections import collections_of
from perron.people.profile import Profile, change_profile
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_pages import follow, words

People = tuple[Person, Person, Person]


@pytest.fixture
def people(town: Town) -> People:
    """Ada, bea who follows her, and dirk, who all wish to be discovered."""
    ada = somebody(town, "ada")
    three = ada, somebody(town, "bea", follows=ada), somebody(town, "dirk")
    for one in three:
        town.store.write(lambda tx, one=one: change_profile(tx, one.account, Profile(discoverable=True)))
    return three


def begin(town: Town, owner: Person, name: str = "Bakers", **more: Any) -> str:
    made = owner.post("/api/v1/collections", {"name": name, "discoverable": True, **more})["collection"]
    return str(made["url"]).removeprefix(town.settings.public_origin)


def tabs(page: Any) -> list[str]:
    nav = re.search(r'<nav class="tabs".*?</nav>', page.text, re.DOTALL)
    assert nav
    return re.findall(r'href="([^"]+)"', nav[0])


def test_a_profile_recommends_people_tags_and_collections(town: Town, people: People) -> None:
    ada, bea, dirk = people
    anybody, browser = at_browser(town), at_browser(town, bea)
    assert "/@bea/featured" not in tabs(anybody.get("/@bea"))
    assert "recommends nobody and nothing yet" in words(anybody.get("/@bea/featured"))
    bea.says("warm #bread")

    page = browser.press(browser.get("/@ada"), f"/accounts/{ada.id}/endorse")
    assert page.status_code == 303
    browser.fill(browser.get("/settings/featured"), at="/settings/featured/tags", name="#Bread")
    begin(town, bea, account_ids=[dirk.id])

    assert "/@bea/featured" in tabs(anybody.get("/@bea"))
    shown = words(anybody.get("/@bea/featured"))
    assert "@ada" in shown and "#Bread 1 post" in shown and "Bakers 1 person" in shown
    assert "warm" in words(anybody.get("/@bea/tagged/bread"))

    settings = browser.get("/settings/featured")
    browser.press(settings, f"/accounts/{ada.id}/unendorse")
    taken = re.search(r"/settings/featured/tags/\d+/remove", settings.text)
    assert taken
    browser.press(settings, taken[0])
    shown = words(anybody.get("/@bea/featured"))
    assert "@ada" not in shown and "#Bread" not in shown


def test_what_is_no_tag_is_said_in_the_form(town: Town, people: People) -> None:
    browser = at_browser(town, people[0])
    page = browser.fill(browser.get("/settings/featured"), at="/settings/featured/tags", name="two words")
    assert "A tag is one word" in words(page) and 'value="two words"' in page.text


def test_a_collection_is_begun_filled_changed_and_ended(town: Town, people: People) -> None:
    ada, bea, dirk = people
    browser, anybody = at_browser(town, ada), at_browser(town)

    wrong = browser.fill(browser.get("/collections/new"), at="/collections", name=" ", description="Bread")
    assert wrong.status_code == 422 and "needs a name" in words(wrong) and "Bread" in wrong.text
    made = browser.fill(
        browser.get("/collections/new"), at="/collections", name="Bakers", topic="#Bread", discoverable="on"
    )
    edit = made.headers["location"]
    with town.store.read() as db:
        (one,) = collections_of(db, ada.account.id, viewer=None)
    assert edit == f"/collections/{one.id}/edit"

    found = browser.get(edit, params={"q": "dirk"})
    added = browser.fill(found, at=f"/collections/{one.id}/add", who=dirk.id)
    assert "@dirk" in words(follow(browser, added))
    page = anybody.get(f"/@ada/collections/{one.id}")
    assert "Bakers" in words(page) and "@dirk" in words(page) and "#Bread" in words(page)

    said = {"name": "Butchers", "description": "Meat", "topic": ""}
    assert browser.fill(browser.get(edit), at=edit, **said).headers["location"] == f"/@ada/collections/{one.id}"
    assert "Butchers" in words(anybody.get(f"/@ada/collections/{one.id}"))
    assert "Butchers" not in words(anybody.get("/@ada/featured"))  # not to be discovered any more
    browser.fill(browser.get(edit), at=f"/collections/{one.id}/drop", who=dirk.id)
    assert "Nobody is in this collection yet" in words(anybody.get(f"/@ada/collections/{one.id}"))

    assert (
        browser.fill(browser.get(edit), at=f"/collections/{one.id}/remove").headers["location"] == "/settings/featured"
    )
    assert anybody.get(f"/@ada/collections/{one.id}").status_code == 404


def test_who_is_in_it_takes_themselves_out(town: Town, people: People) -> None:
    ada, bea, _ = people
    path = begin(town, ada, account_ids=[bea.id])
    browser, id_ = at_browser(town, bea), path.rpartition("/")[2]
    assert "Bakers" in words(browser.get("/settings/featured"))

    left = browser.press(browser.get(path), f"/collections/{id_}/leave")

    assert left.headers["location"] == path
    assert "Take me out of it" not in words(browser.get(path))
    owner = at_browser(town, ada)
    refused = owner.fill(owner.get(f"/collections/with/{bea.id}"), at=f"/collections/{id_}/add", who=bea.id)
    assert refused.status_code == 422 and "has left this collection" in words(refused)


def test_somebody_is_put_in_a_collection_from_their_page(town: Town, people: People) -> None:
    ada, bea, dirk = people
    id_ = begin(town, ada).rpartition("/")[2]
    browser = at_browser(town, ada)
    assert f"/collections/with/{dirk.id}" in browser.get("/@dirk").text

    page = follow(
        browser, browser.press(browser.get(f"/collections/with/{dirk.id}"), f"/collections/{id_}/add", who=dirk.id)
    )

    assert f"/collections/{id_}/drop" in page.text
    town.store.write(lambda tx: change_profile(tx, bea.account, Profile(discoverable=False)))
    assert "does not let you recommend it" in words(browser.get(f"/collections/with/{bea.id}"))


def test_a_sensitive_collection_is_veiled_and_not_indexed(town: Town, people: People) -> None:
    ada, bea, _ = people
    path = begin(town, ada, account_ids=[bea.id], sensitive=True)
    page = at_browser(town).get(path)
    assert '<details class="veil">' in page.text and 'content="noindex"' in page.text


def test_nobody_else_has_its_pages(town: Town, people: People) -> None:
    ada, bea, dirk = people
    path = begin(town, ada, account_ids=[bea.id])
    id_, browser = path.rpartition("/")[2], at_browser(town, dirk)
    assert browser.get(f"/collections/{id_}/edit").status_code == 403
    assert at_browser(town).get(f"/collections/{id_}/edit").headers["location"].startswith("/sign-in")
    assert browser.get(f"/@bea/collections/{id_}").status_code == 404

    ada.post(f"/api/v1/accounts/{dirk.id}/block")

    assert browser.get(path).status_code == browser.get(f"/collections/{id_}/edit").status_code == 404
    assert "Bakers" not in browser.get("/@ada/featured").text
    assert "/@ada/featured" not in tabs(browser.get("/@ada"))


def test_whom_to_follow_is_suggested_and_dismissed(town: Town, people: People) -> None:
    ada, bea, dirk = people
    friend = somebody(town, "friend", follows=dirk)
    bea.follows(friend)
    browser = at_browser(town, bea)
    page = browser.get("/suggestions")
    assert "@dirk" in words(page) and "Followed by people you follow" in words(page)
    assert "@dirk" in words(browser.get("/explore"))

    again = follow(browser, pressed(browser, page, f"/suggestions/{dirk.id}/dismiss"))

    assert "@dirk" not in words(again) and "There is nobody to suggest" in words(again)
    assert "@dirk" not in words(browser.get("/explore"))


def pressed(browser: Browser, page: Any, act: str) -> Any:
    return browser.press(page, act)
