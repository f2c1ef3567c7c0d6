"""The secrets of an installation: every node of a server has the same, and one that has others does not start."""

from pathlib import Path

import pytest

from perron.cli import main
from perron.commands.process import open_prepared
from perron.kit.errors import Unavailable
from perron.kit.secrets import FILE, all_fingerprint
from perron.kit.settings import Settings


def opened(data: Path, database: str) -> None:
    open_prepared(Settings(data=data, database=database)).store.close()


def test_a_node_with_the_same_secrets_starts(database: str, tmp_path: Path) -> None:
    opened(tmp_path / "one", database)
    opened(tmp_path / "one", database)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / FILE).write_bytes((tmp_path / "one" / FILE).read_bytes())
    (tmp_path / "two" / FILE).chmod(0o400)
    opened(tmp_path / "two", database)
    assert all_fingerprint(tmp_path / "one") == all_fingerprint(tmp_path / "two")


def test_with_other_secrets_or_without_any_it_does_not_start(database: str, tmp_path: Path) -> None:
    opened(tmp_path / "one", database)
    with pytest.raises(Unavailable, match="two/secrets.toml is missing.*Copy it from another node or a backup"):
        opened(tmp_path / "two", database)
    assert not (tmp_path / "two" / FILE).exists()
    assert main(["secrets", "--data", str(tmp_path / "two")]) == 0
    with pytest.raises(Unavailable, match="is not the one this database knows. Copy it"):
        opened(tmp_path / "two", database)


def test_secrets_that_everybody_can_read_are_none(database: str, tmp_path: Path) -> None:
    opened(tmp_path, database)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(Unavailable, match="chmod 600"):
        opened(tmp_path, database)
    (tmp_path / FILE).chmod(0o440)
    opened(tmp_path, database)


def test_secrets_that_are_damaged_are_said_to_be(database: str, tmp_path: Path) -> None:
    opened(tmp_path, database)
    (tmp_path / FILE).write_text("csrf = ")
    with pytest.raises(Unavailable, match="cannot be read or completed"):
        opened(tmp_path, database)


def test_media_in_a_place_that_is_no_folder_stop_the_start(database: str, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("")
    with pytest.raises(Unavailable, match="cannot be used"):
        opened(tmp_path, database)


def test_lost_secrets_can_be_replaced(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(tmp_path / "one", database)
    monkeypatch.setenv("PERRON_DATABASE", database)
    assert main(["secrets", "--adopt", "--data", str(tmp_path / "two")]) == 0
    assert all_fingerprint(tmp_path / "two")[:16] in capsys.readouterr().out
    opened(tmp_path / "two", database)


def test_the_secrets_themselves_are_never_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secrets", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    kept = [line.partition('"')[2].rstrip('"\n') for line in (tmp_path / FILE).read_text().splitlines() if "=" in line]
    assert len(kept) == 5
    assert not any(secret in said for secret in kept)
