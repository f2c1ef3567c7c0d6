"""From whom one is told at once, and who is kept apart: through the API."""

from typing import Any

import pytest

from tests.rig import Person, Site
from tests.streaming.test_streams import heard, listen

POLICY = "/api/v2/notifications/policy"
OLD_POLICY = "/api/v1/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"
V1 = "/api/v1/notifications"
NOTHING = {"pending_requests_count": 0, "pending_notifications_count": 0}


def patch(who: Person, expect: int = 200, **body: Any) -> Any:
    return who.call("PATCH", POLICY, json=body, expect=expect)


def test_a_policy_is_decided_part_by_part(site: Site, ada: Person) -> None:
    at_first = {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "filter",
        "for_limited_accounts": "filter",
        "for_bots": "accept",
        "summary": NOTHING,
    }
    assert ada.get(POLICY) == at_first
    assert patch(ada, for_bots="drop") == at_first | {"for_bots": "drop"}
    assert patch(ada, for_not_following="filter")["for_bots"] == "drop"
    wrong = patch(ada, expect=422, for_not_following="accept", for_new_accounts="perhaps")
    assert "New accounts is not included in the list" in wrong["error"]
    assert ada.get(POLICY) == at_first | {"for_bots": "drop", "for_not_following": "filter"}


def test_the_old_policy_says_yes_or_no_and_undoes_nothing_by_the_way(site: Site, ada: Person) -> None:
    patch(ada, for_not_followers="drop")
    assert ada.get(OLD_POLICY) == {
        "filter_not_following": False,
        "filter_not_followers": True,
        "filter_new_accounts": False,
        "filter_private_mentions": True,
        "filter_bots": False,
        "summary": NOTHING,
    }
    changed = ada.put(OLD_POLICY, {"filter_not_followers": True, "filter_new_accounts": True})
    assert changed["filter_new_accounts"] and changed["filter_not_followers"]
    now = ada.get(POLICY)
    assert (now["for_not_followers"], now["for_new_accounts"]) == ("drop", "filter")
    ada.put(OLD_POLICY, {"filter_not_followers": False})
    assert ada.get(POLICY)["for_not_followers"] == "accept"


def test_machines_are_kept_apart_when_wished(site: Site, ada: Person, dirk: Person) -> None:
    dirk.call("PATCH", "/api/v1/accounts/update_credentials", json={"bot": True})
    patch(ada, for_bots="filter")
    dirk.says("@ada bip")
    site.run_jobs()
    assert ada.get(V1) == []
    assert ada.get(POLICY)["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 1}


@pytest.fixture
def apart(site: Site, ada: Person) -> list[Person]:
    """People who are kept apart from ada, each with two notices, in the order in which they came."""
    patch(ada, for_not_following="filter")
    made = [site.person(name) for name in ("eve", "finn", "gus")]
    for one in made:
        one.says("@ada un")
        site.run_jobs()
    for one in reversed(made):
        one.says("@ada deux")
    site.run_jobs()
    return made


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["account"]["acct"] for one in found]


def test_whoever_is_kept_apart_is_one_request(site: Site, ada: Person, dirk: Person, apart: list[Person]) -> None:
    assert ada.get(V1) == [] and len(ada.get(V1, include_filtered=True)) == 6
    assert len(ada.get(V1, account_id=apart[0].id)) == 2
    assert ada.get(POLICY)["summary"] == {"pending_requests_count": 3, "pending_notifications_count": 6}
    found = ada.get(REQUESTS)
    assert names(found) == ["gus", "finn", "eve"]
    eve = found[2]
    assert eve["notifications_count"] == "2" and "deux" in eve["last_status"]["content"]
    assert eve["created_at"] <= eve["updated_at"]
    assert ada.get(f"{REQUESTS}/{eve['id']}") == eve
    dirk.get(f"{REQUESTS}/{eve['id']}", expect=404)

    first = site.client.get(REQUESTS, params={"limit": 2}, headers=ada.headers)
    assert names(first.json()) == ["gus", "finn"]
    assert names(ada.call("GET", first.links["next"]["url"])) == ["eve"]
    assert names(ada.get(REQUESTS, min_id=eve["id"], limit=1)) == ["finn"]
    assert names(ada.get(REQUESTS, since_id=eve["id"], limit=1)) == ["gus"]

    apart[0].says("@ada trois")
    site.run_jobs()
    assert ada.get(f"{REQUESTS}/{eve['id']}")["notifications_count"] == "3"
    oldest = ada.get(V1, account_id=apart[0].id)[-1]
    apart[0].delete(f"/api/v1/statuses/{oldest['status']['id']}")
    site.run_jobs()
    assert ada.get(f"{REQUESTS}/{eve['id']}")["notifications_count"] == "2"


