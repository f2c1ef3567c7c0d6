"""`perron doctor` finds what is not well, says what to do, and ends with 1 where something is wrong."""

from pathlib import Path

import pytest

from perron.cli import main
from perron.commands.process import open_prepared
from perron.kit import json
from perron.kit.secrets import FILE
from perron.kit.settings import Settings
from trials.engines import free_port


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setenv("PERRON_DATABASE", database)


def examined(data: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    code = main(["doctor", "--json", "--data", str(data), *words])
    found = json.decode(capsys.readouterr().out)
    return code, {one["about"]: (one["state"], one["says"]) for one in found}


def prepared(data: Path, database: str) -> Path:
    open_prepared(Settings(data=data, database=database)).store.close()
    return data


def test_a_machine_that_is_well_is_told_so_in_lines(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(tmp_path, database)
    code = main(["doctor", "--inside", "--data", str(tmp_path)])
    said = capsys.readouterr().out
    assert "ok       data folder" in said and "ok       ffmpeg" in said and "ok       media" in said
    if database.startswith("sqlite"):
        assert code == 0 and "ok       database: SQLite" in said


def test_a_database_that_may_lose_what_it_was_given_is_found(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The PostgreSQL of these tests is quick and careless: just what one must not run."""
    code, found = examined(prepared(tmp_path, database), capsys, "--inside")
    if database.startswith("postgresql"):
        assert code == 1
        assert found["PostgreSQL"][0] == "wrong" and "fsync" in found["PostgreSQL"][1]
    assert found["database"][0] == "ok"


def test_secrets_that_others_can_read_are_found(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (prepared(tmp_path, database) / FILE).chmod(0o644)
    code, found = examined(tmp_path, capsys, "--inside")
    assert (code, found["secrets"][0]) == (1, "wrong")


def test_a_shared_server_that_does_not_answer_is_found(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERRON_REDIS", f"redis://127.0.0.1:{free_port()}/0")
    code, found = examined(prepared(tmp_path, database), capsys, "--inside")
    assert (code, found["shared server"][0]) == (1, "wrong")


def test_a_mail_server_that_is_not_there_is_found(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERRON_SMTP", f"smtp://ada:verborgen@127.0.0.1:{free_port()}")
    assert main(["doctor", "--data", str(prepared(tmp_path, database))]) == 1
    said = capsys.readouterr().out
    assert "WRONG    mail: 127.0.0.1" in said
    assert "verborgen" not in said
