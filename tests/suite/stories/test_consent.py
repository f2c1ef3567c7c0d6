"""Those who are quoted in a story: told once, and out of it at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, path, published, tells, words_of


def said(site: Site, story: dict[str, Any]) -> list[str]:
    return words_of(site.anybody(f"{STORIES}/{story['id']}"))


def quote(status: dict[str, Any]) -> dict[str, Any]:
    return {"type": "post", "id": status["id"]}


def told(person: Person) -> list[str]:
    """The stories that somebody was told of."""
    return [one["story"]["title"] for one in person.get("/api/v1/notifications") if one["type"] == "story"]


def test_each_quoted_person_is_told_once(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    story = published(ada, quote(bea.says("One")), quote(bea.says("Two")), quote(ada.says("My own")))
    assert (told(bea), told(dirk), told(ada)) == (["Marseille, one evening"], [], [])
    at = f"{STORIES}/{story['id']}"
    for act in ("unpublish", "publish", "publish"):
        ada.post(f"{at}/{act}")
        site.run_jobs()
    assert len(told(bea)) == 1
    ada.post(f"{at}/items", quote(dirk.says("Later")))
    ada.post(f"{at}/items", quote(bea.says("Three")))
    site.run_jobs()
    assert (len(told(bea)), len(told(dirk))) == (1, 1)


def test_nobody_is_told_of_a_draft(site: Site, ada: Person, bea: Person) -> None:
    tells(ada, quote(bea.says("One")))
    site.run_jobs()
    assert told(bea) == []


def test_remove_me_takes_everything_of_somebody_out_and_keeps_it_out(site: Site, ada: Person, bea: Person) -> None:
    story = published(ada, quote(bea.says("One")), {"type": "text", "text": "between"}, quote(bea.says("Two")))
    assert said(site, story) == ["post", "between", "post"]
    bea.post(f"{STORIES}/{story['id']}/leave")
    assert said(site, story) == ["gone", "between", "gone"]
    assert told(bea) == []
    ada.post(f"{STORIES}/{story['id']}/items", quote(bea.says("Three")))
    site.run_jobs()
    assert said(site, story) == ["gone", "between", "gone", "gone"]
    assert told(bea) == []


def test_who_is_not_quoted_cannot_leave(ada: Person, bea: Person, dirk: Person) -> None:
    story = published(ada, quote(bea.says("One")))
    assert dirk.post(f"{STORIES}/{story['id']}/leave", expect=404)["error"] == "You are not quoted in this story."


def test_a_deletion_a_block_and_a_changed_mind_take_effect_at_once(site: Site, ada: Person, bea: Person) -> None:
    dirk, eve, finn = (site.person(name) for name in ("dirk", "eve", "finn"))
    ones = [one.says(f"By {one.account.handle}") for one in (bea, dirk, eve, finn)]
    story = published(ada, *map(quote, ones))
    assert said(site, story) == ["post"] * 4
    bea.delete(f"/api/v1/statuses/{ones[0]['id']}")
    assert said(site, story) == ["gone", "post", "post", "post"]
    dirk.post(f"/api/v1/accounts/{ada.id}/block")
    assert said(site, story) == ["gone", "gone", "post", "post"]
    policy = f"/api/v1/statuses/{ones[2]['id']}/interaction_policy"
    eve.put(policy, {"quote_approval_policy": "nobody"})
    assert said(site, story) == ["gone", "gone", "gone", "post"]
    site.run_jobs()
    assert said(site, story) == ["gone", "gone", "gone", "post"]
    assert [one for one in site.anybody(f"{STORIES}/{story['id']}")["items"] if one["gone"] and "post_id" in one] == []


def test_the_quoted_are_listed_with_what_they_allow(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    ada.follows(dirk)
    closed = dirk.says("For those who follow me to quote", quote_approval_policy="followers")
    story = published(ada, quote(bea.says("One")), quote(closed))
    listed = ada.get(f"{STORIES}/{story['id']}/people")
    assert [(one["account"]["acct"], one["allows"], one["left"]) for one in listed] == [
        ("bea", "public", False),
        ("dirk", "followers", False),
    ]
    assert all(one["told_at"] for one in listed)
    bea.get(f"{STORIES}/{story['id']}/people", expect=404)


def test_a_deletion_before_the_notice_is_told_to_nobody(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Said too fast")
    story = tells(ada, quote(post), {"type": "text", "text": "words"})
    ada.post(f"{STORIES}/{story['id']}/publish")
    bea.delete(f"/api/v1/statuses/{post['id']}")
    site.run_jobs()
    assert told(bea) == []
    assert said(site, story) == ["gone", "words"]


def test_a_deletion_while_it_is_published_leaves_nothing(site: Site, ada: Person, bea: Person) -> None:
    for n in range(6):
        post = bea.says(f"Raced {n}")
        story = tells(ada, quote(post), {"type": "text", "text": "words"})
        publish = partial(ada.post, f"{STORIES}/{story['id']}/publish")
        delete = partial(bea.delete, f"/api/v1/statuses/{post['id']}")
        with ThreadPoolExecutor(2) as both:
            for one in [both.submit(act) for act in ((publish, delete) if n % 2 else (delete, publish))]:
                one.result()
        assert said(site, story) == ["gone", "words"]
        site.run_jobs()
        assert f"Raced {n}" not in site.client.get(path(story)).text
    assert told(bea) == []
