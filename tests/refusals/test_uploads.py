"""Files that no honest app sends: kept under names of ours, taken for what they are, or refused and gone."""

import hashlib
import random
import re
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from perron.media import tool
from perron.store.tables import jobs
from tests.refusals.asking import Answer, Asker, Headers, Question
from tests.refusals.world import picture
from tests.rig import Person, Site

AS_PARTS: Headers = (("content-type", "multipart/form-data; boundary=line"),)
OURS = re.compile(r"[a-z0-9/]+\.[a-z0-9]+")


def part(name: str, value: bytes, filename: str | None = None, kind: str = "image/png") -> bytes:
    said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
    typed = f"content-type: {kind}\r\n" if filename is not None else ""
    return f"--line\r\ncontent-disposition: {said}\r\n{typed}\r\n".encode("utf-8", "surrogateescape") + value + b"\r\n"


def sent(who: Person, *parts: bytes, end: bytes = b"--line--\r\n") -> Question:
    return Question("POST", "/api/v2/media", who.token, b"".join(parts) + end, AS_PARTS)


def kept(site: Site) -> set[str]:
    """Every file of media, and any other file of the server but its database."""
    data = site.settings.data
    return {str(path.relative_to(data)) for path in data.rglob("*") if path.is_file() and "sqlite3" not in path.name}


@pytest.fixture(scope="module")
def ada(site: Site) -> Person:
    return site.person("ada")


@pytest.mark.parametrize(
    "filename",
    [
        *("../../../../tmp/pwn.png", "/etc/passwd", "..\\\\..\\\\pwn.png", "a\0.png", "x" * 5000 + ".png", ".htaccess"),
        *(
            "con.png",
            "aux",
            "trailing.",
            "\u202egnp.exe",
            "%2e%2e%2fx.png",
            "a.php;.png",
            "",
            "<script>.png",
            "a\tb.png",
        ),
    ],
)
def test_a_file_is_kept_under_a_name_of_ours(site: Site, ask: Asker, ada: Person, filename: str) -> None:
    site.settings.data.mkdir(exist_ok=True)
    before, beside = kept(site), {*site.settings.data.parent.iterdir()}

    (answer,) = ask(sent(ada, part("file", picture(), filename)))

    new = kept(site) - before
    assert answer.status in (200, 422, 400)
    assert bool(new) == (answer.status == 200)
    assert all(path.startswith("media/") and OURS.fullmatch(path) for path in new), new
    assert {*site.settings.data.parent.iterdir()} == beside
    assert b"pwn" not in answer.body and b"<script" not in answer.body


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<html><script>alert(1)</script></html>", "image/png"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b'<?xml version="1.0"?><x/>', "image/jpeg"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "video/mp4"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "video/mp4"),
        (b"%PDF-1.4", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 40, "image/webp"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\0" * 4000, "audio/mpeg"),
    ],
)
def test_what_is_no_picture_is_none_whatever_it_is_called(
    site: Site, ask: Asker, ada: Person, data: bytes, kind: str
) -> None:
    before = kept(site)

    (answer,) = ask(sent(ada, part("file", data, "a.png", kind)))

    assert answer.status == 422 and answer.error
    assert kept(site) == before


def test_a_picture_is_taken_for_what_it_is(site: Site, ask: Asker, ada: Person) -> None:
    """Another kind of picture is seen to be one; what is called a clip or a sound is refused."""
    for kind in ("application/octet-stream", "text/html", "image/gif"):
        (answer,) = ask(sent(ada, part("file", picture(), "a.html", kind)))
        assert answer.status == 200 and answer.json["type"] == "image", kind
        assert answer.json["url"].endswith((".png", ".jpg", ".jpeg", ".webp"))
    for kind in ("video/mp4", "audio/mpeg"):
        (answer,) = ask(sent(ada, part("file", picture(), "a.png", kind)))
        assert answer.status == 422 and answer.error, kind


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (part("file", b"", "a.png"),),
        (part("file", picture()),),
        (part("other", picture(), "a.png"),),
        (part("file", picture(), "a.png"), part("description", b"x" * 1501)),
        *((part("file", picture(), "a.png"), part("focus", focus)) for focus in (b"NaN,9", b"inf,0", b"1e999,0", b"1")),
        *((part("file", picture(), "a.png"), part("focus", focus)) for focus in (b"0,0,0", b"\xff,0", b"2,2")),
        (part("file", picture(), "a.png"), part("thumbnail", b"<svg/>", "t.svg", "image/svg+xml")),
        (part("file", picture(), "a.png"), *(part(f"a{number}", b"x") for number in range(10_000))),
        tuple(part("file", picture(), f"{number}.png") for number in range(200)),
    ],
)
def test_uploads_that_are_none_leave_nothing(site: Site, ask: Asker, ada: Person, parts: tuple[bytes, ...]) -> None:
    before = kept(site)

    (answer,) = ask(sent(ada, *parts))

    assert answer.status in (400, 413, 422) and answer.error, answer
    assert kept(site) == before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a part without end is closed late