def test_a_request_is_accepted_or_dismissed(site: Site, ada: Person, dirk: Person, apart: list[Person]) -> None:
    gus, finn, eve = (one["id"] for one in ada.get(REQUESTS))
    dirk.post(f"{REQUESTS}/{eve}/accept", expect=404)
    dirk.post(f"{REQUESTS}/accept", {"id": [eve]})
    assert len(ada.get(REQUESTS)) == 3

    assert ada.post(f"{REQUESTS}/{eve}/accept") == {}
    assert {one["account"]["acct"] for one in ada.get(V1)} == {"eve"} and len(ada.get(V1)) == 2
    assert ada.get(f"{REQUESTS}/merged") == {"merged": True}
    assert ada.post(f"{REQUESTS}/{finn}/dismiss") == {}
    assert names(ada.get(REQUESTS)) == ["gus"]
    assert len(ada.get(V1, include_filtered=True)) == 4
    for gone in (eve, finn):
        ada.get(f"{REQUESTS}/{gone}", expect=404)
        ada.post(f"{REQUESTS}/{gone}/accept", expect=404)

    for one in apart[:2]:
        one.says("@ada encore")
    site.run_jobs()
    assert len(ada.get(V1)) == 3  # eve is let through; finn is kept apart once more
    assert names(ada.get(REQUESTS)) == ["finn", "gus"]


def test_several_requests_are_answered_at_once(site: Site, ada: Person, apart: list[Person]) -> None:
    gus, finn, eve = (one["id"] for one in ada.get(REQUESTS))
    assert "id[]" in ada.post(f"{REQUESTS}/accept", expect=422)["error"]
    ada.post(f"{REQUESTS}/dismiss", {"id": [gus, "7", "nothing"]})
    ada.post(f"{REQUESTS}/accept", {"id": [finn, eve]})
    assert ada.get(REQUESTS) == [] and len(ada.get(V1)) == 4
    assert ada.get(POLICY)["summary"] == NOTHING


def test_open_streams_hear_that_what_was_kept_apart_has_joined(site: Site, ada: Person, apart: list[Person]) -> None:
    ids = [one["id"] for one in ada.get(REQUESTS)]
    with listen(site, ada) as home, listen(site, ada, "user:notification") as notices:
        ada.post(f"{REQUESTS}/accept", {"id": ids})
        assert heard(home)[0] == heard(notices)[0] == "notifications_merged"


def test_several_notices_are_let_go_the_old_ways(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    for text in ("un", "deux", "trois"):
        dirk.says(f"@ada {text}")
    site.run_jobs()
    ids = [one["id"] for one in ada.get(V1, **{"types[]": "mention"})]
    bea.post(f"{V1}/dismiss", {"id": ids[0]}, expect=404)
    bea.delete(f"{V1}/destroy_multiple", {"ids": ids})
    ada.post(f"{V1}/dismiss", {"id": ids[0]})
    ada.delete(f"{V1}/destroy_multiple", {"ids": ids[1:]})
    assert ada.get(V1, **{"types[]": "mention"}) == []
    ada.post(f"{V1}/dismiss", {}, expect=404)
