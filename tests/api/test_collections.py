"""Collections: accounts that somebody recommends together, with their leave."""

from typing import Any

import pytest

from perron.people.standing import change_limit, change_state, delete_account
from tests.rig import Person, Site

COLLECTIONS = "/api/v1/collections"


def open_(*people: Person) -> None:
    """They wish to be discovered."""
    for person in people:
        person.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})


def begin(owner: Person, *inside: Person, **more: Any) -> dict[str, Any]:
    body = {"name": "Bakers", "account_ids": [one.id for one in inside], "discoverable": True, **more}
    made: dict[str, Any] = owner.post(COLLECTIONS, body)["collection"]
    return made


def inside(site: Site, id_: str, viewer: Person | None = None) -> list[str]:
    found = viewer.get(f"{COLLECTIONS}/{id_}") if viewer else site.anybody(f"{COLLECTIONS}/{id_}")
    return [one["acct"] for one in found["accounts"][1:]]


def names(found: dict[str, Any]) -> list[str]:
    return [one["name"] for one in found["collections"]]


@pytest.fixture
def made(ada: Person, bea: Person, dirk: Person) -> dict[str, Any]:
    """Ada's collection, with bea and dirk in it."""
    open_(ada, bea, dirk)
    return begin(ada, bea, dirk)


# -- begin, say, end ---------------------------------------------------------------------------------------------------


