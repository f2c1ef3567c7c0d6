"""Whom one might like to follow, and the directory."""

from collections.abc import Callable

import pytest

from perron.people.standing import change_limit
from tests.api.test_collections import open_
from tests.rig import Person, Site


def suggested(person: Person) -> dict[str, list[str]]:
    return {one["account"]["acct"]: one["sources"] for one in person.get("/api/v2/suggestions")}


@pytest.fixture
def eva(site: Site, bea: Person) -> Person:
    """Bea's friends follow her."""
    eva = site.person("eva")
    open_(eva)
    for name in ("f1", "f2"):
        friend = site.person(name, follows=eva)
        bea.follows(friend)
    return eva


def test_those_whom_friends_follow_come_first(site: Site, ada: Person, bea: Person, dirk: Person, eva: Person) -> None:
    open_(ada, dirk)
    site.person("g1", follows=dirk)
    id_ = dirk.says("good")["id"]
    ada.post(f"/api/v1/statuses/{id_}/favourite")

    found = bea.get("/api/v2/suggestions")

    assert suggested(bea) == {
        "eva": ["friends_of_friends", "most_followed"],
        "dirk": ["most_interactions", "most_followed"],
    }
    assert [one["source"] for one in found] == ["past_interactions", "global"]
    assert [one["acct"] for one in bea.get("/api/v1/suggestions")] == ["eva"]
    assert len(bea.get("/api/v2/suggestions", limit=1)) == 1


WAYS: dict[str, Callable[[Site, Person, Person], object]] = {
    "followed": lambda site, bea, eva: bea.follows(eva),
    "blocked": lambda site, bea, eva: bea.post(f"/api/v1/accounts/{eva.id}/block"),
    "blocks": lambda site, bea, eva: eva.post(f"/api/v1/accounts/{bea.id}/block"),
    "muted": lambda site, bea, eva: bea.post(f"/api/v1/accounts/{eva.id}/mute"),
    "limited": lambda site, bea, eva: site.store.write(lambda tx: change_limit(tx, eva.account.id, True)),
    "dismissed": lambda site, bea, eva: bea.delete(f"/api/v1/suggestions/{eva.id}"),
    "hidden": lambda site, bea, eva: eva.call(
        "PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": False}
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_some_are_not_suggested(site: Site, bea: Person, eva: Person, way: str) -> None:
    assert "eva" in suggested(bea)

    WAYS[way](site, bea, eva)

    assert "eva" not in suggested(bea)
    assert bea.get("/api/v1/suggestions") == []


def test_who_was_asked_already_is_not_suggested(site: Site, bea: Person, eva: Person) -> None:
    eva.call("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
    bea.follows(eva)
    assert suggested(bea) == {}


def test_a_suggestion_that_never_was_is_removed_without_a_word(site: Site, bea: Person) -> None:
    for id_ in ("1", "x", "99999999999999999999999"):
        assert bea.delete(f"/api/v1/suggestions/{id_}") == {}


def test_friends_who_keep_to_themselves_whom_they_follow_give_nobody_away(site: Site, bea: Person) -> None:
    eva = site.person("eva")
    open_(eva)
    friend = site.person("friend", follows=eva)
    bea.follows(friend)
    friend.call("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})

    assert suggested(bea) == {"eva": ["most_followed"]}


def test_the_directory_shows_those_who_wish_it(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    open_(ada, dirk)
    ada.says("lately")

    def listed(**params: object) -> list[str]:
        return [one["acct"] for one in site.anybody("/api/v1/directory", **params)]

    assert listed() == ["ada", "dirk"]  # he has not written anything
    assert listed(order="new") == ["dirk", "ada"]
    assert listed(order="new", limit=1, offset=1, local="true") == ["ada"]
    dirk.post(f"/api/v1/accounts/{bea.id}/block")
    assert [one["acct"] for one in bea.get("/api/v1/directory", order="new")] == ["ada"]
