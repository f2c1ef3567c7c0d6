"""A backup holds everything at one moment, says when a byte of it is wrong, and is put back on either engine."""

import io
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from perron.cli import main
from perron.keep.backup import Manifest, create
from perron.keep.last import LastBackup, last_backup
from perron.keep.opened import Taker, read_backup
from perron.keep.restore import restore
from perron.keep.sealed import PIECE, Sealing, Unsealing, write_key
from perron.keep.shelf import backups
from perron.kit.errors import Refused
from perron.kit.secrets import own_all
from perron.kit.settings import Settings
from perron.store import Store
from perron.store.building import snapshot
from perron.store.facts import SHARED_AS, fact, state
from perron.store.rows import SHAPES, digest_of_all, sum_up
from tests.keep.conftest import Town, Way, found
from tests.keep.test_move import there
from tests.rig import Site

KEY = b"a long enough sentence"


@pytest.fixture
def own(way: Way) -> Settings:
    """Of the server that is backed up."""
    own_all(way.data)
    return Settings(data=way.data, database=way.old)


def summed_up(url: str) -> str:
    store = Store(url)
    with store.engine.connect() as connection, snapshot(connection) as db:
        sums = [(shape.name, sum_up(db, shape)) for shape in SHAPES]
    store.close()
    return digest_of_all((name, digest.rows, digest.text) for name, digest in sums)


def with_a_picture(town: Town) -> Path:
    """Ada shows a picture; its file."""
    from tests.api.pictures import png

    upload = town.ada.call("POST", "/api/v2/media", files={"file": ("a.png", io.BytesIO(png()), "image/png")})
    town.ada.says("Look", media_ids=[upload["id"]])
    return max((town.site.settings.data / "media").glob("*/*/*"), key=lambda path: path.stat().st_size)


def test_it_is_put_back_on_the_other_engine(town: Town, way: Way, own: Settings, tmp_path: Path) -> None:
    picture = with_a_picture(town)
    made = create(own, tmp_path / "shelf", media="copy", key=None)
    before = summed_up(way.old)
    assert made.manifest.digest == before
    place = Settings(data=tmp_path / "again", database=way.new)
    restored = restore(place, made.path, None)
    assert restored.absent == []
    assert summed_up(way.new) == before
    assert (place.data / picture.relative_to(way.data)).read_bytes() == picture.read_bytes()
    assert (place.data / "secrets.toml").read_bytes() == (way.data / "secrets.toml").read_bytes()
    with Site.opened(place.data, way.new) as site:
        ada = there(site, town.ada)
        assert found(ada, "velo") == [town.first["id"]]
        assert ada.says("Back again")["id"]


def test_what_is_put_back_is_shared_under_a_name_of_its_own(town: Town, way: Way, own: Settings) -> None:
    town.site.store.write(lambda tx: state(tx, SHARED_AS, "the old one"))
    made = create(own, None, media="copy", key=None)
    place = Settings(data=way.data / "again", database=way.new)
    restore(place, made.path, None)
    store = Store(way.new)
    with store.read() as db:
        assert fact(db, SHARED_AS) is None
    store.close()


def test_it_is_put_back_where_no_database_is_named(town: Town, own: Settings, tmp_path: Path) -> None:
    made = create(own, None, media="copy", key=KEY)
    place = tmp_path / "again"
    restore(Settings(data=place), made.path, KEY)
    assert summed_up(f"sqlite:///{place}/perron.sqlite3") == made.manifest.digest
    assert {path.name for path in place.iterdir()} == {"perron.sqlite3", "secrets.toml"}


def test_it_is_restored_onto_nothing_that_is_there(town: Town, way: Way, own: Settings, tmp_path: Path) -> None:
    made = create(own, tmp_path, media="reference", key=None)
    with pytest.raises(Refused, match="is not empty"):
        restore(Settings(data=way.data), made.path, None)
    with pytest.raises(Refused, match="database is not empty"):
        restore(Settings(data=tmp_path / "again", database=way.old), made.path, None)
    assert [path.name for path in (tmp_path / "again").iterdir()] == []


def test_it_names_what_it_does_not_copy(town: Town, own: Settings, tmp_path: Path) -> None:
    picture = with_a_picture(town)
    made = create(own, tmp_path, media="reference", key=None)
    key = picture.relative_to(own.data / "media").as_posix()
    assert made.manifest.media[key][0] == picture.stat().st_size
    restored = restore(Settings(data=tmp_path / "again"), made.path, None)
    assert key in restored.absent


