"""Stories are made: items of every kind in an order, changed by several at once, and undone."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perron.store.tables import jobs, story_items
from perron.suite.archive.content import clips_in_full, stories_in_full
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, five_unlike, from_elsewhere, path, published, tells, upload, words_of


def order(person: Person, story: dict[str, Any]) -> list[str]:
    return [one["id"] for one in person.get(f"{STORIES}/{story['id']}")["items"]]


def said(person: Person, story: dict[str, Any]) -> list[str]:
    return words_of(person.get(f"{STORIES}/{story['id']}"))


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def test_a_story_is_begun_with_items_of_every_kind(site: Site, ada: Person, bea: Person) -> None:
    made = tells(ada, *five_unlike(site, ada, bea), subtitle="Told by ada", language="en", accent="#1F6F5C")
    kinds = ["heading", "post", "text", "post", "text", "link", "text", "feed", "text", "photo"]
    assert [one["type"] for one in made["items"]] == kinds
    assert (made["state"], made["accent"], made["items_count"]) == ("draft", "#1f6f5c", 10)
    assert [one["title"] for one in ada.get(STORIES)] == ["Marseille, one evening"]


def test_a_draft_is_for_nobody_else(site: Site, ada: Person, dirk: Person) -> None:
    made = tells(ada, text("Not yet"))
    dirk.get(f"{STORIES}/{made['id']}", expect=404)
    site.anybody(f"{STORIES}/{made['id']}", expect=404)
    assert site.anybody(f"/api/perron/v1/accounts/{ada.id}/stories") == []
    dirk.post(f"{STORIES}/{made['id']}/items", text("Mine"), expect=404)


def test_a_published_story_has_one_address_for_good(site: Site, ada: Person) -> None:
    made = published(ada, text("Here"))
    assert made["url"].endswith(f"/@ada/stories/{made['id']}")
    assert site.anybody(f"{STORIES}/{made['id']}")["title"] == "Marseille, one evening"
    ada.post(f"{STORIES}/{made['id']}/unpublish")
    site.anybody(f"{STORIES}/{made['id']}", expect=404)
    again = ada.post(f"{STORIES}/{made['id']}/publish")
    assert (again["url"], again["published_at"]) == (made["url"], made["published_at"])


def test_a_story_without_anything_in_it_is_not_published(ada: Person) -> None:
    made = tells(ada)
    answer = ada.post(f"{STORIES}/{made['id']}/publish", expect=422)
    assert "needs something in it" in answer["error"]


def test_only_what_anybody_may_see_enters_a_story(ada: Person, bea: Person) -> None:
    ada.follows(bea)
    private = bea.says("Among us", visibility="private")["id"]
    story = tells(ada)
    answer = ada.post(f"{STORIES}/{story['id']}/items", {"type": "post", "id": private}, expect=403)
    assert answer["error"].startswith("Only what anybody may see can enter a story")
    ada.post(STORIES, {"title": "All at once", "items": [text("a"), {"type": "post", "id": private}]}, expect=403)
    assert [one["title"] for one in ada.get(STORIES)] == ["Marseille, one evening"]


def test_a_post_whose_author_lets_nobody_quote_it_does_not_enter(ada: Person, bea: Person) -> None:
    closed = bea.says("Read me, and leave me here", quote_approval_policy="nobody")["id"]
    answer = ada.post(f"{STORIES}/{tells(ada)['id']}/items", {"type": "post", "id": closed}, expect=403)
    assert answer["error"] == "Its author does not let this post be quoted."


def test_items_are_moved_changed_and_removed_one_by_one(ada: Person) -> None:
    story = tells(ada, text("one"), text("two"), text("three"))
    at = f"{STORIES}/{story['id']}/items"
    one, two, three = order(ada, story)
    ada.post(f"{at}/{three}/move", {"after": "0"})
    assert said(ada, story) == ["three", "one", "two"]
    ada.post(f"{at}/{three}/move", {"after": one})
    assert said(ada, story) == ["one", "three", "two"]
    ada.post(at, {**text("between"), "after": one})
    assert said(ada, story) == ["one", "between", "three", "two"]
    changed = ada.call("PATCH", f"{at}/{two}", json={"text": "two, anew", "version": 1})
    assert changed["version"] == 2
    ada.call("DELETE", f"{at}/{one}")
    assert said(ada, story) == ["between", "three", "two, anew"]


def test_a_move_is_one_row_and_there_is_always_room_between(site: Site, ada: Person) -> None:
    story = tells(ada, text("a"), text("b"), text("c"))
    at, (first, second, third) = f"{STORIES}/{story['id']}/items", order(ada, story)
    for _ in range(40):  # each halves the room between the first and its neighbour
        ada.post(f"{at}/{third}/move", {"after": first})
        ada.post(f"{at}/{second}/move", {"after": first})
    assert said(ada, story) == ["a", "b", "c"]
    with site.store.read() as db:
        ranks = [row[0] for row in db.execute(story_items.select().with_only_columns(story_items.c.rank))]
    assert len(set(ranks)) == 3


def test_who_is_behind_is_told_so_and_overwrites_nothing(ada: Person) -> None:
    story = tells(ada, text("as it was"))
    (one,) = order(ada, story)
    at = f"{STORIES}/{story['id']}/items/{one}"
    ada.call("PATCH", at, json={"text": "mine", "version": 1})
    answer = ada.call("PATCH", at, json={"text": "yours", "version": 1}, expect=409)
    assert "Nothing was overwritten" in answer["error"]
    ada.call("DELETE", at, json={"version": 1}, expect=409)
    assert said(ada, story) == ["mine"]
    ada.call("PATCH", f"{STORIES}/{story['id']}", json={"title": "Anew", "version": 1})
    ada.call("PATCH", f"{STORIES}/{story['id']}", json={"title": "Otherwise", "version": 1}, expect=409)
    assert ada.get(f"{STORIES}/{story['id']}")["title"] == "Anew"


def test_what_was_done_is_undone_act_by_act(ada: Person) -> None:
    story = tells(ada, text("one"), text("two"))
    at = f"{STORIES}/{story['id']}"
    one, two = order(ada, story)
    ada.post(f"{at}/items/{two}/move", {"after": "0"})
    ada.call("PATCH", f"{at}/items/{one}", json={"text": "changed", "version": 1})
    ada.call("DELETE", f"{at}/items/{two}")
    ada.post(f"{at}/items", text("new"))
    ada.call("PATCH", at, json={"title": "Another"})
    ways = [ada.post(f"{at}/undo")["undone"] for _ in range(5)]
    assert ways == ["head", "remove", "restore", "words", "place"]
    assert said(ada, story) == ["one", "two"]
    assert ada.get(at)["title"] == "Marseille, one evening"
    assert ada.post(f"{at}/undo", expect=422)["error"] == "There is nothing to undo."


def test_a_title_of_ten_thousand_signs_is_refused_with_a_sentence(ada: Person) -> None:
    answer = ada.post(STORIES, {"title": "x" * 10_000}, expect=422)
    assert answer["error"] == "The title of a story has at most 200 characters."
    assert ada.post(STORIES, {"title": "\u200b\u202e\u00a0"}, expect=422)["error"] == "A story needs a title."
    right_to_left = ada.post(STORIES, {"title": "قصة \u202eقصيرة"})
    assert right_to_left["title"] == "قصة قصيرة"


@pytest.mark.only("sqlite")
def test_two_thousand_items_are_the_most(ada: Person) -> None:
    too_many = ada.post(STORIES, {"title": "Long", "items": [text("x")] * 2001}, expect=422)
    assert too_many["error"].startswith("A story has at most 2000 items.")
    story = tells(ada, *[text("x")] * 2000)
    answer = ada.post(f"{STORIES}/{story['id']}/items", text("one more"), expect=422)
    assert answer["error"].startswith("A story has at most 2000 items.")
    assert ada.get(f"{STORIES}/{story['id']}")["items_count"] == 2000


def test_addresses_that_are_none_or_lead_elsewhere_than_to_a_page_are_refused(ada: Person) -> None:
    story = tells(ada)
    for url in ("javascript:alert(1)", "file:///etc/passwd", "https://ada:secret@news.example/", "news.example", ""):
        ada.post(f"{STORIES}/{story['id']}/items", {"type": "link", "url": url}, expect=422)


def test_addresses_that_lead_inside_are_asked_by_nobody(site: Site, ada: Person) -> None:
    inside = ("http://127.0.0.1/admin", "http://169.254.169.254/latest", "http://[::1]:6379/", "http://10.0.0.1/")
    story = published(ada, *({"type": "link", "url": url} for url in inside))
    site.run_jobs()
    shown = site.anybody(f"{STORIES}/{story['id']}/export/json")["blocks"]
    assert [(one["url"], one["title"], one.get("extract", "")) for one in shown] == [(url, url, "") for url in inside]


def test_words_that_cannot_be_seen_or_turn_the_others_round_stay_within_their_item(site: Site, ada: Person) -> None:
    said = ["\u202eturned\u202c", "a\u200bb\u2060c", "قصة قصيرة", "\u2066open"]
    story = published(ada, *map(text, said), {"type": "heading", "text": "\u202eHead"}, title="قصة \u202e")
    page = site.client.get(path(story)).text
    assert not any(one in page for one in "\u202e\u202d")
    assert "قصة قصيرة" in page and "turned" in page and 'dir="auto"' in page
    ada.post(f"{STORIES}/{story['id']}/items", text("\u200b\u2060"), expect=422)


def test_of_sites_that_forbid_it_nothing_is_kept(site: Site, ada: Person) -> None:
    tells(ada, {"type": "link", "url": "https://www.instagram.com/p/abc/"})
    with site.store.read() as db:
        wanted = db.execute(jobs.select().where(jobs.c.name == "CardWanted")).fetchall()
    assert wanted == []


def test_clips_move_no_count_and_send_no_notice(site: Site, ada: Person, bea: Person) -> None:
    clipped = [site.person(f"author{n}") for n in range(5)]
    posts = [one.says(f"Said by {one.account.handle}") for one in clipped]
    for post in posts:
        ada.post("/api/perron/v1/clips", {"status_id": post["id"]})
        ada.post("/api/perron/v1/clips", {"status_id": post["id"]})
    ada.post("/api/perron/v1/clips", {"url": "https://news.example/article", "title": "An article"})
    site.run_jobs()
    kept = ada.get("/api/perron/v1/clips")
    assert [one["status"] and one["status"]["id"] for one in kept] == [None, *[one["id"] for one in posts[::-1]]]
    for one, post in zip(clipped, posts, strict=True):
        seen = one.get(f"/api/v1/statuses/{post['id']}")
        assert (seen["favourites_count"], seen["reblogs_count"]) == (0, 0)
        assert one.notices() == []
    assert bea.get("/api/perron/v1/clips") == []
    clipped[0].delete(f"/api/v1/statuses/{posts[0]['id']}")
    assert len(ada.get("/api/perron/v1/clips")) == 5


def test_a_story_goes_with_its_account_and_its_quotes_stay(site: Site, ada: Person, bea: Person) -> None:
    said_ = bea.says("Still here")["id"]
    story = published(ada, {"type": "post", "id": said_}, {"type": "photo", "media_id": upload(ada)})
    ada.delete(f"{STORIES}/{story['id']}")
    site.anybody(f"{STORIES}/{story['id']}", expect=404)
    assert bea.get(f"/api/v1/statuses/{said_}")["id"] == said_
    assert path(story) and from_elsewhere(site)


ACTS = st.lists(
    st.tuples(
        st.sampled_from((0, 1)),
        st.sampled_from(("add", "change", "move", "remove", "look", "undo")),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=25,
)


@pytest.mark.only("sqlite")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_two_editors_at_once_lose_nothing(ada: Person, acts: list[tuple[int, str, int, int]]) -> None:
    """Whatever two people do who each know the story as they saw it last: words that were accepted stand in the story
    until somebody who had seen them changes, removes or undoes them."""
    story = tells(ada, text("first"))
    at = f"{STORIES}/{story['id']}"
    seen: list[dict[str, tuple[int, str]]] = [{}, {}]
    truth: dict[str, str] = {}

    def look(who: int) -> None:
        seen[who] = {one["id"]: (one["version"], one["text"]) for one in ada.get(at)["items"]}

    for who in (0, 1):
        look(who)
    truth = {id_: words for id_, (_, words) in seen[0].items()}
    for number, (who, act, which, where) in enumerate(acts):
        known = [*seen[who]]
        item = known[which % len(known)] if known else ""
        after = known[where % len(known)] if known else "0"
        if act == "look":
            look(who)
        elif act == "add":
            reply = _any(ada, "POST", f"{at}/items", {**text(f"n{number}"), "after": after})
            if reply is not None:
                truth[reply["id"]] = f"n{number}"
        elif act == "undo":
            _any(ada, "POST", f"{at}/undo", {})
            truth = {one["id"]: one["text"] for one in ada.get(at)["items"]}
        elif item and act == "change":
            body = {"text": f"c{number}", "version": seen[who][item][0]}
            if _any(ada, "PATCH", f"{at}/items/{item}", body) is not None:
                assert truth[item] == seen[who][item][1], "words were overwritten that nobody had seen"
                truth[item] = f"c{number}"
        elif item and act == "move":
            _any(ada, "POST", f"{at}/items/{item}/move", {"after": after})
        elif item and act == "remove" and _remove(ada, f"{at}/items/{item}", seen[who][item][0]):
            assert truth.pop(item) == seen[who][item][1], "words were removed that nobody had seen"
        assert {one["id"]: one["text"] for one in ada.get(at)["items"]} == truth


def _remove(person: Person, address: str, version: int) -> bool:
    return _any(person, "DELETE", address, {"version": version}) is not None


def _any(person: Person, method: str, address: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """What was answered, or None when it was refused with a sentence."""
    reply = person.site.client.request(method, address, headers=person.headers, json=body)
    assert reply.status_code in (200, 404, 409, 422), reply.text
    return reply.json() if reply.status_code == 200 else None


def test_hostile_values_are_refused_with_a_sentence(ada: Person) -> None:
    story = tells(ada)
    at = f"{STORIES}/{story['id']}"
    huge = "9" * 60
    for body in (
        {"type": "link", "url": "https://a\u0000b.example/"},
        {"type": "post", "id": huge},
        {"type": "post", "id": "²"},
        {"type": "photo", "media_id": {"a": 1}},
        {"type": "text", "text": ["a"]},
        {"type": ["text"], "text": "a"},
        {"type": "text", "text": "a", "after": "12"},
    ):
        _any(ada, "POST", f"{at}/items", body)
    for head in ({"comments_days": "0" * 12 + "9" * 30}, {"accent": "red; }"}, {"theme": "none"}, {"title": {}}):
        assert _any(ada, "PATCH", at, head) is None, head
    for raw in ({"status_id": huge}, {"begins": "9999-12-31", "ends": "9999-12-31"}, {"words": "\u0000"}):
        for source in ("favourites", "tag", "thread", "search", "none"):
            _any(ada, "POST", f"{STORIES}/gather", {"title": "Gathered", "source": source, **raw})


def test_stories_and_clips_are_in_ones_own_archive(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted")["id"]
    tells(ada, text("Words of mine"), {"type": "post", "id": post})
    ada.post("/api/perron/v1/clips", {"status_id": post})
    with site.store.read() as db:
        (story,), (clip,) = stories_in_full(db, ada.account.id), clips_in_full(db, ada.account.id)
    assert story["items"] == [{"kind": "text", "text": "Words of mine"}, {"kind": "post", "post": post}]
    assert clip["post"] == post
