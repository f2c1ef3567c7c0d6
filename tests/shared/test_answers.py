"""What many ask for is made at one node for all of them, and nothing of it is anybody's own."""

import pytest

from perron.admission import kept
from tests.redis_servers import Server, until
from tests.rig import Site

TAG = "/api/v1/timelines/tag/mj"


@pytest.fixture(autouse=True)
def all_is_hot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "HOT", 0)
    monkeypatch.setattr(kept, "FRESH", 20.0)


def seen(site: Site, path: str = TAG) -> int:
    return len(site.anybody(path))


def left_by(server: Server) -> list[bytes]:
    return list(server.client().scan_iter("perron:*:answers:*"))


def test_what_one_node_has_made_another_gives(towns: tuple[Site, Site], server: Server) -> None:
    one, two = towns
    ada = one.person("ada")
    ada.says("Bonsoir #mj")
    first = one.client.get(TAG)
    until(lambda: bool(left_by(server)))
    ada.says("Encore #mj")
    again = two.client.get(TAG)
    assert again.content == first.content and again.status_code == 200
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


def test_it_grows_no_younger_on_the_way(
    towns: tuple[Site, Site], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = towns
    ada = one.person("ada")
    ada.says("Bonsoir #mj")
    assert seen(one) == 1
    until(lambda: bool(left_by(server)))
    server.client().pexpire(left_by(server)[0], 5_000)  # as if it had been made fifteen seconds ago
    ada.says("Encore #mj")
    assert seen(two) == 1
    page = next(page for key, page in two.app.admission.kept.pages.items() if key[0] == TAG)
    assert 14 < kept.monotonic() - page.at < 20
    page.at -= 10
    server.client().flushall()
    assert seen(two) == 2


def test_what_is_told_apart_by_language_or_person_is_not_mixed_up(towns: tuple[Site, Site], server: Server) -> None:
    one, two = towns
    ada = one.person("ada")
    ada.says("Pour tous #mj")
    ada.says("Pour moi #mj", visibility="private")
    path = f"/api/v1/accounts/{ada.id}/statuses"
    assert len(ada.get(path)) == 2
    assert not left_by(server)
    assert seen(one, path) == 1
    until(lambda: bool(left_by(server)))
    assert seen(two, path) == 1
    assert len(two.client.get(path, headers=ada.headers).json()) == 2
    french = one.client.get("/tags/mj", headers={"accept-language": "fr"})
    english = two.client.get("/tags/mj", headers={"accept-language": "en"})
    assert 'lang="fr"' in french.text and 'lang="en"' in english.text


def test_each_node_makes_its_own_while_the_shared_server_is_away(towns: tuple[Site, Site], server: Server) -> None:
    one, two = towns
    ada = one.person("ada")
    ada.says("Bonsoir #mj")
    assert seen(one) == 1
    server.kill()
    ada.says("Encore #mj")
    assert seen(two) == 2
