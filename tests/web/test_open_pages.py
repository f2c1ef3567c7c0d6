"""What anybody reads without an account: leaflets, feeds, embeds, the sitemap, and ways on from wrong addresses."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from perron.people.standing import change_state
from perron.posts.tagging import find_tag
from perron.posts.trends import trends_of
from perron.posts.trends_job import recount
from perron.web.open.lost import one_letter_off, wanted
from perron.web.open.terms import TERMS
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import at_browser, somebody
from .test_pages import publish, words


def found_by_all(person: Person) -> Person:
    person.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True, "discoverable": True})
    return person


# -- leaflets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/about", "/rules", "/privacy", "/features", "/glossary", "/explore", "/search"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_open_pages_are_whole_without_a_script(town: Town, path: str, lang: str) -> None:
    page = at_browser(town).get(path, headers={"accept-language": lang})
    assert page.status_code == 200 and f'<html lang="{lang}"' in page.text and page.text.count("<h1") == 1
    assert not re.search(r"<script(?! type=.application/ld\+json)", page.text)
    if path != "/search":
        assert f'<link rel="canonical" href="http://testserver{path}">' in page.text
        assert '<meta name="description"' in page.text and "noindex" not in page.text


def town_with(tmp_path: Path, **settings: Any) -> Any:
    return Town.opened(tmp_path / "other", origin="https://perron.test", locale="en", **settings)


def functions(town: Town) -> dict[str, str]:
    """What the page of functions says of each."""
    page = at_browser(town).get(f"{town.settings.public_origin}/features").text
    found = re.findall(r"<dt>(?:<button[^>]*>)?([^<]+)<.*?<dd><b>(on|off)</b>(?: <span class=.hint.>([^<]*))?", page)
    return {name: f"{on} {why}".strip() for name, on, why in found}


def test_features_follow_from_the_settings(town: Town, tmp_path: Path) -> None:  # S0-023
    said = functions(town)
    assert said["Joining"] == "on Everybody may join." and said["Posts"].startswith("on Up to 500 characters")
    assert said["Letters by mail"] == "off No mail server was named in the settings."
    assert said["Passkeys"].startswith("off Browsers allow them") and said["Threads"].startswith("on ")
    other = {"registration": "invitation", "post_max_chars": 140, "smtp": "smtp://a", "may_invite": "nobody"}
    with town_with(tmp_path, **other) as one:
        said = functions(one)
        assert said["Joining"] == "off One joins by invitation." and said["Posts"].startswith("on Up to 140")
        assert (said["Letters by mail"], said["Passkeys"]) == ("on", "on") and said["Inviting others"].startswith("off")


def test_rules_have_addresses_and_the_glossary_anchors(tmp_path: Path, town: Town) -> None:
    assert "No rules were written" in words(at_browser(town).get("/rules"))
    with town_with(tmp_path, rules=("Be <kind>.", "Cite.")) as one:
        page = at_browser(one).get("https://perron.test/rules").text
        assert 'id="r1"' in page and "Be &lt;kind&gt;." in page and 'id="r2"' in page
    page = at_browser(town).get("/glossary").text
    assert all(f'<div id="{key}">' in page for key in TERMS)


def test_what_is_kept_is_told_in_words_of_ones_own_where_there_are_some(tmp_path: Path, town: Town) -> None:
    assert "no trackers" in words(at_browser(town).get("/privacy"))
    with town_with(tmp_path, privacy="We keep <nothing>.\n\nReally.", about="A town.\n\nOf steps.") as one:
        page = at_browser(one).get("https://perron.test/privacy").text
        assert '<p dir="auto">We keep &lt;nothing&gt;.</p>' in page and "no trackers" not in page
        assert "Of steps." in words(at_browser(one).get("https://perron.test/about"))


TAPPED = [
    *(("/privacy", "audience"), ("/privacy", "unlisted"), ("/rules", "report"), ("/rules", "moderator")),
    *(("/features", key) for key in ("boost", "warning", "via", "alt", "list", "thread", "feed", "passkey")),
]


def test_a_term_is_explained_on_the_spot_without_a_script(town: Town) -> None:  # S0-085
    for path, key in TAPPED:
        page = at_browser(town).get(path).text
        assert f'popovertarget="term-{key}"' in page and f'id="term-{key}" popover' in page
        assert len(set(re.findall(r'id="(term-[^"]+)"', page))) == page.count(" popover>")


# -- what is going on --------------------------------------------------------------------------------------------------


def test_a_trend_is_what_several_people_talk_about(town: Town) -> None:
    people = [somebody(town, name) for name in ("ada", "bea", "carl")]
    for n in range(5):
        people[0].says(f"{n} #alone")
    for one in people:
        one.says("#together #fruit")
    for one in people[:2]:
        one.says("#pair", visibility="unlisted" if one is people[0] else "public")
    recount(town.store)
    with town.store.read() as db:
        found = {one.subject_id: one.people for one in trends_of(db, "tag", limit=10)}
        tagged = [(find_tag(db, name) or (0, ""))[0] for name in ("fruit", "together", "alone")]
        assert [found.get(id_) for id_ in tagged] == [3, 3, None]
    said = words(at_browser(town).get("/explore"))
    assert "#together 3 people in 3 days" in said and "#alone" not in said.partition("People talk about")[2]
    assert "fruit" in at_browser(town).get("/tags/together").text.split("<aside")[1]


def test_newcomers_are_greeted_when_they_wish_to_be(town: Town) -> None:
    found_by_all(somebody(town, "ada")).says("Bonjour", visibility="unlisted")
    somebody(town, "bea").says("Bonjour", visibility="unlisted")
    side = at_browser(town).get("/explore").text.split("<aside")[1]
    assert "@ada" in side and "@bea" not in side
    me = somebody(town, "carl")
    assert "@ada" in at_browser(town, me).get("/explore").text.split("<aside")[1]
    me.follows(somebody(town, "dora"))
    with town.store.read():
        ada = town.anybody("/api/v1/accounts/lookup", acct="ada")
    me.post(f"/api/v1/accounts/{ada['id']}/mute")
    assert "@ada" not in at_browser(town, me).get("/explore").text.split("<aside")[1]


# -- feeds -------------------------------------------------------------------------------------------------------------


ATOM = "{http://www.w3.org/2005/Atom}"


def checked(ending: str, root: Element) -> list[str]:
    """The titles of a feed that has what RSS 2.0 or RFC 4287 asks of it, each once and not empty."""
    space = ATOM if ending == "atom" else ""
    head = root if ending == "atom" else root[0]
    items = head.findall(f"{space}entry" if ending == "atom" else "item")
    of_feed = ("title", "link", "description") if ending == "rss" else ("id", "title", "updated")
    of_item = ("title", "link", "guid", "pubDate") if ending == "rss" else ("id", "title", "updated", "content")
    for parent, names in ((head, of_feed), *((one, of_item) for one in items)):
        for name in names:
            assert [one for one in parent.findall(f"{space}{name}") if (one.text or "").strip()], (ending, name)
    ids = [one.findtext(f"{space}id") or one.findtext("guid") or "" for one in items]
    assert len(ids) == len(set(ids)) and root.tag == (f"{ATOM}feed" if ending == "atom" else "rss")
    return [one.findtext(f"{space}title") or "" for one in items]


@pytest.mark.parametrize("path", ["/@ada", "/tags/fruit", "/explore"])
def test_there_are_three_feeds_of_everything(town: Town, path: str) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    first = ada.says("One #fruit <b>")
    ada.says("Two #fruit", in_reply_to_id=first["id"])
    ada.says("@bea Three #fruit", in_reply_to_id=bea.says("Four")["id"])
    ada.says("Five #fruit", visibility="unlisted")
    ada.says("Six #fruit", visibility="private")
    ada.post(f"/api/v1/statuses/{bea.says('Seven')['id']}/reblog")
    for ending, kind in (("rss", "application/rss+xml"), ("atom", "application/atom+xml")):
        answer = at_browser(town).get(f"{path}.{ending}")
        assert answer.headers["content-type"].startswith(kind)
        said = checked(ending, fromstring(answer.content))
        assert {"One #fruit <b>", "Two #fruit"} <= set(said) and not {"Five #fruit", "Six #fruit"} & set(said)
    answer = at_browser(town).get(f"{path}.json")
    feed = answer.json()
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["feed_url"] == f"http://testserver{path}.json"
    assert {"title", "home_page_url", "items"} <= feed.keys() and feed["title"]
    said = [one["title"] for one in feed["items"]]
    assert len(said) == len({one["id"] for one in feed["items"]}) == len(set(said))
    assert "Two #fruit" in said and not {"Five #fruit", "Six #fruit"} & set(said)
    for one in feed["items"]:
        assert (
            one["content_html"] and re.match(r"\d{4}-\d\d-\d\dT", one["date_published"]) and one["authors"][0]["name"]
        )
    again = at_browser(town).get(f"{path}.json", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert f'href="{path}.json"' in at_browser(town).get(path).text


# -- in pages of other sites -------------------------------------------------------------------------------------------


def embeddable(town: Town) -> tuple[Person, dict[str, Any]]:
    ada = found_by_all(somebody(town, "ada"))
    return ada, ada.says("Bonjour <b> à tous", language="fr")


def test_a_post_may_stand_in_a_page_of_another_site(town: Town) -> None:
    _, post = embeddable(town)
    found = town.anybody("/api/oembed", url=post["url"], maxwidth=300)
    assert (found["type"], found["version"], found["width"]) == ("rich", "1.0", 300)
    assert f'src="{post["url"]}/embed"' in found["html"] and "<script" not in found["html"]
    assert town.anybody("/api/oembed", url=post["url"], maxwidth=9999, maxheight=100)["height"] == 100
    frame = at_browser(town).get(f"/@ada/{post['id']}/embed")
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert "script-src" not in frame.headers["content-security-policy"] and "<script" not in frame.text
    assert "Bonjour &lt;b&gt; à tous" in frame.text and "set-cookie" not in frame.headers
    page = at_browser(town).get(f"/@ada/{post['id']}")
    assert "application/json+oembed" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert town.client.get("/api/oembed", params={"url": post["url"], "format": "xml"}).status_code == 422


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
def test_nothing_else_may(town: Town, visibility: str) -> None:
    ada, post = embeddable(town)
    other = ada.says("Not for all", visibility=visibility)
    quiet = somebody(town, "bea").says("In public, but not to be found")
    gone = f"http://testserver/@ada/{int(post['id']) + 1}"
    answers = set()
    for browser in (at_browser(town), at_browser(town, ada)):
        for url in (other["url"], quiet["url"], gone, "http://elsewhere.test/@ada/1", f"{post['url']}x"):
            found = town.client.get("/api/oembed", params={"url": url})
            answers.add((found.status_code, found.text))
            if url.startswith("http://testserver"):
                frame = browser.get(url.removeprefix("http://testserver") + "/embed")
                assert frame.status_code == 404 and "frame-ancestors 'none'" in frame.headers["content-security-policy"]
    assert len(answers) == 1 and answers.pop()[0] == 404
    page = at_browser(town).get(quiet["url"].removeprefix("http://testserver")).text
    assert "oembed" not in page and "noindex" in page


# -- the sitemap -------------------------------------------------------------------------------------------------------


def test_the_sitemap_names_only_who_wishes_to_be_found(town: Town) -> None:
    ada, _ = embeddable(town)
    somebody(town, "bea").says("Bonjour")
    found_by_all(somebody(town, "carl"))
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    browser = at_browser(town)
    parts = [one.text or "" for one in fromstring(browser.get("/sitemap.xml").content).iter(f"{space}loc")]
    assert parts == ["http://testserver/sitemap-0.xml", "http://testserver/sitemap-1.xml"]
    found = [
        one.text or ""
        for part in parts
        for one in fromstring(browser.get(part.removeprefix("http://testserver")).content).iter(f"{space}loc")
    ]
    assert "http://testserver/about" in found and "http://testserver/@ada" in found
    months = [one for one in found if re.fullmatch(r"http://testserver/@ada/\d{4}/\d\d", one)]
    assert len(months) == 1 and not any("bea" in one or "carl" in one for one in found)
    for address in found:
        page = browser.get(address.removeprefix("http://testserver") or "/")
        assert page.status_code == 200 and "noindex" not in page.text, address
    assert browser.get("/sitemap-2.xml").status_code == 404
    assert "Sitemap: http://testserver/sitemap.xml" in browser.get("/robots.txt").text
    assert ada


# -- wrong addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "handle"),
    [
        ("/@Adda", "adda"),
        ("/@ada/12", "ada"),
        ("/ada", "ada"),
        ("/@ada@far.test", "ada"),
        ("/a/b/c/d", ""),
        ("/@é", ""),
    ],
)
def test_the_name_in_an_address_is_understood(path: str, handle: str) -> None:
    assert wanted(path) == handle


def test_one_letter_may_be_wrong() -> None:
    for wrong in ("ad", "adda", "aad", "bda", "adaa"):
        assert "ada" in one_letter_off(wrong)
    assert len(one_letter_off("a" * 30)) < 3000


@pytest.mark.parametrize("wrong", ["/@adda", "/@daa", "/@ad", "/ada", "/@ada/12", "/@ada/2019/99"])
def test_a_wrong_address_leads_on(town: Town, wrong: str) -> None:
    somebody(town, "ada")
    page = at_browser(town).get(wrong)
    assert page.status_code == 404 and 'href="/@ada"' in page.text and 'action="/search"' in page.text
    assert "Did you mean" in words(page) and 'content="noindex"' in page.text
    assert "etag" not in page.headers and "public" not in page.headers["cache-control"]


def test_what_is_private_answers_as_what_never_was(town: Town) -> None:
    ada = somebody(town, "ada")
    secret = ada.says("clementine", visibility="private")["id"]
    direct = ada.says("datterie", visibility="direct")["id"]
    gone = ada.says("gone")["id"]
    ada.delete(f"/api/v1/statuses/{gone}")
    never = str(int(gone) + (1 << 16))
    dirk = somebody(town, "dirk")
    for person in (None, dirk):
        for ending in ("", "/embed", "/edit"):
            pages = {}
            for id_ in (never, secret, direct, gone):
                answer = at_browser(town, person).get(f"/@ada/{id_}{ending}")
                own = ("content-length", "x-request-id")
                kept = {name: one for name, one in answer.headers.items() if name not in own}
                body = re.sub(r'value="[0-9a-f]{64}"', "", answer.text.replace(id_, "ID"))
                pages[id_] = (answer.status_code, body, json.dumps(kept, sort_keys=True).replace(id_, "ID"))
            assert len(set(pages.values())) == 1, (person, ending)


def test_a_suspended_account_answers_as_one_that_never_was(town: Town) -> None:
    ada = somebody(town, "adele")
    ada.says("clementine")
    town.store.write(lambda tx: change_state(tx, ada.account, "suspended"))
    paths = ("", ".rss", ".json", "/first", "/archive", "/2026/11", "/credits", "/media")
    for path in paths:
        answers = {
            (one.status_code, one.text.replace(name, "NAME"))
            for name in ("adele", "odile")
            for one in (at_browser(town).get(f"/@{name}{path}"),)
        }
        assert len(answers) == 1 and next(iter(answers))[0] == 404, path


def test_writing_still_works_from_open_pages(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    assert publish(ada, "Bonjour", at="/write").status_code == 303
