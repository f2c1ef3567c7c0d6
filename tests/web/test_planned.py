"""Posts that wait for their time, on pages: planned in the form, listed, moved, taken back to the drafts; and a post
in another language."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from perron.kit.time import HOUR, now
from perron.people.preferences import change_preferences
from perron.posts.drafts import drafts_of
from perron.posts.planned import Scheduled, scheduled_of
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_composer import send
from .test_pages import media_ids, picture, words

PARIS = ZoneInfo("Europe/Paris")


def moment(hours: float, zone: str = "UTC") -> str:
    return (datetime.now(ZoneInfo(zone)) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def planned(town: Town, person: Person) -> list[Scheduled]:
    with town.store.read() as db:
        return scheduled_of(db, person.account.id)


@pytest.fixture
def person(town: Town) -> Person:
    return somebody(town, "ada")


@pytest.fixture
def ada(town: Town, person: Person) -> Browser:
    return at_browser(town, person)


def test_a_post_is_planned_by_the_clock_of_its_author(town: Town, person: Person, ada: Browser) -> None:
    assert "choose “Later”" in words(ada.get("/scheduled"))
    town.store.write(lambda tx: change_preferences(tx, person.user_id, zone="Europe/Paris"))
    when = moment(3, "Europe/Paris")
    answer = send(ada, "/post", {"text": "Demain sur les marches", "later": when, "visibility": "followers"})
    (one,) = planned(town, person)
    assert answer.status_code == 303 and answer.headers["location"] == f"/scheduled?planned={one.id}#s{one.id}"
    assert datetime.fromtimestamp(one.due / 1000, PARIS).strftime("%Y-%m-%dT%H:%M") == when
    assert one.draft.visibility == "followers" and not one.draft.undoable

    page = ada.get(f"/scheduled?planned={one.id}")
    assert "Demain sur les marches" in words(page) and f'value="{when}"' in page.text
    assert "whether you are here or not" in words(page) and 'value="Europe/Paris"' in page.text
    assert "UTC" not in words(page)
    assert (
        send(ada, "/post", {"text": "Encore", "later": when}, json=True).json()["to"].startswith("/scheduled?planned=")
    )


def test_what_cannot_be_planned_comes_back_as_it_was_typed(town: Town, person: Person, ada: Browser) -> None:
    for later, why in (
        ("hier", "This is not a date and time."),
        (moment(-1), "This moment is over."),
        ("9999-12-31T23:59", "within the next ten years"),
    ):
        page = send(ada, "/post", {"text": "Mes mots", "later": later})
        assert page.status_code == 422 and why in words(page)
        assert "Mes mots</textarea>" in page.text and f'value="{later}"' in page.text
    long = {"part": ["", "_1"], "text": "Un", "text_1": "x" * 501, "later": moment(3)}
    told = send(ada, "/post", long, json=True).json()
    assert told["place"] == 1 and "501 characters" in told["wrong"]
    assert "There is no such time zone." in words(
        send(ada, "/post", {"text": "Un", "later": moment(3), "zone": "Europe/Atlantis"})
    )
    assert planned(town, person) == []


def test_a_thread_is_planned_as_one_page_and_says_what_a_night_of_changing_clocks_does(
    town: Town, person: Person, ada: Browser
) -> None:
    year = datetime.now(PARIS).year + 1
    gap = next(day for day in range(25, 32) if datetime(year, 3, day).weekday() == 6)
    thread = {"part": ["", "_1", "_2"], "text": "Un", "text_1": "Deux", "text_2": "", "note": "Relire le second"}
    answer = send(ada, "/post", {**thread, "later": f"{year}-03-{gap}T02:30", "zone": "Europe/Paris"})
    (one,) = planned(town, person)
    assert [draft.text for draft in one.drafts] == ["Un", "Deux"] and one.user_id == person.user_id
    page = words(ada.get(answer.headers["location"]))
    assert f"02:30 does not exist on March {gap}: clocks go forward. It will be published at 03:00." in page
    assert "2 posts" in page and "Relire le second" in page

    autumn = next(day for day in range(25, 32) if datetime(year, 10, day).weekday() == 6)
    query = f"local={year}-10-{autumn}T02:30&zone=Europe/Paris"
    told = ada.get(f"/write/moment?{query}").json()
    assert told["twice"] and "comes twice" in told["says"] and told["says"].endswith("the first time.")
    assert ada.get(f"/write/moment?{query}&fold=1").json()["says"].endswith("the second time.")
    plain = ada.get(f"/write/moment?local={year}-05-01T09:30&zone=Europe/Paris").json()
    assert plain["button"] == "Publish on May 1 at 09:30"
    ada.fill(ada.get("/scheduled"), at=f"/scheduled/{one.id}/move", when=f"{year}-10-{autumn}T02:30", fold="on")
    (one,) = planned(town, person)
    assert one.wall is not None and one.wall.fold == 1 and "Europe/Paris" in ada.get("/write/zones").json()["zones"]


@pytest.mark.parametrize(
    ("zone", "local", "fold", "says", "button"),
    [
        ("Europe/Paris", "2027-03-28T02:30", 0, "02:30 does not exist on March 28", "03:00"),
        ("Europe/Paris", "2027-10-31T02:30", 0, "the first time", "02:30"),
        ("America/Montreal", "2027-03-14T02:15", 0, "02:15 does not exist on March 14", "03:00"),
        ("America/Montreal", "2027-11-07T01:30", 1, "the second time", "01:30"),
        ("Australia/Lord_Howe", "2027-10-03T02:10", 0, "It will be published at 02:30.", "02:30"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", 1, "01:45 comes twice on April 4", "01:45"),
        ("Pacific/Apia", "2011-12-30T12:00", 0, "It will be published at December 31, 00:00.", "00:00"),
        ("Pacific/Apia", "2027-04-04T03:30", 0, "", "03:30"),
    ],
)
def test_whoever_types_a_time_reads_what_clocks_do_to_it_there(
    ada: Browser, zone: str, local: str, fold: int, says: str, button: str
) -> None:
    told = ada.get(f"/write/moment?local={local}&zone={zone}&fold={fold}").json()
    assert says in told["says"] and bool(says) == bool(told["says"])
    assert re.fullmatch(rf"Publish on \w+ \d+ at {button}", told["button"])
    assert told["twice"] == ("time." in told["says"])


def test_it_is_put_on_hold_goes_on_and_is_published_without_waiting(town: Town, person: Person, ada: Browser) -> None:
    send(ada, "/post", {"text": "Patience", "later": moment(3)})
    (one,) = planned(town, person)
    ada.fill(ada.get("/scheduled"), at=f"/scheduled/{one.id}/hold")
    page = ada.get("/scheduled")
    assert "On hold" in words(page) and planned(town, person)[0].state == "held"
    ada.fill(page, at=f"/scheduled/{one.id}/go-on")
    assert planned(town, person)[0].state == "waiting"


def test_it_is_moved_and_taken_back_to_the_drafts(town: Town, person: Person, ada: Browser) -> None:
    files = {"file_0": ("a.jpg", picture(), "image/jpeg")}
    send(ada, "/post", {"text": "Plus tard", "later": moment(3), "about_0": "Un banc"}, files=files)
    (one,) = planned(town, person)
    page = ada.get("/scheduled")
    wrong = ada.fill(page, at=f"/scheduled/{one.id}/move", when=moment(-3))
    assert wrong.status_code == 422 and "This moment is over." in words(wrong)
    to = moment(30)
    assert ada.fill(page, at=f"/scheduled/{one.id}/move", when=to).status_code == 303
    assert f'value="{to}"' in ada.get("/scheduled").text

    gone = ada.fill(page, at=f"/scheduled/{one.id}/cancel")
    assert planned(town, person) == []
    told = ada.get(gone.headers["location"])
    (draft,) = re.findall(r"/write\?draft=\d+", told.text)
    opened = ada.get(draft)
    assert "Plus tard</textarea>" in opened.text and "Un banc</textarea>" in opened.text and media_ids(opened)
    for act in ("move", "cancel"):
        late = ada.fill(page, at=f"/scheduled/{one.id}/{act}", when=to)
        assert late.status_code == 404 and "no longer planned" in words(late)


def test_what_was_refused_at_its_time_says_why(
    town: Town, person: Person, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bea = somebody(town, "bea")
    asked = bea.says("Qui vient ?")
    send(ada, "/post", {"text": "moi", "later": moment(3), "reply_to": asked["id"]})
    bea.delete(f"/api/v1/statuses/{asked['id']}")
    for where in ("perron.posts.scheduled.now", "perron.jobs.queue.now"):
        monkeypatch.setattr(where, lambda: now() + 4 * HOUR)
    town.run_jobs()
    page = words(ada.get("/scheduled"))
    assert "It could not be published: The post you reply to is gone" in page and "Nothing was lost" in page


def test_a_poll_that_is_asked_as_before_stays_when_words_change(town: Town, person: Person, ada: Browser) -> None:
    post = person.says("Alors ?", poll={"options": ["oui", "non"], "expires_in": 300})
    form = {"option": ["oui", "non"], "lasts": "24", "visibility": "public"}
    send(ada, f"/@ada/{post['id']}/edit", {"text": "Alors, alors ?", **form})
    kept = person.get(f"/api/v1/statuses/{post['id']}")
    assert kept["content"] == "<p>Alors, alors ?</p>" and kept["poll"]["expires_at"] == post["poll"]["expires_at"]
    send(ada, f"/@ada/{post['id']}/edit", {"text": "Alors ?", **form, "hide_totals": "on"})
    assert person.get(f"/api/v1/statuses/{post['id']}")["poll"]["expires_at"] > post["poll"]["expires_at"]


def test_plans_of_others_are_not_there(town: Town, person: Person, ada: Browser) -> None:
    send(ada, "/post", {"text": "À moi", "later": moment(3)})
    (one,) = planned(town, person)
    bea = at_browser(town, somebody(town, "bea"))
    assert "À moi" not in words(bea.get("/scheduled"))
    send(bea, "/post", {"text": "Le sien", "later": moment(3)})
    page = bea.get("/scheduled")
    own = re.findall(r"/scheduled/\d+/cancel", page.text)[0]
    page._content = page.text.replace(own, f"/scheduled/{one.id}/cancel").encode()
    page._text = page.text.replace(own, f"/scheduled/{one.id}/cancel")
    assert bea.fill(page, at=f"/scheduled/{one.id}/cancel").status_code == 404
    assert len(planned(town, person)) == 1
    with town.store.read() as db:
        assert drafts_of(db, person.account.id) == []


# -- in another language -----------------------------------------------------------------------------------------------


@pytest.fixture
def interpreter() -> Iterator[str]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.tell([{"code": "es", "targets": ["en", "fr"]}, {"code": "en", "targets": ["fr"]}])

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.tell({"translatedText": [text.replace("Buenos días", "Good day") for text in asked["q"]]})

        def tell(self, what: object) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_post_in_a_language_that_one_does_not_read_can_be_translated(tmp_path: Path, interpreter: str) -> None:
    more = {"origin": "http://testserver", "locale": "en", "translate_url": interpreter}
    with Town.opened(tmp_path / "data", **more) as town:
        person, bea = somebody(town, "ada"), somebody(town, "bea")
        ada = at_browser(town, person)
        spanish = bea.says("Buenos días", language="es")
        private = bea.says("@ada Buenos días", language="es", visibility="direct")
        english = bea.says("Good evening", language="en")
        act = f"/posts/{spanish['id']}/translate"
        at = f"/@bea/{spanish['id']}"
        told = ada.press(ada.get(at), act)
        assert told.status_code == 200 and "Good day" in words(told) and "Buenos días" in words(told)
        assert "Translated from Spanish by LibreTranslate." in words(told)
        for post in (private, english):
            assert "/translate" not in ada.get(f"/@bea/{post['id']}").text
        assert "/translate" not in town.client.get(at).text
        town.store.write(lambda tx: change_preferences(tx, person.user_id, languages=("es",)))
        assert "/translate" not in ada.get(at).text
