"""Filters as apps of before 2022 know them, and what holds for filters, lists and searches alike: forms and limits."""

from typing import Any

import pytest

from perron.kit.ids import new_id
from perron.people.queries import add_account
from perron.people.relations import Following, add_follow
from perron.store import Tx
from perron.timelines import lists
from tests.rig import Person, Site, words

V1, V2, LISTS = "/api/v1/filters", "/api/v2/filters", "/api/v1/lists"


def test_an_older_app_keeps_each_word_as_a_filter(ada: Person, bea: Person) -> None:
    made = bea.post(V1, {"phrase": "film", "context": ["home", "public"], "irreversible": True, "expires_in": 3600})
    assert made == made | {"phrase": "film", "context": ["home", "public"], "whole_word": False, "irreversible": True}
    assert made["expires_at"] and bea.get(V1) == [made] and bea.get(f"{V1}/{made['id']}") == made
    (whole,) = bea.get(V2)
    assert (whole["title"], whole["filter_action"]) == ("film", "hide")
    ada.says("Un filmage")
    assert bea.home() == []
    changed = bea.put(
        f"{V1}/{made['id']}",
        {"phrase": "films", "context": ["home"], "irreversible": False, "whole_word": True, "expires_in": None},
    )
    assert changed == made | {
        "phrase": "films",
        "context": ["home"],
        "irreversible": False,
        "whole_word": True,
        "expires_at": None,
    }
    assert bea.home() == ["Un filmage"]
    assert bea.delete(f"{V1}/{made['id']}") == {} and bea.get(V1) == []
    assert bea.get(V2)[0]["keywords"] == []


def test_an_older_app_changes_a_word_but_not_what_other_words_share(bea: Person) -> None:
    both = [{"keyword": "un"}, {"keyword": "deux", "whole_word": False}]
    whole = bea.post(
        V2, {"title": "T", "context": ["home"], "filter_action": "blur", "keywords_attributes": both, "expires_in": 60}
    )
    one, two = bea.get(V1)
    assert [each["phrase"] for each in (one, two)] == ["un", "deux"] and not one["irreversible"]
    for wrong in ({"context": ["public"]}, {"irreversible": True}, {"expires_in": None}):
        refused = bea.put(f"{V1}/{one['id']}", {"phrase": "un", **wrong}, expect=422)
        assert "more than one filter keyword" in refused["error"]
    changed = bea.put(f"{V1}/{one['id']}", {"phrase": "1", "context": ["home"], "irreversible": False})
    assert changed == one | {"phrase": "1"}
    bea.delete(f"{V1}/{two['id']}")
    (left,) = bea.get(V2)
    assert left == whole | {"keywords": [whole["keywords"][0] | {"keyword": "1"}]}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"phrase": ""}, "Validation failed: Phrase can't be blank"),
        ({"context": []}, "Validation failed: Context None or invalid context supplied"),
        ({"context": ["moon"]}, "Validation failed: Context None or invalid context supplied"),
        ({"expires_in": "soon"}, "expires_in must be a whole number."),
        ({"phrase": "x" * 600}, "Validation failed: Keywords keyword is too long (maximum is 512 characters)"),
    ],
)
def test_an_older_filter_that_says_nothing_is_refused(bea: Person, wrong: dict[str, Any], why: str) -> None:
    assert bea.post(V1, {"phrase": "a", "context": ["home"], **wrong}, expect=422) == {"error": why}
    assert bea.get(V1) == bea.get(V2) == []


def test_older_filters_are_ones_own(ada: Person, bea: Person) -> None:
    id_ = bea.post(V1, {"phrase": "a", "context": ["home"]})["id"]
    for path in (f"{V1}/{id_}", f"{V1}/x", f"{V1}/12"):
        ada.get(path, expect=404)
        ada.put(path, {"phrase": "b", "context": ["home"]}, expect=404)
        ada.delete(path, expect=404)
    assert bea.get(V1)[0]["phrase"] == "a"


def test_a_filter_blurs_pictures_by_either_name(bea: Person) -> None:
    for name in ("blur", "blur_media"):
        made = bea.post(V2, {"title": "T", "context": ["home"], "filter_action": name})
        assert made["filter_action"] == "blur"


