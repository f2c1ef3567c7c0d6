"""A story in everything that is made of it: the same order everywhere, and gone everywhere at once."""

import io
import re
import zipfile
from typing import Any

from perron.kit import json
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, five_unlike, known_page, path, published

ORDER = (
    *("One evening", "The harbour is full tonight", "First words between", "Said far away", "Second words between"),
    *("What the paper says", "Third words between", "An entry", "Fourth words between", "The red field"),
)
PRODUCTS = ("", "/slides", "/print", "/embed", ".rss", ".json")


def asked(site: Site, address: str, **headers: str) -> str:
    reply = site.client.get(address, headers=headers)
    assert reply.status_code == 200, (address, reply.status_code, reply.text[:300])
    return reply.text


def products(site: Site, story: dict[str, Any]) -> dict[str, str]:
    """Every product of a story, as words."""
    found = {one or "thread": asked(site, path(story) + one) for one in PRODUCTS}
    found["article"] = asked(site, path(story), accept="application/activity+json")
    found["author's feed"] = asked(site, "/@ada/stories.rss")
    found["api"] = asked(site, f"{STORIES}/{story['id']}")
    return found


def order_in(text: str) -> list[str]:
    """Which of the known words come in which order."""
    places = {words: text.find(words) for words in ORDER}
    return [words for words, at in sorted(places.items(), key=lambda one: one[1]) if at >= 0]


def test_five_unlike_items_stand_in_the_same_order_in_every_product(site: Site, ada: Person, bea: Person) -> None:
    story = published(ada, *five_unlike(site, ada, bea))
    known_page(site, "https://news.example/article", "What the paper says", "An extract")
    found = products(site, story)
    del found["api"]  # it names posts, and leaves it to its reader to show them
    assert {name: order_in(text) for name, text in found.items()} == dict.fromkeys(found, [*ORDER])


def test_what_somebody_takes_back_is_gone_from_every_product_at_once(site: Site, ada: Person, bea: Person) -> None:
    dirk, eve = site.person("dirk"), site.person("eve")
    said = {
        "deleted": (bea, bea.says("Deleted words")),
        "left": (dirk, dirk.says("Words of one who left")),
        "blocked": (eve, eve.says("Words of one who blocks")),
    }
    story = published(ada, *({"type": "post", "id": post["id"]} for _, post in said.values()))
    before = products(site, story)
    bea.delete(f"/api/v1/statuses/{said['deleted'][1]['id']}")
    dirk.post(f"{STORIES}/{story['id']}/leave")
    eve.post(f"/api/v1/accounts/{ada.id}/block")
    after = products(site, story)  # no job has run
    for name, text in before.items():
        if name == "api":
            assert all(post["id"] in text for _, post in said.values())
            assert not any(post["id"] in after[name] for _, post in said.values())
            continue
        assert all(words in text for words in ("Deleted words", "one who left", "one who blocks")), name
        assert not any(words in after[name] for words in ("Deleted words", "one who left", "one who blocks")), name
        assert after[name].count("pr-gone") in (3, 6), name  # an article says it in its language as well


