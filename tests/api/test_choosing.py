"""Lists, tags, filters and search: what one chooses to read."""

from typing import Any

import pytest

from tests.rig import Person, Site, words

FILTERS = "/api/v2/filters"


def test_a_list_reads_a_few_together(ada: Person, bea: Person, dirk: Person) -> None:
    bea.follows(dirk)
    made = bea.post("/api/v1/lists", {"title": "Amis"})
    assert made["title"] == "Amis" and made["replies_policy"] == "list" and made["exclusive"] is False
    path = f"/api/v1/lists/{made['id']}"
    bea.post(f"{path}/accounts", {"account_ids": [ada.id]})
    ada.says("Un")
    dirk.says("Deux")
    assert [words(one) for one in bea.get(f"/api/v1/timelines/list/{made['id']}")] == ["Un"]
    bea.call("POST", f"{path}/accounts", data={"account_ids[]": dirk.id})
    assert [words(one) for one in bea.get(f"/api/v1/timelines/list/{made['id']}")] == ["Deux", "Un"]
    assert [one["acct"] for one in bea.get(f"{path}/accounts")] == ["dirk", "ada"]
    assert [one["acct"] for one in bea.get(f"{path}/accounts", limit=0)] == ["dirk", "ada"]
    assert bea.get(f"/api/v1/accounts/{ada.id}/lists") == [made]
    bea.delete(f"{path}/accounts", {"account_ids": [ada.id]})
    assert bea.get(f"/api/v1/accounts/{ada.id}/lists") == []
    dirk.says("Trois")
    assert [words(one) for one in bea.get(f"/api/v1/timelines/list/{made['id']}")] == ["Trois", "Deux"]


def test_an_exclusive_list_takes_its_members_out_of_home(ada: Person, bea: Person, dirk: Person) -> None:
    bea.follows(dirk)
    made = bea.post("/api/v1/lists", {"title": "À part"})
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [dirk.id]})
    ada.says("Un")
    dirk.says("Deux")
    assert bea.home() == ["Deux", "Un"]
    changed = bea.put(f"/api/v1/lists/{made['id']}", {"exclusive": True})
    assert changed["exclusive"] is True and changed["title"] == "À part"
    assert bea.home() == ["Un"]
    dirk.says("Trois")
    assert bea.home() == ["Un"]
    assert len(bea.get(f"/api/v1/timelines/list/{made['id']}")) == 2
    assert bea.delete(f"/api/v1/lists/{made['id']}") == {}
    assert bea.home() == ["Trois", "Deux", "Un"]


def test_lists_are_ones_own_and_hold_whom_one_follows(ada: Person, bea: Person, dirk: Person) -> None:
    made = bea.post("/api/v1/lists", {"title": "Amis"})
    for path in ("", "/accounts"):
        ada.get(f"/api/v1/lists/{made['id']}{path}", expect=404)
    ada.put(f"/api/v1/lists/{made['id']}", {"title": "x"}, expect=404)
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [dirk.id]}, expect=404)
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [ada.id]})
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [ada.id]}, expect=422)
    bea.post("/api/v1/lists", {"title": "  "}, expect=422)
    bea.post("/api/v1/lists", {"title": "x", "replies_policy": "moon"}, expect=422)
    assert bea.get("/api/v1/lists") == [made]


def test_whom_one_follows_no_longer_leaves_the_lists(site: Site, ada: Person, bea: Person) -> None:
    made = bea.post("/api/v1/lists", {"title": "Amis"})
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [ada.id]})
    ada.says("Un")
    bea.post(f"/api/v1/accounts/{ada.id}/unfollow")
    site.run_jobs()
    assert bea.get(f"/api/v1/lists/{made['id']}/accounts") == []
    assert bea.get(f"/api/v1/timelines/list/{made['id']}") == []


def test_a_followed_tag_comes_home(site: Site, ada: Person, dirk: Person) -> None:
    ada.says("Avant #Marché")
    followed = dirk.post("/api/v1/tags/marche/follow")
    assert followed["following"] is True and followed["name"] == "Marché"
    assert followed["history"][0]["uses"] == "1" and followed["history"][0]["accounts"] == "1"
    assert len(followed["history"]) == 7
    assert dirk.home() == ["Avant #Marché"]
    ada.says("Après #marche")
    ada.says("Rien")
    assert dirk.home() == ["Après #marche", "Avant #Marché"]
    again = dirk.get("/api/v1/tags/MARCHE")
    assert again["history"][0]["uses"] == "2" and again["history"][0]["accounts"] == "1"
    assert [one["name"] for one in dirk.get("/api/v1/followed_tags")] == ["Marché"]
    assert dirk.post("/api/v1/tags/marche/unfollow")["following"] is False
    assert dirk.home() == [] and dirk.get("/api/v1/followed_tags") == []


