"""PostgreSQL as it is read: by several processes, by many at once, and when it does not answer."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg.errors import DivisionByZero
from sqlalchemy import Integer, create_engine, exists, func, literal_column, select, text
from sqlalchemy.pool import NullPool

from perron.kit.errors import Unavailable
from perron.store import Prepared, Store
from perron.store.search import Index
from tests.databases import Databases
from tests.rig import Person, Site
from tests.statements import statements

pytestmark = pytest.mark.only("postgresql")


@contextmanager
def beside(database: str) -> Iterator[Any]:
    """A connection of somebody else's to the same database."""
    with create_engine(database, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        yield connection


def test_what_one_node_has_answered_every_other_shows(site: Site, ada: Person, bea: Person, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "other", site.settings.database) as other:
        ada_there = Person(other, ada.account, ada.user_id, ada.token)
        bea_there = Person(other, bea.account, bea.user_id, bea.token)
        bea_there.home()
        ada_there.home()
        for n in range(15):
            said = ada.says(f"mot {n}")
            assert bea_there.home()[0] == f"mot {n}"
            bea.post(f"/api/v1/statuses/{said['id']}/favourite")
            shown = ada_there.get("/api/v1/timelines/home")[0]
            assert (shown["id"], shown["favourites_count"]) == (said["id"], 1)
            assert bea_there.get(f"/api/v1/statuses/{said['id']}")["favourited"]
            assert other.anybody("/api/v1/timelines/public")[0]["id"] == said["id"]


def test_a_page_shown_to_visitors_changes_on_every_node_with_the_next_post(
    site: Site, ada: Person, tmp_path: Path
) -> None:
    with Site.opened(tmp_path / "other", site.settings.database) as other:
        for n in range(5):
            ada.says(f"page {n}")
            shown = other.client.get("/@ada").text
            assert f"page {n}" in shown
            assert other.client.get("/@ada").text == shown


def test_a_renamed_author_is_shown_by_the_new_name_on_every_node(site: Site, ada: Person, tmp_path: Path) -> None:
    ada.says("Bonjour")
    with Site.opened(tmp_path / "other", site.settings.database) as other:
        there = Person(other, ada.account, ada.user_id, ada.token)
        for name in ("Ada L.", "Ada Lovelace"):
            ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": name})
            assert there.get("/api/v1/timelines/home")[0]["account"]["display_name"] == name


def test_posts_that_have_not_changed_are_not_put_together_again_when_others_write(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    for n in range(5):
        ada.says(f"mot {n}")
    bea.home()
    dirk.post(f"/api/v1/accounts/{ada.id}/note", {"comment": "quelque chose d'autre"})
    assert statements(bea.home) <= 2  # what has happened, and what of it bea may see


def test_a_reading_that_takes_too_long_is_refused_and_others_are_not(databases: Databases, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "data", databases.clean(), database_read_seconds=1) as site:
        ada = site.person("ada")
        ada.says("Bonjour")
        with beside(site.settings.database) as other:
            other.execute(text("BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE"))
            began = time.monotonic()
            refused = site.client.get("/api/v1/timelines/public")
            assert (refused.status_code, time.monotonic() - began < 15) == (503, True)
            assert int(refused.headers["retry-after"]) >= 1
            assert ada.get("/api/v1/accounts/verify_credentials")["username"] == "ada"
            other.execute(text("ROLLBACK"))
        assert [one["account"]["acct"] for one in site.anybody("/api/v1/timelines/public")] == ["ada"]


def test_a_write_that_waits_too_long_for_a_lock_is_refused(databases: Databases, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "data", databases.clean(), database_lock_seconds=1) as site:
        ada = site.person("ada")
        with beside(site.settings.database) as other:
            other.execute(text("BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE"))
            refused = site.client.post("/api/v1/statuses", json={"status": "un"}, headers=ada.headers)
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) >= 1
            other.execute(text("ROLLBACK"))
        ada.says("deux")


def test_connections_that_were_cut_are_made_anew_without_an_error(site: Site, ada: Person) -> None:
    ada.says("Bonjour")
    cut = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
               " AND datname = current_database()")  # fmt: skip
    for _ in range(3):
        with beside(site.settings.database) as other:
            assert other.execute(cut).scalar() > 0
        assert ada.home() == ["Bonjour"]


