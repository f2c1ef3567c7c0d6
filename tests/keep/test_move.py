"""An installation moves from one database to another, and nothing is lost, doubled or changed on the way."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from perron.cli import main
from perron.commands.process import open_prepared
from perron.keep.move import move, verify
from perron.kit.errors import Refused
from perron.kit.secrets import own_all
from perron.kit.settings import Settings
from perron.store import Store
from perron.store.building import is_empty, snapshot
from perron.store.misfits import misfits
from perron.store.schema import HEAD
from tests.keep.conftest import Town, Way, found, people_found
from tests.rig import Person, Site

DIES = """
import os, signal, sys
from perron.keep.move import move
def watch(what, done, of):
    if what == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
move(sys.argv[1], sys.argv[2], watch)
"""


def killed_at(way: Way, what: str) -> None:
    """A move that is killed when it does this."""
    ended = subprocess.run([sys.executable, "-c", DIES, way.old, way.new, what], capture_output=True, timeout=60)
    assert ended.returncode == -9, ended.stderr.decode()


def by_hand(url: str, *statements: str) -> None:
    """What another program does to a database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def moved_in(way: Way) -> Iterator[Site]:
    """The server on the new database."""
    with Site.opened(way.data, way.new) as site:
        yield site


def there(site: Site, who: Person) -> Person:
    """The same person with the same token, at another server."""
    return Person(site, who.account, who.user_id, who.token)


def test_everything_arrives_and_is_found_by_the_same_words(
    town: Town, way: Way, capsys: pytest.CaptureFixture[str]
) -> None:
    before = town.bea.get("/api/v1/timelines/home")
    assert main(["move", "--from", way.old, "--to", way.new, "--data", str(way.data)]) == 0
    said = capsys.readouterr().out
    assert "rows moved and compared" in said and "digest" in said
    with moved_in(way) as site:
        ada, bea = there(site, town.ada), there(site, town.bea)
        assert bea.get("/api/v1/timelines/home") == before
        assert found(ada, "velo") == [town.first["id"]]
        assert found(ada, "cormorant") == [town.third["id"]]
        assert people_found(ada, "car") == ["carl"]
        assert ada.says("Here we are")["id"] > town.third["id"]
        assert bea.home()[0] == "Here we are"


def test_both_sides_sum_up_to_the_same(town: Town, way: Way, capsys: pytest.CaptureFixture[str]) -> None:
    moved = move(way.old, way.new)
    compared, lines = verify(way.old, way.new)
    assert lines == []
    assert (compared.tables, compared.digest) == (moved.tables, moved.digest)
    assert moved.rows > 50
    assert main(["move", "--from", way.old, "--to", way.new, "--verify"]) == 0


@pytest.mark.parametrize("what", ["copy marks", "words of posts", "compare jobs"])
def test_a_move_that_was_killed_goes_on(town: Town, way: Way, what: str) -> None:
    killed_at(way, what)
    with pytest.raises(Refused):
        open_prepared(Settings(data=way.data, database=way.new))  # nobody serves what is there half
    moved = move(way.old, way.new)
    assert moved.resumed
    assert verify(way.old, way.new)[1] == []
    with moved_in(way) as site:
        assert found(there(site, town.ada), "velo") == [town.first["id"]]