def test_a_word_of_another_filter_cannot_be_taken_over(ada: Person, bea: Person) -> None:
    words_of = [{"keyword": "a"}]
    theirs = ada.post(V2, {"title": "T", "context": ["home"], "keywords_attributes": words_of})["keywords"][0]
    named = {"keywords_attributes": [{"id": theirs["id"], "keyword": "b"}]}
    bea.post(V2, {"title": "T", "context": ["home"], **named}, expect=404)
    own = bea.post(V2, {"title": "T", "context": ["home"]})
    bea.put(f"{V2}/{own['id']}", named, expect=404)
    assert bea.post(f"{V2}/{own['id']}/keywords", {"keyword": ""}, expect=422) == {
        "error": "Validation failed: Keyword can't be blank"
    }
    assert bea.get(f"{V2}/{own['id']}")["keywords"] == []


def test_there_are_so_many_lists_and_no_more(bea: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_LISTS", 2)
    bea.post(LISTS, {"title": "1"})
    bea.post(LISTS, {"title": "2"})
    assert bea.post(LISTS, {"title": "3"}, expect=422) == {"error": "Validation failed: One has at most 2 lists"}


@pytest.mark.parametrize(("policy", "seen"), [("followed", ["À dirk", "À ada"]), ("list", ["À ada"]), ("none", [])])
def test_a_list_shows_the_answers_one_wishes(
    site: Site, ada: Person, bea: Person, dirk: Person, policy: str, seen: list[str]
) -> None:
    zoe = site.person("zoe", follows=ada)
    for one in (dirk, zoe):
        bea.follows(one)
    made = bea.post(LISTS, {"title": "T", "replies_policy": policy})
    bea.post(f"{LISTS}/{made['id']}/accounts", {"account_ids": [ada.id, zoe.id]})
    hers, his = ada.says("Un"), dirk.says("Deux")
    zoe.says("À ada", in_reply_to_id=hers["id"])
    zoe.says("À dirk", in_reply_to_id=his["id"])
    found = [words(one) for one in bea.get(f"/api/v1/timelines/list/{made['id']}")]
    assert found == [*seen, "Un"]
    refused = bea.put(f"{LISTS}/{made['id']}", {"replies_policy": "some"}, expect=422)
    assert refused == {"error": "'some' is not a valid replies_policy"}


def test_an_older_search_names_tags_and_nothing_more(site: Site, ada: Person, bea: Person) -> None:
    said = ada.says("Un #jardin")
    site.run_jobs()
    found = bea.get("/api/v1/search", q="jardin")
    assert found["hashtags"] == ["jardin"] and [one["id"] for one in found["statuses"]] == [said["id"]]
    assert found["accounts"] == [] and bea.get("/api/v1/search", q="ada")["accounts"][0]["acct"] == "ada"
    bea.get("/api/v1/search", q="", expect=422)
    site.anybody("/api/v1/search", q="jardin", expect=401)


def test_a_search_can_be_held_between_two_posts(site: Site, ada: Person, bea: Person) -> None:
    first, second, third = (ada.says(f"Jardin {number}")["id"] for number in range(3))
    site.run_jobs()

    def found(**more: Any) -> list[str]:
        return [one["id"] for one in bea.get("/api/v2/search", q="jardin", **more)["statuses"]]

    assert found() == [third, second, first]
    assert found(min_id=first) == [third, second] and found(max_id=third) == [second, first]
    assert found(min_id=first, max_id=third) == [second]


def test_what_a_block_of_a_server_would_end_is_told_before(site: Site, bea: Person) -> None:
    def join(tx: Tx) -> None:
        for number in range(3):
            far = add_account(tx, f"far{number}", domain="far.example")
            if number < 2:
                add_follow(tx, bea.account.id, far.id, new_id(), Following())
            else:
                add_follow(tx, far.id, bea.account.id, new_id(), Following())

    site.store.write(join)
    path = "/api/v1/domain_blocks/preview"
    assert bea.get(path, domain="FAR.example") == {"following_count": 2, "followers_count": 1}
    assert bea.get(path, domain="near.example") == {"following_count": 0, "followers_count": 0}
    bea.get(path, expect=422)
    assert bea.get("/api/v1/domain_blocks") == []
