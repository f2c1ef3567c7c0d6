"""An archive holds what the database holds, is its owner's alone, and goes on after its worker was killed."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import html5lib
import pytest
from PIL import Image
from sqlalchemy import func, insert, select, update

from perron.kit.errors import NotFound, TooMany
from perron.kit.ids import new_id
from perron.kit.time import DAY, iso, now
from perron.people.standing import delete_account
from perron.store import Store
from perron.store.tables import account_notes, archives, follows, jobs, marks, media, posts
from perron.suite.archive import pack as packing
from perron.suite.archive.ask import ask_for_archive, cancel_archive, file_of, find_archive
from perron.suite.archive.content import how_much
from perron.suite.archive.model import Archive
from perron.suite.archive.queries import archive_as_stored
from tests.rig import Person, Site
from tests.suite.atelier.test_bank import picture as bank_picture
from tests.suite.atelier.test_bank import put


def ask(site: Site, who: Person) -> int:
    return site.store.write(lambda tx: ask_for_archive(tx, who.user_id, who.account.id))


def kept(site: Site, archive_id: int) -> Archive | None:
    with site.store.read() as db:
        return archive_as_stored(db, archive_id)


def opened(site: Site, archive_id: int) -> zipfile.ZipFile:
    found = kept(site, archive_id)
    assert found is not None and found.state == "ready"
    return zipfile.ZipFile(file_of(site.settings, found))


def rows(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(archive.read(name).decode()))]


def picture(who: Person, description: str) -> str:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    made = who.call(
        "POST", "/api/v2/media", files={"file": ("a.png", data.getvalue())}, data={"description": description}
    )
    return str(made["id"])


def a_life(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    """What ada did here."""
    first = ada.says("Bonjour <b>à tous</b> #perron @bea", language="fr")
    ada.says("Une image", media_ids=[picture(ada, "Un carré bleu")])
    ada.says("Pour les miens", visibility="private")
    ada.says("Rien que toi @bea", visibility="direct")
    ada.says("la fin", spoiler_text="Cinéma", sensitive=True)
    ada.says("Suite", in_reply_to_id=first["id"])
    ada.says("Demain", scheduled_at=iso(now() + DAY))
    ada.says("Thé ou café ?", poll={"options": ["thé", "café"], "expires_in": 3600})
    changed = ada.says("Fote")
    ada.put(f"/api/v1/statuses/{changed['id']}", {"status": "Faute"})
    theirs = bea.says("À relayer")
    for act in ("reblog", "favourite", "bookmark"):
        ada.post(f"/api/v1/statuses/{theirs['id']}/{act}")
    asked = bea.says("Mer ?", poll={"options": ["oui", "non"], "expires_in": 3600})
    ada.post(f"/api/v1/polls/{asked['poll']['id']}/votes", {"choices": [1]})
    ada.follows(bea)
    ada.post(f"/api/v1/accounts/{dirk.id}/note", {"comment": "=1+1 vu au marché"})
    listed = ada.post("/api/v1/lists", {"title": "Voisins"})
    ada.post(f"/api/v1/lists/{listed['id']}/accounts", {"account_ids": [bea.id]})
    ada.post("/api/v2/filters", {"title": "Foot", "context": ["home"], "keywords_attributes": [{"keyword": "foot"}]})
    ada.post("/api/v1/tags/perron/follow")
    eve, ivo = site.person("eve"), site.person("ivo")
    ada.post(f"/api/v1/accounts/{eve.id}/block")
    ada.post(f"/api/v1/accounts/{ivo.id}/mute", {"notifications": False})
    site.run_jobs()


def test_an_archive_holds_what_the_database_holds(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    a_life(site, ada, bea, dirk)
    dirk.says("Rien d’ada")
    archive_id = ask(site, ada)
    site.run_jobs()
    with site.store.read() as db:
        counted = how_much(db, ada.account.id, ada.user_id)
    with opened(site, archive_id) as archive:
        assert archive.testzip() is None
        ledger = json.loads(archive.read("ledger.json"))["held"]
        mine, outbox = json.loads(archive.read("posts.json")), json.loads(archive.read("outbox.json"))

        # the ledger is the database
        assert ledger["posts.json"] == ledger["outbox.json"] == counted["posts"] + counted["boosts"] == 9
        assert ledger["following_accounts.csv"] == counted["following"] == 1
        assert ledger["followers.csv"] == counted["followers"] == 1
        assert ledger["bookmarks.csv"] == counted["bookmarks"] == 1
        assert ledger["favourites.csv"] == counted["favourites"] == 1
        assert ledger["blocked_accounts.csv"] == counted["blocks"] == 1
        assert ledger["muted_accounts.csv"] == counted["mutes"] == 1
        assert ledger["votes.csv"] == counted["votes"] == 1
        assert ledger["account_notes.csv"] == counted["notes"] == 1
        assert ledger["filters.json"] == counted["filters"] == 1
        assert ledger["scheduled.json"] == counted["scheduled"] == 1
        assert ledger["followed_tags.csv"] == counted["tags"] == 1
        assert ledger["media_attachments"] == counted["media"] == 1

        # and so are the files
        with site.store.engine.connect() as connection:
            texts = connection.execute(
                select(posts.c.id, posts.c.text, posts.c.visibility)
                .where(posts.c.author_id == ada.account.id)
                .order_by(posts.c.id)
            ).all()
        assert [(int(one["id"]), one["text"], one["visibility"]) for one in mine] == [tuple(row) for row in texts]
        assert outbox["type"] == "OrderedCollection" and outbox["totalItems"] == len(outbox["orderedItems"]) == 9
        assert rows(archive, "following_accounts.csv") == [
            ["Account address", "Show boosts", "Notify on new posts", "Languages"],
            ["bea@localhost:8000", "true", "false", ""],
        ]
        assert rows(archive, "followers.csv") == [["Account address"], ["bea@localhost:8000"]]
        assert rows(archive, "blocked_accounts.csv") == [["eve@localhost:8000"]]
        assert rows(archive, "muted_accounts.csv") == [
            ["Account address", "Hide notifications"],
            ["ivo@localhost:8000", "false"],
        ]
        assert rows(archive, "lists.csv") == [["Voisins", "bea@localhost:8000"]]
        assert rows(archive, "followed_tags.csv") == [["perron"]]
        assert rows(archive, "account_notes.csv")[1] == ["dirk@localhost:8000", "'=1+1 vu au marché"]
        assert rows(archive, "votes.csv")[1][1] == "2"
        assert len(rows(archive, "bookmarks.csv")) == len(rows(archive, "favourites.csv")) == 1
        assert json.loads(archive.read("scheduled.json"))[0]["posts"][0]["params"]["text"] == "Demain"
        assert json.loads(archive.read("filters.json"))[0]["words"] == [{"keyword": "foot", "whole_word": True}]
        profile = json.loads(archive.read("profile.json"))
        assert profile["address"] == "ada@localhost:8000" and profile["user"]["email"] == "ada@example.org"
        assert "password" not in json.dumps(profile) and "totp" not in json.dumps(profile)
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert "Rien d’ada".encode() not in everything and b"dirk@example.org" not in everything


def test_what_is_said_of_pictures_in_a_bank_is_packed_with_them(
    site: Site, ada: Person, bea: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "PORTION", 2)
    colors = ("red", "green", "blue")
    made = [put(ada, bank_picture(one), f"{one}.jpg", caption=one, date="v. 1898", credit="Rol") for one in colors]
    put(bea, bank_picture("white"), caption="De bea")
    used = ada.post("/api/perron/v1/bank/items/use", {"ids": [made[0]["id"]]})
    post = ada.says("Le vélodrome", media_ids=[one["id"] for one in used])
    site.run_jobs()
    archive_id = ask(site, ada)
    site.run_jobs()
    with opened(site, archive_id) as archive:
        kept_ones = json.loads(archive.read("bank.json"))
        assert [one["caption"] for one in kept_ones] == [*colors]
        assert kept_ones[0]["date"] == "1898~" and kept_ones[0]["people"] == []
        assert [one["posts"] for one in kept_ones] == [[post["id"]], [], []]
        assert all(archive.read(one["file"])[:2] == b"\xff\xd8" for one in kept_ones)
        assert json.loads(archive.read("ledger.json"))["held"]["bank.json"] == 3


def test_posts_are_written_as_other_servers_read_them(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    a_life(site, ada, bea, dirk)
    archive_id = ask(site, ada)
    site.run_jobs()
    public = "https://www.w3.org/ns/activitystreams#Public"
    with opened(site, archive_id) as archive:
        items = json.loads(archive.read("outbox.json"))["orderedItems"]
        creates = {one["object"]["content"]: one for one in items if one["type"] == "Create"}
        (announce,) = [one for one in items if one["type"] == "Announce"]
        assert announce["object"].startswith("http://localhost:8000/ap/posts/")

        hello = next(one["object"] for words, one in creates.items() if "Bonjour" in words)
        assert "&lt;b&gt;" in hello["content"] and hello["contentMap"] == {"fr": hello["content"]}
        assert {one["type"] for one in hello["tag"]} == {"Hashtag", "Mention"} and hello["to"] == [public]
        followers = next(one["object"] for words, one in creates.items() if "Pour les miens" in words)
        assert followers["to"] == [f"{followers['attributedTo']}/followers"] and public not in followers["cc"]
        alone = next(one["object"] for words, one in creates.items() if "Rien que toi" in words)
        assert alone["to"] == ["http://localhost:8000/@bea"] and alone["cc"] == []
        warned = next(one["object"] for one in creates.values() if one["object"]["summary"])
        assert warned["summary"] == "Cinéma" and warned["sensitive"]
        answer = next(one["object"] for words, one in creates.items() if "Suite" in words)
        assert answer["inReplyTo"] == hello["id"]
        question = next(one["object"] for one in creates.values() if one["object"]["type"] == "Question")
        assert [one["name"] for one in question["oneOf"]] == ["thé", "café"]
        (shown,) = [one["object"] for one in creates.values() if one["object"]["attachment"]]
        document = shown["attachment"][0]
        assert document["name"] == "Un carré bleu" and document["mediaType"].startswith("image/")
        Image.open(io.BytesIO(archive.read(document["url"].lstrip("/")))).verify()
        (edited,) = [one for one in json.loads(archive.read("posts.json")) if one["edits"]]
        assert edited["text"] == "Faute" and edited["edits"][0]["text"] == "Fote"


def test_the_pages_open_without_a_network(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    a_life(site, ada, bea, dirk)
    archive_id = ask(site, ada)
    site.run_jobs()
    with opened(site, archive_id) as archive:
        names = set(archive.namelist())
        pages = [name for name in names if name.endswith(".html")]
        assert len(pages) == 2
        for name in pages:
            text = archive.read(name).decode()
            for element in html5lib.parse(text, namespaceHTMLElements=False).iter():
                assert element.tag not in ("script", "iframe", "object", "form", "base")
                for attribute in ("src", "href") if element.tag in ("img", "link", "video", "audio", "source") else ():
                    if (where := element.get(attribute)) is not None:
                        assert os.path.normpath(os.path.join(os.path.dirname(name), where)) in names, where
        index = archive.read("index.html").decode()
        assert '<html lang="fr">' in index and "Ce que contient cette archive" in index
        month = archive.read(next(name for name in pages if name.startswith("posts/"))).decode()
        assert "Un carré bleu" in month and "Bonjour &lt;b&gt;à tous&lt;/b&gt;" in month


def test_whoever_reads_english_gets_english_pages(site: Site) -> None:
    eve = site.person("eve", locale="en")
    archive_id = ask(site, eve)
    site.run_jobs()
    with opened(site, archive_id) as archive:
        assert "What is in this archive" in archive.read("index.html").decode()
        assert json.loads(archive.read("outbox.json"))["orderedItems"] == []


def test_an_archive_is_its_owners_alone(site: Site, ada: Person, bea: Person) -> None:
    archive_id = ask(site, ada)
    site.run_jobs()
    with site.store.read() as db:
        assert find_archive(db, archive_id, user_id=ada.user_id, account_id=ada.account.id).state == "ready"
        for user, account in (
            (bea.user_id, bea.account.id),
            (bea.user_id, ada.account.id),
            (ada.user_id, bea.account.id),
        ):
            with pytest.raises(NotFound):
                find_archive(db, archive_id, user_id=user, account_id=account)
    with pytest.raises(NotFound):
        site.store.write(lambda tx: cancel_archive(tx, archive_id, user_id=bea.user_id, account_id=bea.account.id))
    found = kept(site, archive_id)
    assert found is not None and file_of(site.settings, found).stat().st_mode & 0o077 == 0


def test_one_archive_a_day(site: Site, ada: Person) -> None:
    first = ask(site, ada)
    with pytest.raises(TooMany):
        ask(site, ada)
    site.run_jobs()
    with pytest.raises(TooMany):
        ask(site, ada)
    site.store.write(lambda tx: cancel_archive(tx, first, user_id=ada.user_id, account_id=ada.account.id))
    with pytest.raises(TooMany):
        ask(site, ada)
    site.run_jobs()
    assert [*(site.settings.data / "archives").iterdir()] == []
    grow_old(site, first, DAY)
    assert ask(site, ada)


def grow_old(site: Site, archive_id: int, ms: int) -> None:
    with site.store.engine.begin() as connection:
        connection.execute(update(archives).where(archives.c.id == archive_id).values(id=archive_id - (ms << 16)))


def test_an_archive_that_never_came_to_an_end_stands_in_nobodys_way(site: Site, ada: Person) -> None:
    grow_old(site, ask(site, ada), 2 * DAY)
    assert ask(site, ada)


def test_an_archive_waits_for_seven_days(site: Site, ada: Person) -> None:
    archive_id = ask(site, ada)
    site.run_jobs()
    with site.store.engine.begin() as connection:
        (due,) = connection.execute(select(jobs.c.due).where(jobs.c.name == "ArchiveExpired")).one()
        assert 7 * DAY - 60_000 < due - now() <= 7 * DAY
        connection.execute(update(jobs).where(jobs.c.name == "ArchiveExpired").values(due=1))
    assert [*(site.settings.data / "archives").iterdir()]
    site.run_jobs()
    assert kept(site, archive_id) is None and [*(site.settings.data / "archives").iterdir()] == []


def test_an_archive_goes_with_its_account(site: Site, ada: Person) -> None:
    archive_id = ask(site, ada)
    site.run_jobs()
    site.store.write(lambda tx: delete_account(tx, ada.account))
    site.run_jobs()
    assert kept(site, archive_id) is None and [*(site.settings.data / "archives").iterdir()] == []


def test_an_archive_that_is_called_off_leaves_nothing(site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    ada.says("Bonjour")
    archive_id = ask(site, ada)
    real = packing._portion

    def called_off(store: Store, *more: Any) -> None:
        real(store, *more)
        store.write(lambda tx: cancel_archive(tx, archive_id, user_id=ada.user_id, account_id=ada.account.id))

    monkeypatch.setattr(packing, "_portion", called_off)
    site.run_jobs()
    found = kept(site, archive_id)
    assert found is not None and found.state == "cancelled" and found.ready_at is None
    assert [*(site.settings.data / "archives").iterdir()] == []
    assert ask(site, ada)


def test_an_account_deleted_meanwhile_leaves_nothing(site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_id = ask(site, ada)
    real = packing._pack_all

    def deleted(store: Store, *more: Any) -> Path:
        made = real(store, *more)
        store.write(lambda tx: delete_account(tx, ada.account))
        site.store.write(site.worker.do_inside)
        return made

    monkeypatch.setattr(packing, "_pack_all", deleted)
    site.run_jobs()
    assert kept(site, archive_id) is None and [*(site.settings.data / "archives").iterdir()] == []


def worker(site: Site) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "PERRON_DATA": str(site.settings.data), "PERRON_DATABASE": site.settings.database_url}
    return subprocess.Popen([sys.executable, "-m", "perron", "worker"], env=env, stdout=subprocess.DEVNULL)


def until(site: Site, archive_id: int, done: Any, within: float = 60) -> Archive:
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = kept(site, archive_id)
        if found is not None and done(found):
            return found
        time.sleep(0.005)
    raise AssertionError(f"not in time: {found}")


def test_a_killed_worker_leaves_off_where_the_next_goes_on(site: Site, ada: Person) -> None:
    many = 6000
    made = [
        {"id": new_id(), "author_id": ada.account.id, "thread_id": 1, "text": f"Mot {n} #perron", "here": True}
        for n in range(many)
    ]
    with site.store.engine.begin() as connection:
        connection.execute(insert(posts), made)
    archive_id = ask(site, ada)
    work = site.settings.data / "archives" / str(archive_id)

    first = worker(site)
    try:
        begun = until(site, archive_id, lambda one: one.done > 0)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert begun.state == "packing" and 0 < begun.done < begun.of == many + 1
    before = {path.name: path.stat().st_mtime_ns for path in work.glob("posts-*.json")}
    assert before
    with site.store.engine.begin() as connection:  # its lease is over
        connection.execute(update(jobs).values(taken_until=0))

    second = worker(site)
    try:
        until(site, archive_id, lambda one: one.state == "packing" and one.done > begun.done)
        after = {path.name: path.stat().st_mtime_ns for path in work.glob("posts-*.json")}
        until(site, archive_id, lambda one: one.state == "ready")
    finally:
        second.terminate()
        second.wait()
    assert {name: at for name, at in after.items() if name in before} == before
    with opened(site, archive_id) as archive:
        texts = [one["text"] for one in json.loads(archive.read("posts.json"))]
        assert texts == [f"Mot {n} #perron" for n in range(many)]
    assert not work.exists()


def test_what_is_counted_is_what_is_there(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    a_life(site, ada, bea, dirk)
    with site.store.read() as db:
        counted = how_much(db, ada.account.id, ada.user_id)
    with site.store.engine.connect() as connection:

        def count(table: Any, *where: Any) -> int:
            return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

        me = ada.account.id
        assert counted["posts"] + counted["boosts"] == count(posts, posts.c.author_id == me)
        assert counted["following"] == count(follows, follows.c.follower_id == me)
        assert counted["favourites"] == count(marks, marks.c.account_id == me, marks.c.favourite_id.is_not(None))
        assert counted["notes"] == count(account_notes, account_notes.c.owner_id == me)
        assert counted["media"] == count(media, media.c.account_id == me) and counted["bytes"] > 0
        assert counted["apps"] == 1 and counted["accounts"] == 1
