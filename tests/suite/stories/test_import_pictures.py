"""Pictures that a file names on other servers: links, unless one asks for them; then taken in within bounds, with
credit, and what did not come is named."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from perron.kit import json
from perron.suite.stories import bring as bringing
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, picture, published, tells, upload
from tests.suite.stories.test_works import WORKS, bring


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, outside_allow=("127.0.0.0/8",)) as one:
        yield one


@pytest.fixture
def album() -> Iterator[str]:
    """Another server with two pictures, a page, and nothing else; what it was asked for is in `album.asked`."""
    asked.clear()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            shown = {"/red.png": picture("red"), "/blue.png": picture("blue"), "/page.png": b"<p>no picture</p>"}
            body = shown.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


asked: list[str] = []


def storify(*images: dict[str, Any]) -> bytes:
    """A story as Storify gave it away, of pictures."""
    elements = [{"type": "image", "data": {"image": one}} for one in images]
    return json.encode({"content": {"title": "Une fête", "elements": elements}})


def asking(person: Person, data: bytes) -> Any:
    """What became of a file that was brought with its pictures."""
    files = {"file": ("story.json", data, "application/json")}
    begun = person.call("POST", f"{STORIES}/import", files=files, data={"pictures": "true"})
    person.site.run_jobs()
    return person.get(f"{WORKS}/{begun['id']}")


def items(person: Person, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"{STORIES}/{made['story_id']}")["items"]
    return found


def test_pictures_of_others_are_links_unless_one_asks_for_them(ada: Person, album: str) -> None:
    made = bring(ada, storify({"src": f"{album}/red.png", "caption": "The red field"}))
    assert [one["type"] for one in items(ada, made)] == ["link"]
    assert (made["pictures"], made["missing"]) == (0, [])


def test_whoever_asks_for_them_has_them_with_credit(site: Site, ada: Person, album: str) -> None:
    images = [{"src": f"{album}/{name}.png", "caption": name} for name in ("red", "blue", "red")]
    made = asking(ada, storify(*images))
    assert made["state"] == "ready", made["why"]
    found = items(ada, made)
    assert [(one["type"], one["caption"], one["credit"]) for one in found] == [
        ("photo", "red", "127.0.0.1"),
        ("photo", "blue", "127.0.0.1"),
        ("photo", "red", "127.0.0.1"),
    ]
    assert (made["pictures"], made["missing"]) == (2, []) and found[0]["media_id"] == found[2]["media_id"]
    assert made["bytes"] > 0 and sorted(asked) == ["/blue.png", "/red.png"], "each is fetched once"


def test_what_does_not_come_is_named_and_linked_to(ada: Person, album: str) -> None:
    wanted = ["red.png", "gone.png", "page.png"]
    images = [{"src": f"{album}/{name}", "caption": name} for name in wanted]
    made = asking(ada, storify(*images, {"src": "https://scontent.fbcdn.net/a.jpg", "caption": "Meta"}))
    assert made["state"] == "ready" and made["pictures"] == 1
    assert made["missing"][:2] == [f"{album}/gone.png", f"{album}/page.png"]
    assert [one["type"] for one in items(ada, made)][:3] == ["photo", "link", "link"]


def test_there_is_an_end_to_what_one_import_takes_in(ada: Person, album: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_FETCHED", 1)
    images = [{"src": f"{album}/{name}.png", "caption": name} for name in ("red", "blue")]
    made = asking(ada, storify(*images))
    assert (made["pictures"], made["missing"]) == (1, [f"{album}/blue.png"])


def test_a_server_inside_is_asked_for_nothing(database: str, tmp_path: Path, album: str) -> None:
    with Site.opened(tmp_path / "guarded", database) as guarded:
        ada = guarded.person("ada")
        made = asking(ada, storify({"src": f"{album}/red.png", "caption": "red"}))
        assert made["missing"] == [f"{album}/red.png"] and asked == []


def test_a_file_with_nothing_to_show_leaves_no_draft(site: Site, ada: Person) -> None:
    blank = [{"type": "text", "key": f"b{n}", "html": "<p> </p>"} for n in range(3)]
    made = bring(ada, json.encode({"format": "perron-document", "version": 1, "title": "Empty", "blocks": blank}))
    assert (made["state"], made["story_id"]) == ("failed", None) and "nothing in this file" in made["why"]
    assert ada.get(STORIES) == []


def test_figures_and_a_second_title_are_in_ones_own_archive(site: Site, ada: Person) -> None:
    from perron.suite.archive.content import stories_in_full
    from tests.suite.stories.reading import readers, write_down

    story = published(ada, {"type": "text", "text": "Words"}, title="Told")
    tells(ada, {"type": "text", "text": "Words"}, title="A draft")
    for one in readers(site, 3):
        one.opens(story)
    write_down(site)
    ada.post(f"{STORIES}/{story['id']}/rival", {"title": "Another", "cover_id": upload(ada)})
    with site.store.read() as db:
        told, draft = stories_in_full(db, ada.account.id)
    assert [(one["views"], one["readers"]) for one in told["read"]] == [(3, 3)] and draft["read"] == []
    assert told["second_title"]["title"] == "Another" and "second_title" not in draft
