from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from perron.people.apps import App
from perron.people.queries import add_account, add_membership
from perron.people.tokens import find_viewer, issue_token
from perron.store.tables import grants

from .acting import faults
from .conftest import APP_AT, PASSWORD, Browser, Site, answered

VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
OOB = "urn:ietf:wg:oauth:2.0:oob"


def question(app: App, **more: str) -> dict[str, str]:
    asked = {"client_id": app.client_id, "redirect_uri": APP_AT, "response_type": "code", "scope": "read"}
    return {name: value for name, value in (asked | more).items() if value}


def ask(browser: Browser, app: App, **more: str) -> httpx.Response:
    return browser.get("/oauth/authorize", params=question(app, **more))


def agree(browser: Browser, app: App, *, decision: str = "allow", account_id: str = "", **more: str) -> httpx.Response:
    chosen = {"account_id": account_id} if account_id else {}
    return browser.fill(ask(browser, app, **more), at="/oauth/authorize", decision=decision, **chosen)


def exchange(browser: Browser, app: App, secret: str, code: str, **more: str) -> httpx.Response:
    sent = {
        "grant_type": "authorization_code",
        "client_id": app.client_id,
        "client_secret": secret,
        "code": code,
        "redirect_uri": APP_AT,
    }
    return browser.post("/oauth/token", data=sent | more)


def ada_at(site: Site) -> Browser:
    site.person("ada")
    browser = site.browser()
    browser.sign_in()
    return browser


def viewer(site: Site, token: str) -> Any:
    with site.store.read() as db:
        return find_viewer(db, token)


def test_ada_lets_an_app_in(site: Site) -> None:
    site.person("ada")
    app, secret = site.app(scopes="read write follow push")
    browser = site.browser()

    door = ask(browser, app, scope="read write follow push", state="a b&c")
    assert door.status_code == 303 and door.headers["location"].startswith("/sign-in?next=")
    back = browser.fill(
        browser.get(door.headers["location"]), at="/sign-in", email="ada@perron.test", password=PASSWORD
    )
    page = browser.get(back.headers["location"])
    assert "Publish, change and delete in your name" in page.text and "@ada" in page.text
    answer = browser.fill(page, at="/oauth/authorize", decision="allow")

    assert answer.status_code == 303 and answer.headers["location"].startswith(APP_AT + "?")
    assert answered(answer)["state"] == "a b&c"
    issued = exchange(browser, app, secret, answered(answer)["code"])
    assert issued.status_code == 200 and issued.headers["cache-control"] == "no-store"
    body = issued.json()
    assert (body["token_type"], body["scope"]) == ("Bearer", "read write follow push")
    assert isinstance(body["created_at"], int)
    found = viewer(site, body["access_token"])
    assert found.account.handle == "ada" and found.scopes == {"read", "write", "follow", "push"}


@pytest.mark.parametrize(
    "elsewhere",
    [
        APP_AT + "/more",
        APP_AT + "?more=1",
        "https://app.test:8443/back",
        "http://app.test/back",
        APP_AT + "/",
        "https://app.test@evil.test/back",
        "https://evil.test/back",
        "",
        OOB,
    ],
)
def test_an_app_is_answered_only_where_it_registered(site: Site, elsewhere: str) -> None:
    app, _ = site.app()
    for browser in (site.browser(), ada_at(site)):
        page = ask(browser, app, redirect_uri=elsewhere)
        assert page.status_code == 400 and "location" not in page.headers
        assert page.headers["content-type"].startswith("text/html")
    good = ask(browser, app)
    refused = browser.fill(good, at="/oauth/authorize", decision="allow", redirect_uri=elsewhere)
    assert refused.status_code == 400 and "location" not in refused.headers


