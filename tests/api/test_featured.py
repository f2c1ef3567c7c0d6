"""What a profile shows of others: people one recommends, and tags."""

import pytest

from tests.rig import Person, Site


def endorsed(who: Person, whom: Person) -> bool:
    return bool(who.get("/api/v1/accounts/relationships", **{"id[]": whom.id})[0]["endorsed"])


def names(found: list[dict[str, str]]) -> list[str]:
    return [one["acct"] for one in found]


# -- people ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [("endorse", "unendorse"), ("pin", "unpin")])
def test_one_recommends_somebody_one_follows(site: Site, ada: Person, bea: Person, way: tuple[str, str]) -> None:
    assert bea.post(f"/api/v1/accounts/{ada.id}/{way[0]}")["endorsed"] is True
    assert bea.post(f"/api/v1/accounts/{ada.id}/{way[0]}")["endorsed"] is True
    assert endorsed(bea, ada) and not endorsed(ada, bea)
    assert names(bea.get("/api/v1/endorsements")) == ["ada"]
    assert names(site.anybody(f"/api/v1/accounts/{bea.id}/endorsements")) == ["ada"]

    assert bea.post(f"/api/v1/accounts/{ada.id}/{way[1]}")["endorsed"] is False
    assert bea.post(f"/api/v1/accounts/{ada.id}/{way[1]}")["endorsed"] is False
    assert bea.get("/api/v1/endorsements") == []


def test_a_stranger_cannot_be_recommended(ada: Person, dirk: Person) -> None:
    said = dirk.post(f"/api/v1/accounts/{ada.id}/endorse", expect=422)

    assert said["error"] == "Validation failed: You must be already following the person you want to endorse"
    assert dirk.get("/api/v1/endorsements") == []
    dirk.post("/api/v1/accounts/1/endorse", expect=404)
    dirk.post(f"/api/v1/accounts/{dirk.id}/endorse", expect=422)


@pytest.mark.parametrize("end", ["unfollow", "block", "removed", "blocked", "deleted"])
def test_a_recommendation_ends_with_the_following(site: Site, ada: Person, bea: Person, end: str) -> None:
    bea.post(f"/api/v1/accounts/{ada.id}/endorse")

    if end in ("unfollow", "block"):
        bea.post(f"/api/v1/accounts/{ada.id}/{end}")
    elif end == "removed":
        ada.post(f"/api/v1/accounts/{bea.id}/remove_from_followers")
    elif end == "blocked":
        ada.post(f"/api/v1/accounts/{bea.id}/block")
    else:
        from perron.people.standing import delete_account

        site.store.write(lambda tx: delete_account(tx, ada.account))

    assert bea.get("/api/v1/endorsements") == []
    if end == "unfollow":
        bea.follows(ada)
        assert not endorsed(bea, ada)


def test_recommendations_are_paged(site: Site, bea: Person) -> None:
    for n in range(3):
        other = site.person(f"other{n}")
        bea.follows(other)
        bea.post(f"/api/v1/accounts/{other.id}/endorse")

    first = site.client.get(f"/api/v1/accounts/{bea.id}/endorsements?limit=2")
    assert names(first.json()) == ["other2", "other1"]
    second = site.client.get(first.links["next"]["url"])
    assert names(second.json()) == ["other0"]


def test_who_is_blocked_sees_nothing_of_what_is_recommended(ada: Person, bea: Person, dirk: Person) -> None:
    bea.post(f"/api/v1/accounts/{ada.id}/endorse")
    bea.post("/api/v1/featured_tags", {"name": "bread"})
    bea.post(f"/api/v1/accounts/{dirk.id}/block")

    assert dirk.get(f"/api/v1/accounts/{bea.id}/endorsements") == []
    assert dirk.get(f"/api/v1/accounts/{bea.id}/featured_tags") == []
    assert len(ada.get(f"/api/v1/accounts/{bea.id}/featured_tags")) == 1


# -- tags --------------------------------------------------------------------------------------------------------------


def test_a_tag_is_shown_with_what_was_written_under_it(site: Site, ada: Person, bea: Person) -> None:
    ada.says("one #Bread")
    last = ada.says("two #bread")
    ada.says("a secret #bread", visibility="private")
    bea.says("another #bread")

    made = ada.post("/api/v1/featured_tags", {"name": "#Bread"})

    assert made["name"] == "Bread" and made["statuses_count"] == "2"
    assert made["last_status_at"] == last["created_at"]
    assert made["url"] == f"{site.settings.public_origin}/@ada/tagged/bread"
    assert site.anybody(f"/api/v1/accounts/{ada.id}/featured_tags") == [made]
    assert ada.get("/api/v1/featured_tags") == [made]
    assert ada.post("/api/v1/featured_tags", {"name": "bread"}) == made


def test_a_tag_may_be_shown_before_it_was_ever_used(ada: Person) -> None:
    made = ada.post("/api/v1/featured_tags", {"name": "later"})
    assert (made["statuses_count"], made["last_status_at"]) == ("0", None)


@pytest.mark.parametrize("name", ["", "123", "two words", "a-b", "#", "x" * 300])
def test_what_is_no_tag_is_refused(ada: Person, name: str) -> None:
    assert ada.post("/api/v1/featured_tags", {"name": name}, expect=422)["error"] == "Validation failed: Tag is invalid"
    assert ada.get("/api/v1/featured_tags") == []


def test_ten_tags_are_the_most(site: Site, ada: Person) -> None:
    most = site.anybody("/api/v2/instance")["configuration"]["accounts"]["max_featured_tags"]
    for n in range(most):
        ada.post("/api/v1/featured_tags", {"name": f"tag{n}"})
    ada.post("/api/v1/featured_tags", {"name": "onemore"}, expect=422)
    ada.post("/api/v1/tags/onemore/feature", expect=422)
    assert len(ada.get("/api/v1/featured_tags")) == most == 10


def test_a_tag_is_taken_off(ada: Person, bea: Person) -> None:
    made = ada.post("/api/v1/featured_tags", {"name": "bread"})
    bea.delete(f"/api/v1/featured_tags/{made['id']}", expect=404)

    assert ada.delete(f"/api/v1/featured_tags/{made['id']}") == {}
    ada.delete(f"/api/v1/featured_tags/{made['id']}", expect=404)
    assert ada.get("/api/v1/featured_tags") == []


def test_a_tag_says_whether_one_shows_it(ada: Person, bea: Person) -> None:
    assert ada.post("/api/v1/tags/bread/feature")["featuring"] is True
    assert ada.get("/api/v1/tags/bread")["featuring"] is True
    assert bea.get("/api/v1/tags/bread")["featuring"] is False
    assert ada.post("/api/v1/tags/bread/unfeature")["featuring"] is False
    assert ada.post("/api/v1/tags/bread/unfeature")["featuring"] is False


def test_tags_one_used_most_are_offered(ada: Person, bea: Person) -> None:
    for text in ("#bread", "#bread #wine", "#bread #wine #salt"):
        ada.says(text)
    bea.says("#elsewhere")
    ada.post("/api/v1/featured_tags", {"name": "wine"})

    offered = ada.get("/api/v1/featured_tags/suggestions")

    assert [one["name"] for one in offered] == ["bread", "salt"]
    assert offered[0]["history"][0]["uses"] == "3"
