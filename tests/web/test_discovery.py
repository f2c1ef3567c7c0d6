from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.rig import Site as Town

from .conftest import at_browser, somebody


@pytest.mark.parametrize("resource", ["acct:Ada@testserver", "ada@testserver", "http://testserver/@ada"])
def test_somebody_is_found_by_name_or_address(town: Town, resource: str) -> None:
    ada = somebody(town, "ada")
    answer = at_browser(town).get("/.well-known/webfinger", params={"resource": resource})
    found = answer.json()
    assert answer.headers["content-type"].startswith("application/jrd+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert found["subject"] == "acct:ada@testserver"
    assert found["aliases"] == ["http://testserver/@ada", f"http://testserver/ap/accounts/{ada.id}"]
    by_rel = {one["rel"]: one["href"] for one in found["links"]}
    assert by_rel["http://webfinger.net/rel/profile-page"] == "http://testserver/@ada"


@pytest.mark.parametrize(
    "resource",
    [
        *(
            "acct:nobody@testserver",
            "acct:ada@far.example",
            "http://far.example/@ada",
            "acct:%00@testserver",
            "@",
            "acct:",
        ),
        *("http://[", "http://testserver/ap/accounts/9" + "9" * 40, "http://testserver/@"),
    ],
)
def test_nobody_else_is_found(town: Town, resource: str) -> None:
    somebody(town, "ada")
    assert at_browser(town).get("/.well-known/webfinger", params={"resource": resource}).status_code == 404


def test_a_resource_must_be_named(town: Town) -> None:
    assert at_browser(town).get("/.well-known/webfinger").status_code == 400


def test_host_meta_leads_to_webfinger_by_our_own_name(town: Town) -> None:  # H-06
    browser = at_browser(town)
    template = "http://testserver/.well-known/webfinger?resource={uri}"
    evil = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    xrd = browser.get("/.well-known/host-meta", headers=evil)
    link = fromstring(xrd.text)[0]
    assert (link.get("rel"), link.get("template")) == ("lrdd", template)
    assert browser.get("/.well-known/host-meta.json", headers=evil).json()["links"][0]["template"] == template


def test_nodeinfo_counts_people_and_posts(town: Town) -> None:
    ada = somebody(town, "ada")
    ada.says("Hello")
    ada.says("Only for some", visibility="private")
    browser = at_browser(town)
    for one in browser.get("/.well-known/nodeinfo").json()["links"]:
        path = one["href"].removeprefix("http://testserver")
        found = browser.get(path).json()
        assert one["rel"].endswith(found["version"])
        assert (found["software"]["name"], found["protocols"]) == ("perron", ["activitypub"])
        assert found["usage"]["users"]["total"] == 1 and found["usage"]["localPosts"] == 2
        assert found["openRegistrations"] is True


def test_password_managers_are_led_to_the_form(town: Town) -> None:
    assert at_browser(town).get("/.well-known/change-password").headers["location"] == "/settings/password"


def test_robots_are_told_what_not_to_read(town: Town) -> None:
    assert "Disallow: /home" in at_browser(town).get("/robots.txt").text


def test_whom_to_write_to_is_told_when_somebody_is_there(town: Town, tmp_path: Path) -> None:
    assert at_browser(town).get("/.well-known/security.txt").status_code == 404
    with Town.opened(tmp_path / "other", contact="help@perron.test") as other:
        assert "Contact: mailto:help@perron.test" in at_browser(other).get("/.well-known/security.txt").text


@pytest.mark.parametrize("path", ["/", "/explore", "/sign-in", "/@ada", "/@ada.rss", "/nowhere"])
@pytest.mark.parametrize("origin", ["https://evil.test", "null"])
def test_pages_may_not_be_read_by_other_sites(town: Town, path: str, origin: str) -> None:  # H-05
    somebody(town, "ada")
    headers = at_browser(town).get(path, headers={"Origin": origin}).headers
    assert "access-control-allow-origin" not in headers
