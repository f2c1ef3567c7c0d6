"""In how many stories a post is: told to its author alone, and apart from favourites, boosts and quotes."""

from typing import Any

import pytest
from sqlalchemy import update

from perron.kit.time import DAY, now
from perron.store.tables import stories
from perron.suite.stories import inclusions
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, published, tells

POSTS = "/api/perron/v1/statuses"


def told(person: Person, post: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"{POSTS}/{post['id']}/stories")
    return found


def titles(person: Person, post: dict[str, Any]) -> list[str]:
    return [one["story"]["title"] for one in told(person, post)["stories"]]


def item(post: dict[str, Any]) -> dict[str, Any]:
    return {"type": "post", "id": post["id"]}


def test_the_author_is_told_in_which_stories_a_post_is(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    post, other = bea.says("Told twice"), bea.says("Told never")
    published(ada, item(post), item(post), title="Ada’s")
    published(dirk, {"type": "text", "text": "Words"}, item(post), title="Dirk’s")
    tells(ada, item(post), title="A draft")
    assert titles(bea, post) == ["Dirk’s", "Ada’s"] and told(bea, post)["count"] == 2
    assert told(bea, other) == {"count": 0, "more": False, "stories": []}
    shown = bea.get(f"/api/v1/statuses/{post['id']}")
    assert [shown[name] for name in ("favourites_count", "reblogs_count", "quotes_count")] == [0, 0, 0]


def test_nobody_else_is_told(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    post = bea.says("Quoted")
    published(ada, item(post))
    for other in (ada, dirk):
        other.get(f"{POSTS}/{post['id']}/stories", expect=404)
    assert "In 1 story" not in site.client.get(f"/@bea/{post['id']}").text


def test_what_does_not_show_the_post_any_more_is_not_counted(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted for a while")
    story = published(ada, item(post), title="Told")
    assert titles(bea, post) == ["Told"]
    bea.post(f"{STORIES}/{story['id']}/leave")
    assert titles(bea, post) == []


@pytest.mark.parametrize("who", ["teller", "author"])
def test_between_two_who_block_each_other_nothing_is_counted(site: Site, ada: Person, bea: Person, who: str) -> None:
    post = bea.says("Before the quarrel")
    published(ada, item(post))
    blocking, blocked = (ada, bea) if who == "teller" else (bea, ada)
    blocking.post(f"/api/v1/accounts/{blocked.id}/block")
    assert told(bea, post)["count"] == 0


def test_who_lets_only_followers_quote_counts_their_stories_alone(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    post = bea.says("For all")
    published(ada, item(post), title="Of a follower")
    published(dirk, item(post), title="Of a stranger")
    ada.post(f"/api/v1/accounts/{bea.id}/follow")
    bea.call("PUT", f"/api/v1/statuses/{post['id']}/interaction_policy", json={"quote_approval_policy": "followers"})
    assert titles(bea, post) == ["Of a follower"]
    bea.call("PUT", f"/api/v1/statuses/{post['id']}/interaction_policy", json={"quote_approval_policy": "nobody"})
    assert titles(bea, post) == []


def test_what_a_post_met_with_is_held_beside_each_story(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    post = bea.says("Quoted")
    story = published(ada, item(post))
    own = published(bea, item(post), title="Her own")
    site.store.write(lambda tx: tx.execute(update(stories).values(published_at=now() - 2 * DAY)))
    found = {one["story"]["id"]: one["marks"] for one in told(bea, post)["stories"]}
    assert found[own["id"]] is None
    assert found[story["id"]] == {"days": 0, "before": 0, "after": 0, "likely": None}


def test_very_many_are_said_to_be_more(site: Site, ada: Person, bea: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inclusions, "MOST", 2)
    post = bea.says("Everywhere")
    for n in range(4):
        published(ada, item(post), title=f"Story {n}")
    found = told(bea, post)
    assert (found["count"], found["more"]) == (2, True)
    assert [one["story"]["title"] for one in found["stories"]] == ["Story 3", "Story 2"]