def test_an_app_that_asks_wrongly_leads_nowhere(site: Site) -> None:
    app, _ = site.app(scopes="read")
    browser = ada_at(site)
    for more in (
        {"client_id": "nobody"},
        {"response_type": "token"},
        {"scope": "read write"},
        {"scope": "read crypto"},
        {"scope": "admin:read"},
        {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
        {"code_challenge": CHALLENGE},
        {"code_challenge": "short", "code_challenge_method": "S256"},
        {"code_challenge_method": "S256"},
    ):
        page = ask(browser, app, **more)
        assert page.status_code == 400 and "location" not in page.headers, more
    assert "invalid_scope" in ask(browser, app, scope="read write").text
    twice = browser.get("/oauth/authorize", params=[*question(app).items(), ("redirect_uri", APP_AT)])
    assert twice.status_code == 400


def test_admin_scopes_are_for_those_who_run_the_server(site: Site) -> None:
    app, secret = site.app(scopes="read admin:read")
    browser = ada_at(site)
    site.person("root", role="admin")
    admin = site.browser()
    admin.sign_in("root@perron.test")

    for one, scope in ((browser, "read"), (admin, "read admin:read")):
        code = answered(agree(one, app, scope="read admin:read"))["code"]
        assert exchange(one, app, secret, code).json()["scope"] == scope


def test_who_refuses_is_led_back_without_a_code(site: Site) -> None:
    app, _ = site.app(uris=f"{APP_AT} {OOB}")
    browser = ada_at(site)
    answer = answered(agree(browser, app, decision="deny", state="s"))
    assert (answer["error"], answer["state"], "code" in answer) == ("access_denied", "s", False)
    assert agree(browser, app, decision="deny", redirect_uri=OOB).status_code == 200


def test_a_code_can_be_copied_by_hand(site: Site) -> None:
    app, secret = site.app(uris=OOB)
    browser = ada_at(site)
    page = agree(browser, app, redirect_uri=OOB)
    assert page.status_code == 200
    code = page.text.partition('<code class="code" tabindex="0">')[2].partition("</code>")[0]
    assert exchange(browser, app, secret, code, redirect_uri=OOB).status_code == 200


def test_an_app_with_a_scheme_of_its_own_is_led_to(site: Site) -> None:
    uri = "com.tapbots.Ivory.10217:/request_token"
    app, _ = site.app(uris=uri)
    browser = ada_at(site)
    page = ask(browser, app, redirect_uri=uri)
    assert "form-action 'self' com.tapbots.ivory.10217:" in page.headers["content-security-policy"]
    answer = browser.fill(page, at="/oauth/authorize", decision="allow")
    assert answer.headers["location"].startswith(uri + "?code=")
    assert "form-action 'self' https://app.test;" in (
        ask(browser, site.app()[0]).headers["content-security-policy"] + ";"
    )


def test_a_code_is_good_once_and_replay_takes_the_token_back(site: Site) -> None:
    app, secret = site.app()
    browser = ada_at(site)
    code = answered(agree(browser, app))["code"]
    token = exchange(browser, app, secret, code).json()["access_token"]
    assert viewer(site, token)

    again = exchange(browser, app, secret, code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert viewer(site, token) is None


def test_a_code_is_good_for_its_app_its_address_and_ten_minutes(site: Site) -> None:
    app, secret = site.app()
    other, other_secret = site.app("Other")
    browser = ada_at(site)
    code = answered(agree(browser, app))["code"]
    refused = [
        exchange(browser, other, other_secret, code),
        exchange(browser, app, secret, code, redirect_uri=APP_AT + "/"),
        exchange(browser, app, secret, code, code_verifier=VERIFIER),
        exchange(browser, app, secret, "nonsense"),
    ]
    assert [(one.status_code, one.json()["error"]) for one in refused] == [(400, "invalid_grant")] * 4
    assert exchange(browser, app, "wrong", code).json()["error"] == "invalid_client"
    assert exchange(browser, app, secret, "").json()["error"] == "invalid_request"

    with site.store.engine.begin() as connection:
        connection.execute(update(grants).values(expires_at=grants.c.expires_at - 601_000))
    assert exchange(browser, app, secret, code).json()["error"] == "invalid_grant"


def test_a_code_with_a_challenge_wants_its_verifier(site: Site) -> None:
    app, secret = site.app()
    browser = ada_at(site)
    code = answered(agree(browser, app, code_challenge=CHALLENGE, code_challenge_method="S256"))["code"]
    for wrong in ({}, {"code_verifier": "w" * 64}, {"code_verifier": CHALLENGE}):
        assert exchange(browser, app, secret, code, **wrong).json()["error"] == "invalid_grant"
    assert exchange(browser, app, secret, code, code_verifier=VERIFIER).status_code == 200


def test_apps_speak_in_forms_in_json_and_by_basic(site: Site) -> None:
    app, secret = site.app(scopes="read write")
    browser = site.browser()
    who = {"client_id": app.client_id, "client_secret": secret}
    basic = b64encode(f"{app.client_id}:{secret}".encode()).decode()
    wanted = {"grant_type": "client_credentials", "scope": "write"}
    said = [
        browser.post("/oauth/token", data=wanted | who),
        browser.post("/oauth/token", json=wanted | who),
        browser.post("/oauth/token", files={name: (None, value) for name, value in (wanted | who).items()}),
        browser.post("/oauth/token", params=wanted | who),
        browser.post("/oauth/token", data=wanted, headers={"Authorization": f"Basic {basic}"}),
    ]
    for answer in said:
        assert (answer.status_code, answer.json()["scope"]) == (200, "write"), answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
        found = viewer(site, answer.json()["access_token"])
        assert found.account is None and found.user_id is None


def test_mistakes_are_named_in_the_words_of_the_standard(site: Site) -> None:
    app, secret = site.app(scopes="read")
    browser = site.browser()
    who = {"client_id": app.client_id, "client_secret": secret}
    cases: list[tuple[dict[str, str], int, str]] = [
        ({}, 401, "invalid_client"),
        (who | {"client_secret": "x"}, 401, "invalid_client"),
        (who, 400, "unsupported_grant_type"),
        (who | {"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
        (who | {"grant_type": "client_credentials", "scope": "write"}, 400, "invalid_scope"),
        (who | {"grant_type": "client_credentials", "scope": "x"}, 400, "invalid_scope"),
        (who | {"grant_type": "authorization_code"}, 400, "invalid_request"),
    ]
    for sent, status, error in cases:
        answer = browser.post("/oauth/token", data=sent)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
    for body, kind in ((b"{", "application/json"), (b"[]", "application/json"), (b"x", "multipart/form-data")):
        assert browser.post("/oauth/token", content=body, headers={"Content-Type": kind}).status_code == 400
    for basic in (b"Basic", "Basic ééé".encode(), b"Basic " + b64encode(b"\xff:x")):
        assert browser.post("/oauth/token", headers=[(b"Authorization", basic)]).status_code == 401


def test_an_app_gives_back_its_own_token_only(site: Site) -> None:
    user, account = site.person("ada")
    app, secret = site.app()
    other, other_secret = site.app("Other")
    browser = site.browser()
    token = site.store.write(lambda tx: issue_token(tx, app.id, user.id, account.id, frozenset({"read"})))

    def give_back(app: App, secret: str, token: str) -> httpx.Response:
        return browser.post("/oauth/revoke", data={"client_id": app.client_id, "client_secret": secret, "token": token})

    assert give_back(other, other_secret, token).status_code == 403
    assert give_back(app, "wrong", token).status_code == 403
    assert viewer(site, token)
    assert (give_back(app, secret, token).status_code, viewer(site, token)) == (200, None)
    assert give_back(app, secret, token).json() == {}


def test_what_the_server_can_do_is_written_down(site: Site) -> None:
    found = site.browser().get("/.well-known/oauth-authorization-server", headers={"Host": "evil.test"}).json()
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["token_endpoint"] == "http://testserver/oauth/token"  # H-06
    assert "admin:write:reports" in found["scopes_supported"]


def test_userinfo_says_who_somebody_is(site: Site) -> None:
    user, account = site.person("Ada")
    waiting, waiting_account = site.person("bea", policy="approval")
    browser = site.browser()

    def token_for(scope: str, user_id: int = user.id, account_id: int = account.id) -> str:
        return site.store.write(lambda tx: issue_token(tx, 7, user_id, account_id, frozenset({scope})))

    def asked(*headers: str) -> httpx.Response:
        return browser.get("/oauth/userinfo", headers=[("Authorization", each) for each in headers])

    token = token_for("profile")
    assert asked(f"Bearer {token}").json()["preferred_username"] == "Ada"
    assert asked(f"bearer {token} ").status_code == 200
    assert asked(f"Bearer {token_for('read')}").status_code == 403
    assert asked(f"Bearer {token_for('profile', waiting.id, waiting_account.id)}").status_code == 403
    for wrong in ([], ["Bearer x"], ["Bearer"], [f"Basic {token}"], [f"Bearer {token}", f"Bearer {token}"]):
        answer = asked(*wrong)
        assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")
    assert browser.get("/oauth/userinfo", params={"access_token": token}).status_code == 401
    assert browser.options("/oauth/userinfo").headers["access-control-allow-origin"] == "*"


def test_force_login_asks_for_the_password_again(site: Site) -> None:
    app, _ = site.app()
    browser = ada_at(site)
    door = ask(browser, app, force_login="true", lang="fr")
    assert door.status_code == 303
    page = browser.get(door.headers["location"])
    assert page.status_code == 200
    back = browser.fill(page, at="/sign-in", email="ada@perron.test", password=PASSWORD)
    page = browser.get(back.headers["location"])
    assert page.status_code == 200 and "Laisser entrer une application" in page.text


def test_a_user_with_several_accounts_chooses_one_of_their_own(site: Site) -> None:
    user, _ = site.person("ada")
    _, stranger = site.person("dirk")

    def found_a_club(tx: Any) -> Any:
        club = add_account(tx, "club", kind="brand")
        add_membership(tx, user.id, club.id, "editor")
        return club

    club = site.store.write(found_a_club)
    app, secret = site.app()
    browser = site.browser()
    browser.sign_in()

    assert ask(browser, app).text.count('type="radio"') == 2
    code = answered(agree(browser, app, account_id=str(club.id)))["code"]
    found = viewer(site, exchange(browser, app, secret, code).json()["access_token"])
    assert (found.account.handle, found.role) == ("club", "editor")
    assert agree(browser, app, account_id=str(stranger.id)).status_code == 400


def test_the_page_believes_nothing_an_app_says_of_itself(site: Site) -> None:
    name = "<script>alert(1)</script>\u202eOfficial Admin ✅" + "x" * 10_000
    app, _ = site.app(name, website="javascript:alert(1)")
    page = ask(ada_at(site), app)
    assert faults(page.text) == [] and "<script>" not in page.text  # the scripts of this page are ours, and say nothing
    assert "\u202e" not in page.text and "x" * 100 not in page.text
    assert '<bdi class="app">&lt;script&gt;' in page.text
    assert "javascript:" not in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    linked, _ = site.app(website="https://elk.zone")
    browser = site.browser()
    browser.sign_in()
    assert 'href="https://elk.zone"' in ask(browser, linked).text


def test_whoever_waits_for_approval_may_let_an_app_wait_with_them(open_site: Callable[..., Site]) -> None:
    site = open_site()
    site.person("ada", policy="approval")
    app, secret = site.app()
    browser = site.browser()
    browser.sign_in()
    token = exchange(browser, app, secret, answered(agree(browser, app))["code"]).json()["access_token"]
    assert viewer(site, token).pending
