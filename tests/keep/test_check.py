"""`perron check` finds what is not as it should be, and sets it right while the server runs."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from perron.cli import main
from perron.store.references import REFERENCES
from perron.store.tables import metadata
from tests.keep.conftest import Town, found, people_found
from tests.rig import Site
from tests.suite.atelier.test_bank import found as pictures_found
from tests.suite.atelier.test_bank import picture, put


class Square:
    """A town on one engine, and the command that looks at it."""

    def __init__(self, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
        self.site, self.town, self._capsys = site, Town(site), capsys

    def check(self, *words: str) -> tuple[int, dict[str, Any]]:
        data = ["--data", str(self.site.settings.data)]
        self._capsys.readouterr()
        code = main(["check", "--json", *data, *words])
        answer: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return code, answer

    def by_hand(self, statement: str, **values: Any) -> None:
        def change(tx: Any) -> None:
            tx.connection.execute(text(statement), values)

        self.site.store.write(change)


@pytest.fixture
def square(site: Site, database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Square:
    monkeypatch.setenv("PERRON_DATABASE", database)
    monkeypatch.setenv("PERRON_ORIGIN", site.settings.public_origin)
    return Square(site, capsys)


def test_everything_is_as_it_should_be(square: Square) -> None:
    code, said = square.check()
    assert (code, said["wrong"], said["orphans"], said["wrong_counts"]) == (0, 0, 0, 0), said["findings"]
    assert said["looked_at"] > len(REFERENCES)


SPOILED = {
    "accounts.followers_count": "UPDATE accounts SET followers_count = 7 WHERE handle = 'ada'",
    "accounts.following_count": "UPDATE accounts SET following_count = 0 WHERE handle = 'bea'",
    "accounts.requests_count": "UPDATE accounts SET requests_count = 0 WHERE handle = 'carl'",
    "accounts.posts_count": "UPDATE accounts SET posts_count = posts_count + 1 WHERE handle = 'ada'",
    "accounts.credits_count": "UPDATE accounts SET credits_count = 1 WHERE handle = 'carl'",
    "posts.replies_count": "UPDATE posts SET replies_count = 2 WHERE id = :first",
    "posts.boosts_count": "UPDATE posts SET boosts_count = 0 WHERE id = :first",
    "posts.favourites_count": "UPDATE posts SET favourites_count = 0 WHERE id = :first",
    "posts.quotes_count": "UPDATE posts SET quotes_count = 3 WHERE id = :first",
    "tags.posts_count": "UPDATE tags SET posts_count = 9",
    "mentions.post_id": "INSERT INTO mentions (post_id, account_id) VALUES (12, :ada)",
    "mentions.account_id": "INSERT INTO mentions (post_id, account_id) VALUES (:first, 12)",
    "follows.target_id": "INSERT INTO follows (follower_id, target_id, id) VALUES (:ada, 12, 1)",
    "grants.user_id": "INSERT INTO grants (hash, app_id, user_id, account_id, redirect_uri, scopes, expires_at)"
    " SELECT :hash, min(id), 9, :ada, '', '', 1 FROM apps",
    "posts.card_id": "UPDATE posts SET card_id = 12 WHERE id = :first",
    "votes.poll_id": "INSERT INTO votes (poll_id, account_id) VALUES (12, :ada)",
    "media.post_id": "INSERT INTO media (id, account_id, post_id) VALUES (5, :ada, 12)",
}
"""What is wrong after a statement: one row each."""


def spoil(square: Square, statement: str) -> None:
    values = {"first": int(square.town.first["id"]), "ada": square.town.ada.account.id, "hash": b"12"}
    square.by_hand(statement, **{name: value for name, value in values.items() if f":{name}" in statement})


def test_what_is_wrong_is_found_and_set_right(square: Square) -> None:
    for statement in SPOILED.values():
        spoil(square, statement)
    code, said = square.check()
    assert code == 1
    named = {one["name"]: one["count"] for one in said["findings"]}
    named["accounts.following_count"] -= 1  # the follow of nobody counts, too
    assert named == dict.fromkeys(SPOILED, 1)
    assert square.check("--repair")[1]["wrong"] == 0
    code, said = square.check()
    assert (code, said["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("statement", "name", "leaves"),
    [
        ("UPDATE posts SET boost_of_id = 12 WHERE boost_of_id = :first", "posts.boost_of_id", "accounts.posts_count"),
        ("DELETE FROM tags", "post_tags.tag_id", ""),
    ],
)
def test_what_an_orphan_leaves_behind_is_set_right_as_well(
    square: Square, statement: str, name: str, leaves: str
) -> None:
    spoil(square, statement)
    said = square.check("--repair")[1]
    assert {name, leaves} - {one["name"] for one in said["findings"]} <= {""}
    code, said = square.check()
    assert (code, said["findings"]) == (0, [])


def test_counts_set_right_are_what_readers_see(square: Square) -> None:
    path = f"/api/v1/statuses/{square.town.first['id']}"
    before = square.town.bea.get(path)
    square.by_hand("UPDATE posts SET favourites_count = 5 WHERE id = :first", first=int(square.town.first["id"]))
    square.check("--repair")
    assert square.town.bea.get(path) == before


def test_lost_words_are_found_again(square: Square) -> None:
    town, names = square.town, ("post_words", "account_words", "bank_words")
    put(town.ada, picture(), caption="Le vélodrome")
    for name in names:
        lost = f"INSERT INTO {name} ({name}) VALUES ('delete-all')"
        square.by_hand(lost if square.site.store.sqlite else f"DELETE FROM {name}")
    assert found(town.ada, "velo") == [] and pictures_found(town.ada, q="vélodrome") == []
    code, said = square.check("--repair")
    assert {one["name"] for one in said["findings"]} == {*names}
    assert code == 0
    assert found(town.ada, "velo") == [town.first["id"]]
    assert people_found(town.ada, "carl") == ["carl"]
    assert pictures_found(town.ada, q="vélodrome") == ["Le vélodrome"]
    assert square.check()[1]["findings"] == []


def test_words_of_what_is_gone_are_told_of(square: Square) -> None:
    kept = put(square.town.ada, picture(), caption="Le vélodrome")
    square.by_hand("DELETE FROM bank_items WHERE id = :id", id=int(kept["id"]))
    code, said = square.check()
    assert [one["name"] for one in said["findings"] if one["about"] == "words"] == ["bank_strays"]


def test_files_that_are_gone_are_named(square: Square) -> None:
    key = f"ab/cd/abcd{'0' * 28}.jpg"
    square.by_hand("UPDATE accounts SET avatar = :key WHERE handle = 'ada'", key=key)
    code, said = square.check("--repair")
    (finding,) = said["findings"]
    assert (code, finding["name"], finding["examples"]) == (1, "missing", [key])


def test_old_fragments_are_told_and_made_anew(square: Square) -> None:
    square.by_hand("UPDATE posts SET stamp = 1 WHERE id = :first", first=int(square.town.first["id"]))
    code, said = square.check()
    (finding,) = said["findings"]
    assert (code, finding["about"], finding["count"], finding["wrong"]) == (0, "fragments", 1, False)
    square.check("--repair")
    assert square.check()[1]["findings"] == []


def test_a_decision_that_cannot_be_read_is_named(square: Square) -> None:
    square.by_hand("INSERT INTO server_settings (name, value, at) VALUES ('post_max_chars', '\"many\"', 1)")
    code, said = square.check()
    (finding,) = said["findings"]
    assert code == 1 and finding["about"] == "settings" and "post_max_chars" in finding["examples"][0]


def test_a_damaged_database_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Site.opened(tmp_path, origin="http://localhost:8000") as site:
        town = Town(site)
        for number in range(40):
            town.ada.says(f"Number {number}")
        site.run_jobs()
    path = tmp_path / "perron.sqlite3"
    whole = bytearray(path.read_bytes())
    where = whole.index(b"Number 20")
    start = where - where % 4096
    whole[start : start + 12] = b"\x0d" + bytes(11)  # a leaf that says it has no rows
    path.write_bytes(bytes(whole))
    assert main(["check", "--json", "--data", str(tmp_path)]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert "database" in {one["about"] for one in findings if one["wrong"]}


def test_every_reference_names_a_key() -> None:
    for one in REFERENCES:
        assert one.parent.name in one.parent.table.primary_key.columns, one.name
        assert one.column.table in metadata.tables.values()
    assert len({(one.name, one.where is None) for one in REFERENCES}) == len(REFERENCES)