def test_a_tag_nobody_used_can_be_followed_before(ada: Person, dirk: Person, site: Site) -> None:
    assert "following" not in site.anybody("/api/v1/tags/demain")
    assert dirk.get("/api/v1/tags/demain")["following"] is False
    assert dirk.post("/api/v1/tags/demain/follow")["following"] is True
    ada.says("Voilà #demain")
    assert dirk.home() == ["Voilà #demain"]
    dirk.get("/api/v1/tags/12345", expect=404)
    dirk.post("/api/v1/tags/a b/follow", expect=404)


SHAPES: list[dict[str, Any]] = [
    {"json": {"title": "T", "context": ["home"], "keywords_attributes": [{"keyword": "spoil", "whole_word": False}]}},
    {
        "data": {
            "title": "T",
            "context[]": "home",
            "keywords_attributes[0][keyword]": "spoil",
            "keywords_attributes[0][whole_word]": "false",
        }
    },
    {
        "data": {
            "title": "T",
            "context[]": "home",
            "keywords_attributes[][keyword]": "spoil",
            "keywords_attributes[][whole_word]": "0",
        }
    },
]


@pytest.mark.parametrize("sent", SHAPES, ids=["json", "numbered", "array"])
def test_a_filter_is_the_same_whichever_way_it_is_sent(bea: Person, sent: dict[str, Any]) -> None:
    made = bea.call("POST", FILTERS, **sent)
    assert (made["title"], made["context"], made["filter_action"]) == ("T", ["home"], "warn")
    assert [(one["keyword"], one["whole_word"]) for one in made["keywords"]] == [("spoil", False)]
    assert made["expires_at"] is None and made["statuses"] == []


def test_a_filter_warns_or_hides_at_once(ada: Person, bea: Person) -> None:
    ada.says("La fin du film")
    ada.says("Autre chose")
    made = bea.post(FILTERS, {"title": "Film", "context": ["home"], "keywords_attributes": [{"keyword": "film"}]})
    page = bea.get("/api/v1/timelines/home")
    assert [bool(one["filtered"]) for one in page] == [False, True]
    found = page[1]["filtered"][0]
    assert found["filter"]["id"] == made["id"] and found["keyword_matches"] == ["film"]
    bea.put(f"{FILTERS}/{made['id']}", {"filter_action": "hide"})
    assert bea.home() == ["Autre chose"]
    bea.put(f"{FILTERS}/{made['id']}", {"context": ["public"]})
    assert bea.home() == ["Autre chose", "La fin du film"]
    assert [words(one) for one in bea.get("/api/v1/timelines/public")] == ["Autre chose"]
    assert bea.delete(f"{FILTERS}/{made['id']}") == {}
    assert len(bea.get("/api/v1/timelines/public")) == 2 and bea.get(FILTERS) == []


def test_words_of_a_filter_are_added_changed_and_taken_out(ada: Person, bea: Person) -> None:
    first = [{"keyword": "un"}, {"keyword": "deux"}]
    made = bea.post(FILTERS, {"title": "T", "context": ["home"], "keywords_attributes": first, "expires_in": 3600})
    assert made["expires_at"]
    one, two = made["keywords"]
    changed = bea.put(
        f"{FILTERS}/{made['id']}",
        {
            "title": "Autre",
            "expires_in": "",
            "keywords_attributes": [
                {"id": one["id"], "_destroy": True},
                {"id": two["id"], "keyword": "2"},
                {"keyword": "trois", "whole_word": False},
            ],
        },
    )
    assert [(each["keyword"], each["whole_word"]) for each in changed["keywords"]] == [("2", True), ("trois", False)]
    assert changed["title"] == "Autre" and changed["expires_at"] is None and changed["context"] == ["home"]
    word = bea.post(f"{FILTERS}/{made['id']}/keywords", {"keyword": "quatre"})
    assert bea.get(f"{FILTERS}/keywords/{word['id']}") == word
    assert bea.put(f"{FILTERS}/keywords/{word['id']}", {"whole_word": False})["keyword"] == "quatre"
    assert len(bea.get(f"{FILTERS}/{made['id']}/keywords")) == 3
    assert bea.delete(f"{FILTERS}/keywords/{word['id']}") == {}
    assert [each["phrase"] for each in bea.get("/api/v1/filters")] == ["2", "trois"]
    ada.get(f"{FILTERS}/{made['id']}", expect=404)
    ada.delete(f"{FILTERS}/keywords/{two['id']}", expect=404)


