"""A link of a profile is proved when the page it leads to links back, and only then."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from perron.people.verify_links import links_back
from perron.store.tables import jobs
from perron.text.rel_me import links_to_oneself, same_page
from tests.posts.test_cards import Elsewhere, elsewhere
from tests.rig import Person, Site

__all__ = ["elsewhere"]


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    """A server that may reach the other site of these tests, which is on this machine and speaks http."""
    with Site.opened(tmp_path / "data", database, outside_allow=("127.0.0.1/32",)) as one:
        yield one


def writes(person: Person, *values: str) -> Any:
    lines = [{"name": f"Ligne {n}", "value": value} for n, value in enumerate(values)]
    return person.call("PATCH", "/api/v1/profile", json={"fields_attributes": lines})["fields"]


def proved(site: Site, person: Person, *values: str) -> list[bool]:
    writes(person, *values)
    site.run_jobs()
    return [one["verified_at"] is not None for one in person.get("/api/v1/profile")["fields"]]


def page(link: str) -> str:
    return f"<!doctype html><body><p>Bonjour</p>{link}<a rel=me href='https://other.example/@zoe'>z</a></body>"


def test_a_page_that_links_back_proves_the_link(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    back = page(f'<a class="x" rel="nofollow Me" href="{site.settings.public_origin}/@ada/">moi</a>')
    url, other = elsewhere.put("/ada", back), elsewhere.put("/zoe", page(""))
    assert proved(site, ada, url, other, "Bonjour", f"lu sur {url}") == [True, False, False, False]

    account = ada.get(f"/api/v1/accounts/{ada.id}")
    assert account["fields"][0]["verified_at"] is not None
    assert account["fields"][1]["verified_at"] is None
    source = ada.get("/api/v1/accounts/verify_credentials")["source"]["fields"]
    assert source[0]["verified_at"] == account["fields"][0]["verified_at"]


def test_what_stays_as_it_was_needs_no_other_proof_and_what_changes_does(
    site: Site, ada: Person, elsewhere: Elsewhere
) -> None:
    link = f'<link rel="me" href="{site.settings.public_origin}/@ada">'
    url, other = elsewhere.put("/ada", page(link)), elsewhere.put("/autre", page(""))
    assert proved(site, ada, url) == [True]
    asked = len(elsewhere.asked)

    before = ada.get("/api/v1/profile")["fields"][0]["verified_at"]
    assert writes(ada, "Bonjour", url)[1]["verified_at"] == before
    site.run_jobs()
    assert len(elsewhere.asked) == asked
    ada.call("PATCH", "/api/v1/profile", json={"note": "Autre chose"})
    assert ada.get("/api/v1/profile")["fields"][1]["verified_at"] == before

    assert writes(ada, other)[0]["verified_at"] is None
    site.run_jobs()
    assert ada.get("/api/v1/profile")["fields"][0]["verified_at"] is None


def test_only_the_profile_itself_counts(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    origin = site.settings.public_origin
    for n, href in enumerate(
        (f"{origin}/@adam", f"{origin}/@ada/media", f"{origin}/", "/@ada", f"https://evil.example/{origin}/@ada", "")
    ):
        url = elsewhere.put(f"/{n}", page(f'<a rel="me" href="{href}">x</a>'))
        assert proved(site, ada, url) == [False], href
    without = elsewhere.put(
        "/without", page(f'<a href="{origin}/@ada">x</a><!-- <a rel="me" href="{origin}/@ada"> -->')
    )
    in_script = elsewhere.put("/script", page(f'<script>"<a rel=me href={origin}/@ada>"</script>'))
    no_page = elsewhere.put("/text", page(f'<a rel="me" href="{origin}/@ada">x</a>'), "text/plain")
    gone = elsewhere.put("/gone", page(f'<a rel="me" href="{origin}/@ada">x</a>'), status=404)
    assert proved(site, ada, without, in_script, no_page, gone) == [False] * 4


def test_a_page_that_sends_to_another_host_proves_nothing(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    origin = site.settings.public_origin
    there = elsewhere.put("/ada", page(f'<a rel="me" href="{origin}/@ada">x</a>'))
    for path, to in (("/near", there), ("/far", there.replace("127.0.0.1", "localhost"))):
        elsewhere.put(path, "", status=302)
        elsewhere.pages[path][1]["location"] = to
    assert links_back(elsewhere.url("/near"), [f"{origin}/@ada"], site.settings) is True
    assert links_back(elsewhere.url("/far"), [f"{origin}/@ada"], site.settings) in (False, None)


def test_nothing_but_https_counts_where_only_the_open_network_is_reached(
    ada: Person, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    origin = ada.site.settings.public_origin
    url = elsewhere.put("/ada", page(f'<a rel="me" href="{origin}/@ada">x</a>'))
    with Site.opened(tmp_path / "open") as site:
        assert links_back(url, [f"{origin}/@ada"], site.settings) is False
        assert links_back(url.replace("http:", "https:"), [f"{origin}/@ada"], site.settings) is False
    assert elsewhere.asked == []


def test_who_does_not_answer_is_asked_once_more_and_then_not_again(
    site: Site, ada: Person, elsewhere: Elsewhere
) -> None:
    url = elsewhere.put("/ada", "", status=503)
    assert proved(site, ada, url) == [False]
    assert len(elsewhere.asked) == 1
    with site.store.read() as db:
        (later,) = [row for row in db.execute(jobs.select()) if row.name.startswith("LinksWritten")]
    elsewhere.put("/ada", page(f'<a rel="me" href="{site.settings.public_origin}/@ada">x</a>'))
    site.worker.consequences["LinksWritten"][0].run(site.store, {"account_id": int(ada.id), "again": True})  # type: ignore[arg-type]
    assert later.failed is False or later.failed == 0
    assert ada.get("/api/v1/profile")["fields"][0]["verified_at"] is not None


def test_a_line_that_changed_while_its_page_was_read_is_not_proved(
    site: Site, ada: Person, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = elsewhere.put("/ada", page(f'<a rel="me" href="{site.settings.public_origin}/@ada">x</a>'))
    writes(ada, url)

    def slow(*_: object) -> bool:
        writes(ada, "Bonjour")
        return True

    monkeypatch.setattr("perron.people.verify_links.links_back", slow)
    site.run_jobs()
    assert [one["verified_at"] for one in ada.get("/api/v1/profile")["fields"]] == [None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a rel=me href=x>", ["x"]),
        ("<A REL='friend ME' HREF='x y'>", ["x y"]),
        ("<a rel=metoo href=x><a rel=me>", []),
        ("<a rel=me href='&amp;'", []),
        ("<a rel=me href='a&amp;b'></a", ["a&b"]),
        ("<" * 5000, []),
        ("<a " * 30_000, []),
        ("<!--" * 5000, []),
        ("<a rel=me href=x>" * 500, ["x"] * 200),
    ],
)
def test_any_text_may_come(text: str, found: list[str]) -> None:
    assert links_to_oneself(text) == found


def test_addresses_of_one_page() -> None:
    assert same_page("HTTPS://Perron.example/@ada/", "https://perron.example/@ada")
    assert not same_page("https://perron.example/@ada?x", "https://perron.example/@ada")
    assert not same_page("http://perron.example/@ada", "https://perron.example/@ada")
    assert not same_page("https://[", "https://perron.example/@ada")