def test_an_edit_shows_as_an_edit(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("As it was")
    story = published(ada, {"type": "post", "id": post["id"]})
    bea.put(f"/api/v1/statuses/{post['id']}", {"status": "As it is now"})
    page = asked(site, path(story))
    assert "As it is now" in page and "As it was" not in page and "pr-edited" in page


def test_a_page_of_a_story_is_the_same_for_all_visitors_and_falls_with_any_item(
    site: Site, ada: Person, bea: Person
) -> None:
    post = bea.says("Live")
    story = published(ada, {"type": "post", "id": post["id"]})
    first = site.client.get(path(story))
    again = site.client.get(path(story), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, first.headers["cache-control"]) == (304, "public, max-age=10")
    bea.delete(f"/api/v1/statuses/{post['id']}")
    later = site.client.get(path(story), headers={"if-none-match": first.headers["etag"]})
    assert later.status_code == 200 and "Live" not in later.text


def test_other_sites_may_show_a_story(site: Site, ada: Person) -> None:
    story = published(ada, {"type": "text", "text": "Words"})
    page = asked(site, path(story))
    (oembed,) = re.findall(r'application/json\+oembed" href="[^"]*?(/api/oembed[^"]+)"', page)
    told = json.decode(asked(site, oembed.replace("&amp;", "&")))
    assert (told["title"], told["author_name"]) == ("Marseille, one evening", "ada")
    assert f'src="{story["url"]}/embed"' in told["html"] and "<script" not in told["html"]
    frame = site.client.get(path(story) + "/embed")
    assert "<script" not in frame.text and "frame-ancestors *" in frame.headers["content-security-policy"]
    assert 'property="og:image"' in page
    picture = site.client.get(path(story) + "/picture.jpg")
    assert picture.headers["content-type"] == "image/jpeg" and picture.content[:2] == b"\xff\xd8"


def test_other_servers_are_given_an_article(site: Site, ada: Person, bea: Person) -> None:
    post = bea.says("Quoted by reference")
    story = published(ada, {"type": "post", "id": post["id"]}, {"type": "text", "text": "Words"}, language="en")
    said = json.decode(
        asked(site, path(story), accept='application/ld+json; profile="https://www.w3.org/ns/activitystreams"')
    )
    assert (said["type"], said["name"], said["id"]) == ("Article", "Marseille, one evening", story["url"])
    assert said["quote"] == [post["url"]] and "Quoted by reference" in said["content"]
    assert "<!doctype html>" in asked(site, path(story), accept="text/html,application/activity+json;q=0.5")


def test_a_draft_has_no_product_for_anybody(site: Site, ada: Person) -> None:
    story = ada.post(STORIES, {"title": "Not yet", "items": [{"type": "text", "text": "Words"}]})
    for one in (*PRODUCTS, "/picture.jpg"):
        assert site.client.get(path(story) + one).status_code == 404, one
    assert site.client.get(path(story), headers={"accept": "application/activity+json"}).status_code == 404
    assert site.client.get("/api/oembed", params={"url": story["url"]}).status_code == 404


def test_hostile_words_stay_words(site: Site, ada: Person) -> None:
    wicked = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    story = published(
        ada,
        {"type": "text", "text": wicked},
        {"type": "heading", "text": wicked},
        {"type": "quotation", "text": wicked, "who": wicked},
        {"type": "link", "url": "https://news.example/", "title": wicked},
        title=wicked,
        subtitle=wicked,
    )
    for one in ("", "/slides", "/print", "/embed"):
        page = asked(site, path(story) + one)
        assert "<img src=x" not in page and "<script>alert" not in page, one


def test_a_story_is_taken_along_in_every_form_in_the_same_order(site: Site, ada: Person, bea: Person) -> None:
    story = published(ada, *five_unlike(site, ada, bea))
    known_page(site, "https://news.example/article", "What the paper says", "An extract")
    at = f"{STORIES}/{story['id']}/export"
    for form in ("markdown", "html", "json"):
        assert order_in(asked(site, f"{at}/{form}")) == [*ORDER], form
    with zipfile.ZipFile(io.BytesIO(site.client.get(f"{at}/epub").content)) as book:
        chapters = [
            book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml") and "nav" not in name
        ]
    assert [*dict.fromkeys(one for chapter in chapters for one in order_in(chapter))] == [*ORDER]
    assert site.client.get(f"{at}/docx").status_code == 404


def test_files_made_after_somebody_took_their_words_back_do_not_have_them(site: Site, ada: Person, bea: Person) -> None:
    story = published(ada, {"type": "post", "id": bea.says("Taken back")["id"]})
    at = f"{STORIES}/{story['id']}/export"
    assert "Taken back" in asked(site, f"{at}/html")
    bea.post(f"{STORIES}/{story['id']}/leave")
    for form in ("markdown", "html", "json"):
        assert "Taken back" not in asked(site, f"{at}/{form}"), form
