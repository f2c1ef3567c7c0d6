import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from perron.kit.errors import Refused
from perron.press.as_json import read_json
from perron.press.as_zip import hash_of, verify, write_zip
from perron.press.document import Gone, Text
from perron.press.fit import fit
from tests.press.samples import EVERYTHING

NAMES = ["document.json", "timeline.json", "document.md", "document.html", "document.epub", "document.pdf"]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packed") / "stories.zip"
    heard: list[tuple[int, float]] = []
    with path.open("wb") as to:
        documents = (EVERYTHING, replace(EVERYTHING, blocks=()))
        write_zip(documents, lambda url: None, to, made=1, progress=lambda at, share: heard.append((at, share)))
    assert heard == sorted(heard) and heard[-1] == (1, 1.0)
    return path


def again(packed: Path, folder: Path, change: dict[str, bytes | None]) -> Path:
    """The same zip with some files changed, added, or (None) left out."""
    made = folder / "again.zip"
    with ZipFile(packed) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in change if name not in old.namelist())]:
            data = change[name] if name in change else old.read(name)
            if data is not None:
                new.writestr(name, data)
    return made


def test_one_zip_holds_every_form_of_every_document(packed: Path) -> None:
    with ZipFile(packed) as opened:
        for folder in ("le-marche-du-samedi", "le-marche-du-samedi-2"):
            assert [name for name in NAMES if f"{folder}/{name}" in opened.namelist()] == NAMES
        assert read_json(opened.read("le-marche-du-samedi/document.json")) == fit(EVERYTHING)
        manifest = json.loads(opened.read("manifest.json"))
    assert [one["key"] for one in manifest["documents"][0]["items"]] == [one.key for one in EVERYTHING.blocks]
    verdict = verify(packed)
    assert (verdict.documents, verdict.wrong) == (2, ())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"le-marche-du-samedi/document.md": b"# Autre"}, "is not what was packed"),
        ({"le-marche-du-samedi/document.md": None}, "is missing"),
        ({"le-marche-du-samedi/more.txt": b"x"}, "does not know it"),
        ({"../../outside": b"x"}, "does not know it"),
    ],
)
def test_a_changed_zip_is_found_out(packed: Path, tmp_path: Path, change: dict[str, bytes | None], says: str) -> None:
    wrong = verify(again(packed, tmp_path, change)).wrong
    assert len(wrong) == 1 and says in wrong[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"x" * 1000])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(Refused):
        verify(path)


@pytest.mark.parametrize("manifest", [b"[]", b"{", b'{"format": "perron-press", "version": 2}', b"[" * 100_000])
def test_a_zip_of_somebody_else_is_refused(packed: Path, tmp_path: Path, manifest: bytes) -> None:
    with pytest.raises(Refused, match="not one that Perron wrote"):
        verify(again(packed, tmp_path, {"manifest.json": manifest}))


def test_a_zip_that_swells_is_read_no_further_than_it_said(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as made:
        made.writestr("big", b"\0" * 50_000_000)
        said = {"format": "perron-press", "version": 1, "files": [{"name": "big", "bytes": 10, "sha256": ""}]}
        made.writestr("manifest.json", json.dumps(said))
    assert verify(path).wrong == ("big is not what was packed: it was changed or damaged.",)


def test_what_was_withdrawn_leaves_a_hash_that_says_nothing() -> None:
    assert hash_of(Gone("a")) == hash_of(Gone("b")) != hash_of(Text("a", "<p>x</p>"))


def test_the_command_says_whether_a_zip_is_whole(packed: Path, tmp_path: Path) -> None:
    for path, status, says in ((packed, 0, "is whole"), (again(packed, tmp_path, {"new": b""}), 1, "does not know it")):
        command = [sys.executable, "-m", "perron", "story", "verify", str(path), "--data", str(tmp_path / "data")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == status and says in done.stdout + done.stderr


def test_the_same_documents_make_the_same_json() -> None:
    one, other = BytesIO(), BytesIO()
    for to in (one, other):
        write_zip([replace(EVERYTHING, blocks=EVERYTHING.blocks[:2])], lambda url: None, to, made=1)
    names = ZipFile(one).namelist()
    assert [ZipFile(one).read(name) == ZipFile(other).read(name) for name in names if not name.endswith(".pdf")]
