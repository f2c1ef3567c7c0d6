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


def test_a_node_with_other_secrets_does_not_start_where_nodes_share_a_database(database: str, tmp_path: Path) -> None:
    opened(tmp_path / "one", database)
    if database.startswith("sqlite"):  # the folder is the server: lost secrets are made anew, and the log says so
        opened(tmp_path / "two", database)
        return
    with pytest.raises(Unavailable, match="Copy it from another node or a backup"):
        opened(tmp_path / "two", database)


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
