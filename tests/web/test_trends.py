"""What people talk about on pages: for everybody, and for those who review it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from perron.posts.trends_job import recount
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, hidden, somebody
from .test_pages import words

EXPLORE = "/explore/trends"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town.opened(tmp_path / "town", origin="http://testserver", locale="en", title="The Steps") as one:
        yield one


@pytest.fixture
def talk(town: Town) -> list[Person]:
    """Three people talk of a tag, and of what the first of them wrote."""
    people = [somebody(town, name) for name in ("ada", "bea", "carl")]
    for one in people:
        one.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
        one.says("Ripe #cherries")
    post = people[0].says("The ladder is behind the church")
    for one in people[1:]:
        one.post(f"/api/v1/statuses/{post['id']}/favourite")
    recount(town.store)
    return people


def test_a_page_shows_what_people_talk_about(town: Town, talk: list[Person]) -> None:
    for browser in (at_browser(town), at_browser(town, talk[1])):
        said = words(browser.get(EXPLORE))
        assert "#cherries 3 people in 3 days" in said and "The ladder is behind the church" in said
    assert EXPLORE in at_browser(town).get("/explore").text


def test_an_empty_page_says_what_would_fill_it(town: Town) -> None:
    said = words(at_browser(town).get(EXPLORE))
    assert "Nothing stands out for now" in said and "one person alone is never enough" in said


def test_moderators_approve_and_reject(town: Town, talk: list[Person]) -> None:
    mona = at_browser(town, somebody(town, "mona", role="moderator"))
    page = mona.get("/manage/trends")
    assert "#cherries" in words(page) and "nobody has said anything yet" in words(page)
    tag = town.anybody("/api/v1/trends/tags")[0]["id"]

    mona.press(page, f"/manage/trends/tag/{tag}/reject")
    assert "rejected" in words(mona.get("/manage/trends"))
    assert "#cherries" not in words(at_browser(town).get(EXPLORE))
    mona.press(mona.get("/manage/trends"), f"/manage/trends/tag/{tag}/approve")
    assert "#cherries" in words(at_browser(town).get(EXPLORE))

    mona.press(mona.get("/manage/trends?show=posts"), f"/manage/trends/account/{talk[0].id}/reject")
    assert "The ladder" not in words(at_browser(town).get(EXPLORE))
    assert "The ladder" in words(mona.get("/manage/trends?show=posts"))
    assert "kept something from being shown" in words(mona.get("/manage/audit"))


def test_moderators_take_a_tag_out_of_use(town: Town, talk: list[Person]) -> None:
    mona = at_browser(town, somebody(town, "mona", role="moderator"))
    talk[0].says("#alone")
    assert "#alone" in words(mona.get("/manage/trends?q=alo")) and "#alone" not in words(mona.get("/manage/trends"))
    tag = town.anybody("/api/v1/tags/alone")["id"]

    mona.press(mona.get("/manage/trends?q=alone"), f"/manage/trends/tag/{tag}/change", listable="on")
    assert talk[0].says("#alone")["tags"] == []
    assert "out of use" in words(mona.get("/manage/trends?q=alone"))


def test_for_everybody_else_there_is_nothing_to_review(town: Town, talk: list[Person]) -> None:
    ada, mona = at_browser(town, talk[0]), at_browser(town, somebody(town, "mona", role="moderator"))

    def sent(browser: Browser, path: str) -> int:
        return browser.post(f"/manage/trends/{path}", data={"csrf": hidden(browser.get("/home"))}).status_code

    assert ada.get("/manage/trends").status_code == 404
    for path in ("tag/1/reject", "tag/x/reject", "other/1/reject", f"account/{talk[1].id}/change"):
        assert sent(ada, path) == sent(mona, path) == 404
    assert sent(ada, f"account/{talk[1].id}/reject") == 404 and sent(mona, f"account/{talk[1].id}/reject") == 303
    assert mona.get("/manage/trends?show=other").status_code == 404
