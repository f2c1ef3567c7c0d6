"""Who pays for a post, or for whom its author works, is said first, wherever the post is read, and stays said."""

import pytest

from tests.rig import Site

SPONSOR = {"tie": "sponsor", "name": "Maison  Roux", "url": "https://roux.example/?a=1&b=2"}


def test_who_pays_is_said_first_and_in_a_field(site: Site) -> None:
    ada = site.person("ada")
    made = ada.says("Come and taste", disclosure=SPONSOR, language="fr")
    assert made["disclosure"] == {"tie": "sponsor", "name": "Maison Roux", "url": SPONSOR["url"]}
    assert made["content"].startswith(
        '<p class="disclosure">En partenariat rémunéré avec <a href="https://roux.example/'
    )
    assert made["content"].endswith("<p>Come and taste</p>") and "a=1&amp;b=2" in made["content"]
    assert ada.says("Nothing to say")["disclosure"] is None


@pytest.mark.parametrize(
    ("language", "tie", "said"),
    [
        ("fr", "employer", "Je travaille"),
        ("en", "sponsor", "Paid partnership with"),
        ("pt-BR", "employer", "I work"),
    ],
)
def test_it_is_said_in_the_language_of_the_post(site: Site, language: str, tie: str, said: str) -> None:
    made = site.person("ada").says("Words", disclosure={"tie": tie, "name": "Roux"}, language=language)
    assert said in made["content"]


def test_it_stands_in_every_view(site: Site) -> None:
    ada, bea = site.person("ada"), site.person("bea")
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True, "indexable": True})
    made = ada.says("Come and taste", disclosure=SPONSOR, language="en")
    quoting = bea.says("Look", quoted_status_id=made["id"])
    paths = (
        *("/@ada", f"/@ada/{made['id']}", "/@ada.rss", "/@ada.atom", "/@ada.json", f"/@ada/{made['id']}/embed"),
        *(f"/@bea/{quoting['id']}", "/explore"),
    )
    for path in paths:
        page = site.client.get(path)
        assert page.status_code == 200 and "Paid partnership with" in page.text, path


def test_it_cannot_be_taken_out_later(site: Site) -> None:
    ada = site.person("ada")
    made = ada.says("Come and taste", disclosure=SPONSOR, byline="Nadia")
    changed = ada.put(f"/api/v1/statuses/{made['id']}", {"status": "Come"})
    assert changed["disclosure"] == made["disclosure"] and changed["byline"] == "Nadia"
    assert "partner" in changed["content"]


def test_what_is_planned_keeps_it(site: Site) -> None:
    ada = site.person("ada")
    planned = ada.says("Later", disclosure=SPONSOR, scheduled_at="2031-01-01T10:00:00Z")
    assert planned["params"]["disclosure"]["tie"] == "sponsor"
    published = ada.post(f"/api/perron/v1/threads/{planned['id']}/publish")["statuses"][0]
    assert published["disclosure"]["name"] == "Maison Roux"


@pytest.mark.parametrize(
    "wrong",
    [
        {"tie": "sponsor", "name": ""},
        {"tie": "", "name": "Roux"},
        {"tie": "friend", "name": "Roux"},
        {"tie": "sponsor", "name": "R" * 81},
        {"tie": "sponsor", "name": "Roux", "url": "javascript:alert(1)"},
        {"tie": "sponsor", "name": "Roux", "url": "https://a b.example"},
    ],
)
def test_what_says_nothing_is_refused(site: Site, wrong: dict[str, str]) -> None:
    ada = site.person("ada")
    ada.says("Words", disclosure=wrong, expect=422)
    ada.says("Later", disclosure=wrong, scheduled_at="2031-01-01T10:00:00Z", expect=422)
    assert ada.get("/api/v1/scheduled_statuses") == []


def test_a_name_is_no_markup(site: Site) -> None:
    made = site.person("ada").says("Words", disclosure={"tie": "sponsor", "name": "<b>Roux</b>"}, byline='"><i>')
    assert "<b>" not in made["content"] and "<i>" not in made["content"]
