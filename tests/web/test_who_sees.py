"""Pages and feeds keep what is private: a word nobody else may read stands in none of their bytes."""

import re
from pathlib import Path

import pytest

from perron.web.own.acts import ON_POSTS
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import at_browser, somebody

SECRETS = {"public": "aubergine", "unlisted": "bergamote", "private": "clementine", "direct": "datterie"}
SEES = {
    None: {"public", "unlisted"},
    "dirk": {"public", "unlisted"},
    "bea": {"public", "unlisted", "private"},
    "carol": {"public", "unlisted", "direct"},
    "ada": {"public", "unlisted", "private", "direct"},
    "blocked": set(),
    "muted": {"public", "unlisted"},
}
"""bea follows ada, carol is mentioned, `blocked` is blocked by her; dirk is a stranger."""


@pytest.fixture
def people(town: Town) -> dict[str | None, Person | None]:
    ada = somebody(town, "ada")
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    found: dict[str | None, Person | None] = {None: None, "ada": ada}
    for name in ("bea", "carol", "dirk", "blocked", "muted"):
        found[name] = somebody(town, name)
    bea, blocked, muted = found["bea"], found["blocked"], found["muted"]
    assert bea and blocked and muted
    bea.follows(ada)
    ada.post(f"/api/v1/accounts/{blocked.id}/block")
    ada.post(f"/api/v1/accounts/{muted.id}/mute")
    return found


@pytest.fixture
def posts(town: Town, people: dict[str | None, Person | None]) -> dict[str, str]:
    ada = people["ada"]
    assert ada
    ids = {
        visibility: ada.says(f"{word} {'@carol' if visibility == 'direct' else ''} #fruit", visibility=visibility)["id"]
        for visibility, word in SECRETS.items()
    }
    ada.says("an answer", in_reply_to_id=ids["private"], visibility="private")
    town.run_jobs()
    return ids


def reads(text: str) -> set[str]:
    return {visibility for visibility, word in SECRETS.items() if word in text.lower()}


def test_each_sees_what_is_for_them(
    town: Town, people: dict[str | None, Person | None], posts: dict[str, str]
) -> None:  # B-03, B-04
    for name, person in people.items():
        browser, sees = at_browser(town, person), SEES[name]
        pages = {visibility: browser.get(f"/@ada/{id_}") for visibility, id_ in posts.items()}
        assert {visibility for visibility, page in pages.items() if page.status_code == 200} == sees, name
        assert set().union(*(reads(page.text) for page in pages.values())) == sees, name
        assert reads(browser.get("/@ada").text) == sees, name
        assert reads(browser.get("/@ada/with_replies").text) == sees, name
        listed = sees & {"public"}
        for path in ("/explore", "/tags/fruit", "/search?q=fruit"):
            found = reads(browser.get(path).text)
            own = sees if path.startswith("/search") else listed
            assert found <= own, (name, path)
            assert "public" in found or not sees, (name, path)


def test_feeds_hold_only_what_is_public(
    town: Town, people: dict[str | None, Person | None], posts: dict[str, str]
) -> None:  # B-10
    for person in people.values():
        browser = at_browser(town, person)
        for path in ("/@ada.rss", "/@ada.atom", "/tags/fruit.rss", "/tags/fruit.atom"):
            answer = browser.get(path)
            assert reads(answer.text) == {"public"}, path
            assert answer.headers["cache-control"].startswith("public") and "set-cookie" not in answer.headers


def test_what_is_not_for_one_is_as_if_it_never_was(
    town: Town, people: dict[str | None, Person | None], posts: dict[str, str]
) -> None:  # B-05, B-06
    for name in (None, "dirk", "blocked"):
        for language in ("fr", "en"):
            browser = at_browser(town, people[name])
            missing = int(posts["private"]) + 1
            answers = [
                browser.get(f"/@ada/{id_}", headers={"Accept-Language": language})
                for id_ in (posts["private"], posts["direct"], str(missing))
            ]
            assert {answer.status_code for answer in answers} == {404}
            bodies = {re.sub(r"\d{15,}", "ID", answer.text) for answer in answers}
            headers = {
                tuple(sorted(item for item in answer.headers.items() if item[0] != "x-request-id"))
                for answer in answers
            }
            assert len(bodies) == 1 and len(headers) == 1


def test_nothing_can_be_done_with_what_one_does_not_see(
    town: Town, people: dict[str | None, Person | None], posts: dict[str, str]
) -> None:  # B-07
    browser = at_browser(town, people["dirk"])
    csrf = re.findall(r'name="csrf" value="(\w+)"', browser.get("/home").text)[0]
    for act in (*ON_POSTS, "vote"):
        for visibility in ("private", "direct"):
            answer = browser.post(f"/posts/{posts[visibility]}/{act}", data={"csrf": csrf})
            assert answer.status_code == 404 and reads(answer.text) == set(), act
    answer = browser.post("/post", data={"csrf": csrf, "text": "hm", "reply_to": posts["private"]})
    assert answer.status_code == 404 and reads(answer.text) == set()
    assert "hm" in answer.text and "no longer there" not in answer.text
    assert reads(browser.get(f"/write?reply_to={posts['private']}").text) == set()


def test_a_boost_leads_to_what_was_boosted_only_for_those_who_may_see_it(town: Town) -> None:
    ada = somebody(town, "ada")
    bea = somebody(town, "bea", follows=ada)
    own = ada.says("for followers", visibility="private")
    boost = ada.post(f"/api/v1/statuses/{own['id']}/reblog")
    assert at_browser(town, bea).get(f"/@ada/{boost['id']}").headers["location"] == f"/@ada/{own['id']}"
    assert at_browser(town).get(f"/@ada/{boost['id']}").status_code == 404


def test_who_is_suspended_is_nowhere(town: Town) -> None:
    from perron.people.standing import change_state

    ada = somebody(town, "ada")
    post = ada.says("aubergine")
    town.store.write(lambda tx: change_state(tx, ada.account, "suspended"))
    browser = at_browser(town)
    for path in ("/@ada", f"/@ada/{post['id']}", "/@ada.rss", "/@ada/followers", "/@ada/media"):
        assert browser.get(path).status_code == 404, path
    for path in ("/", "/explore", "/search?q=aubergine", "/search?q=ada"):
        shown = browser.get(path).text.partition("</form>")[2].partition("</main>")[0]
        assert "aubergine" not in shown, path
    assert browser.get("/.well-known/webfinger?resource=acct:ada@testserver").status_code == 404


def test_hidden_followers_stay_hidden(town: Town) -> None:
    ada = somebody(town, "ada")
    somebody(town, "bea", follows=ada)
    assert "@bea" in at_browser(town).get("/@ada/followers").text
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})
    assert "@bea" not in at_browser(town).get("/@ada/followers").text
    assert "@bea" in at_browser(town, ada).get("/@ada/followers").text


def test_who_waits_for_approval_reads_as_anybody(tmp_path: Path) -> None:
    with Town.opened(tmp_path, origin="http://testserver", locale="en", registration="approval") as town:
        browser = at_browser(town)
        given = {"username": "zoe", "email": "z@perron.test", "password": "les marches au soleil", "reason": "hello"}
        browser.fill(browser.get("/sign-up"), at="/sign-up", **given)
        assert browser.get("/").status_code == 200 and browser.get("/home").status_code == 403
        assert browser.get("/@zoe").status_code == 404
