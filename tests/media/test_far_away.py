"""Media in a bucket: taken in, shown, packed and cleared away as in a folder, and nothing private in the open."""

import io
import os
import secrets
import socket
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from perron.kit.errors import Unavailable
from perron.kit.settings import Settings
from perron.kit.time import DAY
from perron.media import bucket as buckets
from perron.media.bucket import Bucket
from perron.media.cache import Cache
from perron.media.files import new_key
from perron.media.places import files_in
from perron.media.prune import prune
from tests.object_store import ObjectStore
from tests.rig import Person, Site


def png(color: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


def send(who: Person, data: bytes, *, expect: int = 200, **more: Any) -> Any:
    return who.call("POST", "/api/v2/media", files={"file": ("a.png", data, "image/png")}, expect=expect, **more)


def path_of(url: str) -> str:
    return "/media/" + url.partition("/media/")[2]


def store_of(site: Site) -> Bucket:
    found = files_in(site.settings)
    assert isinstance(found, Bucket)
    return found


def forget_copies(site: Site) -> None:
    for path in (site.settings.data / "media-cache").glob("*/*"):
        path.unlink()


def fetched(address: str) -> bytes:
    return bytes(urllib.request.urlopen(address, timeout=5).read())


def test_a_picture_in_a_bucket_is_shown_by_the_server_with_the_headers_of_any_other(far: Site, iris: Person) -> None:
    shown = send(iris, png())["url"]
    forget_copies(far)

    whole = far.client.get(path_of(shown))
    part = far.client.get(path_of(shown), headers={"range": "bytes=1-3"})

    assert whole.status_code == 200 and Image.open(io.BytesIO(whole.content)).size == (40, 30)
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (part.status_code, part.content) == (206, whole.content[1:4])
    assert not (far.settings.data / "media").exists() or not [*(far.settings.data / "media").glob("??")]


def test_what_readers_may_see_lies_apart_from_what_they_may_not(far: Site) -> None:
    store = store_of(far)
    shown, raw = store.put(png(), "png"), store.put(b"as the camera wrote it", "raw")

    names = {one["Key"] for one in store.client.list_objects_v2(Bucket=store.bucket)["Contents"]}

    assert names == {f"town/kept/{shown}", f"town/private/{raw}"}
    assert far.client.get(f"/media/{raw}").status_code == 404
    assert store.client.head_object(Bucket=store.bucket, Key=f"town/kept/{shown}")["ContentType"] == "image/png"


def test_faces_emojis_and_thumbnails_live_in_the_bucket_too(far: Site, iris: Person) -> None:
    changed = iris.call("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("a.png", png(), "image/png")})
    forget_copies(far)
    assert far.client.get(path_of(changed["avatar"])).status_code == 200


def test_a_file_that_is_removed_is_gone_from_bucket_and_cache(far: Site, iris: Person) -> None:
    made = send(iris, png())
    iris.delete(f"/api/v1/media/{made['id']}")
    far.run_jobs()

    assert far.client.get(path_of(made["url"])).status_code == 404
    assert [*store_of(far).listed()] == []


def test_a_copy_goes_when_its_original_was_removed_on_another_machine(far: Site) -> None:
    store = store_of(far)
    key = store.put(png(), "png")
    store.client.delete_object(Bucket=store.bucket, Key=f"town/kept/{key}")
    assert store.path(key) is not None  # it is believed for ten minutes

    copy = store.at_hand(key)
    assert copy is not None
    os.utime(copy, (time.time(), time.time() - 700))

    assert store.path(key) is None and store.at_hand(key) is None


def test_files_that_no_row_names_are_found_by_listing(far: Site, iris: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    lost, made = store_of(far).put(png(), "png"), send(iris, png())
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * DAY / 1000)

    assert prune(far.store, store_of(far)) == 1

    names = {one.key for one in store_of(far).listed()}
    assert lost not in names and path_of(made["url"]).removeprefix("/media/") in names


def test_a_clip_is_worked_on_where_the_worker_is(far: Site, iris: Person, tmp_path: Path) -> None:
    gif = tmp_path / "a.gif"
    frames = [Image.new("RGB", (32, 32), color) for color in ("red", "green", "blue")]
    frames[0].save(gif, save_all=True, append_images=frames[1:], duration=100)
    made = iris.call("POST", "/api/v2/media", files={"file": ("a.gif", gif.read_bytes(), "image/gif")}, expect=202)
    forget_copies(far)
    far.run_jobs()

    done = iris.get(f"/api/v1/media/{made['id']}")
    assert done["type"] == "gifv"
    reply = far.client.get(path_of(done["url"]))
    assert reply.status_code == 200 and reply.headers["content-type"] == "video/mp4"
    assert {one.key.rpartition(".")[2] for one in store_of(far).listed()} == {"mp4", "jpg"}


def test_an_archive_is_fetched_from_the_bucket_and_goes_from_it(far: Site, iris: Person) -> None:
    from perron.suite.archive.ask import ask_for_archive, cancel_archive, file_of
    from perron.suite.archive.queries import archive_as_stored

    iris.says("avec image", media_ids=[send(iris, png())["id"]])
    archive_id = far.store.write(lambda tx: ask_for_archive(tx, iris.user_id, iris.account.id))
    far.run_jobs()
    forget_copies(far)
    with far.store.read() as db:
        found = archive_as_stored(db, archive_id)
    assert found is not None and found.state == "ready"
    with zipfile.ZipFile(file_of(far.settings, found)) as archive:
        assert [name for name in archive.namelist() if name.startswith("media_attachments/")]
    assert not [*(far.settings.data / "archives").glob("*.zip")]
    assert far.client.get(f"/media/{found.file}").status_code == 404

    far.store.write(lambda tx: cancel_archive(tx, archive_id, user_id=iris.user_id, account_id=iris.account.id))
    far.run_jobs()
    assert found.file not in {one.key for one in store_of(far).listed()}


# -- when the store is away --------------------------------------------------------------------------------------------


@pytest.fixture(params=["refuses", "is silent"])
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address where a store was: nobody listens there, or nobody says anything."""
    monkeypatch.setattr(buckets, "READ", 0.3)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            door.listen(8)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


def test_without_its_store_a_server_refuses_uploads_and_goes_on_with_everything_else(
    away: str, database: str, tmp_path: Path
) -> None:
    far = {"media_store": "s3://town", "s3_endpoint": away, "s3_key": "a", "s3_secret": "b"}
    with Site.opened(tmp_path / "data", database, **far) as site:
        ada = site.person("ada")
        began = time.monotonic()
        reply = site.client.post("/api/v2/media", files={"file": ("a.png", png(), "image/png")}, headers=ada.headers)

        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert time.monotonic() - began < 20
        began = time.monotonic()
        picture = site.client.get(f"/media/{new_key('png')}")
        assert (picture.status_code, picture.headers["retry-after"]) == (503, "5")
        assert time.monotonic() - began < 2  # who has just been let down is not asked again at once
        ada.says("Tout va bien")
        assert len(ada.home()) == 1
        with site.store.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM media").scalar_one() == 0
        assert [path for path in (tmp_path / "data").rglob("*") if path.suffix == ".png"] == []


def test_the_second_of_two_files_that_cannot_be_kept_takes_the_first_along(
    far: Site, iris: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeps = Bucket.put_as

    def once(self: Bucket, key: str, data: bytes | Path) -> None:
        monkeypatch.setattr(Bucket, "put_as", refuse)
        keeps(self, key, data)

    def refuse(self: Bucket, key: str, data: bytes | Path) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(Bucket, "put_as", once)
    send(iris, png(size=(1600, 1200)), expect=503)
    assert [*store_of(far).listed()] == []


def test_a_wrong_secret_is_refused_by_the_store_and_said_to_nobody(
    objects: ObjectStore, place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said = {**objects.settings(place), "s3_secret": "guess-me-if-you-can"}
    with pytest.raises(Unavailable) as refused:
        files_in(Settings(data=tmp_path, **said)).put(b"x", "png")
    assert "SignatureDoesNotMatch" in caplog.text
    assert "guess-me" not in caplog.text + str(refused.value)


# -- addresses elsewhere -----------------------------------------------------------------------------------------------


def test_readers_can_be_sent_to_the_store_by_signed_addresses(
    objects: ObjectStore, place: str, database: str, tmp_path: Path
) -> None:
    with Site.opened(tmp_path / "data", database, media_public="signed", **objects.settings(place)) as site:
        shown = path_of(send(site.person("ada"), png())["url"])

        sent = site.client.get(shown, follow_redirects=False)

        assert (sent.status_code, sent.headers["cache-control"]) == (302, "private, max-age=1800")
        assert Image.open(io.BytesIO(fetched(sent.headers["location"]))).size == (40, 30)
        with pytest.raises(urllib.error.HTTPError, match="HTTP Error 40"):
            fetched(sent.headers["location"].partition("?")[0])
        policy = site.client.get("/").headers["content-security-policy"]
        assert f"img-src 'self' data: blob: {objects.endpoint};" in policy
        assert site.client.get(f"/media/{new_key('raw')}").status_code == 404


def test_readers_can_be_sent_to_a_public_address(
    objects: ObjectStore, place: str, database: str, tmp_path: Path
) -> None:
    public = {"media_public": "https://media.example/kept/"}
    with Site.opened(tmp_path / "data", database, **public, **objects.settings(place)) as site:
        key = new_key("jpg")
        sent = site.client.get(f"/media/{key}", follow_redirects=False)
        assert sent.headers["location"] == f"https://media.example/kept/{key}"
        assert " https://media.example;" in site.client.get("/").headers["content-security-policy"]


# -- copies on this disk -----------------------------------------------------------------------------------------------


def test_a_file_is_fetched_once_however_many_ask_at_a_time(far: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    store, key = store_of(far), ""
    key = store.put(png(), "png")
    forget_copies(far)
    asked: list[str] = []
    get = Bucket._get
    monkeypatch.setattr(Bucket, "_get", lambda self, one: asked.append(one) or get(self, one))

    threads = [threading.Thread(target=store.path, args=(key,)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert asked == [key]


def test_the_least_recently_used_copies_leave(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 10_000, grace=0)
    keys = [new_key("png") for _ in range(12)]
    for age, key in enumerate(keys):
        copy = cache.keep(key, lambda path: None if path.write_bytes(b"x" * 1000) else None)
        os.utime(copy, (time.time() - 1000 + age, time.time()))
        assert cache.find(keys[0]) is not None  # this one is looked at all the time
    cache.make_room()

    assert cache.size()[1] <= 10_000
    assert cache.find(keys[0]) and cache.find(keys[-1]) and not cache.find(keys[1])


def test_a_copy_that_was_handed_out_a_moment_ago_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 100)
    copy = cache.keep(new_key("png"), lambda path: None if path.write_bytes(b"x" * 1000) else None)
    cache.make_room()
    assert copy.exists()


def test_what_comes_in_half_is_no_copy(far: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(far)
    key = store.put(secrets.token_bytes(100_000), "png")
    forget_copies(far)
    pieces = buckets._pieces
    monkeypatch.setattr(buckets, "_pieces", lambda found: (piece[:-1] for piece in pieces(found)))

    with pytest.raises(Unavailable):
        store.path(key)
    assert store.at_hand(key) is None and not [*store.cache.folder.glob("new-*")]
