"""What was said against Twitter's Moments, complaint by complaint, and the two questions that they left open: what
holds here instead. `docs/stories.md` shows each of them."""

import re

from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, five_unlike, path, published
from tests.suite.stories.test_products import PRODUCTS, asked


def test_complaint_one_it_was_limited_to_tweets(site: Site, ada: Person, bea: Person) -> None:
    story = published(ada, *five_unlike(site, ada, bea))
    page = asked(site, path(story))
    for kind in ("pr-post", "pr-link", "pr-photo", "pr-text", "pr-heading"):
        assert f"pr-item {kind}" in page
    assert page.count("pr-item pr-post") == 2


def test_complaint_two_one_had_to_like_everything_first(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Told without a favourite")
    ada.post("/api/perron/v1/clips", {"status_id": post["id"]})
    story = published(ada, {"type": "post", "id": post["id"]})
    assert "Told without a favourite" in asked(site, path(story))
    assert bea.get(f"/api/v1/statuses/{post['id']}")["favourites_count"] == 0
    assert [kind for kind, _ in bea.notices()] == ["story"]


def test_complaint_three_no_text_between_the_items(site: Site, ada: Person, bea: Person) -> None:
    one, two = bea.says("The first post")["id"], bea.says("The second post")["id"]
    story = published(
        ada, {"type": "post", "id": one}, {"type": "text", "text": "And then"}, {"type": "post", "id": two}
    )
    for text in (asked(site, path(story) + one) for one in PRODUCTS):
        assert text.index("The first post") < text.index("And then") < text.index("The second post")


def test_complaint_four_it_looked_a_little_sad(site: Site, ada: Person) -> None:
    for theme in ("limestone", "gazette", "dusk", "notebook", "poster"):
        story = published(ada, {"type": "text", "text": "Words"}, theme=theme, accent="#1f6f5c", title=f"In {theme}")
        page = asked(site, path(story))
        (sheet,) = re.findall(r'href="(/themes/[^"]+)"', page)
        assert sheet == f"/themes/{theme}-1f6f5c.css"
        assert f".pr-{theme}" in asked(site, sheet)
    assert site.client.get("/themes/none.css").status_code == 404


def test_complaint_five_it_worked_on_the_web_alone(site: Site, ada: Person, bea: Person) -> None:
    """Any program tells a story from the first clip to the last word (and a phone's browser: `tests/browser`)."""
    post = bea.says("From a phone")
    ada.post("/api/perron/v1/clips", {"status_id": post["id"]})
    (clip,) = ada.get("/api/perron/v1/clips")
    story = ada.post(STORIES, {"title": "By a program"})
    at = f"{STORIES}/{story['id']}"
    first = ada.post(f"{at}/items", {"type": "post", "id": clip["status"]["id"]})
    words = ada.post(f"{at}/items", {"type": "text", "text": "Words", "after": "0"})
    ada.post(f"{at}/items/{words['id']}/move", {"after": first["id"]})
    ada.call("PATCH", f"{at}/items/{words['id']}", json={"text": "Other words", "version": 1})
    ada.call("PATCH", at, json={"theme": "dusk", "version": story["version"]})
    out = ada.post(f"{at}/publish")
    page = asked(site, path(out))
    assert page.index("From a phone") < page.index("Other words") and "/themes/dusk.css" in page


def test_question_one_the_quoted_are_told_once_and_may_leave(site: Site, ada: Person, bea: Person) -> None:
    story = published(ada, {"type": "post", "id": bea.says("Quoted words")["id"]})
    for _ in range(2):
        ada.post(f"{STORIES}/{story['id']}/unpublish")
        ada.post(f"{STORIES}/{story['id']}/publish")
        site.run_jobs()
    (notice,) = bea.get("/api/v1/notifications")
    assert (notice["type"], notice["account"]["acct"]) == ("story", "ada")
    bea.post(f"{STORIES}/{story['id']}/leave")
    assert not any("Quoted words" in asked(site, path(story) + one) for one in PRODUCTS)


def test_question_two_what_a_story_meets_with_is_counted_apart(site: Site, ada: Person, bea: Person) -> None:
    """Its own figures, for its teller; none of a post that it quotes moves."""
    post = bea.says("Quoted words")
    story = published(ada, {"type": "post", "id": post["id"]}, {"type": "text", "text": "Words"})
    asked(site, path(story))
    figures = ada.get(f"{STORIES}/{story['id']}/figures")
    assert {"views", "readers_least", "clicks", "shares", "comments", "follows", "finished", "items"} <= {*figures}
    assert figures["finished"] is None, "not enough data is said as such"
    assert len(figures["items"]) == 2
    bea.get(f"{STORIES}/{story['id']}/figures", expect=404)
    counts = bea.get(f"/api/v1/statuses/{post['id']}")
    assert [counts[f"{name}_count"] for name in ("favourites", "reblogs", "replies")] == [0, 0, 0]
