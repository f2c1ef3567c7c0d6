"""Statuses in other languages: asked of a real server that speaks as LibreTranslate does."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.api.pictures import png
from tests.rig import Person, Site

LANGUAGES = [
    {"code": "fr", "name": "French", "targets": ["en", "fr", "es"]},
    {"code": "en", "name": "English", "targets": ["en", "fr"]},
    {"code": "es", "name": "Spanish", "targets": ["en"]},
]


@dataclass
class Interpreter:
    """A server that translates by saying everything louder, and what it was asked."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    looked: int = 0
    breaks: tuple[int, bytes] | None = None


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    one = Interpreter()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.looked += 1
            self.tell(200, json.dumps(LANGUAGES).encode())

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            one.asked.append(asked)
            if one.breaks:
                self.tell(*one.breaks)
                return
            told: dict[str, Any] = {"translatedText": [louder(text) for text in asked["q"]]}
            if asked["source"] == "auto":
                told["detectedLanguage"] = [{"language": "es", "confidence": 90} for _ in asked["q"]]
            self.tell(200, json.dumps(told).encode())

        def tell(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()


def louder(html: str) -> str:
    """Words in capitals, but not names; markup as it is, and something that no translation should bring."""
    parts = html.replace("<", "\n<").replace(">", ">\n").split("\n")
    kept = [
        one.startswith("<") or before == '<span translate="no">'
        for before, one in zip(["", *parts], parts, strict=False)
    ]
    said = [one if keep else one.upper() for keep, one in zip(kept, parts, strict=True)]
    return "".join(said) + "<script>x</script>"


@pytest.fixture
def site(database: str, tmp_path: Path, interpreter: Interpreter) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, translate_url=interpreter.url, translate_key="k") as one:
        yield one


def path(post: dict[str, Any]) -> str:
    return f"/api/v1/statuses/{post['id']}/translate"


def test_everything_that_a_status_says_is_translated(interpreter: Interpreter, ada: Person, dirk: Person) -> None:
    made = ada.call(
        "POST",
        "/api/v2/media",
        files={"file": ("a.png", png(), "image/png")},
        data={"description": "une porte & un banc"},
    )
    post = ada.says("Bonjour @dirk :perron: <b>", language="fr", spoiler_text="chut", media_ids=[made["id"]])
    told = dirk.post(path(post), {"lang": "en"})
    assert told["content"].startswith("<p>BONJOUR") and ":perron:" in told["content"]
    assert "&lt;B&gt;" in told["content"] and "<script" not in json.dumps(told)
    assert f'href="{dirk.site.settings.public_origin}/@dirk"' in told["content"]
    assert told["spoiler_text"] == "CHUT"
    assert told["media_attachments"] == [{"id": made["id"], "description": "UNE PORTE & UN BANC"}]
    assert told["poll"] is None and told["language"] == "en" and told["detected_source_language"] == "fr"
    assert told["provider"] == "LibreTranslate"
    (asked,) = interpreter.asked
    assert (asked["source"], asked["target"], asked["format"], asked["api_key"]) == ("fr", "en", "html", "k")

    poll = ada.says("Alors ?", language="fr", poll={"options": ["oui", "non"], "expires_in": 600})
    told = dirk.post(path(poll), {"lang": "en"})
    assert told["poll"] == {"id": poll["poll"]["id"], "options": [{"title": "OUI"}, {"title": "NON"}]}
    assert told["spoiler_text"] == "" and len(interpreter.asked[1]["q"]) == 3


def test_what_many_read_is_sent_once_and_anew_when_it_was_changed(
    interpreter: Interpreter, ada: Person, bea: Person, dirk: Person
) -> None:
    post = ada.says("Good day", language="en")
    assert bea.post(path(post)) == dirk.post(path(post)) == dirk.post(path(post), {"lang": "fr"})
    assert [one["target"] for one in interpreter.asked] == ["fr"]
    ada.put(f"/api/v1/statuses/{post['id']}", {"status": "Good night"})
    assert dirk.post(path(post))["content"] == "<p>GOOD NIGHT</p>"
    assert len(interpreter.asked) == 2 and interpreter.looked == 1


def test_what_is_for_few_is_sent_nowhere(interpreter: Interpreter, ada: Person, bea: Person, dirk: Person) -> None:
    private = ada.says("entre nous", visibility="private", language="fr")
    letter = ada.says("@bea pour toi", visibility="direct", language="fr")
    for post in (private, letter):
        bea.post(path(post), {"lang": "en"}, expect=403)
        ada.post(path(post), {"lang": "en"}, expect=403)
        dirk.post(path(post), {"lang": "en"}, expect=404)
    dirk.post("/api/v1/statuses/12345/translate", expect=404)
    assert dirk.site.client.post(path(private)).status_code == 401
    assert interpreter.asked == []


def test_languages_that_are_not_known_are_refused_or_detected(interpreter: Interpreter, ada: Person) -> None:
    french, breton = ada.says("Bonjour", language="fr-CA"), ada.says("Demat", language="br")
    assert ada.post(path(french), {"lang": "en-GB"})["content"] == "<p>BONJOUR</p>"
    assert "from br into en" in ada.post(path(breton), {"lang": "en"}, expect=403)["error"]
    ada.post(path(french), {"lang": "ja"}, expect=403)
    ada.post(path(french), {"lang": "not a language"}, expect=422)
    assert ada.site.anybody("/api/v1/instance/translation_languages") == {
        "fr": ["en", "es"],
        "en": ["fr"],
        "es": ["en"],
        "und": ["en", "es", "fr"],
    }
    assert ada.site.anybody("/api/v2/instance")["configuration"]["translation"] == {"enabled": True}


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (429, b"{}"),
        (200, b"no json"),
        (200, b"[]"),
        (200, b'{"translatedText":["too","many","of","them"]}'),
    ],
)
def test_a_server_that_fails_is_said_to_fail(interpreter: Interpreter, ada: Person, answer: tuple[int, bytes]) -> None:
    post = ada.says("Encore", language="fr")
    interpreter.breaks = answer
    assert "Try again later" in ada.post(path(post), {"lang": "en"}, expect=503)["error"]
    interpreter.breaks = None
    assert ada.post(path(post), {"lang": "en"})["content"] == "<p>ENCORE</p>"


def test_without_such_a_server_nothing_is_translated(database: str, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "plain", database) as plain:
        ada = plain.person("ada")
        assert "does not translate" in ada.post(path(ada.says("Bonjour")), expect=403)["error"]
        assert plain.anybody("/api/v1/instance/translation_languages") == {}
        assert plain.anybody("/api/v2/instance")["configuration"]["translation"] == {"enabled": False}
