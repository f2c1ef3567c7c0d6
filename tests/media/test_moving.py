"""Media move from a folder to a bucket and back, while they are looked at, and in spite of a kill."""

import hashlib
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from perron.kit.settings import Settings
from perron.media.files import Files, Folder
from perron.media.move import Moved, move
from perron.media.places import files_in
from perron.media.places import place as one_place
from tests.media.test_far_away import path_of, png, send
from tests.object_store import ObjectStore, until
from tests.rig import Site


def nobody(*_: Any) -> None: ...


def hashes(files: Files) -> dict[str, str]:
    return {one.key: (files.digest(one.key) or b"").hex() for one in files.listed()}


def fill(folder: Path, count: int) -> dict[str, str]:
    files = Folder(folder)
    made = [secrets.token_bytes(2000 + n) for n in range(count)]
    return {
        files.put(data, "raw" if n % 5 == 0 else "png"): hashlib.sha256(data).hexdigest() for n, data in enumerate(made)
    }


def perron(data: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "perron", "media", "move", "--data", str(data), *arguments]
    return subprocess.Popen(
        words, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, stderr=subprocess.PIPE
    )


def test_while_they_move_files_are_found_in_both_places(
    objects: ObjectStore, place: str, database: str, tmp_path: Path
) -> None:
    with Site.opened(tmp_path / "data", database) as site:
        ada = site.person("ada")
        first = path_of(send(ada, png("red"))["url"])
        token = ada.token
    moving = {**objects.settings(place), "media_before": "folder"}
    with Site.opened(tmp_path / "data", database, **moving) as site:
        second = path_of(send_with(site, token, png("blue"))["url"])
        looked = [site.client.get(each).content for each in (first, second)]
        assert {one.key for one in Folder(tmp_path / "data" / "media").listed()}.isdisjoint({second[7:]})

        moved = move(site.site.files.old, site.site.files.new, keep=False, watch=nobody)  # type: ignore[attr-defined]

        assert (moved.wrong, moved.left, moved.files) == ([], 0, 1)
        assert [site.client.get(each).content for each in (first, second)] == looked
        thumb = site.client.get(first).status_code
    with Site.opened(tmp_path / "data", database, **objects.settings(place)) as site:
        assert (thumb, site.client.get(first).content) == (200, looked[0])


def send_with(site: Site, token: str, data: bytes) -> Any:
    sent = {"file": ("a.png", data, "image/png")}
    return site.client.post("/api/v2/media", files=sent, headers={"authorization": f"Bearer {token}"}).json()


def test_a_move_that_was_killed_goes_on_and_every_byte_arrives(
    objects: ObjectStore, place: str, tmp_path: Path
) -> None:
    kept = fill(tmp_path / "media", 150)
    environment = {**objects.environment(place), "PERRON_MEDIA_BEFORE": "folder"}
    far = files_in(Settings(data=tmp_path, **objects.settings(place)))
    with perron(tmp_path, **environment) as first:
        until(lambda: sum(1 for _ in far.listed()) >= 20, 30)
        first.send_signal(signal.SIGKILL)
    left = sum(1 for _ in Folder(tmp_path / "media").listed())
    assert 0 < left < 150

    with perron(tmp_path, **environment) as again:
        said, wrong = again.communicate(timeout=60)

    assert again.returncode == 0, wrong
    assert "Everything is over" in said and "SHA-256" in said
    assert hashes(far) == kept
    assert [*Folder(tmp_path / "media").listed()] == []


def test_files_come_back_into_the_folder(objects: ObjectStore, place: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, **objects.settings(place))
    far = files_in(settings)
    kept = {far.put(data, "png"): hashlib.sha256(data).hexdigest() for data in (b"one", b"two" * 1000)}
    environment = {**objects.environment(""), "PERRON_MEDIA_BEFORE": place}

    with perron(tmp_path, **environment) as process:
        said, wrong = process.communicate(timeout=60)

    assert process.returncode == 0, wrong
    assert said.startswith("2 files (3,003 bytes) brought")
    assert hashes(Folder(tmp_path / "media")) == kept and [*far.listed()] == []


def test_nothing_is_removed_for_a_place_that_is_not_in_use_yet(
    objects: ObjectStore, place: str, tmp_path: Path
) -> None:
    kept = fill(tmp_path / "media", 3)
    environment = objects.environment("")
    with perron(tmp_path, "--to", place, **environment) as process:
        said, wrong = process.communicate(timeout=60)
    assert process.returncode == 0, wrong
    assert "Nothing was removed" in said
    assert hashes(Folder(tmp_path / "media")) == kept


def test_what_arrives_as_something_else_stays_where_it_was(
    objects: ObjectStore, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = Folder(tmp_path / "media"), files_in(Settings(data=tmp_path, **objects.settings(place)))
    key = old.put(b"as it was", "png")
    put_as = type(new).put_as
    monkeypatch.setattr(type(new), "put_as", lambda self, one, data: put_as(self, one, b"as it became"))

    moved = move(old, new, keep=False, watch=nobody)

    assert moved == Moved(left=1, wrong=[key])
    assert old.path(key) is not None


def test_a_place_is_named_in_one_of_two_ways(tmp_path: Path) -> None:
    from perron.kit.errors import Refused

    with pytest.raises(Refused, match="no place for media"):
        one_place("ftp://nowhere", Settings(data=tmp_path))
