import pytest

from tests.rig import Site as Town

from .conftest import at_browser, somebody

KEPT = b"0123456789" * 10


@pytest.fixture
def address(town: Town) -> str:
    return "/media/" + town.site.files.put(KEPT, "png")


def test_a_file_is_served_locked_up_and_kept_for_ever(town: Town, address: str) -> None:  # F-08
    answer = at_browser(town).get(address)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, KEPT, "image/png")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("ending", "kind"),
    [("jpg", "image/jpeg"), ("webp", "image/webp"), ("gif", "image/gif"), ("mp4", "video/mp4"), ("mp3", "audio/mpeg")],
)
def test_a_file_has_the_kind_that_we_chose(town: Town, ending: str, kind: str) -> None:
    assert at_browser(town).get("/media/" + town.site.files.put(KEPT, ending)).headers["content-type"] == kind


@pytest.mark.parametrize("ending", ["raw", "html", "svg", "xml", "json", "js"])
def test_what_is_not_on_the_list_is_served_to_nobody(town: Town, ending: str) -> None:
    assert at_browser(town).get("/media/" + town.site.files.put(KEPT, ending)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/media/", "/media", "/media/..%2fperron.sqlite3", "/media/%2e%2e/perron.sqlite3", "/media/unfinished"),
        *("/media/%00", "/media//etc/passwd", "/media/ab/cd", "/.env", "/config.toml", "/perron.sqlite3-wal"),
        *("/backup/", "/.git/HEAD", "/static/../kit.py", "/static/%2e%2e/kit.py", "/media/ab/cd/" + "a" * 5000),
    ],
)
def test_nothing_else_is_found(town: Town, path: str) -> None:  # F-05
    assert at_browser(town).get(path).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-", 206, KEPT),
        ("bytes=2-3", 206, b"23"),
        ("bytes=-3", 206, b"789"),
        ("bytes=-0", 416, b""),
        ("bytes=1000-", 416, b""),
        ("bytes=5-1", 200, KEPT),
        ("bytes=0-1,3-4", 200, KEPT),
        ("bytes=" + ",".join(["0-"] * 1000), 200, KEPT),
        ("lines=1-2", 200, KEPT),
        ("bytes=99999999999999999999-", 200, KEPT),
    ],
)
def test_one_part_of_a_file_may_be_asked_for(
    town: Town, address: str, asked: str, status: int, content: bytes
) -> None:  # F-15
    answer = at_browser(town).get(address, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, content)


def test_a_picture_is_drawn_for_those_who_exist(town: Town) -> None:
    somebody(town, "ada")
    browser = at_browser(town)
    for path in ("/avatars/ada.png", "/headers/ada.png"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    for path in ("/avatars/nobody.png", "/headers/..%2f.png", "/avatars/%00.png", "/avatars/" + "a" * 400 + ".png"):
        assert browser.get(path).status_code == 404


def test_the_mark_is_there_for_every_browser(town: Town) -> None:
    browser = at_browser(town)
    assert browser.get("/favicon.ico").content[:4] == b"\0\0\1\0"
    assert browser.get("/apple-touch-icon.png").content[:4] == b"\x89PNG"
    assert browser.get("/icon.svg").headers["location"].endswith("/mark.svg")