def test_any_flipped_byte_is_found(town: Town, own: Settings, tmp_path: Path) -> None:
    for key in (None, KEY):
        made = create(own, tmp_path / f"{key}", media="copy", key=key)
        whole = made.path.read_bytes()
        read_backup(made.path, key, Taker())
        for place in [0, 20, 60, 600, *range(1000, len(whole), len(whole) // 40), len(whole) - 1]:
            made.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(Refused):
                read_backup(made.path, key, Taker())
        for length in (0, 100, len(whole) // 2, len(whole) - 1):
            made.path.write_bytes(whole[:length])
            with pytest.raises(Refused):
                read_backup(made.path, key, Taker())
        made.path.write_bytes(whole + b"\0")
        with pytest.raises(Refused):
            read_backup(made.path, key, Taker())


def test_pieces_of_a_sealed_stream_cannot_be_moved(tmp_path: Path) -> None:
    sealed = io.BytesIO()
    sealing = Sealing(sealed, KEY)
    sealing.write(bytes(range(256)) * (3 * PIECE // 256))
    sealing.close()
    data, head, piece = sealed.getvalue(), 55, PIECE + 16
    pieces = [data[at : at + piece] for at in range(head, len(data), piece)]
    assert Unsealing(io.BytesIO(data), KEY).read(10 * PIECE) == bytes(range(256)) * (3 * PIECE // 256)
    for order in ([1, 0, 2], [0, 2], [0, 1], [0, 0, 1, 2]):
        with pytest.raises(Refused):
            Unsealing(io.BytesIO(data[:head] + b"".join(pieces[n] for n in order)), KEY).read(10 * PIECE)


def test_a_wrong_key_is_told_from_a_damaged_file(
    town: Town, own: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = tmp_path / "right.key", tmp_path / "wrong.key"
    write_key(right)
    write_key(wrong)
    made = create(own, tmp_path, media="copy", key=right.read_bytes().strip())
    assert b"vapid" not in made.path.read_bytes() and b"ustar" not in made.path.read_bytes()
    assert main(["backup", "verify", str(made.path), "--key-file", str(right)]) == 0
    assert main(["backup", "verify", str(made.path), "--key-file", str(wrong)]) == 1
    assert "not the key of this backup" in capsys.readouterr().err
    assert main(["backup", "verify", str(made.path)]) == 1
    assert "--key-file" in capsys.readouterr().err


def test_without_a_key_it_is_an_ordinary_tar_file(town: Town, own: Settings, tmp_path: Path) -> None:
    made = create(own, tmp_path, media="copy", key=None)
    with tarfile.open(made.path) as tar:
        names = tar.getnames()
    assert names[0] == "perron-backup.json" and names[-2:] == ["manifest.json", "sha256"]
    assert "secrets.toml" in names and "tables/posts/000000.msgpack.gz" in names
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_one_that_failed(town: Town, own: Settings, tmp_path: Path) -> None:
    (own.data / "secrets.toml").unlink()
    (own.data / "secrets.toml").symlink_to("/proc/self/mem")  # it is there, and cannot be read
    with pytest.raises(Refused):
        create(own, tmp_path / "shelf", media="copy", key=None)
    assert list((tmp_path / "shelf").iterdir()) == []


def test_the_database_knows_the_last_one(town: Town, own: Settings, tmp_path: Path) -> None:
    made = create(own, tmp_path, media="copy", key=KEY)
    with town.site.store.read() as db:
        last = last_backup(db)
    assert isinstance(last, LastBackup)
    assert (last.path, last.bytes, last.rows) == (str(made.path), made.bytes, made.manifest.rows)
    assert last.sealed
    assert isinstance(made.manifest, Manifest)


def test_the_newest_stay_on_the_shelf(
    town: Town, own: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = create(own, tmp_path, media="reference", key=None)
    older = [tmp_path / f"perron-2026010{day}T000000Z.tar" for day in (1, 2, 3)]
    for path in older:
        path.write_bytes(made.path.read_bytes())
    other = tmp_path / "letters.tar"
    other.write_text("mine")
    assert [one.path for one in backups(tmp_path)] == [made.path, *reversed(older)]
    assert main(["backup", "list", "--from", str(tmp_path)]) == 0
    assert "media by reference" in capsys.readouterr().out
    assert main(["backup", "prune", "--from", str(tmp_path), "--keep", "2"]) == 0
    assert {path.name for path in tmp_path.glob("*.tar")} == {made.path.name, older[2].name, "letters.tar"}
    assert main(["backup", "prune", "--from", str(tmp_path), "--keep", "0"]) == 1


def test_a_backup_of_another_schema_says_which_version_to_take(
    town: Town, own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(own, tmp_path, media="reference", key=None)
    monkeypatch.setattr("perron.keep.restore.HEAD", "9999")
    with pytest.raises(Refused, match="Restore it with that version"):
        restore(replace(own, data=tmp_path / "again", database=""), made.path, None)


def test_the_owner_and_a_monitor_see_when_the_last_was_made(town: Town, own: Settings, tmp_path: Path) -> None:
    assert "perron_backup_timestamp_seconds 0" in town.site.client.get("/metrics").text
    create(own, tmp_path, media="reference", key=KEY)
    said = town.site.client.get("/metrics").text
    made = float(next(line for line in said.splitlines() if line.startswith("perron_backup_timestamp")).split()[1])
    assert abs(made - time.time()) < 60
