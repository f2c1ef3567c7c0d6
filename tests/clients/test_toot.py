"""toot, the client of the command line: each command a process of its own, with a config folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.clients.browser import let_in
from tests.clients.server import Person, Served, clean_environ

pytestmark = pytest.mark.slow


class Toot:
    """toot in somebody's hands, signed in by `toot login` and a browser."""

    def __init__(self, served: Served, who: Person, home: Path) -> None:
        home.mkdir()
        self.environ = clean_environ(XDG_CONFIG_HOME=str(home), XDG_CACHE_HOME=str(home), PYTHONUTF8="1", NO_COLOR="1")
        login = subprocess.Popen(
            [sys.executable, "-m", "toot", "login", "--instance", served.origin],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with login:
            assert login.stdin and login.stdout
            address = next(line.strip() for line in login.stdout if line.startswith(f"{served.origin}/oauth/"))
            out, _ = login.communicate(f"n\n{let_in(address, who)}\n", timeout=20)
            assert login.returncode == 0, out

    def __call__(self, *words: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "toot", *words], env=self.environ, input=given, capture_output=True, text=True
        )
        assert done.returncode == 0, f"toot {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture(scope="module")
def ada(served: Served) -> Person:
    return served.person("ada")


@pytest.fixture(scope="module")
def bea(served: Served, ada: Person) -> Person:
    return served.person("bea", follows=ada)


@pytest.fixture(scope="module")
def toot(served: Served, ada: Person, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    """toot, in ada's hands."""
    return Toot(served, ada, tmp_path_factory.mktemp("toot") / "home")


def test_signing_in_shows_who_one_is(toot: Toot, served: Served, ada: Person) -> None:
    assert ada.name in toot("auth")
    assert toot.json("whoami")["id"] == ada.id
    assert "Perron" in toot("instance", served.origin)


def test_a_post_with_a_picture_is_read_at_home(toot: Toot, served: Served, ada: Person, tmp_path: Path) -> None:
    photo = tmp_path / "place.jpg"
    Image.new("RGB", (320, 200), (180, 90, 40)).save(photo)
    posted = toot.json("post", "Sur la place, #été", "--media", str(photo), "--description", "La place au soleil")
    (picture,) = posted["media_attachments"]
    assert picture["type"] == "image" and picture["description"] == "La place au soleil"
    assert served.http.get(picture["url"]).status_code == 200
    assert "Sur la place" in toot("timeline", "--once")


def test_answering_boosting_and_favouriting(toot: Toot, ada: Person, bea: Person) -> None:
    said = bea.says("Qui vient au marché ?")
    answer = toot.json("post", "Moi !", "--reply-to", said["id"])
    assert answer["in_reply_to_id"] == said["id"]
    assert toot.json("reblog", said["id"])["reblog"]["id"] == said["id"]
    assert toot.json("favourite", said["id"])["favourited"] is True
    assert "Moi !" in toot("thread", said["id"])
    assert {"reblog", "favourite"} <= {notice["type"] for notice in bea.get("/api/v1/notifications")}
    assert toot.json("unreblog", said["id"])["reblogged"] is False
    assert toot.json("unfavourite", said["id"])["favourited"] is False
    toot("delete", answer["id"])
    bea.call("GET", f"/api/v1/statuses/{answer['id']}", expect=404)


def test_finding_people_words_and_tags(toot: Toot, bea: Person) -> None:
    bea.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})  # else only hashtags find her
    bea.says("Un été de #mirabelles")
    assert any(bea.name == one["username"] for one in toot.json("search", bea.name)["accounts"])
    found = toot.json("search", "été")
    assert any("mirabelles" in one["content"] for one in found["statuses"])
    toot("tags", "follow", "mirabelles")
    again = bea.says("Encore des #Mirabelles")
    assert again["content"] and "Encore des" in toot("timeline", "--once")


def test_following_and_lists(toot: Toot, ada: Person, bea: Person) -> None:
    assert toot.json("follow", bea.name)["following"] is True
    assert bea.name in toot("following", ada.name)
    toot("lists", "create", "Voisins")
    toot("lists", "add", "Voisins", bea.name)
    assert bea.name in toot("lists", "accounts", "Voisins")


def test_notices_and_polls(toot: Toot, ada: Person, bea: Person) -> None:
    asked = toot.json("post", "Tarte ?", "--poll-option", "oui", "--poll-option", "non")
    assert [one["title"] for one in asked["poll"]["options"]] == ["oui", "non"]
    bea.post(f"/api/v1/polls/{asked['poll']['id']}/votes", {"choices": [0]})
    assert toot.json("status", asked["id"])["poll"]["votes_count"] == 1
    assert bea.name in toot("notifications")
