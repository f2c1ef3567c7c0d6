"""The media bank as pages, without a script: put in, found, described, used, and sent in from a phone."""

import io
import re

import pytest
from PIL import Image

from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody


def desk_of(town: Town, handle: str) -> Browser:
    return following(at_browser(town, somebody(town, handle)))


def following(browser: Browser) -> Browser:
    """One that goes where it is led."""
    browser.follow_redirects = True
    return browser


def picture(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(out, "JPEG")
    return out.getvalue()


def put(desk: Browser, *colors: str, **said: str) -> None:
    page = desk.get("/bank/import")
    files = [("file", (f"{color}.jpg", picture(color), "image/jpeg")) for color in colors]
    answer = desk.press(page, "/bank/import", files=files, **said)
    assert answer.status_code == 200, answer.text


def ids(page: str) -> list[str]:
    return re.findall(r'<li id="b(\d+)">', page)


def test_an_empty_bank_says_what_it_is_for(town: Town) -> None:
    desk = desk_of(town, "ada")
    page = desk.get("/bank")
    assert page.status_code == 200 and "/bank/import" in page.text


def test_pictures_are_put_in_found_described_and_used(town: Town) -> None:
    desk = desk_of(town, "ada")
    put(desk, "red", "blue", credit="AFP", date="v. 1898")
    page = desk.get("/bank")
    assert len(ids(page.text)) == 2 and "AFP" in page.text
    first = ids(page.text)[0]
    one = desk.get(f"/bank/items/{first}")
    desk.press(one, f"/bank/items/{first}", caption="La course", alt="Un coureur", credit="Rol", date="été 1936")
    found = desk.get("/bank?q=course&from=1930&to=1940&unused=1")
    assert ids(found.text) == [first]
    draft = desk.press(found, "/bank/chosen", id=first, do="use")
    assert draft.url.path == "/write" and "Un coureur" in draft.text and "Rol" in draft.text


def test_what_is_refused_keeps_what_was_typed(town: Town) -> None:
    desk = desk_of(town, "ada")
    put(desk, "red")
    first = ids(desk.get("/bank").text)[0]
    one = desk.get(f"/bank/items/{first}")
    again = desk.press(one, f"/bank/items/{first}", caption="Gardée", date="hier")
    assert again.status_code == 422 and "Gardée" in again.text and "hier" in again.text


def test_a_selection_is_taken_along_and_taken_out(town: Town) -> None:
    desk = desk_of(town, "ada")
    put(desk, "red")
    page = desk.get("/bank")
    (first,) = ids(page.text)
    packed = desk.press(page, "/bank/chosen", id=first, do="export")
    assert packed.headers["content-type"] == "application/zip" and packed.content[:2] == b"PK"
    asked = desk.press(page, "/bank/chosen", id=first, do="remove")
    gone = desk.press(asked, "/bank/chosen", id=first, do="remove")
    assert ids(gone.text) == []


@pytest.mark.parametrize("answers", [False, True])
def test_pictures_are_chosen_while_one_writes(town: Town, answers: bool) -> None:
    desk = desk_of(town, "ada")
    put(desk, "red", credit="Rol")
    asked = town.person("bea").says("Qui gagne ?")["id"]
    form = desk.get(f"/write?reply_to={asked}" if answers else "/write")
    assert 'formaction="/bank/pick"' in form.text
    fields = dict(re.findall(r'<input type="hidden" name="(csrf|key|reply_to|next)" value="([^"]*)">', form.text))
    page = desk.post("/bank/pick", data={**fields, "part": "", "text": "Mes mots", "do": "pick"})
    assert page.url.path == "/bank" and "draft=" in str(page.url)
    (first,) = ids(page.text)
    back = desk.press(page, "/bank/chosen", id=first, do="use")
    assert back.url.path == "/write" and "Mes mots" in back.text and "Rol" in back.text
    assert (f'name="reply_to" value="{asked}"' in back.text) is answers


def test_a_reporter_sends_from_a_phone_until_the_box_is_closed(town: Town) -> None:
    desk, phone = desk_of(town, "ada"), following(at_browser(town))
    box = desk.press(desk.get("/bank/boxes"), "/bank/boxes", name="Le Tour", most="2", days="7")
    link = re.search(r'value="[^"]*(/drop/[\w-]+)"', box.text)
    assert link and "<svg" in box.text
    page = phone.get(link[1])
    assert page.status_code == 200 and "Le Tour" in page.text
    sent = phone.press(
        page, link[1], sender="Zoé", place="Alpe d’Huez", line="L’arrivée",
        files=[("file", ("a.jpg", picture(), "image/jpeg"))],
    )  # fmt: skip
    assert sent.status_code == 200
    here = desk.get(box.url.path)
    assert "L’arrivée" in here.text and "Zoé" in here.text and "Alpe d’Huez" in here.text
    wrong = phone.press(page, link[1], sender="Zoé", files=[("file", ("b.txt", b"non", "text/plain"))])
    assert wrong.status_code == 422
    desk.press(here, f"{box.url.path}/end")
    assert phone.get(link[1]).status_code == 404
    late = phone.press(page, link[1], sender="Zoé", files=[("file", ("c.jpg", picture("blue"), "image/jpeg"))])
    assert late.status_code == 404
    assert phone.get("/drop/nothing").status_code == 404


def test_the_bank_of_another_is_not_there(town: Town) -> None:
    desk, other = desk_of(town, "ada"), desk_of(town, "dirk")
    put(desk, "red")
    (first,) = ids(desk.get("/bank").text)
    assert other.get(f"/bank/items/{first}").status_code == 404
    assert at_browser(town).get("/bank", follow_redirects=False).status_code == 303
