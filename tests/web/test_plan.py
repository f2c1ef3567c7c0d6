"""The pages of planning: the queue and its week, the calendar, series, earlier versions of drafts; without a script."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from perron.people.preferences import change_preferences
from perron.posts import drafts as kept_drafts
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_composer import send
from .test_pages import words
from .test_planned import planned

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def person(town: Town) -> Person:
    made = somebody(town, "ada")
    town.store.write(lambda tx: change_preferences(tx, made.user_id, zone="Europe/Paris"))
    return made


@pytest.fixture
def ada(town: Town, person: Person) -> Browser:
    return at_browser(town, person)


def set_week(ada: Browser, times: str = "9:30\n18h") -> None:
    page = ada.get("/queue")
    days = {f"day_{n}": times for n in range(7)} | {"warn_below": "2", "zone": "Europe/Paris"}
    answer = ada.fill(page, at="/queue/week", **days)
    assert answer.status_code == 303, words(answer)


def in_line(town: Town, person: Person) -> list[str]:
    return [one.draft.text for one in planned(town, person) if one.queued]


def test_a_queue_begins_with_the_times_of_its_week(town: Town, person: Person, ada: Browser) -> None:
    page = ada.get("/queue")
    assert "at fixed times of the week" in words(page) and 'value="Europe/Paris"' in page.text
    wrong = ada.fill(page, at="/queue/week", day_0="bientôt")
    assert (
        wrong.status_code == 422 and "Write times such as 09:30" in words(wrong) and "bientôt</textarea>" in wrong.text
    )
    set_week(ada)
    assert "09:30\n18:00</textarea>" in ada.get("/queue").text and "Nothing waits." in words(ada.get("/queue"))

    answer = send(ada, "/post", {"text": "Un", "queue": "on"})
    assert answer.headers["location"].startswith("/queue?planned=")
    for text in ("Deux", "Trois"):
        send(ada, "/post", {"text": text, "queue": "on"})
    assert in_line(town, person) == ["Un", "Deux", "Trois"]
    assert "3 things wait." in words(ada.get("/queue"))
    told = ada.get("/write/moment?queue=1").json()
    assert told["button"] == "Add to the queue" and told["says"]


def test_its_order_is_changed_by_buttons_and_by_what_a_script_sends(town: Town, person: Person, ada: Browser) -> None:
    set_week(ada)
    for text in "abc":
        send(ada, "/post", {"text": text, "queue": "on"})
    ids = [one.id for one in planned(town, person)]
    ada.press(ada.get("/queue"), f"/queue/{ids[2]}/sooner")
    assert in_line(town, person) == ["a", "c", "b"]
    ada.press(ada.get("/queue"), f"/queue/{ids[0]}/later")
    assert in_line(town, person) == ["c", "a", "b"]
    answer = send(ada, "/queue/order", {"id": [str(one) for one in ids]}, json=True)
    assert answer.status_code == 200 and in_line(town, person) == [*"abc"]
    assert send(ada, "/queue/order", {"id": ["12345"]}, json=True).status_code == 404

    ada.press(ada.get("/queue"), "/queue/pause")
    page = ada.get("/queue")
    assert "nothing of it comes out" in words(page) and planned(town, person)[0].held == ("queue",)
    assert "The queue is paused." in words(ada.get("/scheduled"))
    ada.press(page, "/queue/resume")
    assert planned(town, person)[0].state == "waiting"
    for act in ("shuffle", "realign"):
        ada.press(ada.get("/queue"), f"/queue/{act}")
    assert sorted(in_line(town, person)) == [*"abc"]


def test_what_is_planned_by_hand_is_given_a_slot(town: Town, person: Person, ada: Browser) -> None:
    send(ada, "/post", {"text": "Plus tard", "later": "2031-05-01T08:30"})
    (one,) = planned(town, person)
    page = ada.get("/scheduled")
    wrong = ada.press(page, f"/queue/{one.id}/in")
    assert wrong.status_code == 422 and "There are no slots yet." in words(wrong)
    set_week(ada)
    ada.press(page, f"/queue/{one.id}/in")
    assert in_line(town, person) == ["Plus tard"]


def test_the_calendar_shows_what_is_planned_and_moves_it_to_another_day(
    town: Town, person: Person, ada: Browser
) -> None:
    send(ada, "/post", {"text": "La coupe", "later": "2031-05-01T08:30"})
    (one,) = planned(town, person)
    month = ada.get("/calendar?month=2031-05")
    assert "May 2031" in words(month) and "08:30 La coupe" in words(month)
    week = ada.get("/calendar?week=2031-05-01")
    assert "Week of April 28, 2031" in words(week) and "La coupe" in words(week)
    answer = send(ada, f"/calendar/{one.id}/day", {"day": "2031-05-03"}, json=True)
    assert answer.status_code == 200
    (one,) = planned(town, person)
    assert one.wall is not None and one.wall.local == "2031-05-03T08:30" and one.wall.zone == "Europe/Paris"
    for day in ("2001-01-01", "demain"):
        assert send(ada, f"/calendar/{one.id}/day", {"day": day}, json=True).status_code == 422
    assert ada.get("/calendar?month=zzz").status_code == 200


def test_an_event_is_noted_and_weeks_without_anything_are_shown(town: Town, person: Person, ada: Browser) -> None:
    begins = (datetime.now(PARIS) + timedelta(days=30)).date()
    about = {"name": "Euro", "begins": begins.isoformat(), "weeks": "4", "ends": "", "note": ""}
    wrong = ada.fill(ada.get("/calendar"), at="/calendar/events", **{**about, "weeks": "99"})
    assert wrong.status_code == 422 and "from 0 to 52 weeks" in words(wrong) and 'value="Euro"' in wrong.text
    ada.fill(ada.get("/calendar"), at="/calendar/events", **about)
    page = ada.get("/calendar")
    assert "in 30 days" in words(page) and "nothing planned" in words(page)
    assert "Euro preparation" in words(ada.get(f"/calendar?week={begins - timedelta(8)}"))
    (drop,) = re.findall(r"/calendar/events/\d+/remove", page.text)
    ada.press(page, drop)
    assert "A cup, an election" in words(ada.get("/calendar"))


def test_a_series_leads_from_its_place_to_the_words(town: Town, person: Person, ada: Browser) -> None:
    form: Any = {
        "name": "#WTF du jour",
        "tag": "WTF",
        "template": "Aujourd’hui : ",
        "time": "18:00",
        "on": ["MO", "FR"],
    }
    form["begins"] = (datetime.now(PARIS) + timedelta(days=1)).strftime("%Y-%m-%d")
    made = ada.fill(ada.get("/series"), at="/series", **form)
    assert made.status_code == 303, words(made)
    page = ada.get(made.headers["location"])
    assert "Not enough data: 0 posts so far." in words(page)
    (first, *_) = re.findall(r"/write\?series=[^\"]+", page.text)
    composer = ada.get(first.replace("&amp;", "&"))
    assert "Aujourd’hui : \n\n#WTF</textarea>" in composer.text and "T18:00" in composer.text
    assert "to be written" in words(ada.get("/calendar?week=" + re.findall(r"at=(\d{4}-\d\d-\d\d)", first)[0]))
    series = re.findall(r"series=(\d+)", first)[0]
    at = re.findall(r"at=([^&]+)", first)[0]
    asked = {"series": series, "later": at, "zone": "Europe/Paris"}
    wrong = send(ada, "/post", {"text": "Aujourd’hui :", **asked}, json=True)
    assert "still the template" in wrong.json()["wrong"]
    sent = send(ada, "/post", {"text": "Aujourd’hui : un âne au balcon #WTF", **asked})
    (following,) = re.findall(r"at=([^&\"]+)[^>]*>Write the next one", ada.get(sent.headers["location"]).text)
    assert unquote(following) > at
    assert "written" in words(ada.get(f"/series/{series}"))
    bea = at_browser(town, somebody(town, "bea"))
    assert bea.get(f"/series/{series}").status_code == 404
    ada.fill(ada.get(f"/series/{series}"), at=f"/series/{series}", **form, ended="on")
    assert "Nothing is to come" in words(ada.get(f"/series/{series}"))
    ada.press(ada.get(f"/series/{series}"), f"/series/{series}/remove")
    assert ada.get(f"/series/{series}").status_code == 404


def test_a_draft_has_a_history_from_which_one_goes_on(
    town: Town, person: Person, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_drafts, "APART", 0)
    kept = send(ada, "/drafts", {"text": "Premier jet", "note": "à revoir"}, json=True).json()
    for n, text in enumerate(("Deuxième jet", "Troisième jet"), 1):
        send(ada, "/drafts", {"text": text, "draft": kept["draft"], "version": str(n)}, json=True)
    page = ada.get("/drafts")
    assert "Earlier versions" in words(page)
    history = ada.get(f"/drafts/{kept['draft']}/versions")
    assert "Premier jet" in words(history) and "Deuxième jet" in words(history)
    ada.press(history, f"/drafts/{kept['draft']}/versions/1")
    back = ada.get(f"/write?draft={kept['draft']}")
    assert "Premier jet</textarea>" in back.text and "à revoir</textarea>" in back.text
    assert "Troisième jet" in words(ada.get(f"/drafts/{kept['draft']}/versions"))
    bea = at_browser(town, somebody(town, "bea"))
    assert bea.get(f"/drafts/{kept['draft']}/versions").status_code == 404
