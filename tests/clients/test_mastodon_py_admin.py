"""Mastodon.py in the hands of somebody who looks after the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import MastodonNotFoundError

from perron.moderation.settings import decide
from perron.people.apps import OUT_OF_BAND
from perron.posts.cards import card_for, change_card
from perron.posts.trends_job import recount
from tests.clients.library import Library, ids
from tests.clients.server import ALL, PASSWORD, Person, Served, serving

pytestmark = pytest.mark.slow

Lends = Callable[[Person], Library]


@pytest.fixture(scope="module")
def served(ground: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that lets nobody in unseen, and shows nothing unseen."""
    with serving(tmp_path_factory.mktemp("admin") / "data", **ground) as one:
        store, settings = one.beside.store, one.beside.settings
        store.write(lambda tx: decide(tx, None, {"registration": "approval", "trends": "reviewed"}, settings))
        with store.read() as db:
            one.beside.refresh(db)
        yield one


@pytest.fixture(scope="module")
def olga(served: Served) -> Person:
    """The server is hers."""
    given = ("--email", "olga@example.org", "--password", PASSWORD, "--role", "owner")
    served.command("admin", "account", "create", "olga", *given)
    return Person(served, "olga", served.token("olga", f"{ALL} admin:read admin:write"))


def applies(served: Served, name: str) -> str:
    """Somebody asks to be let in; the id of their account."""
    client = served.http.post(
        "/api/v1/apps", data={"client_name": "a", "redirect_uris": OUT_OF_BAND, "scopes": "read write"}
    )
    app = {key: client.json()[key] for key in ("client_id", "client_secret")}
    token = served.http.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "read write", **app})
    given = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "agreement": "true"}
    headers = {"authorization": f"Bearer {token.json()['access_token']}"}
    made = served.http.post("/api/v1/accounts", data={**given, "locale": "fr", "reason": "Bonjour"}, headers=headers)
    assert made.status_code == 200, made.text
    return name


def test_who_applies_is_let_in_or_not(lends: Lends, served: Served, olga: Person) -> None:
    api = lends(olga)
    applies(served, "nora"), applies(served, "spam")
    waiting = {one["username"]: one for one in api.admin_accounts(status="pending")}
    assert set(waiting) == {"nora", "spam"} and waiting["nora"]["invite_request"] == "Bonjour"
    assert api.admin_account_approve(waiting["nora"]).approved
    api.admin_account_reject(waiting["spam"])
    assert api.admin_accounts_v1(status="pending") == []
    assert [one.username for one in api.admin_accounts_v2(origin="local", username="nora")] == ["nora"]


def test_accounts_are_moderated_and_stand_again(lends: Lends, olga: Person, dirk: Person) -> None:
    api = lends(olga)
    acts = {
        "disable": ("disabled", api.admin_account_enable),
        "silence": ("silenced", api.admin_account_unsilence),
        "sensitive": ("sensitized", api.admin_account_unsensitive),
        "suspend": ("suspended", api.admin_account_unsuspend),
    }
    for action, (state, undo) in acts.items():
        api.admin_account_moderate(dirk.id, action, text="Non.", send_email_notification=False)
        assert api.admin_account(dirk.id)[state] is True
        assert undo(dirk.id)[state] is False
    api.admin_account_moderate(dirk.id, "suspend")
    api.admin_account_delete(dirk.id)


def test_reports_are_filed_and_settled(lends: Lends, ada: Person, olga: Person, dirk: Person) -> None:
    api = lends(olga)
    posted = dirk.says("Achetez mes tapis")
    filed = lends(ada).report(dirk.id, status_ids=posted["id"], comment="Réclame", category="spam")
    assert filed.category == "spam" and not filed.action_taken
    (seen,) = api.admin_reports(account_id=ada.id, target_account_id=dirk.id)
    assert seen.id == filed.id == api.admin_report(filed).id and ids(seen.statuses) == [posted["id"]]
    assert str(api.admin_report_assign(filed).assigned_account.id) == olga.id
    assert api.admin_report_unassign(filed).assigned_account is None
    assert api.admin_report_resolve(filed).action_taken
    assert ids(api.admin_reports(resolved=True)) == [str(filed.id)]
    assert api.admin_report_reopen(filed).action_taken is False


