import json
from contextlib import suppress
from time import process_time
from typing import Any

import pytest

from perron.kit.errors import Invalid
from perron.press.document import Document, Link, Post, Video
from perron.press.markup import body
from perron.press.recipes import read_recipe, recipe_for, recipes
from tests.press.test_markup import assert_harmless
from tests.text.samples import XSS

PLAIN: dict[str, Any] = {
    "name": "mine",
    "called": {"fr": "À moi", "en": "Mine"},
    "address": "https://far.example/{id}",
    "ask": "https://far.example/api/{id}",
    "item": {"type": "link", "url": "{address}", "title": "$.title"},
}


def made(**changed: Any) -> bytes:
    return json.dumps({name: value for name, value in (PLAIN | changed).items() if value is not None}).encode()


def called(name: str) -> Any:
    return next(one for one in recipes() if one.name == name)


def test_perron_brings_recipes_that_can_be_read() -> None:
    assert [one.name for one in recipes()] == ["mastodon", "peertube", "wikipedia", "youtube"]


def test_an_address_finds_its_recipe_and_what_to_ask() -> None:
    found = recipe_for("https://Tube.example/w/abc?start=3#t")
    assert found and found[0].name == "peertube"
    assert found[0].question(found[1]) == "https://tube.example/api/v1/videos/abc"
    assert recipe_for("https://far.example/unknown/thing/here") is None
    assert recipe_for("https://www.threads.net/@ada/1") is None


def test_an_answer_becomes_a_block() -> None:
    answer = {
        "content": "<p>Hello <script>x</script></p>",
        "created_at": "2026-06-01T08:00:00.000Z",
        "edited_at": None,
        "account": {"display_name": "Ada", "acct": "ada", "url": "https://far.example/@ada"},
    }
    post = called("mastodon").block(answer, {"host": "far.example", "address": "https://far.example/@ada/1"}, "b1")
    assert isinstance(post, Post) and post.author.handle == "ada@far.example"
    assert (post.html, post.published, post.edited) == ("<p>Hello </p>", 1780300800000, None)
    video = called("youtube").block({"title": "A song", "author_name": "Jo"}, {"address": "https://youtu.be/x"}, "b2")
    assert isinstance(video, Video) and (video.site, video.poster) == ("YouTube – Jo", None)


def test_a_form_searches_and_what_was_found_becomes_blocks() -> None:
    wikipedia = called("wikipedia")
    assert wikipedia.find({"words": "a b&limit=9"}).endswith("q=a%20b%26limit%3D9")
    answer = {
        "pages": [
            {"key": "Marché", "title": "Marché", "description": "lieu", "thumbnail": {"url": "//img.example/a"}},
            {},
            3,
        ]
    }
    found = wikipedia.blocks(answer, {})
    assert isinstance(found[0], Link) and found[0].picture and found[0].picture.url == "https://img.example/a"


@pytest.mark.parametrize("attack", XSS)
def test_a_hostile_answer_is_harmless(attack: str) -> None:
    for recipe in recipes():
        answer = {
            "title": attack,
            "name": attack,
            "content": attack,
            "created_at": "2026-06-01T08:00:00Z",
            "key": attack,
        }
        answer |= {"account": {"display_name": attack, "acct": attack, "url": attack}, "thumbnail_url": attack}
        with suppress(Invalid):  # nothing is left of some
            block = recipe.block(answer, {"address": "https://x.example/1", "host": attack}, "b1")
            assert_harmless(body(Document("", blocks=(block,))))


@pytest.mark.parametrize(
    "answer", [None, [], 7, "x", {"account": []}, {"account": {"acct": {}}}, {"created_at": 10**30}]
)
def test_an_answer_that_holds_too_little_is_refused(answer: Any) -> None:
    with pytest.raises(Invalid):
        called("mastodon").block(answer, {"address": "https://far.example/@a/1", "host": "far.example"}, "b1")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"ask": "http://far.example/{id}"}, "In ask: an address begins with https://"),
        ({"ask": "https://{id}/"}, "In ask: an address begins with https://"),
        ({"ask": "https://far.example@127.0.0.1/"}, "In ask: an address begins with https://"),
        ({"ask": "https://{host}/"}, "In ask: an address begins with https://"),
        ({"ask": "https://far.example/{other}"}, "nothing is called {other}"),
        ({"address": "https://far.example/{a}{b}"}, "In address: each part has at most one"),
        ({"address": "https://far.example/{1}"}, "In address: each part has at most one"),
        ({"address": "https://far.example/{a}-{b}-{c}"}, "In address: each part has at most one"),
        ({"item": {"type": "script"}}, "In item.type"),
        ({"item": {"type": "link", "url": "$..a"}}, "a path is written as"),
        ({"item": {"type": "link", "url": "{$.__class__[}"}}, "a path is written as"),
        ({"item": {"type": "link", "title": 7}}, "In item.title"),
        ({"called": "x"}, "In called"),
        ({"name": "../x"}, "In name"),
        ({"ask": None, "address": None, "item": {"type": "gone"}}, "In ask: a recipe asks"),
        ({"form": [{"name": "A"}]}, "In form[0].name"),
        ({"form": [{}] * 20}, "In form: a list of at most"),
    ],
)
def test_a_recipe_that_would_lead_elsewhere_is_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_recipe(made(**changed))
    assert says in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[" * 50_000, b"x" * 100_000])
def test_what_is_no_recipe_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_recipe(data)


def test_a_part_of_an_address_stays_a_part() -> None:
    recipe = read_recipe(made())
    assert recipe.question({"id": "../../x?y#z"}) == "https://far.example/api/..%2F..%2Fx%3Fy%23z"
    with pytest.raises(Invalid):
        recipe.question({"id": ".."})


def test_looking_for_a_recipe_takes_time_as_the_address_has_letters() -> None:
    began = process_time()
    for sign in ("a", "/", "@", "-", "%"):
        recipe_for("https://far.example/" + sign * 4000)
    assert process_time() - began < 2
