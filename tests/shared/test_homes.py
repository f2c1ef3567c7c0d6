"""Homes on several nodes: what one leaves is taken by another, and never trusted beyond what it says."""

import pytest

from perron.store.changes import newest
from perron.timelines import home as homes
from tests.clients.library import eventually
from tests.redis_servers import Server
from tests.rig import Person, Site
from tests.shared.conftest import beat


class Town:
    """The same people on two nodes."""

    def __init__(self, one: Site, two: Site) -> None:
        self.one, self.two = one, two

    def there(self, person: Person) -> Person:
        """A person as a client of the second node, once it has heard of all that was committed. (On PostgreSQL every
        reading waits for that by itself; two processes share SQLite only here, and the ear of the other looks soon.)"""
        if self.two.store.sqlite:
            with self.two.store.read() as db:
                assert eventually(lambda: self.two.site.rings.recent.heard >= newest(db))
        return Person(self.two, person.account, person.user_id, person.token)


@pytest.fixture
def town(towns: tuple[Site, Site]) -> Town:
    return Town(*towns)


@pytest.fixture
def derived(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For whom a home was derived from the database."""
    found: list[int] = []
    fill = homes.fill_home

    def noted(db: object, account_id: int) -> object:
        found.append(account_id)
        return fill(db, account_id)  # type: ignore[arg-type]

    monkeypatch.setattr(homes, "fill_home", noted)
    return found


def test_a_home_that_one_node_has_left_is_not_derived_by_another(town: Town, derived: list[int]) -> None:
    ada = town.one.person("ada")
    bea = town.one.person("bea", follows=ada)
    ada.says("Bonjour")
    assert bea.home() == ["Bonjour"]
    beat(town.one)

    assert town.there(bea).home() == ["Bonjour"]
    assert derived == [bea.account.id]


def test_what_was_posted_since_a_copy_was_left_is_in_the_home(town: Town, derived: list[int]) -> None:
    ada, dirk = town.one.person("ada"), town.one.person("dirk")
    bea = town.one.person("bea", follows=ada)
    ada.says("Before")
    gone = ada.says("Soon gone")
    bea.home()
    beat(town.one)
    ada.says("After")
    ada.says("@dirk An answer to a stranger", in_reply_to_id=dirk.says("Who is there?")["id"])
    ada.post(f"/api/v1/statuses/{dirk.says('Worth reading')['id']}/reblog")
    ada.delete(f"/api/v1/statuses/{gone['id']}")

    expected = ["Worth reading", "After", "Before"]
    assert town.there(bea).home() == expected
    assert derived == [bea.account.id]
    assert bea.home() == expected


def test_a_copy_from_before_a_block_an_unfollow_or_a_new_tag_is_not_taken(town: Town, derived: list[int]) -> None:
    ada, dirk = town.one.person("ada"), town.one.person("dirk")
    for n, act in enumerate(
        (
            lambda one: one.post(f"/api/v1/accounts/{ada.id}/mute"),
            lambda one: one.post(f"/api/v1/accounts/{ada.id}/unfollow"),
            lambda one: one.post("/api/v1/tags/perron/follow"),
        )
    ):
        reader = town.one.person(f"reader{n}", follows=ada)
        ada.says("Bonjour")
        dirk.says("Something #perron")
        reader.home()
        beat(town.one)
        act(reader)
        derived.clear()

        there = town.there(reader).home()
        assert derived == [reader.account.id]
        assert ("Bonjour" in there, "Something #perron" in there) == (n == 2, n == 2)


def test_a_list_is_left_and_taken_as_a_home_is(town: Town) -> None:
    ada = town.one.person("ada")
    bea = town.one.person("bea", follows=ada)
    made = bea.post("/api/v1/lists", {"title": "Close"})
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [ada.id]})
    first = ada.says("First")["id"]
    assert [one["id"] for one in bea.get(f"/api/v1/timelines/list/{made['id']}")] == [first]
    beat(town.one)
    second = ada.says("Second")["id"]

    there = town.there(bea)
    assert [one["id"] for one in there.get(f"/api/v1/timelines/list/{made['id']}")] == [second, first]
    bea.delete(f"/api/v1/lists/{made['id']}")
    there.get(f"/api/v1/timelines/list/{made['id']}", expect=404)


def test_a_node_that_ends_leaves_its_homes_and_one_that_begins_takes_them(
    database: str, tmp_path: object, server: Server, derived: list[int]
) -> None:
    def opened(name: str) -> object:
        return Site.opened(tmp_path / name, database, redis=server.url)  # type: ignore[operator]

    with opened("one") as one:  # type: ignore[attr-defined]
        ada = one.person("ada")
        bea = one.person("bea", follows=ada)
        bea.home()
        ada.says("While bea is away")
    with opened("two") as two:  # type: ignore[attr-defined]
        assert Person(two, bea.account, bea.user_id, bea.token).home() == ["While bea is away"]
    assert derived == [bea.account.id]


def test_homes_are_right_without_a_word_from_the_shared_server(town: Town, server: Server, derived: list[int]) -> None:
    ada = town.one.person("ada")
    bea = town.one.person("bea", follows=ada)
    ada.says("Bonjour")
    bea.home()
    beat(town.one)
    server.client().flushall()
    assert town.there(bea).home() == ["Bonjour"]
    server.kill()
    ada.says("Encore")
    eve = town.one.person("eve", follows=ada)
    assert town.there(eve).home() == ["Encore", "Bonjour"]
    assert derived == [bea.account.id, bea.account.id, eve.account.id]


def test_what_lies_there_of_another_form_is_passed_over(town: Town, server: Server) -> None:
    ada = town.one.person("ada")
    ada.says("Bonjour")
    assert town.one.site.shared is not None
    server.client().set(town.one.site.shared.key("home", ada.account.id), b"nonsense")
    assert town.there(ada).home() == ["Bonjour"]