def test_servers_networks_and_addresses_are_kept_out(lends: Lends, olga: Person) -> None:
    api = lends(olga)
    far = api.admin_create_domain_block("far.example", severity="silence", reject_media=True, private_comment="Loin")
    assert api.admin_update_domain_block(far, severity="suspend", public_comment="Trop loin").severity == "suspend"
    assert api.admin_domain_blocks(far.id).public_comment == "Trop loin"
    assert ids(api.admin_domain_blocks()) == [str(far.id)]
    api.admin_delete_domain_block(far)
    assert api.admin_domain_blocks() == []

    network = api.admin_create_ip_block("192.0.2.0/24", "sign_up_block", comment="Robots", expires_in=3600)
    assert network.expires_at and api.admin_ip_block(network).ip == "192.0.2.0/24"
    assert api.admin_update_ip_block(network, severity="no_access").severity == "no_access"
    assert ids(api.admin_ip_blocks()) == [str(network.id)]
    api.admin_delete_ip_block(network)
    assert api.admin_ip_blocks() == []

    near = api.admin_create_domain_allow("near.example")
    assert api.admin_domain_allow(near).domain == "near.example" and ids(api.admin_domain_allows()) == [str(near.id)]
    api.admin_delete_domain_allow(near)
    assert api.admin_domain_allows() == []

    post = api.admin_create_email_domain_block("mail.example")
    assert api.admin_email_domain_block(post).domain == "mail.example"
    assert ids(api.admin_email_domain_blocks()) == [str(post.id)]
    api.admin_delete_email_domain_block(post)
    assert api.admin_email_domain_blocks() == []

    one = api.admin_create_canonical_email_block(email="no.body+spam@example.org")
    assert ids(api.admin_test_canonical_email_block("nobody@example.org")) == [str(one.id)]
    assert api.admin_canonical_email_block(one).canonical_email_hash == one.canonical_email_hash
    assert str(one.id) in ids(api.admin_canonical_email_blocks())
    api.admin_delete_canonical_email_block(one)
    with pytest.raises(MastodonNotFoundError):
        api.admin_canonical_email_block(one)


def test_figures(lends: Lends, ada: Person, olga: Person) -> None:
    api = lends(olga)
    tag = ada.get(f"/api/v1/tags/{ada.says('Du #sel')['tags'][0]['name']}")["id"]
    until = datetime.now(UTC)
    since = until - timedelta(days=2)
    asked = {"active_users": True, "new_users": True, "interactions": True, "tag_uses": tag, "tag_accounts": tag}
    found = {one["key"]: one for one in api.admin_measures(since, until, **asked, instance_accounts="far.example")}
    assert set(found) == {*asked, "instance_accounts"} and found["tag_uses"].total == "1"
    most = api.admin_dimensions(since, until, languages=True, sources=True, software_versions=True, tag_servers=tag)
    assert [one["key"] for one in most] == ["languages", "sources", "software_versions", "tag_servers"]
    assert len(api.admin_retention(since, until)) == 3


def test_what_people_talk_about_is_approved(lends: Lends, served: Served, olga: Person) -> None:
    api, page = lends(olga), "https://a.example/sel"
    people = [served.person(name) for name in ("ada", "bea", "dirk")]
    for one in people:
        lends(one).account_update_credentials(discoverable=True, indexable=True)
        one.says(f"Du #poivre sur {page}")
    posted = people[0].says("Les cerises sont mûres")
    for one in people[1:]:
        lends(one).status_favourite(posted["id"])
    store = served.beside.store
    with store.read() as db:
        card = card_for(db, page)
    assert card is not None
    store.write(lambda tx: change_card(tx, replace(card, state="ready", title="Le sel")))
    recount(store)

    (tag,) = [one for one in api.admin_trending_tags() if one.name == "poivre"]
    (status,), (link,) = api.admin_trending_statuses(), api.admin_trending_links()
    assert (str(status.id), link.url) == (posted["id"], page) and api.trending_tags() == []
    ways = {
        "tag": (tag, api.admin_approve_trending_tag, api.admin_reject_trending_tag, api.trending_tags),
        "status": (status, api.admin_approve_trending_status, api.admin_reject_trending_status, api.trending_statuses),
        "link": (link, api.admin_approve_trending_link, api.admin_reject_trending_link, api.trending_links),
    }
    for one, approve, reject, shown in ways.values():
        approve(one)
        assert len(shown()) == 1
        if one is link:
            assert ids(api.timeline_link(page)) and len(api.timeline_link(page, limit=2)) == 2
        reject(one)
        assert shown() == []
