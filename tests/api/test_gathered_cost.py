"""What lists of people and collections cost: as many statements for little as for much."""

from tests.api.test_collections import begin, open_
from tests.rig import Person, Site
from tests.statements import statements


def test_reading_costs_the_same_for_little_and_much(site: Site, ada: Person) -> None:
    open_(ada)

    def more(n: int) -> None:
        friend, other = site.person(f"friend{n}"), site.person(f"other{n}")
        open_(friend, other)
        friend.follows(other)
        ada.follows(friend)
        ada.post(f"/api/v1/accounts/{friend.id}/endorse")
        ada.post("/api/v1/featured_tags", {"name": f"tag{n}"})
        other.says(f"#used{n}")
        ada.says(f"#mine{n}")
        begin(ada, friend, other, name=f"Collection {n}")
        begin(friend, ada, other)

    def measure() -> dict[str, int]:
        others = [one["id"] for one in ada.get("/api/v1/directory")]
        collection = ada.get(f"/api/v1/accounts/{ada.id}/collections")["collections"][0]["id"]
        me = f"/api/v1/accounts/{ada.id}"
        found = {}
        for path in (
            *("/api/v1/endorsements", "/api/v1/featured_tags", "/api/v1/featured_tags/suggestions"),
            *("/api/v2/suggestions", "/api/v1/suggestions", "/api/v1/directory"),
            *(f"{me}/endorsements", f"{me}/featured_tags", f"{me}/collections", f"{me}/in_collections"),
            *(f"/api/v1/collections/{collection}", "/api/v1/accounts/familiar_followers"),
        ):
            ada.post(f"/api/v1/accounts/{ada.id}/note", {"comment": path})  # readers remember nothing any more
            params = {"id[]": others} if "familiar" in path else {}
            found[path.replace(collection, "ID")] = statements(lambda path=path, params=params: ada.get(path, **params))
        return found

    more(0)
    little = measure()
    for n in range(1, 6):
        more(n)
    assert measure() == little


def test_one_knows_some_of_those_who_follow_somebody(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    cleo = site.person("cleo", follows=ada)
    dirk.follows(bea)
    dirk.follows(cleo)

    def known(whose: Person) -> list[str]:
        (found,) = dirk.get("/api/v1/accounts/familiar_followers", **{"id[]": whose.id})
        assert found["id"] == whose.id
        return [one["acct"] for one in found["accounts"]]

    assert known(ada) == ["cleo", "bea"] and known(bea) == []
    assert dirk.get("/api/v1/accounts/familiar_followers", **{"id[]": "1"}) == []
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})
    assert known(ada) == []
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": False})
    ada.post(f"/api/v1/accounts/{dirk.id}/block")
    assert known(ada) == []
