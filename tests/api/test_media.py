"""Media: taken in, waited for, described, let go; nothing is left behind by what was refused."""

import io
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from perron.media import tool
from tests.api.pictures import png
from tests.rig import Person, Site


def kept_files(site: Site) -> list[Path]:
    return [path for path in (site.settings.data / "media").rglob("*") if path.is_file()]


def upload(person: Person, file: bytes, mime: str = "image/png", *, path: str = "/api/v2/media", **more: Any) -> Any:
    return person.call("POST", path, files={"file": ("it", file, mime)}, **more)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    assert tool.available(), "ffmpeg is missing: scripts/need ffmpeg"
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=1"]
    subprocess.run(["ffmpeg", "-loglevel", "error", *source, "-pix_fmt", "yuv420p", str(path)], check=True)
    return path.read_bytes()


def test_a_picture_is_ready_at_once(site: Site, ada: Person) -> None:
    made = upload(ada, png(), data={"description": "Un dégradé", "focus": "0.5,-0.25"})
    assert made["type"] == "image" and made["url"] and made["preview_url"] and made["blurhash"]
    assert made["description"] == "Un dégradé" and made["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert made["meta"]["original"]["width"] == 40
    assert ada.get(f"/api/v1/media/{made['id']}") == made
    posted = ada.says("Voilà", media_ids=[made["id"]])
    assert posted["media_attachments"][0]["id"] == made["id"]


def test_a_large_upload_is_taken_in_as_well(ada: Person) -> None:
    picture = Image.frombytes("RGB", (900, 900), Random(1).randbytes(900 * 900 * 3))
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert len(out.getvalue()) > 1 << 20
    assert upload(ada, out.getvalue())["meta"]["original"]["width"] == 900


def test_a_clip_is_waited_for(site: Site, ada: Person, clip: bytes) -> None:
    made = upload(ada, clip, "video/mp4", expect=202)
    assert made["type"] == "video" and made["url"] is None
    assert ada.call("GET", f"/api/v1/media/{made['id']}", expect=206)["url"] is None
    ada.says("Trop tôt", media_ids=[made["id"]], expect=422)
    site.run_jobs()
    ready = ada.get(f"/api/v1/media/{made['id']}")
    assert ready["url"] and ready["preview_url"]
    assert ada.says("Voilà", media_ids=[made["id"]])["media_attachments"][0]["type"] == "gifv"  # no sound, short


def test_a_clip_can_have_another_picture_stand_for_it(site: Site, ada: Person, clip: bytes) -> None:
    made = upload(ada, clip, "video/mp4", expect=202)
    site.run_jobs()
    before = ada.get(f"/api/v1/media/{made['id']}")
    changed = ada.call("PUT", f"/api/v1/media/{made['id']}", files={"thumbnail": ("t.png", png(), "image/png")})
    assert changed["preview_url"] != before["preview_url"] and changed["url"] == before["url"]


def test_words_and_focus_change_later_in_every_shape(ada: Person) -> None:
    made = upload(ada, png())
    path = f"/api/v1/media/{made['id']}"
    assert ada.put(path, {"description": "Un"})["description"] == "Un"
    changed = ada.call("PUT", path, data={"focus": "-1,1"})
    assert changed["description"] == "Un" and changed["meta"]["focus"] == {"x": -1.0, "y": 1.0}
    assert ada.put(path, {"description": ""})["description"] is None
    ada.put(path, {"focus": "2,2"}, expect=422)
    ada.put(path, {"description": "x" * 1501}, expect=422)


def test_what_is_not_used_can_be_let_go(site: Site, ada: Person) -> None:
    made, used = upload(ada, png()), upload(ada, png(60, 60))
    ada.says("Un", media_ids=[used["id"]])
    both = len(kept_files(site))
    assert ada.delete(f"/api/v1/media/{made['id']}") == {}
    ada.get(f"/api/v1/media/{made['id']}", expect=404)
    ada.delete(f"/api/v1/media/{used['id']}", expect=422)
    site.run_jobs()
    assert 0 < len(kept_files(site)) < both


def test_what_is_somebody_elses_is_not_there(ada: Person, dirk: Person) -> None:
    made = upload(ada, png())
    dirk.get(f"/api/v1/media/{made['id']}", expect=404)
    dirk.put(f"/api/v1/media/{made['id']}", {"description": "x"}, expect=404)
    dirk.delete(f"/api/v1/media/{made['id']}", expect=404)
    dirk.says("À moi", media_ids=[made["id"]], expect=422)


def test_what_is_refused_leaves_nothing_behind(site: Site, ada: Person) -> None:
    upload(ada, b"no picture at all", expect=422)
    upload(ada, b"", expect=422)
    upload(ada, png(), data={"description": "x" * 1501}, expect=422)
    upload(ada, png(), data={"focus": "far,away"}, expect=422)
    ada.call("POST", "/api/v2/media", data={"description": "x"}, expect=422)
    assert kept_files(site) == []


def test_a_file_where_none_is_taken_is_refused(ada: Person) -> None:
    ada.call("POST", "/api/v1/statuses", files={"media": ("a.png", png(), "image/png")}, expect=422)


def test_an_older_client_is_answered_when_the_picture_is_ready(ada: Person) -> None:
    assert upload(ada, png(), path="/api/v1/media")["url"]
