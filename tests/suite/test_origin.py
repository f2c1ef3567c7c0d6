"""What came out by itself says so: each post, and as a share on the profile of its account."""

import pytest

from perron.kit.time import iso, now
from perron.people.profile import Profile, change_profile
from tests.api.test_scheduled import Clock
from tests.rig import Person, Site
from tests.suite.test_after import clock, comes_out  # noqa: F401

API = "/api/perron/v1"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def timed(clock: Clock) -> Clock:  # noqa: F811
    return clock


def test_a_planned_post_says_so(site: Site, timed: Clock, ada: Person, dirk: Person) -> None:
    by_hand = ada.says("De ma main")["id"]
    (post_id,) = comes_out(site, timed, ada, "D’elle-même")
    found = site.anybody(f"{API}/statuses/{post_id}/origin")
    assert found["scheduled"] and found["scheduled_at"] > iso(now()) and not found["automated"]
    found = site.anybody(f"{API}/statuses/{by_hand}/origin")
    assert found == {"scheduled": False, "scheduled_at": None, "automated": False}
    secret = ada.says("Pour ceux qui me suivent", visibility="private")["id"]
    dirk.get(f"{API}/statuses/{secret}/origin", expect=404)
    page = site.client.get(f"/@ada/{post_id}", headers=ENGLISH).text
    assert (
        "came out by itself" in page
        and "came out by itself" not in site.client.get(f"/@ada/{by_hand}", headers=ENGLISH).text
    )


def test_a_profile_shows_the_share(site: Site, timed: Clock, ada: Person, bea: Person) -> None:
    for n in range(3):
        ada.says(f"De ma main {n}")
    site.run_jobs()
    assert "planned in advance" not in site.client.get("/@ada", headers=ENGLISH).text
    comes_out(site, timed, ada, "D’elle-même")
    found = site.anybody(f"{API}/accounts/{ada.id}/origin")
    assert (found["statuses"], found["scheduled"], found["share"], found["automated"]) == (4, 1, 0.25, False)
    page = site.client.get("/@ada", headers=ENGLISH).text
    assert "25% planned in advance" in page and "1 of 4 in three months" in page
    site.store.write(lambda tx: change_profile(tx, bea.account, Profile(kind="bot")))
    assert site.anybody(f"{API}/accounts/{bea.id}/origin")["automated"]
    site.anybody(f"{API}/accounts/12345/origin", expect=404)