def test_a_filter_holds_for_a_post_whatever_its_words(ada: Person, bea: Person, dirk: Person) -> None:
    id_ = ada.says("Sans mot")["id"]
    secret = dirk.says("@ada secret", visibility="direct")["id"]
    made = bea.post(FILTERS, {"title": "T", "context": ["home"], "filter_action": "hide"})
    entry = bea.post(f"{FILTERS}/{made['id']}/statuses", {"status_id": id_})
    assert entry["status_id"] == id_ and bea.home() == []
    assert bea.get(f"{FILTERS}/{made['id']}/statuses") == [bea.get(f"{FILTERS}/statuses/{entry['id']}")]
    bea.post(f"{FILTERS}/{made['id']}/statuses", {"status_id": id_}, expect=422)
    bea.post(f"{FILTERS}/{made['id']}/statuses", {"status_id": secret}, expect=404)
    assert bea.delete(f"{FILTERS}/statuses/{entry['id']}") == {}
    assert bea.home() == ["Sans mot"]


def test_a_filter_that_says_nothing_is_refused(bea: Person) -> None:
    good = {"title": "T", "context": ["home"]}
    for wrong in (
        {"title": " "},
        {"context": []},
        {"context": ["moon"]},
        {"filter_action": "explode"},
        {"keywords_attributes": [{"keyword": " "}]},
        {"expires_in": "soon"},
        {"expires_in": -5},
    ):
        bea.post(FILTERS, {**good, **wrong}, expect=422)
    assert bea.get(FILTERS) == []


def test_posts_are_found_with_and_without_accents_and_by_their_stems(site: Site, ada: Person, bea: Person) -> None:
    ada.says("Les étés sont beaux", language="fr")
    ada.says("Running late", language="en")
    site.run_jobs()

    def found(q: str, **more: Any) -> list[str]:
        return [words(one) for one in bea.get("/api/v2/search", q=q, **more)["statuses"]]

    assert found("été") == found("ete") == found("ÉTÉS") == found("beau") == ["Les étés sont beaux"]
    assert found("run") == found("runs") == ["Running late"]
    assert found("from:ada late") == ["Running late"] and found("from:me late") == []
    assert found("from:ada") == ["Running late", "Les étés sont beaux"]
    assert found("late", account_id=bea.id) == []
    assert found("late", type="statuses") == ["Running late"] and found("late", type="accounts") == []
    assert found('") OR (') == [] and found("-late") == []


def test_search_finds_people_tags_and_addresses(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    made = ada.says("Un #jardin #jardinage")
    site.run_jobs()
    assert [one["name"] for one in bea.get("/api/v2/search", q="#jard")["hashtags"]] == ["jardin", "jardinage"]
    assert [one["name"] for one in bea.get("/api/v2/search", q="jardin", limit=1)["hashtags"]] == ["jardin"]
    assert [one["acct"] for one in bea.get("/api/v2/search", q="@ada")["accounts"]] == ["ada"]
    assert [one["id"] for one in bea.get("/api/v2/search", q=made["url"])["statuses"]] == [made["id"]]
    assert [one["id"] for one in bea.get("/api/v2/search", q=made["uri"], resolve="true")["statuses"]] == [made["id"]]
    profile = ada.get("/api/v1/accounts/verify_credentials")
    for address in (profile["url"], profile["uri"]):
        assert [one["acct"] for one in bea.get("/api/v2/search", q=address)["accounts"]] == ["ada"]
    secret = ada.says("Pour les miens", visibility="private")
    assert dirk.get("/api/v2/search", q=secret["url"])["statuses"] == []
    assert [one["id"] for one in bea.get("/api/v2/search", q=secret["url"])["statuses"]] == [secret["id"]]
    bea.get("/api/v2/search", q="", expect=422)
    bea.get("/api/v2/search", q="x", type="moon", expect=422)
    assert site.anybody("/api/v2/search", q="jardin")["statuses"] == []
    assert site.anybody("/api/v2/search", q="ada")["accounts"][0]["acct"] == "ada"
