from datetime import UTC
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.rig import Site as Town

from .conftest import at_browser, somebody
from .test_pages import picture, publish

ATOM = "{http://www.w3.org/2005/Atom}"


def text(parent: Element, name: str) -> str:
    found = parent.find(name)
    assert found is not None, name
    return found.text or ""


def test_a_profile_can_be_read_as_rss(town: Town) -> None:
    ada = somebody(town, "ada")
    post = ada.says("Un mot & <deux> #perron", language="fr")
    ada.says("Une suite", in_reply_to_id=post["id"])
    bea = somebody(town, "bea").says("Bonjour")
    ada.says("@bea non", in_reply_to_id=bea["id"])
    ada.post(f"/api/v1/statuses/{bea['id']}/reblog")

    answer = at_browser(town).get("/@ada.rss")
    channel = fromstring(answer.content)[0]
    items = channel.findall("item")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert text(channel, "title") == "ada (@ada@testserver)" and text(channel, "link") == "http://testserver/@ada"
    own = channel.find(f"{ATOM}link")
    assert own is not None and own.get("href") == "http://testserver/@ada.rss"
    assert [text(one, "title") for one in items] == ["Une suite", "Un mot & <deux> #perron"]
    assert text(items[1], "link") == post["url"] and text(items[1], "guid") == post["uri"]
    assert text(items[1], "description") == post["content"] and text(items[1], "category") == "perron"
    assert parsedate_to_datetime(text(items[1], "pubDate")).tzinfo == UTC


def test_a_profile_can_be_read_as_atom(town: Town) -> None:
    ada = somebody(town, "ada")
    post = ada.says("Un mot", language="fr", spoiler_text="Attention")
    feed = fromstring(at_browser(town).get("/@ada.atom").content)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text(feed, f"{ATOM}id") == "http://testserver/@ada"
    assert text(feed, f"{ATOM}updated") == text(entry, f"{ATOM}updated") == post["created_at"]
    assert text(entry, f"{ATOM}id") == post["uri"] and text(entry, f"{ATOM}title") == "Attention"
    assert "<strong>Attention</strong>" in text(entry, f"{ATOM}content")


def test_pictures_are_enclosed_with_their_words(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    publish(ada, "", files={"file_0": ("a.jpg", picture(), "image/jpeg")}, about_0="A boat")
    (item,) = fromstring(at_browser(town).get("/@ada.rss").content).iter("item")
    enclosure = item.find("enclosure")
    assert enclosure is not None and enclosure.get("type") == "image/jpeg"
    assert (enclosure.get("url") or "").startswith("http://testserver/media/")
    assert text(item, "title") == "A boat"
    assert [one.text for one in item.iter("{http://search.yahoo.com/mrss/}description")] == ["A boat"]


def test_a_tag_can_be_read_as_rss(town: Town) -> None:
    somebody(town, "ada").says("Un mot #Été")
    channel = fromstring(at_browser(town).get("/tags/ete.rss").content)[0]
    assert text(channel, "title") == "#Été" and len(channel.findall("item")) == 1


@pytest.mark.parametrize("odd", ["\x0b\ufffe vertical", "]]> <![CDATA[ &amp;", "</item></channel>", "\u202e 👩‍👩‍👧"])
def test_a_feed_is_well_formed_whatever_was_written(town: Town, odd: str) -> None:  # E-03
    ada = somebody(town, "ada")
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": odd, "note": odd})
    ada.says(odd, spoiler_text=odd)
    for path in ("/@ada.rss", "/@ada.atom"):
        fromstring(at_browser(town).get(path).content)


@pytest.mark.parametrize("path", ["/@nobody.rss", "/@nobody.atom", "/tags/123.rss", "/@%00.rss"])
def test_there_is_no_feed_of_nothing(town: Town, path: str) -> None:
    assert at_browser(town).get(path).status_code == 404


def test_pages_name_their_feeds(town: Town) -> None:
    somebody(town, "ada").says("Un mot #perron")
    browser = at_browser(town)
    for page, feeds in (("/@ada", ["/@ada.rss", "/@ada.atom"]), ("/tags/perron", ["/tags/perron.rss"])):
        for feed in feeds:
            assert f'href="{feed}"' in browser.get(page).text and browser.get(feed).status_code == 200