@pytest.mark.parametrize("end", [b"", b"--line", b"--other--\r\n", b"--line\r\n"])
def test_an_upload_without_its_end_leaves_nothing_or_is_whole(site: Site, ask: Asker, ada: Person, end: bytes) -> None:
    before = kept(site)

    (answer,) = ask(sent(ada, part("file", picture()[:-20], "a.png"), end=end))

    assert answer.status in (400, 422) and answer.error, answer
    assert kept(site) == before


def test_words_may_come_before_or_after_the_file(ask: Asker, ada: Person) -> None:
    file, words = part("file", picture(), "a.png"), part("description", b"A door")

    for answer in ask(sent(ada, file, words), sent(ada, words, file)):
        assert answer.json["description"] == "A door"


def test_the_same_bytes_tell_nobody_that_somebody_has_them(site: Site, ask: Asker, ada: Person) -> None:
    """Twenty at once and another person's: as many files, none of which goes with another (F-11)."""
    other = site.person("has_the_same")
    before = kept(site)
    asked = [sent(who, part("file", picture(), "a.png")) for who in [ada] * 20 + [other]]

    answers = ask.together(*asked)

    assert len({answer.json["id"] for answer in answers}) == len({answer.json["url"] for answer in answers}) == 21
    assert len({*shape(answers)}) == 1
    for answer in answers[:20]:
        ada.delete(f"/api/v1/media/{answer.json['id']}")
    site.run_jobs()
    assert other.get(f"/api/v1/media/{answers[20].json['id']}")["url"] == answers[20].json["url"]
    other.delete(f"/api/v1/media/{answers[20].json['id']}")
    site.run_jobs()
    assert kept(site) == before


def shape(answers: list[Answer]) -> list[str]:
    """What the answers say but for the names of the files."""
    return [
        hashlib.sha256(re.sub(rb'"(id|url|preview_url)":"[^"]*"', b"", answer.body)).hexdigest() for answer in answers
    ]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    assert tool.available(), "ffmpeg is missing: scripts/need ffmpeg"
    path: Path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=1"]
    subprocess.run(["ffmpeg", "-loglevel", "error", *source, "-pix_fmt", "yuv420p", str(path)], check=True)
    return path.read_bytes()


def test_clips_in_pieces_hold_nothing_up(site: Site, ask: Asker, ada: Person, clip: bytes) -> None:
    """Cut off or with bytes changed: each is made something of or refused, and what comes next is taken (F-16)."""
    chance = random.Random(16)
    for number in range(6):
        spoilt = bytearray(clip[: len(clip) // 2] if number == 0 else clip)
        for _ in range(len(spoilt) // 100 * number):
            spoilt[chance.randrange(40, len(spoilt))] = chance.randrange(256)
        (answer,) = ask(sent(ada, part("file", bytes(spoilt), "a.mp4", "video/mp4")))
        assert answer.status in (200, 202, 422), answer
        site.run_jobs()
        if answer.status != 422:
            (after,) = ask(Question("GET", f"/api/v1/media/{answer.json['id']}", ada.token))
            assert after.status in (200, 422), after
    (fine,) = ask(sent(ada, part("file", picture(), "a.png")))
    assert fine.status == 200
    with site.store.read() as db:
        assert db.execute(jobs.select()).all() == []


def test_nothing_stays_hidden_behind_the_end_of_a_picture(ask: Asker, ada: Person, site: Site) -> None:
    """What is written anew holds nothing that was hidden after its end (F-07)."""
    (answer,) = ask(sent(ada, part("file", picture() + b"<script>alert(1)</script>" + b"z" * 5000, "a.png")))

    assert answer.status == 200
    for path in kept(site):
        data = (site.settings.data / path).read_bytes()
        assert b"<script" not in data
        if path.endswith(".png"):
            Image.open(site.settings.data / path).verify()
