"""Cards: a page that a post links to is looked at once, carefully, and its picture is served from here."""

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update

from perron.kit.time import DAY, now
from perron.media.prune import prune
from perron.posts.cards import FRESH, Card, card_for, change_card, want_card
from perron.store.tables import cards, jobs
from tests.api.pictures import png
from tests.rig import Person, Site

Page = tuple[int, dict[str, str], bytes]


@dataclass
class Elsewhere:
    """Another site, with pages that a test puts there, and who asked for what."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = bool
    """What happens while somebody waits for an answer."""

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> str:
        whole = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {"content-type": kind}, whole)
        return self.url(path)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.asked.append(self.path)
            one.agents.append(self.headers["user-agent"])
            one.meanwhile()
            status, headers, body = one.pages.get(self.path, (404, {"content-type": "text/html"}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    one = Elsewhere(server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield one
    server.shutdown()
    server.server_close()


def card(site: Site, person: Person, url: str, **more: Any) -> Any:
    made = person.says(f"Lu {url} hier", **more)
    assert made["card"] is None or more
    site.run_jobs()
    return person.get(f"/api/v1/statuses/{made['id']}")["card"]


def stored(site: Site, url: str) -> Card:
    with site.store.read() as db:
        found = card_for(db, url)
    assert found is not None
    return found


def jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (width, height), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


HEAD = """<!doctype html><html lang="fr-FR"><head><title>Repli</title>
<meta property="og:title" content="Les &laquo;&nbsp;marches&nbsp;&raquo; &amp; nous">
<meta property="og:description" content="Une\n   histoire d&#39;escaliers">
<meta property="og:site_name" content="La Gazette"><meta property="og:image" content="/photo.jpg">
<meta property="og:image:alt" content="Trois marches"><meta name="fediverse:creator" content="@zoe@far.example">
</head><body><meta property="og:title" content="Faux">"""


def test_a_page_has_a_card_and_its_picture_is_served_from_here(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", HEAD)
    elsewhere.put("/photo.jpg", jpeg(2400, 1200), "image/jpeg")
    made = card(site, ada, url + "#la-fin")

    assert made["url"] == url
    assert made["title"] == made["perron_original_title"] == "Les « marches » & nous"
    assert made["description"] == "Une histoire d'escaliers"
    assert (made["provider_name"], made["language"], made["type"]) == ("La Gazette", "fr", "link")
    assert made["authors"] == [{"name": "@zoe@far.example", "url": "", "account": None}]
    assert (made["width"], made["height"], made["image_description"]) == (1200, 600, "Trois marches")
    assert made["image"].startswith(site.settings.public_origin + "/media/")
    assert len(made["blurhash"]) > 5
    picture = site.client.get(made["image"])
    assert picture.headers["content-type"] == "image/jpeg"
    assert b"taken at home" not in picture.content
    assert elsewhere.asked == ["/page", "/photo.jpg"]
    assert all(agent.startswith("Perron/") for agent in elsewhere.agents)


def test_an_author_gives_a_card_another_title(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", HEAD)
    made = card(site, ada, url, card_title="  Mon\n titre ")
    assert (made["title"], made["perron_original_title"]) == ("Mon titre", "Les « marches » & nous")

    missing = card(site, ada, elsewhere.url("/gone"), card_title="Disparue")
    assert (missing["title"], missing["perron_original_title"]) == ("Disparue", "")
    ada.says(f"x {url}", card_title="x" * 201, expect=422)


def test_a_card_is_no_edit_and_streams_hear_of_it(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", HEAD)
    made = ada.says(url)
    token = {"access_token": ada.token}
    with site.client.websocket_connect("/api/v1/streaming?stream=user", headers=ada.headers) as stream:
        assert token
        ada.home()
        site.run_jobs()
        heard = stream.receive_json()
    assert heard["event"] == "status.update"
    assert '"card":{' in heard["payload"]
    assert '"edited_at":null' in heard["payload"]
    assert len(ada.get(f"/api/v1/statuses/{made['id']}/history")) == 1


def test_a_page_is_looked_at_once_for_all_and_again_after_two_weeks(
    site: Site, ada: Person, bea: Person, elsewhere: Elsewhere
) -> None:
    url = elsewhere.put("/page", HEAD)
    first = ada.says(url)
    site.run_jobs()
    assert bea.says(url)["card"]["provider_name"] == "La Gazette"
    site.run_jobs()
    assert elsewhere.asked.count("/page") == 1

    elsewhere.put("/page", HEAD.replace("La Gazette", "Le Progrès"))
    long_ago = update(cards).values(fetched_at=now() - FRESH - DAY)
    site.store.write(lambda tx: tx.execute(long_ago))
    bea.says(url)
    site.run_jobs()
    assert elsewhere.asked.count("/page") == 2
    assert ada.get(f"/api/v1/statuses/{first['id']}")["card"]["provider_name"] == "Le Progrès"

    elsewhere.pages.clear()  # what was seen before is better than nothing
    site.store.write(lambda tx: tx.execute(long_ago))
    bea.says(url)
    site.run_jobs()
    assert stored(site, url).provider == "Le Progrès"


@pytest.mark.parametrize(("body", "kind", "status"), [
    ("<title>x</title>", "application/json", 200),
    ("<title>x</title>", "text/plain", 200),
    ("<title>x</title>", "text/html", 404),
    ("<p>no title", "text/html", 200),
    ("", "", 200),
])  # fmt: skip
def test_what_is_no_page_is_remembered_as_such(
    site: Site, ada: Person, elsewhere: Elsewhere, body: str, kind: str, status: int
) -> None:
    url = elsewhere.put("/page", body, kind, status)
    assert card(site, ada, url) is None
    assert card(site, ada, url) is None
    assert stored(site, url).state == "failed"
    assert elsewhere.asked == ["/page"]


def test_what_another_has_found_out_meanwhile_stays(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", "", status=404)
    made = ada.says(url)
    elsewhere.meanwhile = lambda: site.store.write(
        lambda tx: change_card(tx, replace(stored(site, url), state="ready", title="Le sel"))
    )
    site.run_jobs()
    assert ada.get(f"/api/v1/statuses/{made['id']}")["card"]["title"] == "Le sel"


def test_a_page_that_does_not_answer_is_asked_once_more(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", "", status=503)
    made = ada.says(url)
    site.run_jobs()
    site.run_jobs()
    assert (elsewhere.asked, stored(site, url).state) == (["/page"], "failed")

    elsewhere.put("/page", "<title>Enfin</title>")
    site.store.write(lambda tx: tx.execute(update(jobs).values(due=0)))
    site.run_jobs()
    assert ada.get(f"/api/v1/statuses/{made['id']}")["card"]["title"] == "Enfin"

    silent = elsewhere.put("/silent", "", status=503)
    ada.says(silent)
    for _ in range(4):
        site.run_jobs()
        site.store.write(lambda tx: tx.execute(update(jobs).where(jobs.c.name == "CardWanted").values(due=0)))
    assert elsewhere.asked.count("/silent") == 2


def test_a_huge_page_is_read_as_far_as_it_matters(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", "<title>Longue</title>" + "x" * (3 << 20))
    assert card(site, ada, url)["title"] == "Longue"


@pytest.mark.parametrize(("kind", "body"), [
    ("text/html; charset=ISO-8859-1", "<title>Été</title>".encode("latin-1")),
    ("text/html", '<meta charset="windows-1252"><title>Été</title>'.encode("cp1252")),
    ("text/html", '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Été</title>'.encode()),
    ("text/html", "\ufeff<title>Été</title>".encode("utf-16")),
    ("text/html; charset=idna", "<title>Été</title>".encode()),
])  # fmt: skip
def test_a_page_is_read_in_its_own_encoding(
    site: Site, ada: Person, elsewhere: Elsewhere, kind: str, body: bytes
) -> None:
    assert card(site, ada, elsewhere.put("/page", body, kind))["title"] == "Été"


def test_a_page_may_say_its_title_by_oembed(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    link = '<link rel="alternate" type="application/json+oembed" href="/oembed?u=1">'
    url = elsewhere.put("/page", f"<head>{link}</head>")
    elsewhere.put("/oembed?u=1", '{"title":"Un film","author_name":"Zoé","html":"<script>"}', "application/json")
    made = card(site, ada, url)
    assert (made["title"], made["author_name"], made["html"]) == ("Un film", "Zoé", "")


@pytest.mark.parametrize("image", ["/gone.jpg", "/page", "/broken.png", "ftp://x.example/a.png", "http://[", "data:,x"])
def test_a_picture_that_cannot_be_had_is_left_out(site: Site, ada: Person, elsewhere: Elsewhere, image: str) -> None:
    elsewhere.put("/broken.png", png()[:60], "image/png")
    url = elsewhere.put("/page", f'<title>Titre</title><meta property="og:image" content="{image}">')
    made = card(site, ada, url)
    assert (made["title"], made["image"]) == ("Titre", None)


def test_nobody_outside_hears_of_what_is_for_few(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/page", HEAD)
    for visibility in ("private", "direct"):
        assert card(site, ada, url, visibility=visibility) is None
    picture = ada.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})
    assert card(site, ada, url, media_ids=[picture["id"]]) is None
    assert elsewhere.asked == []


def test_private_addresses_are_never_asked(database: str, tmp_path: Path, elsewhere: Elsewhere) -> None:
    with Site.opened(tmp_path / "data", database) as site:
        ada = site.person("ada")
        assert card(site, ada, elsewhere.put("/page", HEAD)) is None
    assert elsewhere.asked == []


def test_a_redirect_leads_to_no_private_address(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    elsewhere.pages["/there"] = (302, {"location": "http://10.0.0.1/"}, b"")
    assert card(site, ada, elsewhere.url("/there")) is None
    assert stored(site, elsewhere.url("/there")).state == "failed"


def test_pages_of_ours_have_no_card(site: Site, ada: Person) -> None:
    ada.says(f"{site.settings.public_origin}/@ada {site.settings.public_origin}")
    with site.store.read() as db:
        assert db.execute(cards.select()).all() == []


def test_an_edit_may_lead_elsewhere(site: Site, ada: Person, elsewhere: Elsewhere) -> None:
    first, second = elsewhere.put("/one", "<title>Un</title>"), elsewhere.put("/two", "<title>Deux</title>")
    made = ada.says(first)
    site.run_jobs()
    ada.put(f"/api/v1/statuses/{made['id']}", {"status": second})
    site.run_jobs()
    assert ada.get(f"/api/v1/statuses/{made['id']}")["card"]["title"] == "Deux"
    ada.put(f"/api/v1/statuses/{made['id']}", {"status": "sans"})
    assert ada.get(f"/api/v1/statuses/{made['id']}")["card"] is None


def test_pictures_of_cards_are_not_cleared_away(
    site: Site, ada: Person, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = elsewhere.put("/page", HEAD)
    elsewhere.put("/photo.jpg", jpeg(40, 30), "image/jpeg")
    made = card(site, ada, url)
    import os

    path = site.site.files.path(stored(site, url).image)
    assert path is not None
    os.utime(path, (0, 0))
    prune(site.store, site.site.files)
    assert site.client.get(made["image"]).status_code == 200


@pytest.mark.parametrize("url", ["", "ftp://x.example/", "http://", "http://[", "https://a@x.example/", "x" * 3000])
def test_what_is_no_address_has_no_card(site: Site, url: str) -> None:
    assert site.store.write(lambda tx: want_card(tx, url)) is None
