"""Mastodon.py on the server itself: what it says of itself, what people talk about, signing up and letting apps in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from mastodon import Mastodon, MastodonIllegalArgumentError, MastodonUnauthorizedError, MastodonVersionError

from perron.posts.trends_job import recount
from tests.clients.browser import let_in
from tests.clients.library import Library, eventually, ids
from tests.clients.server import PASSWORD, Person, Served, serving

pytestmark = pytest.mark.slow

Lends = Callable[[Person], Library]
SETTINGS = {
    "PERRON_OUTSIDE_ALLOW": "127.0.0.1/32",
    "PERRON_TERMS": "Soyez sages.",
    "PERRON_CONFIRM_EMAIL": "on",
}


class Interpreter(BaseHTTPRequestHandler):
    """Speaks as LibreTranslate does, and says everything louder."""

    def do_GET(self) -> None:
        self.tell([{"code": "fr", "name": "French", "targets": ["en"]}])

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.tell({"translatedText": [text.upper() for text in asked["q"]]})

    def tell(self, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(ground: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with terms, that knows an interpreter."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Interpreter) as interpreter:
        Thread(target=interpreter.serve_forever, args=(0.01,), daemon=True).start()
        where = f"http://127.0.0.1:{interpreter.server_port}"
        with serving(
            tmp_path_factory.mktemp("server") / "data", **SETTINGS, PERRON_TRANSLATE_URL=where, **ground
        ) as one:
            yield one
        interpreter.shutdown()


def test_posts_are_translated(lends: Lends, ada: Person) -> None:
    api = lends(ada)
    assert api.instance_translation_languages()["fr"] == ["en"]
    posted = api.status_post("bonjour", language="fr")
    assert api.status_translate(posted, lang="en").content.casefold() == "<p>bonjour</p>"


def test_the_server_tells_of_itself(lends: Lends, served: Served, ada: Person) -> None:
    api = lends(ada)
    assert api.retrieve_mastodon_version(fail_hard=True) == "4.6.0" and api.mastodon_api_version == 10
    assert api.verify_minimum_version("4.6.0") and not api.verify_minimum_version("4.7.0", cached=True)
    owner = ("olga", "--email", "olga@example.org", "--password", PASSWORD, "--role", "owner")
    served.command("admin", "account", "create", *owner)
    assert api.instance().api_versions.mastodon == 10
    assert api.instance_v2().domain == api.instance_v1().uri
    assert api.instance_nodeinfo().software.name == "perron"
    assert api.instance_health()
    assert len(api.instance_activity()) == 12 and api.instance_peers() == []
    assert isinstance(api.instance_rules(), list) and api.instance_domain_blocks() == []
    assert api.instance_terms_of_service().content == "<p>Soyez sages.</p>"
    assert api.instance_extended_description().content is not None
    assert api.get_supported_version() and "fr" in [one.code for one in api.instance_languages()]
    assert api.custom_emojis() == []
    assert abs(api.get_approx_server_time().date() - date.today()) <= timedelta(days=1)
    api.set_language("fr")
    api.clear_caches()
    with pytest.raises(MastodonVersionError):
        api.reports()


def test_what_people_talk_about(lends: Lends, served: Served) -> None:
    people = [served.person(name) for name in ("ada", "bea", "dirk")]
    for one in people:
        lends(one).account_update_credentials(discoverable=True, indexable=True)
        one.says("Vive le #marché")
    api = lends(people[0])
    posted = api.status_post("Les cerises sont mûres")
    for one in people[1:]:
        lends(one).status_favourite(posted)
    recount(served.beside.store)
    assert eventually(lambda: api.trending_tags())
    assert [tag.name for tag in api.trending_tags(limit=5)] == [tag.name for tag in api.trends()] == ["marché"]
    assert api.trending_tags()[0].history[0].uses == "3"
    assert ids(api.trending_statuses()) == [str(posted.id)]
    assert api.trending_links() == []


def test_somebody_signs_up_and_is_asked_to_show_their_address(served: Served) -> None:
    client_id, secret = Mastodon.create_app("Marché", scopes=["read", "write"], api_base_url=served.origin)
    api = Library(client_id, secret, api_base_url=served.origin)
    given = {"agreement": True, "locale": "fr", "scopes": ["read", "write"]}
    _, wrong = api.create_account("nora", "court", "pas une adresse", return_detailed_error=True, **given)
    assert wrong is not None and "email" in wrong.details
    token = api.create_account("nora", PASSWORD, "nora@example.org", **given)
    assert token and api.access_token == token
    api.email_resend_confirmation()
    api.session.close()


def test_an_app_is_let_in_kept_and_shut_out(served: Served, ada: Person, tmp_path: Path) -> None:
    app, kept = tmp_path / "app", tmp_path / "token"
    scopes = ["read", "write", "profile"]
    Mastodon.create_app("Marché", scopes=scopes, api_base_url=served.origin, website="https://a.example", to_file=app)
    api = Library(app, api_base_url=served.origin)
    assert "authorization_code" in api.oauth_authorization_server_info().grant_types_supported
    with pytest.raises(MastodonIllegalArgumentError, match="Password flow"):
        api.log_in("ada@example.org", PASSWORD, scopes=scopes, allow_http=True)
    code = let_in(api.auth_request_url(scopes=scopes, state="s", lang="fr", allow_http=True), ada)
    api.log_in(code=code, scopes=scopes, to_file=kept, allow_http=True)
    again = Library(access_token=kept)
    assert kept.read_text() == api.persistable_login_credentials()
    assert again.app_verify_credentials().name == "Marché" and str(again.me().id) == ada.id
    again.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        api.me()
    for one in (api, again):
        one.session.close()