def test_what_changes_while_it_is_copied_is_brought_in(town: Town, way: Way) -> None:
    killed_at(way, "copy changes")
    town.ada.call("PUT", f"/api/v1/statuses/{town.first['id']}", json={"status": "Des péniches", "language": "fr"})
    town.bea.delete(f"/api/v1/statuses/{town.second['id']}")
    poll = {"options": ["Heron", "Ibis"], "expires_in": 3600}
    late = town.ada.says("Just now, a kingfisher", language="en", poll=poll)
    town.ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Augusta"})
    town.site.run_jobs()
    moved = move(way.old, way.new)
    assert moved.mended > 0
    assert verify(way.old, way.new)[1] == []
    with moved_in(way) as site:
        ada = there(site, town.ada)
        assert found(ada, "velo") == []
        assert found(ada, "peniche") == [town.first["id"]]
        assert found(there(site, town.bea), "parrot") == []
        assert found(ada, "kingfisher") == found(ada, "ibis") == [late["id"]]
        assert people_found(ada, "augusta") == ["ada"]
        ada.delete(f"/api/v1/statuses/{late['id']}")
        assert found(ada, "kingfisher") == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE posts SET favourites_count = favourites_count + 1 WHERE id = {id}", "favourites_count differ"),
        ("UPDATE posts SET text = 'Des velos' WHERE id = {id}", "text differ"),
        ("DELETE FROM posts WHERE id = {id}", "missing"),
        ("INSERT INTO thread_mutes (account_id, thread_id) VALUES (1, {id})", "not in the source"),
    ],
)
def test_a_flipped_value_is_found(
    town: Town, way: Way, change: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    move(way.old, way.new)
    by_hand(way.new, change.format(id=town.first["id"]))
    assert main(["move", "--from", way.old, "--to", way.new, "--verify"]) == 1
    said = capsys.readouterr().out
    assert town.first["id"] in said and says in said


def test_the_old_database_shows_and_takes_nothing_more(town: Town, way: Way) -> None:
    move(way.old, way.new)
    assert len(town.bea.get("/api/v1/timelines/home")) > 0
    town.ada.says("Too late", expect=503)
    with pytest.raises(Refused, match="was moved to"):
        open_prepared(Settings(data=way.data, database=way.old))
    with pytest.raises(Refused, match="was moved to"):
        move(way.old, way.new)
    assert main(["move", "--from", way.old, "--reopen"]) == 0
    town.ada.says("Taken back")


def test_nothing_moves_onto_what_is_there(town: Town, way: Way) -> None:
    move(way.old, way.new)
    main(["move", "--from", way.old, "--reopen"])
    with pytest.raises(Refused, match="not empty"):
        move(way.old, way.new)
    with pytest.raises(Refused, match="same database"):
        move(way.old, way.old)
    town.ada.says("Still here")


def test_another_version_does_not_move(town: Town, way: Way) -> None:
    by_hand(way.old, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Refused, match=r"perron migrate"):
        move(way.old, way.new)
    by_hand(way.old, f"UPDATE alembic_version SET version_num = '{HEAD}'")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE posts SET text = 'a' || char(0) || 'b' WHERE id = {id}", "text: a text with a NUL"),
        ("UPDATE posts SET text = CAST(x'61EDA08062' AS TEXT) WHERE id = {id}", "text: a text that is not UTF-8"),
        ("UPDATE posts SET replies_count = 3000000000 WHERE id = {id}", "replies_count: holds integer"),
        ("UPDATE posts SET sensitive = 'perhaps' WHERE id = {id}", "sensitive: holds text"),
        ("UPDATE posts SET fragment = 'text' WHERE id = {id}", "fragment: holds text"),
    ],
)
def test_what_postgresql_refuses_is_found(lone: Store, change: str, says: str) -> None:
    add = "INSERT INTO posts (id, author_id, text) VALUES (77, 1, 'Bonjour')"
    by_hand(lone.url, add, change.format(id=77))
    with lone.engine.connect() as connection, snapshot(connection) as db:
        (line,) = misfits(db)
    assert line.startswith(f"posts, id 77, {says}")


def test_what_postgresql_refuses_is_told_before_anything_moves(town: Town, way: Way) -> None:
    by_hand(way.old, f"UPDATE posts SET warning = '\n' WHERE id = {town.first['id']}")
    refused = way.engines == ("sqlite", "postgresql")
    if refused:
        by_hand(way.old, f"UPDATE posts SET warning = char(0) WHERE id = {town.first['id']}")
        with pytest.raises(Refused, match="with a NUL"):
            move(way.old, way.new)
    else:
        move(way.old, way.new)
    store = Store(way.new)
    with store.engine.connect() as connection:
        assert is_empty(connection) == refused
    store.close()


def test_files_are_looked_for_and_copied_when_asked(
    town: Town, way: Way, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = f"ab/cd/abcd{'0' * 28}.jpg"
    by_hand(way.old, f"UPDATE accounts SET avatar = '{key}' WHERE handle = 'ada'")
    own_all(way.data)
    place = tmp_path / "elsewhere"
    assert main(["move", "--from", way.old, "--to", way.new, "--data", str(way.data), "--copy-data", str(place)]) == 0
    said = capsys.readouterr().out
    assert f"media/{key}" in said and "1 files are missing" in said
    assert (place / "secrets.toml").read_bytes() == (way.data / "secrets.toml").read_bytes()