def test_many_readings_at_once_share_a_few_connections(databases: Databases, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Site.opened(tmp_path / "data", databases.clean(), database_pool=2) as site:
        ada = site.person("ada")
        ada.says("Bonjour")
        with ThreadPoolExecutor(12) as all_at_once:
            assert [*all_at_once.map(lambda _: ada.home(), range(120))] == [["Bonjour"]] * 120
            took = [*all_at_once.map(lambda n: said_and_read(ada, n), range(24))]
            assert max(took) < 1  # nobody waits for an ear that waits for them
        with beside(site.settings.database) as other:
            lines = other.execute(text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))
            assert lines.scalar() < 2 + 4 + 8  # readers, writers, and a few for a moment


def test_whoever_is_not_signed_in_is_served_by_a_replica_that_is_not_behind(
    databases: Databases, tmp_path: Path
) -> None:
    """The replica is a database of its own here: so one sees who was asked."""
    primary, replica = databases.clean(), databases.clean()
    with Site.opened(tmp_path / "there", replica) as there:
        there.person("bea").says("sur la réplique")
    settings = {"database_replica": (replica,), "database_replica_lag": 1}
    with Site.opened(tmp_path / "here", primary, **settings) as site:
        site.anybody("/api/v1/timelines/public")
        until(lambda: said(site) == ["sur la réplique"])
        dirk = site.person("dirk")
        assert dirk.get("/api/v1/timelines/public") == []
        dirk.says("ici")
        dirk.says("encore")
        assert [one["content"] for one in dirk.get("/api/v1/timelines/public")] == ["<p>encore</p>", "<p>ici</p>"]
        until(lambda: said(site) == ["encore", "ici"])  # the replica does not follow: it is behind, and not asked


def test_a_replica_that_is_away_costs_nothing(site: Site, ada: Person, tmp_path: Path) -> None:
    ada.says("Bonjour")
    away = site.settings.database.rpartition("/")[0] + "/nowhere?host=/nowhere"
    with Site.opened(tmp_path / "other", site.settings.database, database_replica=(away,)) as other:
        for _ in range(5):
            assert said(other) == ["Bonjour"]
            assert "Bonjour" in other.client.get("/@ada").text


def said_and_read(person: Person, number: int) -> float:
    """Seconds until somebody who has written sees it."""
    person.says(f"mot {number}")
    began = time.monotonic()
    assert f"mot {number}" in person.home()
    return time.monotonic() - began


def said(site: Site) -> list[str]:
    return [one["content"][3:-4] for one in site.anybody("/api/v1/timelines/public")]


def until(true: Any) -> None:
    end = time.monotonic() + 8
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_server_that_takes_a_connection_and_says_nothing_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql+psycopg://perron@127.0.0.1:{mute.getsockname()[1]}/perron?connect_timeout=2"
        store = Store(url)
        with pytest.raises(Unavailable):
            store.write(lambda tx: None)
        store.close()


def test_pages_are_read_in_order_and_a_search_is_gathered(database: str) -> None:
    setting = func.current_setting(literal_column("'enable_bitmapscan'"))
    words = Index("post_words")
    found = exists(select(words.id).where(words.matches("said")))
    page, search, broken = (
        Prepared(select(setting, *one)) for one in ([], [found], [found, 1 / (found.cast(Integer))])
    )

    async def read(store: Store) -> list[str]:
        lines, said = store.lines(), []
        for one in (page, search, page, broken, page):
            values = {} if one is page else {"said": "'mot'"}
            try:
                said.append(await lines.read(lambda db, one=one, values=values: str(db.value(one, **values))))  # type: ignore[misc]
            except DivisionByZero:
                said.append("broken")
        return said

    store = Store(database)
    assert asyncio.run(read(store)) == ["off", "on", "off", "broken", "off"]
    store.close()
