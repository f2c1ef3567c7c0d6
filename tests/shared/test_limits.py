"""What is limited is limited by all nodes together; what nobody can count is not tried."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from perron.people.passwords import hash_password
from perron.people.users import rehash_password
from tests.databases import Databases
from tests.redis_servers import Server, until
from tests.rig import Person, Site
from tests.shared.conftest import beat
from tests.web.conftest import Browser, at_browser

PASSWORD = "les marches au soleil"
KEPT = hash_password(PASSWORD)
SHUT = "This server cannot count attempts at the moment"


@pytest.fixture
def nodes(database: str, tmp_path: Path, server: Server) -> Iterator[tuple[Site, Site]]:
    """Two nodes that limit requests."""
    named = {"origin": "http://testserver", "locale": "en"}
    settings = {"redis": server.url, "rate_limit": "on", "rate_limit_requests": 40, **named}
    with (
        Site.opened(tmp_path / "one", database, **settings) as one,
        Site.opened(tmp_path / "two", database, **settings) as two,
    ):
        yield one, two


def person(site: Site, handle: str) -> Person:
    one = site.person(handle)
    site.store.write(lambda tx: rehash_password(tx, one.user_id, KEPT))
    return one


def sign_in(site: Site, password: str, handle: str = "ada") -> httpx.Response:
    browser: Browser = at_browser(site)
    return browser.sign_in(email=f"{handle}@example.org", password=password)


def test_ten_wrong_passwords_are_ten_at_whichever_node(nodes: tuple[Site, Site]) -> None:
    person(nodes[0], "ada")
    said = [sign_in(nodes[n % 2], "wrong").status_code for n in range(11)]
    assert said == [401] * 10 + [429]
    assert sign_in(nodes[0], PASSWORD).status_code == 429


def test_a_password_that_was_right_is_not_counted(nodes: tuple[Site, Site]) -> None:
    person(nodes[0], "ada")
    assert [sign_in(nodes[n % 2], PASSWORD).status_code for n in range(12)] == [303] * 12


def test_nobody_comes_in_while_attempts_cannot_be_counted_and_everybody_reads_on(
    nodes: tuple[Site, Site], server: Server
) -> None:
    one = nodes[0]
    ada = person(one, "ada")
    inside = at_browser(one, ada)
    server.kill()

    reply = sign_in(one, PASSWORD)
    assert reply.status_code == 503 and SHUT in reply.text and int(reply.headers["retry-after"]) > 0
    form = at_browser(one)
    joined = form.fill(form.get("/sign-up"), at="/sign-up", username="eve", email="eve@x.org", password="a b c d e f g")
    assert joined.status_code == 503 and SHUT in joined.text
    ada.says("Bonjour")
    assert ada.home() == ["Bonjour"]
    assert inside.get("/home").status_code == 200

    server.start()
    until(lambda: sign_in(one, PASSWORD).status_code == 303)


def test_an_app_cannot_make_accounts_while_attempts_cannot_be_counted(nodes: tuple[Site, Site], server: Server) -> None:
    one = nodes[0]
    oob = {"redirect_uri": "urn:ietf:wg:oauth:2.0:oob", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    app = one.client.post("/api/v1/apps", data={"client_name": "Ivory", "scopes": "read write", **oob})
    given = {"grant_type": "client_credentials", "scope": "read write", **oob}
    keys = {name: app.json()[name] for name in ("client_id", "client_secret")}
    token = one.client.post("/oauth/token", data={**given, **keys}).json()["access_token"]
    server.kill()
    joining = {"username": "eve", "email": "eve@x.org", "password": "a b c d e f g", "agreement": "true"}
    bearer = {"authorization": f"Bearer {token}"}
    reply = one.client.post("/api/v1/accounts", data={**joining, "locale": "en"}, headers=bearer)
    assert reply.status_code == 503 and SHUT in reply.json()["error"] and reply.headers["retry-after"]


def test_requests_are_counted_by_all_nodes_together(nodes: tuple[Site, Site]) -> None:
    ada = nodes[0].person("ada")

    def left(site: Site) -> int:
        reply = site.client.get("/api/v1/accounts/verify_credentials", headers=ada.headers)
        return int(reply.headers["x-ratelimit-remaining"])

    for _ in range(20):
        left(nodes[0])
    beat(nodes[0])
    for _ in range(10):
        left(nodes[1])
    beat(nodes[1])
    assert left(nodes[1]) == 9
    for _ in range(9):
        left(nodes[1])
    reply = nodes[1].client.get("/api/v1/accounts/verify_credentials", headers=ada.headers)
    assert reply.status_code == 429 and int(reply.headers["retry-after"]) > 200


def test_what_was_counted_is_known_after_the_server_has_forgotten_it(nodes: tuple[Site, Site], server: Server) -> None:
    window = nodes[0].site.window
    for _ in range(30):
        window.hit("somebody", 40, 300)
    beat(nodes[0])
    server.client().flushall()
    for _ in range(5):
        window.hit("somebody", 40, 300)
    beat(nodes[0])
    assert window.hit("somebody", 40, 300).remaining == 4
    for _ in range(2):
        nodes[1].site.window.hit("somebody", 40, 300)
    beat(nodes[1])
    assert nodes[1].site.window.hit("somebody", 40, 300).remaining == 2


def test_each_node_counts_alone_while_the_server_is_away_and_tells_it_later(
    nodes: tuple[Site, Site], server: Server
) -> None:
    window = nodes[0].site.window
    server.kill()
    for _ in range(10):
        window.hit("somebody", 20, 300)
    assert window.hit("somebody", 20, 300).remaining == 9
    server.start()
    shared = nodes[0].site.shared
    assert shared is not None
    until(lambda: shared.there)
    until(lambda: server.client().keys("*requests:somebody"))
    assert int(server.client().get(shared.key("requests", "somebody")) or 0) == 11


def test_nodes_that_share_a_database_alone_count_attempts_together(databases: Databases, tmp_path: Path) -> None:
    database = databases.clean()
    settings = {"rate_limit": "on", "origin": "http://testserver", "locale": "en"}
    with (
        Site.opened(tmp_path / "one", database, **settings) as one,
        Site.opened(tmp_path / "two", database, **settings) as two,
    ):
        person(one, "ada")
        assert sign_in(two, PASSWORD).status_code == 303
        said = []
        for n in range(11):
            said.append(sign_in((one, two)[n % 2], "wrong").status_code)
            until(lambda: one.app.hub.position == two.app.hub.position)
        together = [401] * 10 + [429]
        assert said == together if databases.engine == "postgresql" else said == [401] * 11
    if databases.engine == "postgresql":
        with Site.opened(tmp_path / "three", database, **settings) as three:
            assert sign_in(three, PASSWORD).status_code == 429
