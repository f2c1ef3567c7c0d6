"""What takes long: files that are made of stories and read into them, by jobs that say how far they are."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perron.api import stories
from perron.kit import json
from perron.kit.time import DAY
from perron.press.as_json import to_json
from perron.press.as_zip import verify
from perron.store.tables import story_works
from perron.suite.stories import export, works
from tests.press.strategies import documents
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, five_unlike, known_page, published, tells, upload

WORKS = f"{STORIES}/works"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks hears at once how far a file is."""
    monkeypatch.setattr(stories, "PATIENCE", 0.0)


def bring(person: Person, data: bytes, name: str = "story.json", *, expect: int = 200) -> Any:
    """What became of a file that somebody brings, when the job is done."""
    files = {"file": (name, data, "application/octet-stream")}
    begun = person.call("POST", f"{STORIES}/import", files=files, expect=expect)
    if expect != 200:
        return begun
    assert begun["state"] == "waiting"
    person.site.run_jobs()
    return person.get(f"{WORKS}/{begun['id']}")


def document_of(person: Person, story_id: str) -> dict[str, Any]:
    """The JSON that a story leaves as."""
    reply = person.site.client.get(f"{STORIES}/{story_id}/export/json", headers=person.headers)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def bare(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what belongs to the story that it was, and not to what it tells."""
    left = {name: value for name, value in document.items() if name not in ("url", "published", "updated", "authors")}
    return {**left, "blocks": [{**one, "key": ""} for one in document["blocks"]]}


def brought_back(person: Person, document: dict[str, Any]) -> dict[str, Any]:
    """What a document is after it was brought, and taken along again."""
    made = bring(person, json.encode(document))
    assert made["state"] == "ready", made["why"]
    return document_of(person, made["story_id"])


# -- files that are made -----------------------------------------------------------------------------------------------


def test_all_stories_are_one_zip_that_can_be_verified(site: Site, ada: Person, bea: Person, tmp_path: Path) -> None:
    published(ada, *five_unlike(site, ada, bea), title="The first")
    tells(ada, {"type": "text", "text": "A draft"}, title="The second")
    asked = ada.post(f"{STORIES}/export")
    assert (asked["state"], asked["kind"], asked["url"]) == ("waiting", "exports", None)
    site.run_jobs()
    (ready,) = ada.get(WORKS)
    assert (ready["state"], ready["progress"], ready["bytes"] > 0) == ("ready", 1.0, True)
    path = tmp_path / "all.zip"
    path.write_bytes(site.client.get(ready["url"].removeprefix(site.site.links.origin), headers=ada.headers).content)
    assert path.stat().st_size == ready["bytes"]
    verdict = verify(path)
    assert (verdict.documents, verdict.wrong) == (2, ())
    bea.get(f"{WORKS}/{ready['id']}", expect=404)
    bea.get(f"{WORKS}/{ready['id']}/file", expect=404)


def test_who_tells_nothing_has_nothing_to_take_along(ada: Person) -> None:
    assert "no story yet" in ada.post(f"{STORIES}/export", expect=404)["error"]


def test_how_far_a_file_is_is_written_while_it_is_made(
    site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells(ada, {"type": "text", "text": "One"}), tells(ada, {"type": "text", "text": "Two"})
    seen = []

    def watched(documents: Any, *given: Any, progress: Any) -> None:
        for number, _ in enumerate(documents):
            progress(number, 0.5)
            seen.append(ada.get(WORKS)[0]["progress"])

    monkeypatch.setattr(export, "write_zip", watched)
    ada.post(f"{STORIES}/export")
    site.run_jobs()
    assert seen == [0.25, 0.75]


def test_what_is_called_off_stops_and_leaves_nothing(site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    tells(ada, {"type": "text", "text": "One"}), tells(ada, {"type": "text", "text": "Two"})
    made = []

    def watched(documents: Any, *given: Any, progress: Any) -> None:
        for number, _ in enumerate(documents):
            made.append(number)
            ada.delete(f"{WORKS}/{ada.get(WORKS)[0]['id']}") if number == 0 else None
            progress(number, 0.5)

    monkeypatch.setattr(export, "write_zip", watched)
    ada.post(f"{STORIES}/export")
    site.run_jobs()
    assert (made, ada.get(WORKS)) == ([0], [])
    assert [*(site.settings.data / "works").iterdir()] == []


def test_a_file_goes_with_its_row_with_its_story_and_after_three_days(
    site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = tells(ada, {"type": "text", "text": "One"})
    folder = site.settings.data / "works"

    def zipped() -> str:
        site.client.get(f"{STORIES}/{story['id']}/export/zip", headers=ada.headers)
        site.run_jobs()
        assert len([*folder.iterdir()]) == 1
        return str(ada.get(WORKS)[0]["id"])

    ada.delete(f"{WORKS}/{zipped()}")
    site.run_jobs()
    assert [*folder.iterdir()] == []
    work_id = zipped()
    site.store.write(lambda tx: works.expire_work(tx, {"work_id": int(work_id)}))
    site.run_jobs()
    assert [*folder.iterdir()] == []
    zipped()
    ada.delete(f"{STORIES}/{story['id']}")
    site.run_jobs()
    assert ([*folder.iterdir()], ada.get(WORKS)) == ([], [])
    assert works.KEPT == 3 * DAY


def test_a_visitor_may_have_a_file_and_it_is_in_nobodys_list(site: Site, ada: Person) -> None:
    story = published(ada, {"type": "text", "text": "For all"})
    assert site.client.get(f"{STORIES}/{story['id']}/export/zip").status_code == 202
    site.run_jobs()
    assert site.client.get(f"{STORIES}/{story['id']}/export/zip").status_code == 200
    assert ada.get(WORKS) == []
    with site.store.engine.connect() as db:
        assert len(db.execute(story_works.select()).all()) == 1


def test_many_at_once_are_put_off(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "MOST_RUNNING", 2)
    made = [tells(ada, {"type": "text", "text": str(n)})["id"] for n in range(2)]
    assert ada.post(f"{STORIES}/export")["id"] == ada.post(f"{STORIES}/export")["id"]
    ada.call("GET", f"{STORIES}/{made[0]}/export/zip", expect=202)
    assert "ask again" in ada.call("GET", f"{STORIES}/{made[1]}/export/zip", expect=429)["error"]


# -- files that are brought --------------------------------------------------------------------------------------------


def test_a_story_comes_back_as_it_was(site: Site, ada: Person, bea: Person) -> None:
    poll = bea.says("Bread?", poll={"options": ["Yes", "No"], "expires_in": 3600})["id"]
    more = [
        {"type": "quotation", "text": "We shall see.", "who": "A baker", "url": "https://bread.example/"},
        {"type": "video", "url": "https://www.youtube.com/watch?v=abcdefghijk", "title": "A film"},
        {"type": "poll", "id": poll},
        {"type": "text", "text": "Words with #tags, @ada, https://news.example/ and\n\ntwo paragraphs <b>"},
    ]
    look = {"theme": "dusk", "accent": "#1f6f5c", "language": "en", "subtitle": "Under it", "cover_id": upload(ada)}
    story = published(ada, *five_unlike(site, ada, bea), *more, **look)
    known_page(site, "https://news.example/article", "What the paper says", "An extract")
    gone = bea.says("Taken back")["id"]
    ada.post(f"{STORIES}/{story['id']}/items", {"type": "post", "id": gone})
    bea.delete(f"/api/v1/statuses/{gone}")
    site.run_jobs()
    before = document_of(ada, story["id"])
    after = brought_back(ada, before)
    assert bare(after) == bare(before)
    assert after["url"] != before["url"] and len(after["blocks"]) == 15


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=60)
items = st.one_of(
    st.builds(lambda text: {"type": "text", "text": text}, words),
    st.builds(lambda text: {"type": "heading", "text": text}, words),
    st.builds(lambda text, who: {"type": "quotation", "text": text, "who": who}, words, words),
    st.builds(lambda title: {"type": "link", "url": "https://a.example/b", "title": title}, words),
    st.builds(lambda feed: {"type": "feed", "url": "https://a.example/c?d=e", "feed": feed}, words),
    st.builds(lambda title: {"type": "video", "url": "https://peer.example/w/1", "title": title}, words),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(items, min_size=1, max_size=5), words)
def test_whatever_is_told_comes_back_as_it_was(ada: Person, told: list[dict[str, Any]], title: str) -> None:
    reply = ada.site.client.post(STORIES, headers=ada.headers, json={"title": title, "items": told})
    if reply.status_code == 422:  # words that cannot be seen
        return
    before = document_of(ada, reply.json()["id"])
    assert bare(brought_back(ada, before)) == bare(before)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_whatever_document_is_brought_is_taken_in_or_refused_with_a_sentence(ada: Person, document: Any) -> None:
    made = bring(ada, to_json(document))
    assert made["state"] in ("ready", "failed"), made
    assert (made["state"] == "failed") == bool(made["why"])
    assert "could not be done" not in made["why"], made
    if made["story_id"]:
        again = document_of(ada, made["story_id"])
        assert "blocks" not in again or bare(brought_back(ada, again)) == bare(again)


def test_a_zip_brings_its_stories_and_their_pictures(site: Site, ada: Person, bea: Person) -> None:
    published(ada, {"type": "photo", "media_id": upload(ada), "caption": "The red field"}, title="One")
    tells(ada, {"type": "text", "text": "Words"}, title="Two")
    ada.post(f"{STORIES}/export")
    site.run_jobs()
    packed = site.client.get(f"{WORKS}/{ada.get(WORKS)[0]['id']}/file", headers=ada.headers).content
    made = bring(bea, packed, "all.zip")
    assert (made["state"], made["progress"], made["left_out"]) == ("ready", 1.0, 0)
    assert sorted(one["title"] for one in bea.get(STORIES)) == ["One", "Two"]
    one = next(one for one in bea.get(STORIES) if one["title"] == "One")
    (block,) = document_of(bea, one["id"])["blocks"]
    assert (block["type"], block["caption"], block["picture"]["alt"]) == ("photo", "The red field", "A red field")
    (mine,) = document_of(ada, next(one["id"] for one in ada.get(STORIES) if one["title"] == "One"))["blocks"]
    assert block["picture"]["url"] != mine["picture"]["url"]


def test_what_others_said_is_not_put_into_their_mouths(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    """A file may say that anybody said anything: only what is here, and may be quoted, stands as a post."""
    private = dirk.says("For few", visibility="private")
    said = {"author": {"name": "Béa", "handle": "bea"}, "published": "2026-01-01T00:00:00Z"}
    blocks = [
        {"type": "post", "key": "a", "html": "<p>Never said</p>", "url": bea.says("What I said")["url"], **said},
        {"type": "post", "key": "b", "html": "<p>Far away</p>", "url": "https://far.example/@zoe/1", **said},
        {"type": "post", "key": "c", "html": "<p>For few</p>", "url": private["url"], **said},
    ]
    document = {"format": "perron-document", "version": 1, "title": "Hearsay", "blocks": blocks}
    first, second, third = brought_back(ada, document)["blocks"]
    assert (first["type"], "What I said" in first["html"]) == ("post", True)
    assert (second["type"], second["text"], second["who"]) == ("quotation", "Far away", "Béa (@bea)")
    assert (third["type"], "For few" in json.encode_text(third)) == ("gone", False)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 not a zip at all", "not HTML"),
        (b"{", "not JSON"),
        (b"[]", "Storify"),
        (b"hello", "not HTML"),
        (b"<p></p>", "nothing on this page"),
        (b'{"format":"perron-document","version":9,"title":"x"}', "newer Perron"),
        (b'{"format":"perron-document","version":1,"title":"x","blocks":[]}', "nothing in this file"),
        (
            b'{"format":"perron-document","version":1,"title":"x","blocks":'
            b'[{"type":"link","key":"a","url":"javascript:alert(1)","title":"t"}]}',
            "an address begins with",
        ),
        (
            b'{"format":"perron-document","version":1,"title":"' + b"t" * 10_000 + b'","blocks":'
            b'[{"type":"text","key":"a","html":"x"}]}',
            "title of a story has at most 200",
        ),
    ],
)
def test_what_cannot_be_brought_is_refused_with_a_sentence(ada: Person, data: bytes, says: str) -> None:
    made = bring(ada, data)
    assert made["state"] == "failed" and says in made["why"], made["why"]
    assert ada.get(STORIES) == []


def test_a_zip_of_somebody_else_or_a_damaged_one_is_refused(site: Site, ada: Person) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("manifest.json", '{"format": "other"}')
    assert "not one that Perron wrote" in bring(ada, out.getvalue())["why"]
    manifest = {
        "format": "perron-press",
        "version": 1,
        "documents": [{"name": "../up", "items": []}],
        "files": [{"name": "../up/document.json", "bytes": 3, "sha256": "0" * 64}],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("manifest.json", json.encode(manifest))
        packed.writestr("../up/document.json", "{}!")
    assert "changed or damaged" in bring(ada, out.getvalue())["why"]


def test_links_of_hostile_files_are_made_safe(ada: Person) -> None:
    """Addresses that do nothing on the web become words, what acts is taken out, what leads inside is not asked."""
    story = {
        "title": "Old",
        "elements": [
            {"type": "link", "permalink": "javascript:alert(1)", "data": {"link": {"title": "A trap"}}},
            {"type": "text", "data": {"text": "<p>Words <a href='javascript:x'>here</a><script>x</script></p>"}},
            {"type": "link", "permalink": "http://127.0.0.1/admin", "data": {"link": {"title": "Inside"}}},
            {"type": "image", "permalink": "https://x.example/", "data": {"image": {"src": "file:///etc/passwd"}}},
        ],
    }
    made = bring(ada, json.encode(story), "storify.json")
    assert (made["state"], made["left_out"]) == ("ready", 1)
    text = json.encode_text(document_of(ada, made["story_id"]))
    assert "javascript" not in text and "passwd" not in text and "<script" not in text
    assert "A trap" in text and "Words" in text and "http://127.0.0.1/admin" in text


def test_an_import_goes_on_where_it_was_and_can_be_called_off(
    site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from perron.suite.stories import bring as bringing

    monkeypatch.setattr(bringing, "PORTION", 2)
    blocks = [{"type": "text", "key": f"b{n}", "html": f"<p>Number {n}</p>"} for n in range(5)]
    data = json.encode({"format": "perron-document", "version": 1, "title": "Long", "blocks": blocks})
    put, times = bringing._put, []

    def stumbling(*given: Any) -> Any:
        times.append(given)
        if len(times) == 2:
            raise OSError("the machine stumbles")
        return put(*given)

    monkeypatch.setattr(bringing, "_put", stumbling)
    files = {"file": ("long.json", data, "application/json")}
    work_id = int(ada.call("POST", f"{STORIES}/import", files=files)["id"])
    with site.store.read() as db:
        begun = works.work_as_stored(db, work_id)
    assert begun is not None
    with pytest.raises(OSError, match="stumbles"):
        bringing.bring(site.store, begun)
    assert ada.get(f"{WORKS}/{work_id}")["progress"] == 0.4
    site.run_jobs()
    made = ada.get(f"{WORKS}/{work_id}")
    assert made["state"] == "ready"
    shown = document_of(ada, made["story_id"])["blocks"]
    assert [one["html"] for one in shown] == [f"<p>Number {n}</p>" for n in range(5)]
    assert len(ada.get(STORIES)) == 1

    times.clear()
    later = ada.call("POST", f"{STORIES}/import", files={"file": ("long.json", data, "application/json")})
    ada.delete(f"{WORKS}/{later['id']}")
    site.run_jobs()
    assert (times, len(ada.get(STORIES))) == ([], 1)


def test_a_small_document_may_be_the_body_itself(site: Site, ada: Person) -> None:
    blocks = [{"type": "text", "key": "a", "html": "<p>Words</p>"}]
    made = ada.post(f"{STORIES}/import", {"format": "perron-document", "version": 1, "title": "Sent", "blocks": blocks})
    site.run_jobs()
    assert [one["title"] for one in ada.get(STORIES)] == ["Sent"] and ada.get(f"{WORKS}/{made['id']}")[
        "state"
    ] == "ready"


def test_nothing_cannot_be_brought(ada: Person) -> None:
    files = {"file": ("empty.json", b"", "application/json")}
    assert "empty" in ada.call("POST", f"{STORIES}/import", files=files, expect=422)["error"]
    assert "send a file" in ada.post(f"{STORIES}/import", {}, expect=422)["error"]