def test_a_collection_is_begun_with_people_in_it(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    open_(bea, dirk)

    made = begin(ada, bea, dirk, description="They bake.", language="en", tag_name="#Bread", sensitive=True)

    origin = site.settings.public_origin
    assert made["account_id"] == ada.id and made["name"] == "Bakers" and made["description"] == "<p>They bake.</p>"
    assert made["url"] == f"{origin}/@ada/collections/{made['id']}"
    assert made["tag"] == {"name": "Bread", "url": f"{origin}/tags/bread"}
    assert (made["language"], made["sensitive"], made["discoverable"], made["local"]) == ("en", True, True, True)
    assert made["item_count"] == 2
    assert [(one["account_id"], one["state"]) for one in made["items"]] == [(bea.id, "accepted"), (dirk.id, "accepted")]
    shown = site.anybody(f"{COLLECTIONS}/{made['id']}")
    assert shown["collection"] == made
    assert [one["acct"] for one in shown["accounts"]] == ["ada", "bea", "dirk"]


@pytest.mark.parametrize(
    ("wrong", "field", "why"),
    [
        ({"name": ""}, "name", "ERR_BLANK"),
        ({"name": " "}, "name", "ERR_BLANK"),
        ({"name": "x" * 41}, "name", "ERR_TOO_LONG"),
        ({"description": "x" * 101}, "description", "ERR_TOO_LONG"),
        ({"language": "nonsense!"}, "language", "ERR_INVALID"),
        ({"tag_name": "two words"}, "tag_name", "ERR_INVALID"),
    ],
)
def test_what_cannot_be_said_is_refused(ada: Person, wrong: dict[str, str], field: str, why: str) -> None:
    said = ada.post(COLLECTIONS, {"name": "Bakers", **wrong}, expect=422)

    assert said["error"].startswith("Validation failed: ") and said["details"][field][0]["error"] == why
    assert ada.get(f"/api/v1/accounts/{ada.id}/collections")["collections"] == []
    id_ = begin(ada)["id"]
    assert ada.call("PATCH", f"{COLLECTIONS}/{id_}", json=wrong, expect=422)["details"][field][0]["error"] == why
    assert ada.get(f"{COLLECTIONS}/{id_}")["collection"]["name"] == "Bakers"


def test_what_is_not_sent_stays(ada: Person, made: dict[str, Any]) -> None:
    changed = ada.call("PATCH", f"{COLLECTIONS}/{made['id']}", json={"description": "Bread, and more"})["collection"]

    assert changed["name"] == "Bakers" and changed["description"] == "<p>Bread, and more</p>"
    assert changed["items"] == made["items"]
    assert changed["updated_at"] >= made["updated_at"]


def test_there_are_at_most_so_many(site: Site, ada: Person) -> None:
    for _ in range(site.settings.collection_limit):
        begin(ada)
    ada.post(COLLECTIONS, {"name": "One more"}, expect=422)
    assert len(ada.get(f"/api/v1/accounts/{ada.id}/collections")["collections"]) == site.settings.collection_limit


def test_nobody_else_changes_it(site: Site, ada: Person, bea: Person, dirk: Person, made: dict[str, Any]) -> None:
    path, item = f"{COLLECTIONS}/{made['id']}", made["items"][0]["id"]

    dirk.call("PATCH", path, json={"name": "Mine"}, expect=403)
    dirk.delete(path, expect=403)
    dirk.post(f"{path}/items", {"account_id": ada.id}, expect=403)
    dirk.delete(f"{path}/items/{item}", expect=403)
    dirk.post(f"{path}/items/{item}/revoke", expect=403)

    assert site.anybody(path)["collection"] == made


def test_a_collection_is_ended(site: Site, ada: Person, bea: Person, made: dict[str, Any]) -> None:
    assert ada.delete(f"{COLLECTIONS}/{made['id']}") == {}
    site.anybody(f"{COLLECTIONS}/{made['id']}", expect=404)
    ada.delete(f"{COLLECTIONS}/{made['id']}", expect=404)
    assert bea.get(f"/api/v1/accounts/{bea.id}/in_collections")["collections"] == []


# -- who may be in it --------------------------------------------------------------------------------------------------


def approval(viewer: Person, of: Person) -> dict[str, Any]:
    found: dict[str, Any] = viewer.get(f"/api/v1/accounts/{of.id}")["feature_approval"]
    return found


def test_who_does_not_wish_to_be_discovered_cannot_be_added(ada: Person, dirk: Person) -> None:
    id_ = begin(ada)["id"]
    assert approval(ada, dirk) == {"automatic": [], "manual": [], "current_user": "denied"}
    ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": dirk.id}, expect=422)
    ada.post(COLLECTIONS, {"name": "Both", "account_ids": [dirk.id]}, expect=422)

    open_(dirk)

    assert approval(ada, dirk) == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    item = ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": dirk.id})["collection_item"]
    assert (item["account_id"], item["state"]) == (dirk.id, "accepted")
    assert len(ada.get(f"/api/v1/accounts/{ada.id}/collections")["collections"]) == 1


def test_who_lets_followers_in_one_by_one_is_added_by_those_alone(site: Site, ada: Person) -> None:
    carl = site.person("carl", locked=True)
    open_(carl)
    id_ = begin(ada)["id"]
    assert approval(ada, carl) == {"automatic": ["followers"], "manual": [], "current_user": "denied"}
    assert approval(carl, carl)["current_user"] == "automatic"
    ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": carl.id}, expect=422)

    ada.follows(carl)
    carl.post(f"/api/v1/follow_requests/{ada.id}/authorize")

    assert approval(ada, carl)["current_user"] == "automatic"
    ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": carl.id})


def test_some_cannot_be_added_at_all(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    open_(bea, dirk)
    id_ = begin(ada)["id"]
    site.store.write(lambda tx: change_limit(tx, bea.account.id, True))
    dirk.post(f"/api/v1/accounts/{ada.id}/block")
    path = f"{COLLECTIONS}/{id_}/items"

    for body in ({"account_id": bea.id}, {"account_id": dirk.id}, {"account_id": "1"}, {"account_id": "x"}, {}):
        ada.post(path, body, expect=422)
    assert ada.post(path, {}, expect=422)["error"] == "`account_id` parameter is missing"
    assert inside(site, id_, ada) == []


def test_everybody_is_in_it_once_and_at_most_twenty_five(site: Site, ada: Person, dirk: Person) -> None:
    open_(dirk)
    id_ = begin(ada, dirk)["id"]
    ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": dirk.id}, expect=422)
    people = [site.person(f"p{n}") for n in range(25)]
    open_(*people)
    for one in people[:24]:
        ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": one.id})
    ada.post(f"{COLLECTIONS}/{id_}/items", {"account_id": people[24].id}, expect=422)
    assert len(inside(site, id_)) == 25


def test_somebody_is_taken_out(site: Site, ada: Person, bea: Person, made: dict[str, Any]) -> None:
    path = f"{COLLECTIONS}/{made['id']}/items/{made['items'][0]['id']}"
    assert ada.delete(path) == {}
    ada.delete(path, expect=404)
    assert inside(site, made["id"]) == ["dirk"]
    ada.post(f"{COLLECTIONS}/{made['id']}/items", {"account_id": bea.id})


def test_who_goes_is_not_put_back(site: Site, ada: Person, bea: Person, made: dict[str, Any]) -> None:
    path, item = f"{COLLECTIONS}/{made['id']}", made["items"][0]["id"]

    assert bea.post(f"{path}/items/{item}/revoke") == {}

    assert inside(site, made["id"]) == inside(site, made["id"], ada) == ["dirk"]
    assert bea.get(f"/api/v1/accounts/{bea.id}/in_collections")["collections"] == []
    ada.post(f"{path}/items", {"account_id": bea.id}, expect=422)
    ada.delete(f"{path}/items/{item}", expect=404)
    ada.post(f"{path}/items", {"account_id": bea.id}, expect=422)


def test_who_no_longer_wishes_to_be_discovered_is_not_shown(
    site: Site, ada: Person, bea: Person, dirk: Person, made: dict[str, Any]
) -> None:
    bea.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": False})

    assert inside(site, made["id"]) == inside(site, made["id"], dirk) == ["dirk"]
    items = ada.get(f"{COLLECTIONS}/{made['id']}")["collection"]["items"]
    assert [one["state"] for one in items] == ["pending", "accepted"]
    assert names(bea.get(f"/api/v1/accounts/{bea.id}/in_collections")) == ["Bakers"]


# -- who sees it -------------------------------------------------------------------------------------------------------


def test_what_is_not_to_be_discovered_is_listed_to_its_owner_alone(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    open_(bea)
    hidden = begin(ada, bea, name="Quiet", discoverable=False)
    listed = f"/api/v1/accounts/{ada.id}/collections"

    assert site.anybody(listed)["collections"] == dirk.get(listed)["collections"] == []
    assert names(ada.get(listed)) == ["Quiet"]
    assert names(bea.get(f"/api/v1/accounts/{bea.id}/in_collections")) == ["Quiet"]
    assert site.anybody(f"{COLLECTIONS}/{hidden['id']}")["collection"] == hidden


def test_nobody_else_asks_in_which_collections_somebody_is(
    site: Site, ada: Person, bea: Person, made: dict[str, Any]
) -> None:
    path = f"/api/v1/accounts/{bea.id}/in_collections"
    assert names(bea.get(path)) == ["Bakers"]
    ada.call("GET", path, expect=403)
    site.anybody(path, expect=401)


def test_a_block_ends_it_either_way(site: Site, ada: Person, bea: Person, dirk: Person, made: dict[str, Any]) -> None:
    id_, mine = made["id"], begin(dirk, ada)["id"]

    ada.post(f"/api/v1/accounts/{dirk.id}/block")

    assert inside(site, id_) == ["bea"] and inside(site, mine) == []
    shown = dirk.call("GET", f"{COLLECTIONS}/{id_}", expect=404)
    assert shown == dirk.call("GET", f"{COLLECTIONS}/1", expect=404)
    assert dirk.get(f"/api/v1/accounts/{ada.id}/collections")["collections"] == []
    for method, path, body in (
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/items", {"account_id": bea.id}),
        ("DELETE", f"/items/{made['items'][0]['id']}", None),
        ("POST", f"/items/{made['items'][1]['id']}/revoke", {}),
    ):
        found = dirk.call(method, f"{COLLECTIONS}/{id_}{path}", json=body, expect=404)
        assert found == dirk.call(method, f"{COLLECTIONS}/1{path}", json=body, expect=404)
    assert names(dirk.get(f"/api/v1/accounts/{dirk.id}/in_collections")) == []


def test_those_one_keeps_away_are_not_shown_in_what_others_gathered(
    site: Site, ada: Person, bea: Person, dirk: Person, made: dict[str, Any]
) -> None:
    bea.post(f"/api/v1/accounts/{dirk.id}/block")

    assert inside(site, made["id"], bea) == ["bea"]
    assert inside(site, made["id"], dirk) == ["dirk"]
    assert inside(site, made["id"]) == ["bea", "dirk"]


@pytest.mark.parametrize("way", ["suspended", "deleted"])
def test_an_account_that_is_gone_is_in_no_collection_and_has_none(
    site: Site, ada: Person, bea: Person, made: dict[str, Any], way: str
) -> None:
    mine = begin(bea, ada)["id"]

    def go(tx: Any) -> None:
        change_state(tx, bea.account, "suspended") if way == "suspended" else delete_account(tx, bea.account)

    site.store.write(go)
    site.run_jobs()

    assert inside(site, made["id"]) == ["dirk"]
    assert ada.get(f"{COLLECTIONS}/{made['id']}")["collection"]["item_count"] == 1
    ada.call("GET", f"{COLLECTIONS}/{mine}", expect=404)
    assert ada.get(f"/api/v1/accounts/{ada.id}/in_collections")["collections"] == []


def test_lists_of_collections_are_paged_with_the_pictures_of_those_in_them(
    site: Site, ada: Person, bea: Person, made: dict[str, Any]
) -> None:
    begin(ada, name="Second")
    begin(ada, name="Third")

    first = site.client.get(f"/api/v1/accounts/{ada.id}/collections?limit=2")
    assert names(first.json()) == ["Third", "Second"]
    second = site.client.get(first.links["next"]["url"])
    assert names(second.json()) == ["Bakers"]
    assert [one["acct"] for one in second.json()["partial_accounts"]] == ["ada", "bea", "dirk"]
    assert "next" not in second.links
    assert names(site.client.get(second.links["prev"]["url"]).json()) == ["Third", "Second"]


# -- being told --------------------------------------------------------------------------------------------------------


def told(person: Person) -> list[tuple[str, str]]:
    return [
        (one["type"], one["collection"]["name"]) for one in person.get("/api/v1/notifications") if "collection" in one
    ]


def test_who_is_added_is_told_and_so_when_it_says_something_else(
    site: Site, ada: Person, bea: Person, dirk: Person, made: dict[str, Any]
) -> None:
    site.run_jobs()
    assert told(bea) == told(dirk) == [("added_to_collection", "Bakers")]

    ada.call("PATCH", f"{COLLECTIONS}/{made['id']}", json={"discoverable": False})
    site.run_jobs()
    assert len(told(bea)) == 1
    ada.call("PATCH", f"{COLLECTIONS}/{made['id']}", json={"name": "Butchers"})
    site.run_jobs()
    assert told(bea) == [("collection_update", "Butchers"), ("added_to_collection", "Butchers")]

    ada.delete(f"{COLLECTIONS}/{made['id']}")
    assert told(bea) == []


def test_who_was_taken_out_at_once_is_not_told(site: Site, ada: Person, bea: Person, made: dict[str, Any]) -> None:
    ada.delete(f"{COLLECTIONS}/{made['id']}/items/{made['items'][0]['id']}")
    site.run_jobs()
    assert told(bea) == []


def test_a_token_needs_the_scope_of_collections(site: Site, ada: Person, made: dict[str, Any]) -> None:
    reads = {"authorization": f"Bearer {site.token(ada, 'read:collections')}"}
    writes = {"authorization": f"Bearer {site.token(ada, 'write:collections')}"}
    assert site.client.get(f"{COLLECTIONS}/{made['id']}", headers=reads).status_code == 200
    assert site.client.get(f"{COLLECTIONS}/{made['id']}", headers=writes).status_code == 403
    assert site.client.post(COLLECTIONS, json={"name": "x"}, headers=reads).status_code == 403
    assert site.client.post(COLLECTIONS, json={"name": "x"}, headers=writes).status_code == 200


def test_ones_role_says_how_many_collections_one_may_have(site: Site, ada: Person) -> None:
    for own in (
        ada.get("/api/v1/accounts/verify_credentials"),
        ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"note": "Bread"}),
    ):
        assert own["role"]["collection_limit"] == site.settings.collection_limit
