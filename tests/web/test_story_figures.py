"""Pages of a story's figures, what it brought the quoted, following from it, and its comments: without a script."""

from typing import Any

import pytest

from tests.rig import Person
from tests.rig import Site as Town
from tests.suite.stories.reading import readers, write_down
from tests.suite.stories.telling import STORIES, path, published

from .acting import faults
from .conftest import Browser, at_browser, hidden, somebody


@pytest.fixture
def ada(town: Town) -> Person:
    return somebody(town, "ada")


@pytest.fixture
def bea(town: Town) -> Person:
    return somebody(town, "bea")


@pytest.fixture
def story(town: Town, ada: Person, bea: Person) -> dict[str, Any]:
    post = bea.says("The harbour is full tonight")
    items = [{"type": "text", "text": f"Words {n}"} for n in range(3)]
    return published(ada, items[0], {"type": "post", "id": post["id"]}, *items[1:], title="An evening")


def read_by_some(town: Town, story: dict[str, Any]) -> None:
    for place, one in enumerate(readers(town, 24)):
        one.reads(story, until=1 if place < 18 else 3)
        one.tells(story, {"click": story["items"][1]["id"]})
    write_down(town)


def send(browser: Browser, at: str, **fields: str) -> Any:
    return browser.post(at, data={"csrf": hidden(browser.get("/stories")), **fields})


def test_figures_are_drawn_with_their_table(town: Town, ada: Person, story: dict[str, Any]) -> None:
    desk = at_browser(town, ada)
    at = f"/stories/{story['id']}/figures"
    assert "Nobody has read it yet." in desk.get(at).text
    read_by_some(town, story)
    page = desk.get(at).text
    assert faults(page) == []
    assert "18 of 24 readers who came to it went no further" in page and "The harbour is full" in page
    assert "25%" in page and "n = 24" in page and page.count("<rect") > 10
    table = desk.get(f"{at}.csv").text.splitlines()
    assert table[0].startswith("what,of,views") and sum(line.startswith("item,") for line in table) == 4
    french = desk.get(f"{at}?lang=fr").text
    assert "Comment ce récit est lu" in french and "Jusqu’où on lit" in french


def test_few_readers_are_not_enough(town: Town, ada: Person, story: dict[str, Any]) -> None:
    for one in readers(town, 3):
        one.reads(story, until=2)
    write_down(town)
    assert "Not enough data: 3 readers" in at_browser(town, ada).get(f"/stories/{story['id']}/figures").text


def test_the_teller_is_not_counted_at_their_own_story(town: Town, ada: Person, story: dict[str, Any]) -> None:
    desk = at_browser(town, ada)
    assert "data-tell" not in desk.get(path(story)).text
    write_down(town)
    assert ada.get(f"{STORIES}/{story['id']}/figures")["readers_most"] == 0
    assert "data-tell" in town.client.get(path(story)).text


def test_the_quoted_find_what_it_brought_them(town: Town, ada: Person, bea: Person, story: dict[str, Any]) -> None:
    read_by_some(town, story)
    hers = at_browser(town, bea)
    listed = hers.get("/stories/quoted").text
    at = f"/stories/{story['id']}/gains"
    assert "An evening" in listed and at in listed and at in hers.get(f"/stories/{story['id']}/leave").text
    page = hers.get(at).text
    assert faults(page) == [] and "Only you see this page." in page and "a whole day has to be over" in page
    assert "Ce qu’il vous a apporté" in hers.get(f"{at}?lang=fr").text
    assert at_browser(town, ada).get(at).status_code == 404


def test_who_follows_from_a_story_is_counted_and_not_named(town: Town, ada: Person, story: dict[str, Any]) -> None:
    assert f"/stories/{story['id']}/follow" in town.client.get(path(story)).text
    dirk = somebody(town, "dirk")
    his = at_browser(town, dirk)
    at = f"/stories/{story['id']}/follow"
    assert "Follow" in his.get(at).text
    assert send(his, at).headers["location"] == path(story)
    send(his, at)
    assert "You follow" in his.get(at).text
    assert ada.get(f"{STORIES}/{story['id']}/figures")["follows"] == 1


