"""Saying the same again: what a dry check finds of the last thirty days, and when a brand is to say it again."""

from typing import Any

import pytest

from perron.kit.time import DAY, iso, now
from perron.people.profile import Profile, change_profile
from perron.posts.model import Draft
from perron.posts.publish import publish
from tests.rig import Person, Site

API = "/api/perron/v1"
LONG = "Le marché du samedi ouvre à huit heures, place de l’Église, avec les premières cerises"


def said(site: Site, person: Person, text: str, days_ago: float = 1, **more: Any) -> str:
    draft = Draft(text, at=now() - int(days_ago * DAY), **more)
    return str(site.store.write(lambda tx: publish(tx, person.account, draft, site.settings)).id)


def check(person: Person, *texts: str, **more: Any) -> Any:
    return person.post(f"{API}/threads/check", {"posts": [{"status": text} for text in texts], **more})


def test_the_same_link_within_thirty_days_is_found(site: Site, ada: Person, bea: Person) -> None:
    post_id = said(site, ada, "À lire : https://example.org/cerises/?utm_source=x")
    found = check(ada, "Rien de cela", "Encore http://www.example.org/cerises")
    (one,) = found["repeats"]
    assert (one["place"], one["kind"], one["link"]) == (1, "link", "example.org/cerises")
    assert one["status_id"] == post_id and one["planned_id"] is None and one["words"].startswith("À lire")
    assert found["proposal"] is None and found["lengths"] == [12, 30]
    assert check(ada, "https://example.org/autre")["repeats"] == []
    assert check(bea, "https://example.org/cerises")["repeats"] == []


def test_what_was_said_earlier_may_be_said_again(site: Site, ada: Person) -> None:
    said(site, ada, LONG, days_ago=31)
    assert check(ada, LONG)["repeats"] == []
    said(site, ada, LONG, days_ago=29)
    assert check(ada, LONG.upper() + " !")["repeats"][0]["kind"] == "text"
    assert check(ada, LONG, scheduled_at=iso(now() + 3 * DAY))["repeats"] == []


def test_what_is_planned_counts_as_said(ada: Person) -> None:
    at = iso(now() + 5 * DAY)
    made = ada.post(f"{API}/threads", {"posts": [{"status": LONG}], "scheduled_at": at})
    (one,) = check(ada, LONG)["repeats"]
    assert one["planned_id"] == made["id"] and one["status_id"] is None
    assert check(ada, LONG, scheduled_at=iso(now() + 50 * DAY))["repeats"] == []


def test_answers_and_letters_may_say_the_same_to_several(site: Site, ada: Person, bea: Person) -> None:
    asked = bea.says("Où est-ce ?")
    text = "C’est expliqué ici : https://example.org/aide"
    ada.says(text, in_reply_to_id=asked["id"])
    ada.says(f"@bea {text}", visibility="direct")
    assert check(ada, text)["repeats"] == []
    said(site, ada, text)
    assert check(ada, text)["repeats"]
    assert check(ada, text, in_reply_to_id=asked["id"])["repeats"] == []
    assert check(ada, text, visibility="direct")["repeats"] == []


@pytest.mark.parametrize("slots", [False, True])
def test_a_brand_is_offered_a_later_hour(site: Site, ada: Person, slots: bool) -> None:
    site.store.write(lambda tx: change_profile(tx, ada.account, Profile(kind="brand")))
    if slots:
        week = [{"day": day, "time": "12:15"} for day in range(7)]
        ada.put(f"{API}/slots", {"zone": "Europe/Paris", "slots": week})
    said(site, ada, LONG, days_ago=2)
    offered = check(ada, LONG)["proposal"]
    assert iso(now() + 5 * DAY - DAY // 2) < offered["scheduled_at"] < iso(now() + 7 * DAY)
    assert (offered["zone"], offered["local"][11:16] == "12:15") == (
        ("Europe/Paris", True) if slots else ("UTC", False)
    )


def test_a_check_keeps_nothing_and_needs_words(site: Site, ada: Person) -> None:
    check(ada, LONG)
    check(ada, LONG)
    assert ada.get(f"{API}/threads") == [] and ada.get(f"/api/v1/accounts/{ada.id}/statuses") == []
    assert check(ada, "")["repeats"] == []


def test_a_program_that_wishes_it_is_refused_when_it_repeats_itself_also_when_it_rewrites(ada: Person) -> None:
    at = {"at": {"local": "2031-05-01T09:30", "zone": "Europe/Paris"}}
    first = "Le programme de la saison est là : https://cave.example/saison?page=12"
    again = {"posts": [{"status": first}], "unless_repeated": True}
    planned = ada.post(f"{API}/threads", {**again, **at})
    other = ada.post(f"{API}/threads", {"posts": [{"status": "Tout autre chose, promis"}], **at})
    told = ada.post(f"{API}/threads", {**again, **at}, expect=422)
    assert "said lately" in told["error"] and "Le programme" in told["error"]
    ada.put(f"{API}/threads/{other['id']}", again, expect=422)
    assert ada.get(f"{API}/threads/{other['id']}")["posts"][0]["params"]["text"] == "Tout autre chose, promis"
    assert ada.put(f"{API}/threads/{planned['id']}", again)["version"] == 2  # it does not repeat itself
    assert ada.put(f"{API}/threads/{other['id']}", {"posts": again["posts"]})["version"] == 2  # nobody asked

    checked = {"posts": [{"status": first}], **at}
    ada.delete(f"{API}/threads/{other['id']}")
    assert len(ada.post(f"{API}/threads/check", checked)["repeats"]) == 1
    assert ada.post(f"{API}/threads/check", {**checked, "id": planned["id"]})["repeats"] == []
