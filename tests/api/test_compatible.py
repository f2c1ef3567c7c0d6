"""What programs for Mastodon rely on without saying so."""

from tests.api.test_collections import open_
from tests.rig import Person, Site


def test_what_is_asked_for_may_stand_in_the_body(ada: Person, bea: Person, dirk: Person) -> None:
    dirk.follows(bea)
    path = "/api/v1/accounts/familiar_followers"
    (found,) = dirk.call("GET", path, json={"id": [ada.id]})
    assert [one["id"] for one in found["accounts"]] == [bea.id]
    assert dirk.get(path) == []
    dirk.call("GET", path, content=b"{", headers={"content-type": "application/json"}, expect=422)
    dirk.call("GET", path, content=b"<a/>", headers={"content-type": "text/xml"}, expect=415)


def test_a_collection_is_found_by_its_address(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    open_(bea)
    made = ada.post("/api/v1/collections", {"name": "Friends", "discoverable": True, "account_ids": [bea.id]})
    made = made["collection"]
    for query in (made["url"], made["uri"]):
        found = dirk.get("/api/v2/search", q=query)
        assert [one["id"] for one in found["collections"]] == [made["id"]] and found["accounts"] == []
        assert dirk.get("/api/v2/search", q=query, type="accounts")["collections"] == []
    ada.post(f"/api/v1/accounts/{dirk.id}/block")
    assert dirk.get("/api/v2/search", q=made["url"])["collections"] == []
    assert dirk.get("/api/v2/search", q="Friends")["collections"] == []


def test_an_array_may_be_said_twice(ada: Person, bea: Person, dirk: Person) -> None:
    found = ada.call("GET", f"/api/v1/accounts?id[][]={bea.id}&id[][]={dirk.id}")
    assert [one["id"] for one in found] == [bea.id, dirk.id]


def test_health_is_a_bare_word_unless_json_is_asked_for(site: Site) -> None:
    told = site.client.get("/health")
    assert (told.text, told.headers["content-type"]) == ("OK", "text/plain; charset=utf-8")
    assert site.client.get("/health", headers={"accept": "application/json"}).json() == {"status": "OK"}
