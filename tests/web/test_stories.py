"""The desk of stories without a script: begun, filled, ordered, published, left."""

import re
from typing import Any

import httpx
import pytest

from perron.kit import json
from tests.rig import Person
from tests.rig import Site as Town
from tests.suite.stories.telling import STORIES, path, picture

from .acting import faults
from .conftest import Browser, at_browser, hidden, somebody


@pytest.fixture
def ada(town: Town) -> Person:
    return somebody(town, "ada")


@pytest.fixture
def bea(town: Town) -> Person:
    return somebody(town, "bea")


@pytest.fixture
def desk(town: Town, ada: Person) -> Browser:
    return at_browser(town, ada)


def do(browser: Browser, at: str, /, files: Any = None, expect: int = 303, **fields: str) -> httpx.Response:
    """Send a form of ours."""
    reply = browser.post(at, data={"csrf": hidden(browser.get("/stories")), **fields}, files=files)
    assert reply.status_code == expect, (at, reply.status_code, reply.text[:400])
    return reply


def kinds(person: Person, story: dict[str, Any]) -> list[str]:
    return [one["type"] for one in person.get(f"{STORIES}/{story['id']}")["items"]]


def test_a_story_is_told_with_forms_alone(town: Town, ada: Person, bea: Person, desk: Browser) -> None:
    post = bea.says("Kept from the menu")
    assert "Keep for a story" in desk.get("/stories").text
    assert f"/posts/{post['id']}/clip" in desk.get(f"/@bea/{post['id']}").text
    do(desk, f"/posts/{post['id']}/clip", next="/stories/basket")
    assert "Kept from the menu" in desk.get("/stories/basket").text
    (clip,) = ada.get("/api/perron/v1/clips")
    do(desk, "/stories", title="Told by hand", clip=clip["id"])
    (story,) = ada.get(STORIES)
    at = f"/stories/{story['id']}"
    do(desk, f"{at}/items", kind="text", text="Words of mine", after="")
    do(desk, f"{at}/items", address="https://news.example/article", after="0")
    assert kinds(ada, story) == ["link", "post", "text"]
    first, _, last = (one["id"] for one in ada.get(f"{STORIES}/{story['id']}")["items"])
    do(desk, f"{at}/items/{last}", do="up", version="1")
    do(desk, f"{at}/items/{last}", do="save", text="Other words", version="1")
    page = desk.get(f"{at}?item={last}").text
    assert "Other words</textarea>" in page and faults(page) == []
    do(desk, f"{at}/items/{first}", do="remove", version="1")
    do(desk, f"{at}/undo")
    assert kinds(ada, story) == ["link", "text", "post"]
    assert "bea" in desk.get(f"{at}/people").text
    do(desk, f"{at}/publish")
    town.run_jobs()
    read = town.client.get(path(story)).text
    assert "Other words" in read and "Kept from the menu" in read and faults(read) == []
    assert "Told by hand" in town.client.get("/@ada/stories").text
    assert 'href="/@ada/stories"' in town.client.get("/@ada").text


def test_who_is_behind_finds_their_words_in_the_form(ada: Person, desk: Browser) -> None:
    story = ada.post(STORIES, {"title": "Two hands", "items": [{"type": "text", "text": "as it was"}]})
    item = story["items"][0]["id"]
    ada.call("PATCH", f"{STORIES}/{story['id']}/items/{item}", json={"text": "theirs", "version": 1})
    fields = {"do": "save", "text": "mine", "version": "1"}
    page = do(desk, f"/stories/{story['id']}/items/{item}", expect=409, **fields).text
    assert ">mine</textarea>" in page and "theirs" in page and "Nothing was overwritten" in page


def test_a_quoted_person_leaves_by_the_page_that_the_notice_names(town: Town, ada: Person, bea: Person) -> None:
    post = bea.says("Take me out")
    story = ada.post(STORIES, {"title": "With bea", "items": [{"type": "post", "id": post["id"]}]})
    ada.post(f"{STORIES}/{story['id']}/publish")
    town.run_jobs()
    browser = at_browser(town, bea)
    page = browser.get("/notices").text
    assert "quotes you in the story" in page
    (leave,) = set(re.findall(r'href="(/stories/\d+/leave)"', page))
    assert "Be taken out of this story?" in browser.get(leave).text
    do(browser, leave)
    assert "You are out of this story" in browser.get(leave).text
    assert "Take me out" not in town.client.get(path(story)).text


def test_one_mention_is_sent_by_hand_and_leaves_out_who_left(
    town: Town, ada: Person, bea: Person, desk: Browser
) -> None:
    dirk = somebody(town, "dirk")
    ones = [one.says(f"By {one.account.handle}")["id"] for one in (bea, dirk)]
    story = ada.post(STORIES, {"title": "Both", "items": [{"type": "post", "id": one} for one in ones]})
    ada.post(f"{STORIES}/{story['id']}/publish")
    town.run_jobs()
    dirk.post(f"{STORIES}/{story['id']}/leave")
    at = f"/stories/{story['id']}"
    (text,) = re.findall(r'<textarea name="text"[^>]*>([^<]+)</textarea>', desk.get(f"{at}/people").text)
    assert "@bea" in text and "@dirk" not in text and story["url"] in text
    do(desk, f"{at}/mention", text=text)
    town.run_jobs()
    assert ("mention", "ada") in bea.notices()
    assert '<textarea name="text"' not in desk.get(f"{at}/people").text


