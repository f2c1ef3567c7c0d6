"""The server tells of itself what is true."""

from pathlib import Path

from tests.rig import Person, Site


def test_the_server_says_what_it_allows(tmp_path: Path) -> None:
    rules = ("Soyez aimables.", "Décrivez vos images.")
    with Site.opened(tmp_path / "data", rules=rules, title="Le Perron", contact="a@b.example") as site:
        owner = site.person("cleo", role="owner")
        site.person("dirk")
        told = site.anybody("/api/v2/instance")
        assert told["title"] == "Le Perron" and told["domain"] == site.settings.domain
        assert told["version"].startswith("4.2.0 (compatible; Perron ")
        assert told["configuration"]["urls"]["streaming"] == site.site.links.streaming
        assert len(told["configuration"]["vapid"]["public_key"]) == 87
        assert told["configuration"]["statuses"]["max_characters"] == 500
        assert told["api_versions"] == {"mastodon": 1}
        assert told["contact"]["account"]["id"] == owner.id and told["contact"]["email"] == "a@b.example"
        assert [(one["id"], one["text"]) for one in told["rules"]] == [("1", rules[0]), ("2", rules[1])]
        assert told["registrations"]["enabled"] and not told["registrations"]["approval_required"]
        older = site.anybody("/api/v1/instance")
        assert older["uri"] == site.settings.domain and older["stats"]["user_count"] == 2
        assert older["configuration"]["polls"]["max_options"] == 4
        assert older["urls"]["streaming_api"] == site.site.links.streaming
        assert site.anybody("/api/v1/instance/rules") == told["rules"]


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
    from perron.people.queries import add_account

    site.store.write(lambda tx: add_account(tx, "zoe", domain="far.example"))
    assert site.anybody("/api/v1/instance/peers") == ["far.example"]
