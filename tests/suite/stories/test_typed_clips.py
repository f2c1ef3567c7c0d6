"""What a source knows is kept as what it is: a page, a video, a photo with its credit, what somebody said and where."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perron.kit import json
from perron.kit.time import DAY, now
from perron.media.queries import remove_abandoned
from perron.press.recipes import read_recipe
from perron.suite.archive.content import clips_in_full
from perron.suite.stories.sources import Found, found_in
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, path, published, upload
from tests.suite.stories.test_import_pictures import album as album  # the other server
from tests.web.conftest import at_browser, hidden, somebody

QUOTING = {"type": "quotation", "url": "{address}", "text": "$.words", "who": "$.by"}
CLIPS = "/api/perron/v1/clips"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    more: Any = {"origin": "http://testserver", "locale": "en", "outside_allow": ("127.0.0.0/8",)}
    with Site.opened(tmp_path / "data", database, **more) as one:
        yield one


@pytest.fixture
def ada(site: Site) -> Person:
    return somebody(site, "ada")


@pytest.fixture
def bea(site: Site) -> Person:
    return somebody(site, "bea")


def found(item: dict[str, Any], answer: dict[str, Any]) -> Found:
    """What a recipe makes of an answer about `https://far.example/12`."""
    recipe = {
        "name": "far",
        "called": {"fr": "Au loin", "en": "Far"},
        "address": "https://far.example/{id}",
        "ask": "https://far.example/api/{id}",
        "item": item,
    }
    read = read_recipe(json.encode(recipe))
    parts = read.parts("https://far.example/12")
    assert parts is not None
    (made,) = found_in([read.block(answer, parts, "b1")])
    return made


def test_a_recipe_says_what_kind_of_item_an_address_is() -> None:
    video = found({"type": "video", "url": "{address}", "title": "$.name"}, {"name": "A walk"})
    assert (video.kind, video.said) == ("video", {"url": "https://far.example/12", "title": "A walk"})
    said = found(
        {"type": "quotation", "url": "{address}", "text": "$.words", "who": "$.by"}, {"words": "Stay.", "by": "Z"}
    )
    assert (said.kind, said.said) == ("quotation", {"text": "Stay.", "who": "Z", "url": "https://far.example/12"})
    picture = {"url": "$.file", "alt": "$.shows", "credit": "$.by"}
    answer = {"t": "The quay", "file": "https://img.example/a.jpg", "shows": "A quay", "by": "Marie"}
    photo = found({"type": "photo", "caption": "$.t", "picture": picture}, answer)
    assert (photo.kind, photo.picture) == ("photo", "https://img.example/a.jpg")
    assert photo.said == {"caption": "The quay", "credit": "Marie"}
    nameless = found({"type": "photo", "caption": "$.t", "picture": picture}, {**answer, "by": ""})
    assert nameless.said["credit"] == "img.example", "where nobody is named, its site is"
    post = {"type": "post", "url": "{address}", "author": {"name": "$.n", "handle": "{$.n}@far.example"}, "html": "$.h"}
    post["published"] = "$.at"
    quoted = found(post, {"n": "zoe", "h": "<p>Far away</p>", "at": "2026-11-01T09:00:00Z"})
    assert (quoted.kind, quoted.said["who"]) == ("quotation", "zoe (@zoe@far.example)")


def test_what_is_kept_enters_a_story_as_what_it_is(site: Site, ada: Person) -> None:
    desk = at_browser(site, ada)
    fields = {"csrf": hidden(desk.get("/stories")), "text": "We stayed.", "who": "Zoé", "url": "https://far.example/12"}
    assert desk.post("/stories/sources/keep", data={**fields, "type": "quotation"}).status_code == 303
    (clip,) = ada.get(CLIPS)
    assert (clip["type"], clip["title"], clip["url"]) == ("quotation", "We stayed.", "https://far.example/12")
    assert "We stayed." in desk.get("/stories/basket").text
    desk.post("/stories", data={"csrf": fields["csrf"], "title": "Told", "clip": clip["id"]})
    (story,) = ada.get(STORIES)
    (item,) = ada.get(f"{STORIES}/{story['id']}")["items"]
    assert (item["type"], item["who"], item["url"]) == ("quotation", "Zoé", "https://far.example/12")
    with site.store.read() as db:
        assert clips_in_full(db, ada.account.id)[0]["who"] == "Zoé"


def test_a_photo_is_fetched_when_it_is_kept_and_lies_among_ones_uploads(site: Site, ada: Person, album: str) -> None:
    desk = at_browser(site, ada)
    fields = {"csrf": hidden(desk.get("/stories")), "type": "photo", "picture": f"{album}/red.png"}
    fields |= {"caption": "The red field", "credit": "Marie", "alt": "A red field"}
    assert desk.post("/stories/sources/keep", data=fields).status_code == 303
    (clip,) = ada.get(CLIPS)
    assert (clip["type"], clip["title"]) == ("photo", "The red field")
    desk.post("/stories", data={"csrf": fields["csrf"], "title": "Told", "clip": clip["id"]})
    (story,) = ada.get(STORIES)
    ada.post(f"{STORIES}/{story['id']}/publish")
    page = site.client.get(path(story)).text
    assert "pr-photo" in page and "Marie" in page and album not in page, "readers ask nobody else"
    refused = desk.post("/stories/sources/keep", data={**fields, "picture": f"{album}/gone.png"})
    assert refused.status_code == 503 and "did not answer" in refused.text
    assert len(ada.get(CLIPS)) == 1


def test_a_program_keeps_a_typed_item_as_well(site: Site, ada: Person, bea: Person) -> None:
    clip = ada.post(CLIPS, {"type": "video", "url": "https://tube.example/w/1", "title": "A walk"})
    assert clip["type"] == "video"
    assert ada.post(CLIPS, {"type": "photo", "media_id": upload(ada), "caption": "Red"})["title"] == "Red"
    ada.post(CLIPS, {"type": "photo", "media_id": upload(bea)}, expect=404)
    ada.post(CLIPS, {"type": "quotation", "text": ""}, expect=422)
    ada.post(CLIPS, {"type": "post"}, expect=422)


def test_pictures_that_are_kept_for_a_story_are_not_cleared_away(site: Site, ada: Person) -> None:
    unused, kept, cover = (upload(ada, color) for color in ("red", "blue", "green"))
    ada.post(CLIPS, {"type": "photo", "media_id": kept, "caption": "Blue"})
    story = published(ada, {"type": "text", "text": "Words"})
    ada.post(f"{STORIES}/{story['id']}/rival", {"cover_id": cover})
    assert site.store.write(lambda tx: remove_abandoned(tx, older_than=now() + DAY)) == 1
    ada.get(f"/api/v1/media/{unused}", expect=404)
    for one in (kept, cover):
        ada.get(f"/api/v1/media/{one}")
