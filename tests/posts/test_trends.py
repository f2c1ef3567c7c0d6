"""What people talk about: how it is counted, and who may be shown what."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.kit.time import DAY, HOUR, now
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.posts.tag_history import used_tags
from perron.posts.tagging import find_tag
from perron.posts.trends import trending_posts, trends_of
from perron.posts.trends_count import COUNTS
from perron.posts.trends_job import recount
from perron.posts.trends_score import HALF_LIFE, score
from tests.rig import Person, Site
from tests.statements import statements

people = st.dictionaries(st.integers(0, 71), st.integers(1, 50), max_size=20)
usual = st.floats(0, 40)


# -- the score ---------------------------------------------------------------------------------------------------------


@given(people, usual, st.integers(0, 71), st.integers(2, 5))
def test_one_more_person_never_makes_it_less(heard: dict[int, int], rule: float, when: int, fewest: int) -> None:
    more = heard | {when: heard.get(when, 0) + 1}

    assert score(more, rule, fewest) >= score(heard, rule, fewest) - 1e-9


@given(people, usual, st.integers(1, 48))
def test_the_same_talk_is_worth_less_when_it_is_older(heard: dict[int, int], rule: float, hours: int) -> None:
    older = {when + hours: count for when, count in heard.items()}
    before, after = score(heard, rule, 2), score(older, rule, 2)

    assert after == pytest.approx(before * 0.5 ** (hours / HALF_LIFE))


@given(people, usual, st.floats(0, 40))
def test_what_is_usual_is_no_news(heard: dict[int, int], rule: float, more: float) -> None:
    assert score(heard, rule + more, 2) <= score(heard, rule, 2)


@given(st.integers(0, 71), usual, st.integers(2, 9))
def test_one_person_alone_is_never_enough(when: int, rule: float, fewest: int) -> None:
    assert score({when: 1}, rule, fewest) == 0


# -- counting ----------------------------------------------------------------------------------------------------------


def found_by_all(*people: Person) -> None:
    for one in people:
        one.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})


def some(site: Site, count: int, *, called: str = "person") -> list[Person]:
    people = [site.person(f"{called}{n}") for n in range(count)]
    found_by_all(*people)
    return people


def said_before(site: Site, who: Person, text: str, ago: int, **more: Any) -> int:
    draft = Draft(text=text, at=now() - ago, **more)
    return site.store.write(lambda tx: publish(tx, who.account, draft, site.settings)).id


def tags(site: Site) -> list[str]:
    recount(site.store)
    with site.store.read() as db:
        ids = [one.subject_id for one in trends_of(db, "tag", limit=20)]
        return [one.name for one in used_tags(db, ids)]


def posts(site: Site, viewer: Person | None = None) -> list[int]:
    recount(site.store)
    with site.store.read() as db:
        return trending_posts(db, viewer=viewer.account.id if viewer else None, limit=20)


def test_a_tag_that_several_people_use_is_talked_about(site: Site) -> None:
    people = some(site, 3)
    for one in people:
        one.says("#lavender in bloom")
    for _ in range(3):
        people[0].says("#alone")

    assert tags(site) == ["lavender"]


def test_whose_voice_counts(site: Site) -> None:
    """Neither programs, nor whom moderators have limited, nor words for few."""
    ada, bot, limited, quiet = some(site, 4)
    bot.call("PATCH", "/api/v1/accounts/update_credentials", json={"bot": True})
    from perron.people.standing import change_limit

    site.store.write(lambda tx: change_limit(tx, limited.account.id, True))
    ada.says("#one")
    bot.says("#one")
    limited.says("#one")
    quiet.says("#one", visibility="private")
    quiet.says("#one", visibility="unlisted")
    assert tags(site) == []

    quiet.says("#one")
    assert tags(site) == ["one"]


def test_what_is_used_every_day_is_no_news(site: Site) -> None:
    people = some(site, 3)
    for day in range(5, 25):
        for one in people:
            said_before(site, one, "#hello", day * DAY)
    for one in people:
        one.says("#hello #news")

    assert tags(site) == ["news"]


def test_newer_talk_goes_before_older_and_ends_after_three_days(site: Site) -> None:
    people = some(site, 3)
    for one in people:
        said_before(site, one, "#old", 80 * HOUR)
        said_before(site, one, "#yesterday", 30 * HOUR)
        said_before(site, one, "#today", HOUR)

    assert tags(site) == ["today", "yesterday"]


def test_counting_twice_changes_nothing(site: Site) -> None:
    people = some(site, 3)
    liked = people[0].says("Cherries #fruit")
    for one in people[1:]:
        one.says("#fruit #season")
        one.post(f"/api/v1/statuses/{liked['id']}/favourite")
    recount(site.store)

    def rows() -> Sequence[Any]:
        from sqlalchemy import select

        from perron.store.tables import trends

        with site.store.read() as db:
            return db.execute(select(trends).order_by(trends.c.kind, trends.c.position)).all()

    first = rows()
    recount(site.store)
    assert len(first) == 3 and rows() == first


def test_the_number_of_statements_is_the_same_for_little_and_much(site: Site) -> None:
    people = some(site, 4)

    def cost() -> int:
        with site.store.read() as db:
            return statements(lambda: [count(db, now(), 2) for count in COUNTS])

    for one in people[:2]:
        one.says("#first")
    few = cost()
    for one in people:
        for n in range(10):
            one.says(f"#tag{n}")

    assert cost() == few


# -- posts -------------------------------------------------------------------------------------------------------------


def test_a_post_that_several_people_pass_on_is_talked_about(site: Site) -> None:
    ada, bea, carl, dirk = some(site, 4)
    liked, other = ada.says("Cherries")["id"], bea.says("Plums")["id"]
    for one in (bea, carl):
        one.post(f"/api/v1/statuses/{liked}/favourite")
        one.post(f"/api/v1/statuses/{liked}/reblog")
    for _ in range(2):  # its author's own marks make no crowd
        bea.post(f"/api/v1/statuses/{other}/favourite")
        bea.post(f"/api/v1/statuses/{other}/reblog")
    dirk.post(f"/api/v1/statuses/{other}/favourite")

    assert posts(site) == [int(liked)]


def test_one_post_of_each_author(site: Site) -> None:
    ada, bea, carl = some(site, 3)
    for n in range(3):
        liked = ada.says(f"Cherries {n}")["id"]
        for one in (bea, carl):
            one.post(f"/api/v1/statuses/{liked}/favourite")

    assert len(posts(site)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"visibility": "unlisted"},
        {"visibility": "private"},
        {"sensitive": True},
        {"spoiler_text": "Careful"},
    ],
)
def test_what_may_not_be_shown_by_itself_is_not(site: Site, more: dict[str, Any]) -> None:
    ada, bea, carl = some(site, 3)
    for one in (bea, carl):
        one.follows(ada)
    liked = ada.says("Cherries", **more)["id"]
    for one in (bea, carl):
        one.post(f"/api/v1/statuses/{liked}/favourite")

    assert posts(site) == []


def test_nobody_is_shown_who_does_not_wish_to_be_found(site: Site) -> None:
    ada = site.person("ada")
    bea, carl = some(site, 2)
    liked = ada.says("Cherries")["id"]
    for one in (bea, carl):
        one.post(f"/api/v1/statuses/{liked}/favourite")
    assert posts(site) == []

    found_by_all(ada)
    assert posts(site) == [int(liked)]

    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": False})
    with site.store.read() as db:  # at once, before anybody has counted again
        assert trending_posts(db, viewer=None, limit=20) == []


def test_who_is_blocked_or_muted_is_not_shown(site: Site) -> None:
    ada, bea, carl, dirk = some(site, 4)
    liked = ada.says("Cherries")["id"]
    for one in (bea, carl):
        one.post(f"/api/v1/statuses/{liked}/favourite")
    assert posts(site, dirk) == [int(liked)]

    dirk.post(f"/api/v1/accounts/{ada.id}/mute")
    assert posts(site, dirk) == []
    carl.post(f"/api/v1/accounts/{ada.id}/block")
    assert posts(site, carl) == []
    ada.post(f"/api/v1/accounts/{bea.id}/block")
    assert posts(site, bea) == []


# -- days --------------------------------------------------------------------------------------------------------------


def uses(site: Site, name: str) -> tuple[int, int]:
    history = site.anybody(f"/api/v1/tags/{name}")["history"]
    assert len(history) == 7 and [int(one["day"]) for one in history] == sorted(
        (int(one["day"]) for one in history), reverse=True
    )
    return int(history[0]["uses"]), int(history[0]["accounts"])


def test_an_edit_is_no_new_use_of_a_tag(site: Site, ada: Person) -> None:
    post = ada.says("#fruit")
    for n in range(3):
        ada.put(f"/api/v1/statuses/{post['id']}", {"status": f"#fruit {n}"})
    assert uses(site, "fruit") == (1, 1)

    ada.put(f"/api/v1/statuses/{post['id']}", {"status": "#plums"})
    assert uses(site, "fruit") == (0, 0) and uses(site, "plums") == (1, 1)


def test_writing_anew_is_no_second_person(site: Site, ada: Person) -> None:
    for _ in range(3):
        post = ada.says("#fruit")
        ada.delete(f"/api/v1/statuses/{post['id']}")
    ada.says("#fruit")

    assert uses(site, "fruit") == (1, 1)


def test_a_tag_that_never_was_has_seven_empty_days(site: Site) -> None:
    assert uses(site, "never") == (0, 0)


def test_a_tag_out_of_use_stays_a_word(site: Site, ada: Person) -> None:
    from sqlalchemy import update

    from perron.store.tables import tags as table

    before = ada.says("#bad and #good")
    site.store.write(lambda tx: tx.execute(update(table).where(table.c.key == "bad").values(usable=False)))
    post = ada.says("#bad and #good")

    assert [one["name"] for one in post["tags"]] == ["good"]
    assert "#bad and" in post["content"] and 'rel="tag">#<span>good' in post["content"]
    assert [one["name"] for one in ada.get(f"/api/v1/statuses/{before['id']}")["tags"]] == ["bad", "good"]
    assert len(ada.get("/api/v1/timelines/tag/bad")) == 1
    with site.store.read() as db:
        assert find_tag(db, "bad")
