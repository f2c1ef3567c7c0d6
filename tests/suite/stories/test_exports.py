"""A story as a file, in every form: in its order, as it is at this moment, and made once."""

import io
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from pypdf import PdfReader

from perron.api import stories
from perron.press.as_json import read_json
from perron.press.as_zip import verify
from perron.press.forms import FORMS
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, five_unlike, known_page, published, tells
from tests.suite.stories.test_products import ORDER, order_in
from tests.text.dom import text_of


def asked(person: Person, story: dict[str, Any], form: str) -> httpx.Response:
    return person.site.client.get(f"{STORIES}/{story['id']}/export/{form}", headers=person.headers)


def exported(person: Person, story: dict[str, Any], form: str) -> bytes:
    """The file, when it is there; until then one hears how far it is."""
    heard = []
    while (reply := asked(person, story, form)).status_code == 202:
        said = reply.json()
        assert (said["form"], said["state"]) == (form, "waiting") and reply.headers["retry-after"]
        assert reply.headers["location"] == f"{STORIES}/{story['id']}/export/{form}"
        heard.append(said["progress"])
        person.site.run_jobs()
    assert reply.status_code == 200, reply.text[:300]
    assert heard == sorted(heard)
    assert reply.headers["content-type"] == FORMS[form].kind
    assert reply.headers["content-disposition"].endswith(f'.{FORMS[form].suffix}"')
    return bytes(reply.content)


def words_in(form: str, file: bytes) -> str:
    """What a reader of a file reads, in its order."""
    if form == "pdf":
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages))
    if form == "epub":
        book = ZipFile(io.BytesIO(file))
        return " ".join(text_of(book.read(name).decode()) for name in sorted(book.namelist()) if "/c0" in name)
    return text_of(file.decode()) if form == "html" else file.decode()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks hears at once how far a file is."""
    monkeypatch.setattr(stories, "PATIENCE", 0.0)


@pytest.fixture
def story(site: Site, ada: Person, bea: Person) -> dict[str, Any]:
    made = published(ada, *five_unlike(site, ada, bea), title="Une soirée : Marseille")
    known_page(site, "https://news.example/article", "What the paper says", "An extract")
    return made


def test_five_unlike_items_stand_in_the_same_order_in_every_file(ada: Person, story: dict[str, Any]) -> None:
    found = {
        form: order_in(words_in(form, exported(ada, story, form))) for form in FORMS if form not in ("zip", "timeline")
    }
    assert found == dict.fromkeys(found, [*ORDER])


def test_pictures_are_in_the_files(ada: Person, story: dict[str, Any]) -> None:
    assert b'src="data:image/' in exported(ada, story, "html")
    book = ZipFile(io.BytesIO(exported(ada, story, "epub")))
    assert [name for name in book.namelist() if name.startswith("book/pictures/")]


def test_one_zip_holds_all_and_can_be_verified(ada: Person, story: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "story.zip"
    path.write_bytes(exported(ada, story, "zip"))
    verdict = verify(path)
    assert (verdict.documents, verdict.wrong) == (1, ())
    read = read_json(ZipFile(path).read("une-soiree-marseille/document.json"))
    assert len(read.blocks) == 10


def test_what_somebody_takes_back_is_in_no_file_made_afterwards(
    ada: Person, bea: Person, story: dict[str, Any]
) -> None:
    forms = ("markdown", "html", "epub", "pdf", "json")
    before = {form: words_in(form, exported(ada, story, form)) for form in forms}
    bea.post(f"{STORIES}/{story['id']}/leave")
    after = {form: words_in(form, exported(ada, story, form)) for form in forms}
    assert [form for form in forms if "The harbour is full tonight" not in before[form]] == []
    assert [form for form in forms if "The harbour is full tonight" in after[form]] == []
    assert "retiré par son auteur" in after["html"] or "withdrawn by its author" in after["html"]


def test_a_file_is_made_once(site: Site, ada: Person, story: dict[str, Any]) -> None:
    first = exported(ada, story, "epub")
    (made,) = (site.store.settings.data / "exports").glob("*.epub")
    at = made.stat().st_ino
    assert exported(ada, story, "epub") == first and made.stat().st_ino == at


def test_a_draft_is_for_its_teller_alone(ada: Person, dirk: Person) -> None:
    draft = tells(ada, {"type": "text", "text": "Not yet"})
    assert b"Not yet" in exported(ada, draft, "markdown")
    assert asked(dirk, draft, "markdown").status_code == 404
    assert asked(ada, draft, "docx").status_code == 404
