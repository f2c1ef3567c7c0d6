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
from perron.posts.scheduled import Scheduled, scheduled_of
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
    assert "whether you are here or not" in words(page) and "By the clock of Europe/Paris." in words(page)
    assert "UTC" not in words(page)
    assert (
        send(ada, "/post", {"text": "Encore", "later": when}, json=True).json()["to"].startswith("/scheduled?planned=")
    )


def test_what_cannot_be_planned_comes_back_as_it_was_typed(town: Town, person: Person, ada: Browser) -> None:
    for later, why in (
        ("hier", "This is not a date and time."),
        (moment(-1), "at least five minutes from now"),
        ("9999-12-31T23:59", "within the next ten years"),
    ):
        page = send(ada, "/post", {"text": "Mes mots", "later": later})
        assert page.status_code == 422 and why in words(page)
        assert "Mes mots</textarea>" in page.text and f'value="{later}"' in page.text
    thread = {"part": ["", "_1"], "text": "Un", "text_1": "Deux", "later": moment(3)}
    assert "Several posts at once" in send(ada, "/post", thread, json=True).json()["wrong"]
    assert planned(town, person) == []


def test_it_is_moved_and_taken_back_to_the_drafts(town: Town, person: Person, ada: Browser) -> None:
    files = {"file_0": ("a.jpg", picture(), "image/jpeg")}
    send(ada, "/post", {"text": "Plus tard", "later": moment(3), "about_0": "Un banc"}, files=files)
    (one,) = planned(town, person)
    page = ada.get("/scheduled")
    wrong = ada.fill(page, at=f"/scheduled/{one.id}/move", when=moment(-3))
    assert wrong.status_code == 422 and "at least five minutes from now" in words(wrong)
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
