"""Several at one desk: who is there, and in what they write."""

from typing import Any

import pytest

from perron.people.queries import add_membership
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.suite.stories import seats
from tests.rig import ALL, Person, Site
from tests.suite.stories.telling import STORIES, tells


@pytest.fixture
def sophie(site: Site, ada: Person) -> Person:
    """Somebody who works for ada's account, under a name of their own."""
    person = site.person("sophie")

    def let(tx: Any) -> str:
        add_membership(tx, person.user_id, ada.account.id, "editor", team=True)
        return issue_token(tx, site.app_id, person.user_id, ada.account.id, read_scopes(ALL))

    return Person(site, ada.account, person.user_id, site.store.write(let))


def test_who_writes_is_seen_by_the_others_until_half_a_minute_of_silence(
    ada: Person, sophie: Person, dirk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = tells(ada, {"type": "text", "text": "One"}, {"type": "text", "text": "Two"})
    at, item = f"{STORIES}/{story['id']}/presence", story["items"][1]["id"]
    assert sophie.post(at, {"item_id": item}) == []
    (seen,) = ada.post(at)
    assert (seen["account"]["acct"], seen["item_id"]) == ("sophie", item)
    assert [one["account"]["acct"] for one in sophie.get(at)] == ["ada"]
    dirk.post(at, expect=404)
    dirk.get(at, expect=404)
    begun = seats.now()
    monkeypatch.setattr(seats, "now", lambda: begun + seats.HOLDS - 1000)
    assert len(ada.get(at)) == 1
    monkeypatch.setattr(seats, "now", lambda: begun + seats.HOLDS + 1000)
    assert ada.get(at) == []


def test_who_leaves_is_gone_at_once_and_with_the_story(ada: Person, sophie: Person) -> None:
    story = tells(ada, {"type": "text", "text": "One"})
    at = f"{STORIES}/{story['id']}/presence"
    sophie.post(at)
    sophie.post(at, {"stop": True})
    assert ada.post(at) == []
    ada.delete(f"{STORIES}/{story['id']}")
    with ada.site.store.engine.connect() as db:
        assert db.execute(seats.story_seats.select()).all() == []


def test_a_seat_keeps_nobody_out_and_nothing_is_overwritten(ada: Person, sophie: Person) -> None:
    story = tells(ada, {"type": "text", "text": "One"})
    item = story["items"][0]["id"]
    at = f"{STORIES}/{story['id']}"
    sophie.post(f"{at}/presence", {"item_id": item})
    ada.call("PATCH", f"{at}/items/{item}", json={"text": "By ada", "version": 1})
    said = sophie.call("PATCH", f"{at}/items/{item}", json={"text": "By sophie", "version": 1}, expect=409)
    assert "Nothing was overwritten" in said["error"]
