"""How many one may follow, and how often: the same answer in every app, on pages, and after a restart."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from perron.kit import time
from perron.kit.time import HOUR
from perron.people import follow_limits
from perron.people.follow_limits import forget_follow_hours, most_followed
from perron.store.tables import follow_hours
from tests.rig import Person, Site
from tests.web.conftest import at_browser

Opened = Callable[..., AbstractContextManager[Site]]


@pytest.fixture
def opened(tmp_path: Path, database: str) -> Opened:
    @contextmanager
    def build(**settings: int) -> Iterator[Site]:
        more: dict[str, Any] = {"locale": "en", "origin": "http://testserver", **settings}
        with Site.opened(tmp_path / "data", database, **more) as site:
            yield site

    return build


def follow(person: Person, other: Person, expect: int = 200) -> Any:
    return person.post(f"/api/v1/accounts/{other.id}/follow", expect=expect)


def leave(person: Person, other: Person) -> Any:
    return person.post(f"/api/v1/accounts/{other.id}/unfollow")


def test_one_follows_two_thousand_or_as_many_as_followers_and_a_tenth_more(opened: Opened) -> None:
    with opened() as site:
        limits = [most_followed(followers, site.settings) for followers in (0, 1818, 1819, 3000)]
    assert limits == [2000, 2000, 2000, 3300]


def test_whoever_follows_too_many_is_told_how_many_they_may(opened: Opened) -> None:
    with opened(follow_limit=1, follow_ratio=200) as site:
        ada, bea, dirk = (site.person(name) for name in ("ada", "bea", "dirk"))
        follow(ada, bea)
        said = follow(ada, dirk, expect=422)["error"]
        assert said == "You follow 1 accounts. The limit for you is 1; it grows with your followers."
        assert ada.get("/api/v1/accounts/relationships", **{"id[]": dirk.id})[0]["following"] is False
        follow(ada, bea)  # whom one follows already may be followed otherwise
        follow(bea, ada)
        follow(ada, dirk)


def test_following_and_leaving_in_turns_comes_to_an_end_and_leaving_is_never_refused(opened: Opened) -> None:
    with opened(follows_per_hour=4, follows_per_day=100) as site:
        ada, bea, dirk = (site.person(name) for name in ("ada", "bea", "dirk"))
        follow(ada, bea)
        leave(ada, bea)
        leave(ada, bea)  # there was nothing to leave, so nothing is counted
        follow(ada, bea)
        follow(ada, dirk)
        reply = site.client.post(f"/api/v1/accounts/{bea.id}/unfollow", headers=ada.headers)
        assert reply.status_code == 200
        reply = site.client.post(f"/api/v1/accounts/{bea.id}/follow", headers=ada.headers)
        assert reply.status_code == 429
        assert reply.json()["error"].startswith("You have followed many accounts in a short time.")
        assert 1 <= int(reply.headers["retry-after"]) <= 3600
        follow(bea, dirk)  # nobody else is concerned


def test_the_limit_holds_over_a_restart(opened: Opened) -> None:
    with opened(follows_per_hour=1) as site:
        ada, bea, dirk = (site.person(name) for name in ("ada", "bea", "dirk"))
        follow(ada, bea)
    with opened(follows_per_hour=1) as again:
        reply = again.client.post(f"/api/v1/accounts/{dirk.id}/follow", headers=ada.headers)
        assert reply.status_code == 429


def test_a_day_passes_hour_by_hour(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    at = [time.now() // HOUR * HOUR]
    monkeypatch.setattr(follow_limits, "now", lambda: at[0])
    with opened(follows_per_hour=0, follows_per_day=2) as site:
        ada, bea, dirk, zoe = (site.person(name) for name in ("ada", "bea", "dirk", "zoe"))
        follow(ada, bea)
        at[0] += 5 * HOUR
        follow(ada, dirk)
        reply = site.client.post(f"/api/v1/accounts/{zoe.id}/follow", headers=ada.headers)
        assert (reply.status_code, reply.headers["retry-after"]) == (429, str(19 * 3600))
        at[0] += 19 * HOUR
        follow(ada, zoe)
        site.store.write(forget_follow_hours)
        with site.store.read() as db:
            assert len(list(db.execute(follow_hours.select()))) == 2


def test_a_refusal_counts_for_nothing(opened: Opened) -> None:
    with opened(follow_limit=1, follow_ratio=0, follows_per_hour=2) as site:
        ada, bea, dirk = (site.person(name) for name in ("ada", "bea", "dirk"))
        follow(ada, bea)
        for _ in range(3):
            follow(ada, dirk, expect=422)
        with site.store.read() as db:
            assert [row.times for row in db.execute(follow_hours.select())] == [1]


def test_pages_say_the_same_in_the_words_of_the_reader(opened: Opened) -> None:
    with opened(follows_per_hour=1) as site:
        ada, bea = site.person("ada", locale="fr"), site.person("bea")
        dirk = site.person("dirk")
        browser = at_browser(site, ada)
        browser.press(browser.get("/@bea"), f"/accounts/{bea.id}/follow")
        refused = browser.press(browser.get("/@dirk"), f"/accounts/{dirk.id}/follow")
        assert refused.status_code == 429
        assert "Vous avez suivi beaucoup de comptes" in refused.text
        assert int(refused.headers["retry-after"]) >= 1
