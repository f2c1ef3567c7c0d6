"""Secrets and settings are replaced whole: on a full disk the old file stays, and nothing is left of the new one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from perron.commands.serve import offer_settings
from perron.kit.secrets import own_all, own_secret
from perron.kit.whole import write_whole
from perron.media.files import Folder


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk on which one block is free."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=40", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Take what room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            return ballast


def test_on_a_full_disk_the_old_file_stays_and_nothing_of_the_new_one(small: Path) -> None:
    path = small / "perron.toml"
    write_whole(path, b"old")
    fill(small)
    before = sorted(small.iterdir())

    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new" * 10_000)

    assert path.read_bytes() == b"old"
    assert sorted(small.iterdir()) == before


def test_secrets_survive_a_disk_that_is_full_while_more_are_made(small: Path) -> None:
    first = own_secret(small, "csrf")
    ballast = fill(small)
    with pytest.raises(OSError, match="No space"):
        own_all(small)
    ballast.unlink()
    own_all(small)
    assert own_secret(small, "csrf") == first


def test_a_settings_file_is_offered_whole_or_not_at_all(small: Path) -> None:
    ballast = fill(small)
    with pytest.raises(OSError, match="No space"):
        offer_settings(small)
    assert sorted(small.iterdir()) == [ballast]


def test_files_are_kept_whole_or_not_at_all(small: Path) -> None:
    from perron.kit.errors import NoRoom

    files = Folder(small / "media")
    kept = files.put(b"whole", "png")
    fill(small)
    with pytest.raises(NoRoom):
        files.put(b"x" * 50_000, "png")
    assert [one.key for one in files.listed()] == [kept]
    assert not [*files.unfinished.iterdir()]
