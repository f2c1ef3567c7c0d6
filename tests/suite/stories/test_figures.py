"""How a story is read: counted without knowing anybody, honest about what is not known, apart from figures of posts."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from perron.kit.time import DAY, MINUTE, now
from perron.store.rows import SHAPES
from perron.store.tables import posts, stories, story_days, story_people, story_readers, story_salts
from perron.suite.stories.views import Seen, forget_readers, keep_views
from tests.rig import Person, Site
from tests.suite.stories.reading import FIREFOX, Reader, figures, readers, write_down
from tests.suite.stories.telling import STORIES, published, tells

WORDS = [{"type": "text", "text": f"Words {n}"} for n in range(5)]


@pytest.fixture
def story(site: Site, ada: Person) -> dict[str, Any]:
    return published(ada, *WORDS)


def counted(found: dict[str, Any], *names: str) -> tuple[int, ...]:
    return tuple(found[name] for name in names)


def keep(site: Site, *seen: Seen) -> None:
    site.store.write(lambda tx: keep_views(tx, seen))


def rows(site: Site, table: Any) -> list[Any]:
    with site.store.read() as db:
        return [tuple(row) for row in db.execute(select(table)).all()]


def test_views_and_readers_are_counted_apart(site: Site, ada: Person, story: dict[str, Any]) -> None:
    one, other = readers(site, 2)
    for _ in range(3):
        one.opens(story)
    one.opens(story, "/slides")
    other.opens(story, "/print")
    found = figures(site, ada, story)
    assert counted(found, "views", "readers_least", "readers_most") == (2, 2, 2)
    assert found["days"][-1]["views"] == 2 and len(found["days"]) == 30


def test_who_comes_back_later_is_one_reader_and_a_second_view(site: Site, ada: Person, story: dict[str, Any]) -> None:
    at, id_ = now() // DAY * DAY, int(story["id"])
    for minutes in (0, 20, 45, 200):
        seen = Seen(id_, at + minutes * MINUTE, where="198.51.100.1", browser=FIREFOX)
        keep(site, seen)
    found = figures(site, ada, story)
    assert counted(found, "views", "readers_most") == (2, 1), "who is still reading is no second view"


def test_the_same_person_on_two_days_makes_an_interval(site: Site, ada: Person, story: dict[str, Any]) -> None:
    for day in (0, 1):
        seen = [Seen(int(story["id"]), now() - day * DAY, where=f"198.51.100.{n}", browser="b") for n in range(3)]
        keep(site, *seen)
    assert counted(figures(site, ada, story), "views", "readers_least", "readers_most") == (6, 3, 6)


def test_the_teller_robots_previews_and_what_is_fetched_early_are_no_readers(
    site: Site, ada: Person, story: dict[str, Any]
) -> None:
    reader = Reader(site)
    for header in ({"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"}):
        reader.opens(story, **header)
    for robot in ("Googlebot/2.1", "Mastodon/4.5 (http.rb)", "Mozilla/5.0 (compatible; facebookexternalhit/1.1)", ""):
        reader.opens(story, **{"user-agent": robot})
    site.client.head(reader.opens(story, **{"user-agent": "curl/8"}).url.path, headers=reader.headers)
    found = figures(site, ada, story)
    assert counted(found, "views", "readers_most", "machines") == (0, 0, 5)


def test_who_asks_not_to_be_followed_is_a_view_and_nothing_else(site: Site, ada: Person, story: dict[str, Any]) -> None:
    for header in ({"sec-gpc": "1"}, {"dnt": "1"}):
        Reader(site).opens(story, **header)
        Reader(site).tells(story, {"item": story["items"][4]["id"]}, **header)
    found = figures(site, ada, story)
    assert counted(found, "views", "quiet", "readers_most", "told") == (2, 2, 0, 0)
    assert rows(site, story_readers) == []


def test_a_frame_on_another_site_is_counted_apart(site: Site, ada: Person, story: dict[str, Any]) -> None:
    Reader(site).opens(story, "/embed")
    assert counted(figures(site, ada, story), "views", "frames") == (0, 1)


def test_a_draft_is_not_counted_nor_what_there_is_not(site: Site, ada: Person) -> None:
    draft = tells(ada, *WORDS)
    Reader(site).tells(draft, {"item": draft["items"][0]["id"]})
    Reader(site).tells({"id": "12345"}, {"item": "1"})
    assert counted(figures(site, ada, draft), "views", "told") == (0, 0)
    assert rows(site, story_days) == []


def test_how_far_people_read_is_told_of_enough_of_them(site: Site, ada: Person, story: dict[str, Any]) -> None:
    first, rest = readers(site, 12), readers(site, 8, first=50)
    for one in first:
        one.reads(story, until=2)
    early = figures(site, ada, story)
    assert early["told"] == 12 and early["finished"] is None and early["items"][0]["share"] is None
    for one in rest:
        one.reads(story, until=4)
    found = figures(site, ada, story)
    assert [one["reached"] for one in found["items"]] == [20, 20, 20, 8, 8]
    assert [one["stopped"] for one in found["items"]] == [0, 0, 12, 0, 8]
    share = found["finished"]
    assert share["value"] == 0.4 and share["least"] < 0.25 and share["most"] > 0.55, "of twenty, that is not sure"


def test_going_back_or_reading_again_does_not_count_twice(site: Site, ada: Person, story: dict[str, Any]) -> None:
    reader = Reader(site)
    for place in (1, 3, 0, 3):
        reader.reads(story, until=place)
        write_down(site)
    found = figures(site, ada, story)
    assert [one["stopped"] for one in found["items"]] == [0, 0, 0, 1, 0] and found["told"] == 1


def test_what_was_taken_out_keeps_its_place_in_how_far(site: Site, ada: Person, story: dict[str, Any]) -> None:
    Reader(site).reads(story, until=2)
    write_down(site)
    ada.delete(f"{STORIES}/{story['id']}/items/{story['items'][2]['id']}")
    found = figures(site, ada, story)
    assert [one["reached"] for one in found["items"]] == [1, 1, 0, 0] and found["told"] == 1


def test_leaving_by_an_item_counts_once_for_each_reader(site: Site, ada: Person, story: dict[str, Any]) -> None:
    one, other = readers(site, 2)
    for _ in range(3):
        one.tells(story, {"click": story["items"][1]["id"]})
    other.tells(story, {"click": story["items"][1]["id"]})
    other.tells(story, {"click": "987654321"})
    found = figures(site, ada, story)
    assert found["clicks"] == 2 and found["items"][1]["clicks"] == 2


def test_one_household_cannot_be_a_crowd(site: Site, ada: Person, story: dict[str, Any]) -> None:
    for n in range(150):
        Reader(site, f"{FIREFOX} {n}").opens(story)
    assert figures(site, ada, story)["readers_most"] == 100


def test_words_of_other_sites_and_nonsense_are_not_counted(site: Site, ada: Person, story: dict[str, Any]) -> None:
    item = {"item": story["items"][0]["id"]}
    Reader(site).tells(story, item, **{"origin": "https://evil.example", "sec-fetch-site": "cross-site"})
    bodies: list[Any] = [[], "x", {"item": "x" * 500}, {"item": {"a": [1]}}, {"item": "-1"}, {"item": "²"}]
    for body in bodies:
        Reader(site).tells(story, body)
    assert figures(site, ada, story)["told"] == 0


def test_nothing_is_written_while_people_read_and_then_all_at_once(
    site: Site, ada: Person, story: dict[str, Any]
) -> None:
    asked = 0
    plain = site.store.submit

    def submit(*given: Any, **more: Any) -> None:
        nonlocal asked
        asked += 1
        plain(*given, **more)

    site.store.submit = submit  # type: ignore[method-assign]
    for one in readers(site, 50):
        one.opens(story)
    assert asked == 0
    assert figures(site, ada, story)["views"] == 50


def test_what_was_read_is_kept_when_the_server_stops(tmp_path: Path, database: str) -> None:
    with Site.opened(tmp_path / "data", database) as site:
        ada = site.person("ada")
        story = published(ada, *WORDS)
        Reader(site).reads(story, until=2)
    with Site.opened(tmp_path / "data", database) as again:
        teller = Person(again, ada.account, ada.user_id, ada.token)
        assert counted(teller.get(f"{STORIES}/{story['id']}/figures"), "views", "told") == (1, 1)


def test_the_page_is_the_same_for_all_and_leaves_no_cookie(site: Site, ada: Person, story: dict[str, Any]) -> None:
    one, other = (each.opens(story) for each in readers(site, 2))
    assert one.headers["etag"] == other.headers["etag"] and "set-cookie" not in one.headers
    assert one.headers["cache-control"].startswith("public")


def test_salts_and_readers_are_gone_with_their_day(site: Site, ada: Person, story: dict[str, Any]) -> None:
    seen = Seen(int(story["id"]), now() - DAY, where="198.51.100.7", browser="some browser")
    keep(site, seen)
    assert len(rows(site, story_salts)) == 1 and len(rows(site, story_readers)) == 1
    assert "198.51" not in str(rows(site, story_readers)) and "browser" not in str(rows(site, story_readers))
    site.store.write(forget_readers)
    assert rows(site, story_salts) == rows(site, story_readers) == []
    assert figures(site, ada, story)["views"] == 1
    assert not {"story_salts", "story_readers"} & {one.name for one in SHAPES}, "they are in no backup"


def test_figures_are_for_the_teller_alone(site: Site, ada: Person, bea: Person, story: dict[str, Any]) -> None:
    assert ada.get(f"{STORIES}/{story['id']}/figures")["views"] == 0
    bea.get(f"{STORIES}/{story['id']}/figures", expect=404)
    site.anybody(f"{STORIES}/{story['id']}/figures", expect=401)


def test_figures_go_with_their_story(site: Site, ada: Person, story: dict[str, Any]) -> None:
    Reader(site).reads(story, until=1)
    write_down(site)
    ada.delete(f"{STORIES}/{story['id']}")
    assert rows(site, story_days) == rows(site, story_readers) == []


def test_reading_a_story_moves_no_figure_of_a_post(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted")
    made = published(ada, {"type": "post", "id": post["id"]})
    for one in readers(site, 5):
        one.reads(made, until=0)
    write_down(site)
    after = bea.get(f"/api/v1/statuses/{post['id']}")
    names = ("favourites_count", "reblogs_count", "replies_count", "quotes_count")
    assert counted(after, *names) == counted(post, *names) == (0, 0, 0, 0)


# -- those who are quoted ----------------------------------------------------------------------------------------------


def came_out(site: Site, story: dict[str, Any], days: int) -> None:
    """As though it had come out so many days ago, to the moment."""
    at = now() - days * DAY
    site.store.write(
        lambda tx: tx.execute(stories.update().where(stories.c.id == int(story["id"])).values(published_at=at))
    )


def test_what_the_quoted_gained_is_told_to_them_alone(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    post = bea.says("Quoted")
    made = published(ada, {"type": "text", "text": "Before"}, {"type": "post", "id": post["id"]})
    for one in readers(site, 20):
        one.reads(made, until=1)
        one.tells(made, {"click": made["items"][1]["id"]})
    write_down(site)
    found = bea.get(f"{STORIES}/{made['id']}/gains")
    assert counted(found, "reached", "clicks") == (20, 20) and found["item_ids"] == [made["items"][1]["id"]]
    assert found["followers"] == {"days": 0, "before": 0, "after": 0, "likely": None}, "not a day is over"
    for other in (ada, dirk):
        other.get(f"{STORIES}/{made['id']}/gains", expect=404)


def test_more_after_than_before_is_said_only_when_chance_would_not_do(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted")
    made = published(ada, {"type": "post", "id": post["id"]})
    fans = [site.person(f"fan{n}") for n in range(12)]
    for one in fans[:4]:
        one.follows(bea)
    came_out(site, made, days=2)
    few = bea.get(f"{STORIES}/{made['id']}/gains")["followers"]
    assert few == {"days": 2, "before": 0, "after": 4, "likely": None}
    for one in fans[4:]:
        one.follows(bea)
        one.post(f"/api/v1/statuses/{post['id']}/favourite")
    came_out(site, made, days=2)
    found = bea.get(f"{STORIES}/{made['id']}/gains")
    assert found["followers"]["after"] == 12 and found["followers"]["likely"] == "more"


def test_marks_of_a_quoted_post_are_held_against_those_before(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted")
    made = published(ada, {"type": "post", "id": post["id"]})
    came_out(site, made, days=2)
    (one,) = bea.get(f"{STORIES}/{made['id']}/gains")["statuses"]
    assert one["marks"]["days"] == 0, "it is younger than the story: there is no before"
    with site.store.read() as db:
        assert db.execute(select(posts.c.id).where(posts.c.id == int(post["id"]))).one()


def test_whoever_left_a_story_is_told_nothing_of_their_posts(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted")
    made = published(ada, {"type": "post", "id": post["id"]})
    bea.post(f"{STORIES}/{made['id']}/leave")
    assert bea.get(f"{STORIES}/{made['id']}/gains")["statuses"] == []
    assert rows(site, story_people)
