"""Moving: who follows is led along, when both accounts wish it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perron.people import move as moving
from perron.people.passwords import hash_password
from perron.people.standing import change_state
from perron.people.users import rehash_password
from tests.rig import Person, Site
from tests.web.conftest import Browser, at_browser

PASSWORD = "les marches au soleil"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, origin="http://testserver", locale="en") as one:
        yield one


@pytest.fixture
def old(site: Site) -> Person:
    return site.person("old", locale="en")


@pytest.fixture
def new(site: Site) -> Person:
    return site.person("new", locale="en")


def agree(old: Person, new: Person) -> None:
    old.site.store.write(lambda tx: moving.add_alias(tx, new.account, "@Old", settings=old.site.settings))


def move(old: Person) -> None:
    old.site.store.write(lambda tx: moving.move(tx, old.account, "new", settings=old.site.settings))
    old.site.run_jobs()


def followed(person: Person) -> list[str]:
    return sorted(one["acct"] for one in person.get(f"/api/v1/accounts/{person.id}/following"))


def test_those_who_follow_are_led_along(site: Site, old: Person, new: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    agree(old, new)
    people = [site.person(name, follows=old) for name in ("ada", "bea", "dirk", "eve", "fay")]
    people[1].follows(new)
    people[2].post(f"/api/v1/accounts/{new.id}/block")
    new.post(f"/api/v1/accounts/{people[3].id}/block")
    new.follows(old)
    move(old)

    assert [followed(one) for one in people] == [["new"], ["new"], [], [], ["new"]]
    assert followed(new) == []
    gone = people[0].get(f"/api/v1/accounts/{old.id}")
    assert (gone["followers_count"], gone["moved"]["acct"]) == (0, "new")
    there = people[0].get(f"/api/v1/accounts/{new.id}")
    assert (there["followers_count"], "moved" in there) == (3, False)


def test_a_move_shows_its_successor_as_it_is_and_none_that_is_gone(
    site: Site, old: Person, new: Person, ada: Person
) -> None:
    agree(old, new)
    move(old)
    new.call("PATCH", "/api/v1/profile", json={"display_name": "Neuf"})
    assert moved(ada, old)["display_name"] == "Neuf"
    site.store.write(lambda tx: change_state(tx, new.account, "suspended"))
    assert moved(ada, old) is None
    site.store.write(lambda tx: change_state(tx, new.account, "active"))
    site.store.write(lambda tx: moving.move_back(tx, old.account))
    assert moved(ada, old) is None


def moved(person: Person, other: Person) -> Any:
    return person.get(f"/api/v1/accounts/{other.id}").get("moved")


def test_nobody_moves_where_they_are_not_expected(site: Site, old: Person, new: Person, ada: Person) -> None:
    browser = with_password(site, old)
    for to, why in (
        ("new", "has to say first"),
        ("old", "the account itself"),
        ("nobody", "Nobody of that name"),
        ("", "Nobody of that name"),
        ("new@elsewhere.example", "Nobody of that name"),
    ):
        refused = browser.fill(browser.get("/settings/move"), at="/settings/move", to=to, password=PASSWORD)
        assert refused.status_code == 422, to
        assert why in refused.text, to
    agree(old, new)
    wrong = browser.fill(browser.get("/settings/move"), at="/settings/move", to="new", password="falsch falsch")
    assert wrong.status_code == 401
    assert moved(ada, old) is None


def with_password(site: Site, person: Person) -> Browser:
    site.store.write(lambda tx: rehash_password(tx, person.user_id, hash_password(PASSWORD)))
    return at_browser(site, person)


def test_on_pages_one_names_the_other_and_moves_and_comes_back(
    site: Site, old: Person, new: Person, ada: Person
) -> None:
    theirs, mine = with_password(site, new), with_password(site, old)
    named = theirs.fill(theirs.get("/settings/move"), at="/settings/move/name", name="@old")
    assert named.headers["location"] == "/settings/move?done=named"
    assert "@old" in theirs.get("/settings/move").text
    done = mine.fill(mine.get("/settings/move"), at="/settings/move", to="@new", password=PASSWORD)
    assert done.headers["location"] == "/settings/move?done=moved"
    page = mine.get("/settings/move")
    assert "/settings/move/back" in page.text
    assert moved(ada, old)["acct"] == "new"
    mine.press(page, "/settings/move/back")
    assert moved(ada, old) is None
    theirs.press(theirs.get("/settings/move"), "/settings/move/unname")
    assert "@old" not in theirs.get("/settings/move").text
