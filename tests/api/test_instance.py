"""The server tells of itself what is true."""

from pathlib import Path

from perron.media.upload import accept_picture
from perron.moderation.settings import decide
from perron.people.queries import add_account
from tests.api.pictures import png
from tests.rig import Person, Site


def test_the_server_says_what_it_allows(tmp_path: Path) -> None:
    rules = ("Soyez aimables.", "Décrivez vos images.")
    with Site.opened(tmp_path / "data", rules=rules, title="Le Perron", contact="a@b.example") as site:
        owner = site.person("cleo", role="owner")
        site.person("dirk")
        told = site.anybody("/api/v2/instance")
        assert told["title"] == "Le Perron" and told["domain"] == site.settings.domain
        assert told["version"].startswith("4.6.0 (compatible; Perron ")
        assert told["configuration"]["urls"]["streaming"] == site.site.links.streaming
        assert len(told["configuration"]["vapid"]["public_key"]) == 87
        assert told["configuration"]["statuses"]["max_characters"] == 500
        assert told["api_versions"] == {"mastodon": 10}
        assert told["contact"]["account"]["id"] == owner.id and told["contact"]["email"] == "a@b.example"
        assert [(one["id"], one["text"]) for one in told["rules"]] == [("1", rules[0]), ("2", rules[1])]
        assert told["registrations"]["enabled"] and not told["registrations"]["approval_required"]
        older = site.anybody("/api/v1/instance")
        assert older["uri"] == site.settings.domain and older["stats"]["user_count"] == 2
        assert older["configuration"]["polls"]["max_options"] == 4
        assert older["urls"]["streaming_api"] == site.site.links.streaming
        assert site.anybody("/api/v1/instance/rules") == told["rules"]


def test_a_picture_that_was_chosen_stands_for_the_server_with_its_blur(tmp_path: Path) -> None:
    with Site.opened(tmp_path / "data") as site:
        plain = site.anybody("/api/v2/instance")["thumbnail"]
        assert plain == {"url": "http://localhost:8000/apple-touch-icon.png"}
        key = accept_picture(png(), settings=site.settings)
        site.store.write(lambda tx: decide(tx, 1, {"picture": key}, site.settings))
        site.anybody("/api/v1/instance")
        chosen = site.anybody("/api/v2/instance")["thumbnail"]
        assert chosen["url"].endswith(key) and chosen["versions"] == {"@1x": chosen["url"]}
        assert len(chosen["blurhash"]) > 20


def test_who_may_invite_and_how_old_one_must_be_is_told(tmp_path: Path) -> None:
    with Site.opened(tmp_path / "data", may_invite="team", min_age=16, registration="approval", terms="Oui.") as site:
        told = site.anybody("/api/v2/instance")
        assert told["registrations"]["min_age"] == 16 and told["registrations"]["approval_required"]
        assert told["configuration"]["urls"]["terms_of_service"] == "http://localhost:8000/terms"
        assert site.anybody("/api/v1/instance")["invites_enabled"] is False


def test_languages_and_peers_are_named(site: Site) -> None:
    for domain in ("near.example", "far.example", "example.org"):
        site.store.write(lambda tx, domain=domain: add_account(tx, "zoe", domain=domain))  # type: ignore[misc]
    assert site.anybody("/api/v1/peers/search", q="EXAMPLE") == ["example.org", "far.example", "near.example"]
    assert site.anybody("/api/v1/peers/search", q="") == site.anybody("/api/v1/peers/search") == []
    named = {one["code"]: one["name"] for one in site.anybody("/api/v1/instance/languages")}
    assert named["fr"] == "français" and named["br"] == "breton"


def test_what_does_not_exist_is_said_to_be_empty(site: Site, ada: Person) -> None:
    for path in ("instance/domain_blocks", "custom_emojis", "instance/peers", f"accounts/{ada.id}/featured_tags"):
        assert site.anybody(f"/api/v1/{path}") == []
    assert site.anybody("/api/v1/instance/translation_languages") == {}
    assert ada.get("/api/v1/announcements") == []
    site.anybody("/api/v1/announcements", expect=401)


def test_the_weeks_of_the_server_are_counted(site: Site, ada: Person) -> None:
    ada.says("Un")
    weeks = site.anybody("/api/v1/instance/activity")
    assert len(weeks) == 12 and weeks[0]["statuses"] == "1" and weeks[0]["registrations"] == "1"


def test_the_server_says_what_it_keeps_of_people(site: Site) -> None:
    assert "mot de passe" in site.anybody("/api/v1/instance/privacy_policy")["content"]
    assert site.anybody("/api/v1/instance/extended_description")["content"] == ""


def test_a_peer_is_a_server_from_which_an_account_is_known(site: Site) -> None:
    site.store.write(lambda tx: add_account(tx, "zoe", domain="far.example"))
    assert site.anybody("/api/v1/instance/peers") == ["far.example"]
