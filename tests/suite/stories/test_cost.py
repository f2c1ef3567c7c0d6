"""What a story costs, beside what everybody reads."""

import time
from collections.abc import Callable

import pytest

from perron.entities.posts import posts_by_id
from perron.kit import json
from perron.people.queries import find_account
from perron.press import markup
from perron.suite.stories.queries import story_as_stored
from perron.suite.stories.told import told
from perron.web.drawn import Anybody
from perron.web.environment import environment
from perron.web.words import words
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, published


def test_an_item_among_five_hundred_is_moved_at_about_the_cost_of_one_among_five(site: Site, ada: Person) -> None:
    """Dragging is one row and one answer, however long a story is."""

    def moving(n: int) -> Callable[[], object]:
        items = [{"type": "text", "text": f"Number {one}"} for one in range(n)]
        story = ada.post(STORIES, {"title": "Long", "items": items})
        ids = [one["id"] for one in story["items"]]
        at = f"{STORIES}/{story['id']}/items/{ids[-1]}/move"
        return lambda: [ada.post(at, {"after": ids[place % 4]}) for place in range(5)]

    few, many = moving(5), moving(500)
    ratio = cpu(many) / cpu(few)
    assert ratio <= 5, f"{ratio:.1f} times"


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of CPU that some work takes, the least of several."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.only("sqlite")
def test_a_story_of_a_hundred_posts_costs_at_most_three_times_what_a_timeline_of_them_does(
    site: Site, ada: Person, bea: Person
) -> None:
    posts = [bea.says(f"Post number {n}, with @ada, #words and https://news.example/{n}")["id"] for n in range(100)]
    story_id = int(published(ada, *({"type": "post", "id": one} for one in posts))["id"])
    links, ids = site.site.links, [int(one) for one in posts]
    anybody = Anybody(site.settings, links, words("en"), "/")
    bits = environment("en").get_template("bits.html").make_module({"visit": anybody, "settings": site.settings})
    with site.store.read() as db:
        story, teller = story_as_stored(db, story_id), find_account(db, ada.account.id)
        assert story is not None and teller is not None

        def timeline() -> list[str]:
            db.forget()
            found = [json.decode(one) for one in posts_by_id(links, db, ids, viewer=None).values()]
            return [bits.item({**one, "account": {**one["account"], "brand": False}}) for one in found]  # type: ignore[attr-defined]

        def whole() -> str:
            db.forget()
            return markup.body(told(links, db, story, teller, "en"))

        assert len(timeline()) == 100 and whole().count("pr-post") == 100
        ratio = cpu(whole) / cpu(timeline)
    assert ratio <= 3, f"{ratio:.2f} times"
