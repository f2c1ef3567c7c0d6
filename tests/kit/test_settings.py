"""Settings: a flag before the environment, the environment before the file, the file before the default."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from perron.cli import main
from perron.kit.settings import FILE, BadSetting, Settings, load, sample


def written(folder: Path, text: str) -> dict[str, str]:
    (folder / "perron.toml").write_text(text)
    return {"PERRON_DATA": str(folder)}


def test_flag_then_environment_then_file_then_default(tmp_path: Path) -> None:
    environ = written(tmp_path, 'port = 1001\ntitle = "File"\nlocale = "en"\n')
    environ |= {"PERRON_PORT": "1002", "PERRON_TITLE": "Environment"}
    settings, shown = load({"port": "1003", "host": None}, environ)
    assert (settings.port, settings.title, settings.locale) == (1003, "Environment", "en")
    assert (settings.host, settings.data) == ("127.0.0.1", tmp_path)
    sources = {one.name: one.source for one in shown}
    assert sources["port"] == "flag --port"
    assert sources["title"] == "environment PERRON_TITLE"
    assert sources["locale"] == "file perron.toml"
    assert sources["host"] == "default"


def test_the_flag_that_names_the_folder_decides_which_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    environ = written(tmp_path / "one", "port = 1001")
    written(tmp_path / "two", "port = 1002")
    assert load({"data": str(tmp_path / "two")}, environ)[0].port == 1002


def test_lists_are_lists_in_the_file_and_commas_in_the_environment(tmp_path: Path) -> None:
    environ = written(tmp_path, 'rules = ["Be kind.", "Credit, please."]')
    assert load({}, environ)[0].rules == ("Be kind.", "Credit, please.")
    environ["PERRON_TRUSTED_PROXIES"] = "10.0.0.0/8, 127.0.0.1,"
    assert load({}, environ)[0].trusted_proxies == ("10.0.0.0/8", "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("prot = 8000", "there is no setting 'prot'"),
        ('data = "elsewhere"', "data cannot be set in the file that it points to"),
        ("port = ", "perron.toml: "),
        ('port = "many"', "port (file perron.toml): 'many' is not a whole number."),
        ("port = true", "port (file perron.toml): True is not a whole number."),
        ("port = 0", "port (file perron.toml): 0 is less than 1."),
        ("port = 65536", "port (file perron.toml): 65536 is more than 65535."),
        ("title = 7", "title (file perron.toml): 7 is not a text."),
        ("rules = [1]", "rules (file perron.toml): [1] is not a list of texts."),
        ('registration = "maybe"', "'maybe' is none of open, approval, invitation, closed."),
        ('origin = "perron.example"', "must begin with http:// or https://"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        load({}, written(tmp_path, text))
    assert complaint in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_an_unknown_name_in_the_environment_is_refused() -> None:
    with pytest.raises(BadSetting, match="PERRON_PROT: there is no such setting"):
        load({}, {"PERRON_PROT": "8000"})


def test_a_bad_setting_stops_the_start(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("PERRON_PORT", "many")
    assert main(["migrate", "--data", str(tmp_path / "data")]) == 2
    assert capsys.readouterr().err == "perron: port (environment PERRON_PORT): 'many' is not a whole number.\n"
    assert not (tmp_path / "data").exists()


def test_addresses_follow_from_the_origin() -> None:
    public = Settings(origin="https://perron.example/")
    assert (public.public_origin, public.domain) == ("https://perron.example", "perron.example")
    assert (public.streaming_origin, public.https) == ("wss://perron.example", True)
    here = Settings(port=8123)
    assert (here.public_origin, here.domain, here.https) == ("http://localhost:8123", "localhost:8123", False)
    assert here.database_url.startswith("sqlite:///") and here.database_url.endswith("/data/perron.sqlite3")


def test_the_file_of_the_first_start_says_everything_and_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(sample())
    assert load({"data": str(tmp_path)}, {})[0] == replace(Settings(), data=tmp_path)

    (tmp_path / FILE).write_text(re.sub(r"^# (\w+ = )", r"\1", sample(), flags=re.MULTILINE))
    assert load({"data": str(tmp_path)}, {})[0] == replace(Settings(), data=tmp_path)
