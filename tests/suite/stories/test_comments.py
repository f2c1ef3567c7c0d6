"""Comments of a story: they stand under the post that tells of it, for whom and as long as its teller says."""

from typing import Any

import pytest

from perron.kit.errors import NotAllowed
from perron.kit.time import DAY, now
from perron.people.queries import find_account
from perron.posts.answering import answering, check_answer
from perron.store.tables import accounts, stories
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, from_elsewhere, path, published, tells

WORDS = {"type": "text", "text": "Words"}


def says_under(person: Person, story: dict[str, Any], *, expect: int = 200) -> Any:
    return person.says("What a story", in_reply_to_id=story["status_id"], expect=expect)


def days_ago(site: Site, story: dict[str, Any], days: int) -> None:
    at = now() - days * DAY
    site.store.write(
        lambda tx: tx.execute(stories.update().where(stories.c.id == int(story["id"])).values(published_at=at))
    )


def test_a_story_is_told_of_by_one_post_under_which_it_is_talked_about(site: Site, ada: Person, bea: Person) -> None:
    bea.follows(ada)
    made = published(ada, WORDS, title="An evening with @bea")
    assert made["url"] in bea.get(f"/api/v1/statuses/{made['status_id']}")["content"]
    assert [kind for kind, _ in bea.notices()] == [], "a name in a title tells nobody"
    says_under(bea, made)
    for act in ("unpublish", "publish"):
        ada.post(f"{STORIES}/{made['id']}/{act}")
    again = bea.get(f"{STORIES}/{made['id']}")
    assert (again["status_id"], again["comments_count"]) == (made["status_id"], 1), "publishing anew tells nobody again"
    assert "What a story" in site.client.get(path(made)).text


def test_where_nobody_may_comment_there_is_no_post(site: Site, ada: Person) -> None:
    made = published(ada, WORDS, comments="closed")
    assert made["status_id"] is None and made["comments_now"] == "closed"
    assert "Les commentaires sont fermés." in site.client.get(path(made)).text
    assert ada.get(f"/api/v1/accounts/{ada.id}/statuses") == []


def test_comments_that_are_closed_are_refused_with_a_sentence(site: Site, ada: Person, bea: Person) -> None:
    made = published(ada, WORDS)
    first = says_under(bea, made)
    ada.call("PATCH", f"{STORIES}/{made['id']}", json={"comments": "closed"})
    wrong = says_under(bea, made, expect=403)["error"]
    assert wrong == "Comments on this story are closed. You can still quote it."
    bea.says("Further down", in_reply_to_id=first["id"], expect=403)
    ada.says("Nor the teller", in_reply_to_id=made["status_id"], expect=403)
    bea.says("But quoted", quoted_status_id=made["status_id"])
    ada.call("PATCH", f"{STORIES}/{made['id']}", json={"comments": "open"})
    says_under(bea, made)


def test_comments_close_after_so_many_days(site: Site, ada: Person, bea: Person) -> None:
    made = published(ada, WORDS, comments_days=3)
    assert made["comments_now"] == "open" and made["comments_until"] > made["published_at"]
    assert "Tout le monde peut commenter, jusqu’au" in site.client.get(path(made)).text
    says_under(bea, made)
    days_ago(site, made, 3)
    wrong = says_under(bea, made, expect=403)["error"]
    assert wrong.startswith("Comments on this story closed on ")
    assert bea.get(f"{STORIES}/{made['id']}")["comments_now"] == "closed"
    page = site.client.get(path(made)).text
    assert "Les commentaires sont fermés depuis le" in page and "Écrire un commentaire" not in page


def test_members_are_those_who_have_an_account_here(site: Site, ada: Person, bea: Person) -> None:
    made = published(ada, WORDS, comments="members")
    says_under(bea, made)
    from_elsewhere(site)

    def far(tx: Any) -> None:
        zoe = tx.execute(accounts.select().where(accounts.c.domain == "far.example")).one()
        author = find_account(tx, zoe.id)
        assert author is not None
        with pytest.raises(NotAllowed, match="Only people of this server"):
            check_answer(tx, author, int(made["status_id"]))

    site.store.write(far)


def test_a_rule_holds_from_its_moment_on() -> None:
    assert answering("open", 0, 0, DAY) == ("open", None)
    assert answering("members", 2, 0, 2 * DAY - 1) == ("members", 2 * DAY)
    assert answering("members", 2, 0, 2 * DAY) == ("closed", 2 * DAY)
    assert answering("closed", 2, 0, 1) == ("closed", None)


def test_a_story_whose_post_was_deleted_has_no_comments(site: Site, ada: Person) -> None:
    made = published(ada, WORDS)
    ada.delete(f"/api/v1/statuses/{made['status_id']}")
    site.run_jobs()
    assert ada.get(f"{STORIES}/{made['id']}")["status_id"] is None
    assert "Les commentaires sont fermés." in site.client.get(path(made)).text


def test_a_draft_has_no_post(ada: Person) -> None:
    assert tells(ada, WORDS)["status_id"] is None