def test_a_cover_and_a_photo_come_with_the_form(ada: Person, desk: Browser) -> None:
    story = ada.post(STORIES, {"title": "With pictures"})
    at = f"/stories/{story['id']}"
    do(desk, f"{at}/items", {"picture": ("red.png", picture(), "image/png")}, caption="Red", credit="Ada", after="")
    look = {"title": "With pictures", "version": "1", "theme": "dusk"}
    do(desk, at, {"cover": ("blue.png", picture("blue"), "image/png")}, **look)
    found = ada.get(f"{STORIES}/{story['id']}")
    assert found["cover"] and found["theme"] == "dusk"
    assert [(one["type"], one["caption"]) for one in found["items"]] == [("photo", "Red")]
    page = desk.get(path(story)).text
    assert "pr-photo" in page and "pr-cover" in page and "This is a draft" in page


def test_a_thread_becomes_a_story_by_its_address(ada: Person, bea: Person, desk: Browser) -> None:
    first = bea.says("The first of a thread")
    bea.says("The second", in_reply_to_id=first["id"])
    do(desk, "/stories/gather", source="thread", address=first["url"])
    (story,) = ada.get(STORIES)
    assert (story["title"], kinds(ada, story)) == ("A thread", ["post", "post"])
    assert "gone" in do(desk, "/stories/gather", expect=404, source="thread", address="https://x.example/").text


def test_another_look_is_tried_without_being_kept(town: Town, ada: Person, bea: Person, desk: Browser) -> None:
    story = ada.post(STORIES, {"title": "As it is", "items": [{"type": "text", "text": "Words"}]})
    at = f"/stories/{story['id']}"
    page = desk.get(f"{at}/preview?theme=dusk&accent=%23aa0000").text
    assert "/themes/dusk-aa0000.css" in page and 'class="press pr-dusk' in page and "Nothing was kept" in page
    page = do(desk, f"{at}/preview", expect=200, title="As it could be", theme="poster", version="1").text
    assert "As it could be" in page and "/themes/poster.css" in page and faults(page) == []
    assert ada.get(f"{STORIES}/{story['id']}")["title"] == "As it is"
    assert at_browser(town, bea).get(f"{at}/preview").status_code == 404
    assert desk.get(f"{at}/preview?theme=none").status_code == 422


def test_sources_are_data_and_a_new_one_is_a_file(town: Town, ada: Person, desk: Browser) -> None:
    page = desk.get("/stories/sources?lang=en").text
    assert "Wikipedia" in page and "PeerTube video" in page and faults(page) == []
    folder = town.settings.data / "recipes"
    folder.mkdir()
    recipe = {
        "name": "archive",
        "called": {"fr": "Archives de la ville", "en": "Town archive"},
        "address": "https://archive.example/doc/{id}",
        "ask": "https://archive.example/api/{id}",
        "item": {"type": "link", "url": "{address}", "title": "$.title"},
    }
    (folder / "archive.json").write_bytes(json.encode(recipe))
    (folder / "broken.json").write_text("{")
    page = desk.get("/stories/sources").text
    assert "Town archive" in page and "https://archive.example/doc/{id}" in page and "broken.json" not in page
    page = do(desk, "/stories/sources", expect=422, source="archive", address="https://other.example/1").text
    assert "does not know this address" in page and 'value="https://other.example/1"' in page
    inside = {"source": "mastodon", "address": "https://127.0.0.1/@root/1"}
    assert "did not answer" in do(desk, "/stories/sources", expect=503, **inside).text
    do(desk, "/stories/sources", expect=404, source="none", address="https://x.example/")


def test_stories_are_taken_along_and_brought_back_by_a_page(town: Town, ada: Person, desk: Browser) -> None:
    ada.post(STORIES, {"title": "To keep", "items": [{"type": "text", "text": "Words"}]})
    do(desk, "/stories/works")
    page = desk.get("/stories/works").text
    assert "data-running" in page and "It begins in a moment" in page and faults(page) == []
    town.run_jobs()
    page = desk.get("/stories/works").text
    (at,) = re.findall(r'href="(/stories/works/\d+/file)"', page)
    packed = desk.get(at)
    assert packed.headers["content-type"] == "application/zip" and "data-running" not in page
    assert at_browser(town, somebody(town, "dirk")).get(at).status_code == 404
    do(desk, "/stories/works/import", {"file": ("all.zip", packed.content, "application/zip")})
    do(desk, "/stories/works/import", {"file": ("bad.json", b"{", "application/json")})
    town.run_jobs()
    page = desk.get("/stories/works?lang=en").text
    assert "Bringing all.zip" in page and "This file is not JSON." in page and faults(page) == []
    assert [one["title"] for one in ada.get(STORIES)] == ["To keep", "To keep"]
    do(desk, at.removesuffix("file") + "remove")
    assert desk.get(at).status_code == 404
    assert "Emporter tous vos récits" in desk.get("/stories/works?lang=fr").text
    assert do(desk, "/stories/works/import", expect=422).text.count('role="alert"') == 1


def test_the_pages_of_stories_speak_french_as_well(ada: Person, bea: Person, desk: Browser) -> None:
    story = ada.post(STORIES, {"title": "En ville", "items": [{"type": "text", "text": "Des mots"}]})
    at = f"/stories/{story['id']}"
    for address in ("/stories", "/stories/basket", at, f"{at}?after=0", f"{at}/people", path(story)):
        page = desk.get(address, params={"lang": "fr"} if "?" not in address else {})
        assert page.status_code == 200 and faults(page.text) == [], address
    assert "La corbeille" in desk.get("/stories/basket?lang=fr").text
