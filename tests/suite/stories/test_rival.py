"""Two titles of a story by turns: the same for all who look at one moment, counted without knowing anybody, honest
about what is not known, and settled by the teller."""

from typing import Any

import pytest
from sqlalchemy import update

from perron.kit.time import DAY, HOUR, MINUTE, now
from perron.store.tables import story_rivals
from perron.suite.stories import rival
from perron.suite.stories.rival import FIRST, OTHER, TURN, UNSURE, Rival, compare, counted_at, rival_of, turn_at
from perron.suite.stories.views import Seen, keep_views
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, path, published, tells, upload

WORDS = [{"type": "text", "text": f"Words {n}"} for n in range(3)]
NONE = {"readers": 0, "told": 0, "finished": 0}
HERE = 1_700_000_000_000 // HOUR * HOUR


@pytest.fixture
def story(site: Site, ada: Person) -> dict[str, Any]:
    return published(ada, *WORDS, title="The first title")


def tried(site: Site, ada: Person, story: dict[str, Any], *, days: int = 3, **fields: Any) -> Rival:
    """A second title that has been tried for some days."""
    ada.post(f"{STORIES}/{story['id']}/rival", fields or {"title": "The second title"})
    began = (now() - days * DAY) // DAY * DAY
    site.store.write(lambda tx: tx.execute(update(story_rivals).values(began_at=began)))
    with site.store.read() as db:
        found = rival_of(db, int(story["id"]))
    assert found is not None
    return found


def moment(found: Rival, side: int, since: int) -> int:
    """A moment at which one of them is shown for sure."""
    return next(at for at in range(since, since + 3 * HOUR, MINUTE) if counted_at(found, at) == side)


def reads(site: Site, story: dict[str, Any], found: Rival, side: int, how_many: int, *, to_the_end: int) -> None:
    """So many open the story while one side is shown, and some of them read it to its end, not before the other's
    turn has come."""
    at, events = moment(found, side, found.began_at + HOUR), []
    for n in range(how_many):
        who = {"where": f"198.51.100.{n}", "browser": f"side {side}"}
        item = int(story["items"][-1 if n < to_the_end else 0]["id"])
        events += [Seen(int(story["id"]), at, **who), Seen(int(story["id"]), at + TURN, item=item, **who)]
    site.store.write(lambda tx: keep_views(tx, events))


def at_turn(monkeypatch: pytest.MonkeyPatch, found: Rival, side: int) -> None:
    at = moment(found, side, now() - 2 * HOUR)
    monkeypatch.setattr(rival, "now", lambda: at)


def test_every_hour_has_a_turn_of_each_and_which_is_first_changes() -> None:
    found = Rival(7, "Other", None, HERE, None, "", "", (NONE, NONE))
    firsts = []
    for hour in range(48):
        begins = HERE + hour * HOUR
        turns = [turn_at(found, begins + minute * MINUTE) for minute in range(60)]
        assert turns[:30] == [turns[0]] * 30 and turns[30:] == [1 - turns[0]] * 30
        firsts.append(turns[0])
    assert 10 < sum(firsts) < 38, "an order that never changed would hold against each other hours of the day"
    assert turn_at(found, HERE - 1) == FIRST, "before it begins, the first is shown"


def test_nobody_is_counted_while_a_kept_page_may_show_the_other() -> None:
    found = Rival(7, "Other", None, HERE, None, "", "", (NONE, NONE))
    sure = [counted_at(found, HERE + minute * MINUTE) is not None for minute in range(60)]
    assert sure == ([False] * 2 + [True] * 28) * 2
    assert compare(Rival(7, "", None, HERE, HERE + 5 * HOUR, "first", "", (NONE, NONE))).sides[0].shown == 5 * (
        TURN - UNSURE
    )


