"""The pages after publication: cards with what posts met with, and the hours of an audience."""

import pytest

from perron.kit.ids import born
from perron.people.preferences import change_preferences
from perron.suite.atelier.plan.figures import count_figures
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.remember import remember_published
from tests.rig import Person
from tests.rig import Site as Town
from tests.suite.test_after import answered

from .conftest import Browser, at_browser, somebody
from .test_pages import words


@pytest.fixture
def person(town: Town) -> Person:
    made = somebody(town, "ada")
    town.store.write(lambda tx: change_preferences(tx, made.user_id, zone="Europe/Paris"))
    return made


@pytest.fixture
def ada(town: Town, person: Person) -> Browser:
    return at_browser(town, person)


def came_out(town: Town, person: Person, text: str, series: int | None = None) -> int:
    post_id = int(person.says(text)["id"])
    event = {
        "account_id": person.account.id,
        "posts": [post_id],
        "due": born(post_id),
        "wall": "2026-11-06T12:00 Europe/Paris",
    }
    town.store.write(lambda tx: remember_published(tx, {**event, "queued": True, "series_id": series}))
    return post_id


def test_what_came_out_is_shown_with_what_it_met_with(town: Town, person: Person, ada: Browser) -> None:
    assert "looked at here after an hour" in words(ada.get("/published"))
    bea = somebody(town, "bea")
    bea.follows(person)
    post_id = came_out(town, person, "Le marché ouvre")
    assert "It is looked at after an hour" in words(ada.get("/published"))
    bea.post(f"/api/v1/statuses/{post_id}/favourite")
    count_figures(town.store, {"account_id": person.account.id, "posts": [post_id], "after": 1})
    page = words(ada.get("/published"))
    assert "Perron counts no views." in page and "Le marché ouvre" in page and "100%" in page and "1/1" in page
    assert "to come" in page and "Not enough data: 0 of 5 posts" in page
    assert "Queue" in page and "November 6, 2026, 12:00" in page


def test_a_series_says_how_its_posts_did(town: Town, person: Person, ada: Browser) -> None:
    about = {"name": "#WTF", "rule": "FREQ=DAILY", "begins": "2026-01-01T12:00", "zone": "Europe/Paris"}
    series = int(person.post("/api/perron/v1/series", about)["id"])
    somebody(town, "bea").follows(person)
    for n in range(5):
        post_id = came_out(town, person, f"Question {n}", series)
        count_figures(town.store, {"account_id": person.account.id, "posts": [post_id], "after": 24})
    page = words(ada.get(f"/series/{series}"))
    assert "Followers who answered, one day after" in page and "0%" in page and "Followers who did nothing" in page
    assert "#WTF" in words(ada.get("/published"))


def test_hours_are_drawn_and_become_slots(town: Town, person: Person, ada: Browser) -> None:
    assert "Not enough data." in words(ada.get("/hours"))
    answered(town, person)
    page = ada.get("/hours?zone=America/New_York")
    assert "<svg" in page.text and "By the clock of America/New York" in words(page)
    assert "There is no such time zone." in words(ada.get("/hours?zone=Mars/Olympus"))
    answer = ada.fill(page, at="/hours/slots", hour="18")
    assert answer.status_code == 303
    with town.store.read() as db:
        queue = queue_of(db, person.account.id)
    assert queue.zone == "Europe/Paris" and {one.clock for one in queue.slots} == {"18:00"} and len(queue.slots) == 7
    assert ada.fill(page, at="/hours/slots", hour="99").status_code == 422
