"""`perron doctor` goes to the public address as a visitor does."""

from collections.abc import Iterator

import pytest

from perron.cli import main
from perron.kit import json
from tests.clients.server import Served, serving
from trials.engines import free_port


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("doctor") / "data") as one:
        yield one


def examined(served: Served, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    code = main(["doctor", "--json", "--data", str(served.folder)])
    return code, {one["about"]: one["state"] for one in json.decode(capsys.readouterr().out)}


def test_a_server_that_is_reached_as_it_calls_itself_is_well(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERRON_ORIGIN", served.origin)
    code, found = examined(served, capsys)
    assert code == 0
    assert found["name"] == found["reached from outside"] == found["visitors' addresses"] == "ok"
    assert found["https"] == "warning"


def test_an_address_where_nobody_answers_is_found(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERRON_ORIGIN", f"http://localhost:{free_port()}")
    code, found = examined(served, capsys)
    assert (code, found["reached from outside"]) == (1, "wrong")