def test_everybody_is_shown_the_one_whose_turn_it_is(
    site: Site, ada: Person, bea: Person, story: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cover = upload(ada, "blue")
    found = tried(site, ada, story, title="The second title", cover_id=cover)
    seen = {}
    for side in (FIRST, OTHER):
        at_turn(monkeypatch, found, side)
        ada.says("What was kept is shown no more")
        mine = {}
        for view in ("", "/slides", "/print", "/embed"):
            mine[view] = site.client.get(path(story) + view).text
        mine["list"] = site.client.get("/@ada/stories").text
        mine["oembed"] = site.client.get("/api/oembed", params={"url": story["url"]}).text
        mine["api"] = str(bea.get(f"{STORIES}/{story['id']}")["title"])
        wanted, other = ("The second title", "The first title") if side else ("The first title", "The second title")
        for where, text in mine.items():
            assert wanted in text and other not in text, (side, where)
        seen[side] = mine["list"]
        assert ada.get(f"{STORIES}/{story['id']}")["title"] == "The first title", "at the desk nothing moves"
        assert "The first title" in site.client.get(f"{path(story)}.rss").text
        assert "The first title" in site.client.get(f"{STORIES}/{story['id']}/export/markdown").text
        activity = site.client.get(path(story), headers={"accept": "application/activity+json"})
        assert activity.json()["name"] == "The first title"
    assert "<img" in seen[OTHER].partition("story-list")[2] and "cover tint" in seen[FIRST]


def test_few_readers_are_not_enough(site: Site, ada: Person, story: dict[str, Any]) -> None:
    found = tried(site, ada, story)
    for side in (FIRST, OTHER):
        reads(site, story, found, side, 12, to_the_end=6)
    told = ada.get(f"{STORIES}/{story['id']}/rival")
    assert (told["opened"], told["read"], told["first"]["finished"]) == (None, None, None)
    assert [told[side]["readers"] for side in ("first", "other")] == [12, 12]


def test_more_than_chance_is_said_with_intervals(site: Site, ada: Person, story: dict[str, Any]) -> None:
    found = tried(site, ada, story)
    reads(site, story, found, FIRST, 40, to_the_end=10)
    reads(site, story, found, OTHER, 90, to_the_end=70)
    told = ada.get(f"{STORIES}/{story['id']}/rival")
    assert (told["opened"], told["read"]) == ("other", "other")
    assert [(told[side]["readers"], told[side]["told"]) for side in ("first", "other")] == [(40, 40), (90, 90)]
    assert told["first"]["finished"]["value"] == 0.25 and 0.3 < told["first"]["finished"]["most"] < 0.45


def test_what_chance_explains_is_no_victory(site: Site, ada: Person, story: dict[str, Any]) -> None:
    found = tried(site, ada, story)
    reads(site, story, found, FIRST, 40, to_the_end=20)
    reads(site, story, found, OTHER, 48, to_the_end=28)
    told = ada.get(f"{STORIES}/{story['id']}/rival")
    assert (told["opened"], told["read"]) == ("same", "same")


def test_the_teller_settles_which_stays(site: Site, ada: Person, story: dict[str, Any]) -> None:
    found = tried(site, ada, story)
    reads(site, story, found, OTHER, 3, to_the_end=1)
    at = f"{STORIES}/{story['id']}/rival"
    told = ada.post(f"{at}/settle", {"keep": "other"})
    assert told["kept"] == "other" and told["first"]["title"] == "The first title"
    assert told["other"]["readers"] == 3
    assert ada.get(f"{STORIES}/{story['id']}")["title"] == "The second title"
    assert "The second title" in site.client.get(path(story)).text
    ada.post(f"{STORIES}/{story['id']}/undo")
    assert ada.get(f"{STORIES}/{story['id']}")["title"] == "The first title"
    ada.post(f"{at}/settle", {"keep": "first"}, expect=404)
    ada.post(at, {"title": "A third title"})
    assert ada.get(at)["other"]["readers"] == 0


def test_what_cannot_be_tried_is_refused_with_a_sentence(
    site: Site, ada: Person, bea: Person, story: dict[str, Any]
) -> None:
    at = f"{STORIES}/{story['id']}/rival"
    ada.get(at, expect=404)
    assert "another title" in ada.post(at, {"title": "The first title"}, expect=422)["error"]
    assert "picture of your own" in ada.post(at, {"cover_id": upload(bea)}, expect=422)["error"]
    draft = tells(ada, *WORDS)
    assert (
        "once the story is published" in ada.post(f"{STORIES}/{draft['id']}/rival", {"title": "B"}, expect=422)["error"]
    )
    ada.post(at, {"title": "B"})
    assert "already" in ada.post(at, {"title": "C"}, expect=400)["error"]
    ada.post(f"{at}/settle", {"keep": "both"}, expect=422)
    for call in (bea.get, lambda one, expect: bea.post(one, {"title": "Mine"}, expect=expect)):
        call(at, expect=404)


def test_a_second_title_goes_with_its_story(site: Site, ada: Person, story: dict[str, Any]) -> None:
    tried(site, ada, story)
    ada.call("DELETE", f"{STORIES}/{story['id']}")
    with site.store.read() as db:
        assert db.execute(story_rivals.select()).all() == []