def test_comments_are_opened_and_closed_at_the_desk(
    town: Town, ada: Person, bea: Person, story: dict[str, Any]
) -> None:
    desk, hers = at_browser(town, ada), at_browser(town, bea)
    bea.says("What an evening", in_reply_to_id=story["status_id"])
    page = hers.get(path(story)).text
    assert "What an evening" in page and "1 comment" in page and "Everybody may comment." in page
    fields = {"title": "An evening", "version": "1", "comments": "closed", "comments_days": "0"}
    assert send(desk, f"/stories/{story['id']}", **fields).status_code == 303
    closed = hers.get(path(story)).text
    assert "Comments are closed." in closed and "Write a comment" not in closed and "What an evening" in closed
    talk = f"/@ada/{story['status_id']}"
    assert "Comments on this story are closed." in hers.get(talk).text
    assert 'id="answer"' not in hers.get(talk).text
    refused = hers.post(
        "/post", data={"csrf": hidden(hers.get("/stories")), "text": "Too late", "reply_to": story["status_id"]}
    )
    assert refused.status_code == 403 and "Comments on this story are closed." in refused.text
    assert "Too late" in refused.text, "the words are kept"
    assert "Les commentaires de ce récit sont fermés." in hers.get(f"{talk}?lang=fr").text


def test_what_publishing_will_post_is_said_before(town: Town, ada: Person) -> None:
    made = ada.post(STORIES, {"title": "Another", "items": [{"type": "text", "text": "Words"}]})
    page = at_browser(town, ada).get(f"/stories/{made['id']}/people").text
    assert "A post of yours with the title and the address tells those who follow you" in page


def test_the_author_of_a_post_finds_the_stories_it_is_in(
    town: Town, ada: Person, bea: Person, story: dict[str, Any]
) -> None:
    read_by_some(town, story)
    hers, his = at_browser(town, bea), at_browser(town, somebody(town, "dirk"))
    post = next(one["post_id"] for one in story["items"] if one["type"] == "post")
    at = f"/@bea/{post}"
    assert "In 1 story" in hers.get(at).text and f"{at}/stories" in hers.get(at).text
    page = hers.get(f"{at}/stories").text
    assert faults(page) == [] and "An evening" in page and "This post is in 1 story" in page
    assert f"/stories/{story['id']}/gains" in page
    assert "Dans 1 récit" in hers.get(f"{at}?lang=fr").text.replace("\u00a0", " ")
    assert "In 1 story" not in his.get(at).text and his.get(f"{at}/stories").status_code == 404
    unquoted = bea.says("Alone")
    assert "you find it here" in hers.get(f"/@bea/{unquoted['id']}/stories").text


def test_two_titles_are_tried_and_settled_with_forms_alone(town: Town, ada: Person, story: dict[str, Any]) -> None:
    desk = at_browser(town, ada)
    at = f"/stories/{story['id']}/rival"
    assert at in desk.get(f"/stories/{story['id']}").text
    assert faults(desk.get(at).text) == []
    refused = send(desk, at, title="An evening")
    assert refused.status_code == 422 and "Give another title, another cover, or both." in refused.text
    assert send(desk, at, title="A long night").headers["location"] == at
    page = desk.get(at).text
    assert faults(page) == [] and "A long night" in page and "They begin to take turns" in page
    assert "Not enough data yet." in page and "not enough data, n = 0" in page
    assert "Deux titres en alternance" in desk.get(f"{at}?lang=fr").text
    assert send(desk, f"{at}/settle", keep="other").headers["location"] == at
    assert "Settled on" in desk.get(at).text and "A long night" in town.client.get(path(story)).text
