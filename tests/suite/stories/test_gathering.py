"""Stories that begin with what is there: favourites of a time, a tag, a thread, several searches as one."""

from datetime import UTC, datetime
from typing import Any

from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES

TODAY = datetime.now(UTC).date().isoformat()


def begun(person: Person, *, expect: int = 200, **raw: Any) -> Any:
    return person.post(f"{STORIES}/gather", {"title": "Gathered", **raw}, expect=expect)


def posts_in(answer: Any) -> list[str]:
    return [one["post_id"] for one in answer["story"]["items"]]


def test_the_best_of_my_favourites_over_a_time_in_order_of_date_or_of_what_they_met_with(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    first, second, third = (bea.says(f"Number {n}")["id"] for n in range(3))
    private = bea.says("Not for everybody", visibility="private")["id"]
    closed = bea.says("Not to be quoted", quote_approval_policy="nobody")["id"]
    ada.follows(bea)
    for one in (third, first, private, closed):
        ada.post(f"/api/v1/statuses/{one}/favourite")
    dirk.post(f"/api/v1/statuses/{third}/favourite")
    days = {"begins": TODAY, "ends": TODAY}
    answer = begun(ada, source="favourites", **days)
    assert (posts_in(answer), answer["left_out"]) == ([first, third], 2)
    assert posts_in(begun(ada, source="favourites", order="engagement", **days)) == [third, first]
    begun(ada, source="favourites", begins="2001-01-01", ends="2001-12-31", expect=404)
    begun(ada, source="favourites", expect=422)
    assert second not in posts_in(answer)


def test_several_searches_are_one_and_each_post_comes_once(site: Site, ada: Person, bea: Person) -> None:
    bea.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    both = bea.says("Harbour and music")["id"]
    music = bea.says("Only music here")["id"]
    bea.says("Nothing of the kind")
    site.run_jobs()
    assert posts_in(begun(ada, source="search", queries=["harbour", "music"])) == [both, music]
    begun(ada, source="search", queries=[], expect=422)


def test_a_tag_and_a_thread_become_stories(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    one = bea.says("Begins #harbour")["id"]
    two = bea.says("Goes on", in_reply_to_id=one)["id"]
    dirk.says("Answers", in_reply_to_id=one)
    assert posts_in(begun(ada, source="tag", words="#Harbour")) == [one]
    assert posts_in(begun(ada, source="thread", status_id=two)) == [one, two]


def test_an_event_of_the_plan_becomes_a_story_of_what_was_said_while_it_lasted(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    days = {"begins": TODAY, "ends": TODAY}
    event = ada.post("/api/perron/v1/events", {"name": "Cup", **days})
    over = ada.post("/api/perron/v1/events", {"name": "Cup", "begins": "2020-01-01", "ends": "2020-01-02"})
    bea.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    bea.says("The cup begins"), dirk.says("Something else")
    site.run_jobs()
    made = begun(ada, source="event", event_id=event["id"])
    assert (made["left_out"], len(made["story"]["items"])) == (0, 1)
    begun(ada, source="event", event_id=over["id"], expect=404)
    begun(bea, source="event", event_id=event["id"], expect=404)
