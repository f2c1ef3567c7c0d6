"""Work on an upload says how far it is, can be called off, outlives its process, and is given up in words."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from perron.kit.errors import NoRoom
from perron.media import process as processing
from perron.media import tool, video
from perron.media.model import MOST_TRIES, Media
from perron.media.queries import media_as_stored, note_work, remove_media
from perron.store.tables import jobs
from tests.object_store import until
from tests.rig import Person, Site


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Some seconds that take a while to write anew."""
    path = tmp_path_factory.mktemp("clip") / "a.mp4"
    seen = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=3"]
    made = ["-c:v", "mpeg4", "-q:v", "8", str(path)]
    subprocess.run(["ffmpeg", "-v", "error", *seen, *made], check=True)
    return path.read_bytes()


def send(who: Person, data: bytes) -> int:
    made = who.call("POST", "/api/v2/media", files={"file": ("a.mp4", data, "video/mp4")}, expect=202)
    return int(made["id"])


def stored(site: Site, media_id: int) -> Media | None:
    with site.store.read() as db:
        return media_as_stored(db, media_id)


def all_due(site: Site) -> None:
    """No job waits for its time, and whoever held one is gone."""
    with site.store.engine.begin() as connection:
        connection.execute(jobs.update().values(due=0, taken_until=0))


def test_one_sees_how_far_it_is(site: Site, ada: Person, clip: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "BEAT", 0.05)
    media_id, seen = send(ada, clip), []
    note = processing.note_work

    def noted(tx: Any, of: int, tries: int, percent: int) -> bool:
        seen.append(percent)
        return note(tx, of, tries, percent)

    monkeypatch.setattr(processing, "note_work", noted)
    site.run_jobs()

    assert len(seen) > 1 and seen == sorted(seen) and seen[-1] < 100
    assert "work" not in ada.get(f"/api/v1/media/{media_id}")["meta"]


def test_how_far_it_is_is_read_from_what_the_tool_writes(tmp_path: Path) -> None:
    far = tmp_path / "progress"
    assert video._percent(far, 10) == 0
    far.write_text("out_time_us=N/A\nprogress=continue\nout_time_us=2500000\nprogress=continue\n")
    assert (video._percent(far, 10), video._percent(far, 1), video._percent(far, 0)) == (25, 99, 0)


def test_a_file_that_is_removed_is_worked_on_no_more(
    site: Site, ada: Person, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "BEAT", 0.05)
    media_id, begun = send(ada, clip), []
    note = processing.note_work

    def noted(tx: Any, of: int, tries: int, percent: int) -> bool:
        begun.append(of)
        if len(begun) == 2:  # the first says that it was begun
            remove_media(tx, of, owner_id=ada.account.id)
        return note(tx, of, tries, percent)

    monkeypatch.setattr(processing, "note_work", noted)
    site.run_jobs()

    assert stored(site, media_id) is None
    assert [path for path in (site.settings.data / "media").rglob("*") if path.is_file()] == []


def test_work_that_died_with_its_process_is_done_by_the_next(site: Site, ada: Person, clip: bytes) -> None:
    media_id = send(ada, clip)
    environment = {**os.environ, "PERRON_DATA": str(site.settings.data), "PERRON_DATABASE": site.store.url}
    with subprocess.Popen([sys.executable, "-m", "perron", "worker"], env=environment) as worker:
        try:
            until(lambda: (one := stored(site, media_id)) is not None and one.tries == 1, 30)
        finally:
            worker.send_signal(signal.SIGKILL)
    found = stored(site, media_id)
    assert found is not None and (found.state, found.tries) == ("waiting", 1)

    all_due(site)
    site.run_jobs()

    assert ada.get(f"/api/v1/media/{media_id}")["type"] == "gifv"


def test_a_file_on_which_every_worker_dies_fails_in_words(site: Site, ada: Person, clip: bytes) -> None:
    media_id = send(ada, clip)
    site.store.write(lambda tx: note_work(tx, media_id, MOST_TRIES, 40))

    site.run_jobs()

    said = ada.get(f"/api/v1/media/{media_id}", expect=422)["error"]
    assert said.startswith("This file could not be worked on: every try broke off.")
    assert [path for path in (site.settings.data / "media").rglob("*") if path.is_file()] == []


def test_what_goes_wrong_again_and_again_is_given_up(
    site: Site, ada: Person, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = send(ada, clip)

    def break_off(*_: Any) -> None:
        raise RuntimeError("the tool is out of order")

    monkeypatch.setattr(processing, "read_clip", break_off)
    for _ in range(MOST_TRIES):
        assert ada.get(f"/api/v1/media/{media_id}", expect=206)["url"] is None
        all_due(site)
        site.worker.round()
    ada.get(f"/api/v1/media/{media_id}", expect=422)


def test_without_room_it_waits_and_no_try_is_lost(
    site: Site, ada: Person, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id, read = send(ada, clip), video.read_clip

    def full(*_: Any) -> None:
        raise NoRoom

    monkeypatch.setattr(processing, "read_clip", full)
    for _ in range(MOST_TRIES + 1):
        all_due(site)
        site.worker.round()
    found = stored(site, media_id)
    assert found is not None and (found.state, found.tries) == ("waiting", 0)

    monkeypatch.setattr(processing, "read_clip", read)
    all_due(site)
    site.run_jobs()
    assert ada.get(f"/api/v1/media/{media_id}")["type"] == "gifv"
