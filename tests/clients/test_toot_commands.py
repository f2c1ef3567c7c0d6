"""Every command of toot, in one process with the tests: each is given something to do, and one looks what came of it.

How toot signs in, and that it works as the program it is, stands in test_toot.py.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from toot.cli import cli

from perron.posts.trends_job import recount
from tests.api.pictures import png
from tests.clients.library import eventually
from tests.clients.server import Person, Served
from tests.clients.test_toot import Toot

pytestmark = pytest.mark.slow

NOT_GIVEN = {
    "tui": "Fills a terminal; it asks for nothing that other commands do not ask for.",
    "login_cli": "Signs in by password, which no server of today lets an app do; refused with a clear word.",
    "env": "Another name of `diag`, of before.",
    "timelines link": "Pages become talked about by their cards; tests/api/test_trends.py reads that timeline.",
    **dict.fromkeys(
        ("list_accounts", "list_add", "list_create", "list_delete", "list_remove", "reblogged_by", "update_account"),
        "Another name, of before.",
    ),
}


class InProcess:
    """toot in somebody's hands, without a new process for each command."""

    def __init__(self, signed_in: Toot) -> None:
        names = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        self.runner = CliRunner(env={name: signed_in.environ[name] for name in names})

    def __call__(self, *words: str, given: str = "", fails: bool = False) -> str:
        done = self.runner.invoke(cli, list(words), input=given, catch_exceptions=False)
        assert (done.exit_code != 0) is fails, f"toot {' '.join(words)}: {done.output}"
        return str(done.output)

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture(scope="module")
def ada(served: Served) -> Person:
    return served.person("ada")


@pytest.fixture(scope="module")
def bea(served: Served, ada: Person) -> Person:
    return served.person("bea", follows=ada)


@pytest.fixture(scope="module")
def toot(served: Served, ada: Person, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """toot, in ada's hands; at the end she lets go of it."""
    one = InProcess(Toot(served, ada, tmp_path_factory.mktemp("toot") / "home"))
    yield one
    account = f"{ada.name}@localhost:{served.port}"
    one("activate", account)
    one("logout", account)
    assert "requires you to be logged in" in one("whoami", fails=True)


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in found]


def test_oneself_and_the_server(toot: InProcess, served: Served, ada: Person, bea: Person) -> None:
    assert ada.name in toot("auth") and toot.json("whoami")["id"] == ada.id
    assert toot.json("whois", bea.name)["id"] == bea.id
    assert toot.json("instance", served.origin)["version"].startswith("4.6.0")
    assert "4.6.0" in toot("diag", "--server")
    changed = toot.json(
        "update-account", "--display-name", "Ada L.", "--note", "Des nombres", "--bot", "--discoverable"
    )
    assert (changed["display_name"], changed["bot"], changed["discoverable"]) == ("Ada L.", True, True)
    changed = toot.json("update-account", "--privacy", "unlisted", "--language", "fr", "--no-bot", "--no-sensitive")
    assert (changed["source"]["privacy"], changed["source"]["language"]) == ("unlisted", "fr")
    assert toot.json("update-account", "--privacy", "public")["source"]["privacy"] == "public"


def test_posts_of_every_kind(toot: InProcess, ada: Person, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(png())
    assert toot.json("upload", str(picture), "--description", "Un toit")["description"] == "Un toit"
    say = ("--language", "fr", "--visibility", "private", "--spoiler-text", "Attention", "--sensitive")
    posted = toot.json("post", "Avec tout", *say, "--media", str(picture), "--description", "Un toit")
    assert (posted["language"], posted["visibility"], posted["spoiler_text"]) == ("fr", "private", "Attention")
    assert posted["sensitive"] and posted["media_attachments"][0]["description"] == "Un toit"
    answer = toot.json("post", "Et encore", "--reply-last", "--visibility", "private")
    assert answer["in_reply_to_id"] == posted["id"]
    assert ids(toot.json("thread", posted["id"])["descendants"]) == [answer["id"]]
    assert toot.json("status", posted["id"])["id"] == posted["id"]

    when = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")
    planned = [
        toot.json("post", "Plus tard", "--scheduled-at", when),
        toot.json("post", "Bientôt", "--scheduled-in", "10 minutes"),
    ]
    assert set(ids(ada.get("/api/v1/scheduled_statuses"))) == set(ids(planned))
    toot("delete", answer["id"])
    ada.call("GET", f"/api/v1/statuses/{answer['id']}", expect=404)


def test_what_is_done_to_posts(toot: InProcess, ada: Person, bea: Person) -> None:
    said = bea.says("Qui vient ?")["id"]
    for does, undoes, name in (
        ("favourite", "unfavourite", "favourited"),
        ("bookmark", "unbookmark", "bookmarked"),
        ("reblog", "unreblog", "reblogged"),
    ):
        toot(does, said)
        assert bea.served.http.get(f"/api/v1/statuses/{said}", headers=ada.headers).json()[name] is True
        if does == "favourite":
            assert ids(toot.json("timelines", "favourites")) == [said]
        if does == "bookmark":
            assert "Qui vient" in toot("bookmarks", "--once")
        if does == "reblog":
            assert ids(toot.json("reblogged-by", said)) == [ada.id]
        assert toot.json(undoes, said)[name] is False
    own = toot.json("post", "À garder en haut")["id"]
    assert toot.json("pin", own)["pinned"] is True and toot.json("unpin", own)["pinned"] is False


def test_people(toot: InProcess, served: Served, ada: Person, bea: Person) -> None:
    assert toot.json("follow", bea.name)["following"] is True
    assert ids(toot.json("following", ada.name)) == ids(toot.json("followers", ada.name)) == [bea.id]
    assert toot.json("mute", bea.name)["muting"] and ids(toot.json("muted")) == [bea.id]
    assert toot.json("unmute", bea.name)["muting"] is False
    dirk, eva = served.person("dirk"), served.person("eva")
    assert toot.json("block", dirk.name)["blocking"] and ids(toot.json("blocked")) == [dirk.id]
    assert toot.json("unblock", dirk.name)["blocking"] is False
    assert toot.json("unfollow", bea.name)["following"] is False

    toot("update-account", "--locked")
    dirk.follows(ada), eva.follows(ada)
    assert set(ids(toot.json("follow-requests", "list"))) == {dirk.id, eva.id}
    toot("follow-requests", "accept", dirk.name)
    toot("follow-requests", "reject", eva.name)
    assert set(ids(toot.json("followers", ada.name))) == {bea.id, dirk.id}
    toot("update-account", "--no-locked")


def test_lists_and_tags(toot: InProcess, bea: Person) -> None:
    toot("follow", bea.name)
    made = toot.json("lists", "create", "Voisins", "--replies-policy", "list")
    assert made["replies_policy"] == "list" and ids(toot.json("lists", "list")) == [made["id"]]
    toot("lists", "add", "Voisins", bea.name)
    assert bea.name in toot("lists", "accounts", "Voisins")
    posted = bea.says("Pour la liste, du #pain")
    assert ids(toot.json("timelines", "list", "Voisins"))[0] == posted["id"]
    toot("lists", "remove", "Voisins", bea.name)
    assert bea.name not in toot("lists", "accounts", "Voisins")
    toot("lists", "delete", "Voisins")
    assert toot.json("lists", "list") == []

    assert toot.json("tags", "info", "pain")["name"] == "pain"
    toot("tags", "follow", "pain"), toot("tags", "feature", "pain")
    assert [one["name"] for one in toot.json("tags", "followed")] == ["pain"]
    assert [one["name"] for one in toot.json("tags", "featured")] == ["pain"]
    toot("tags", "unfollow", "pain"), toot("tags", "unfeature", "pain")
    assert toot.json("tags", "followed") == toot.json("tags", "featured") == []


def test_timelines_and_search(toot: InProcess, served: Served, ada: Person, bea: Person) -> None:
    toot("follow", bea.name)
    wishes = {"discoverable": True, "indexable": True}
    bea.call("PATCH", "/api/v1/accounts/update_credentials", json=wishes)
    posted = bea.says("Des mirabelles sur le #marché")
    for words in (("home",), ("public", "--local"), ("tag", "marché"), ("account", bea.name)):
        assert ids(toot.json("timelines", *words))[0] == posted["id"], words
    assert "mirabelles" in toot("timeline", "--once")
    assert ids(toot.json("search", "mirabelles", "--type", "statuses")["statuses"]) == [posted["id"]]
    assert [one["name"] for one in toot.json("search", "#marché")["hashtags"]] == ["marché"]
    for name in ("fay", "gus"):
        served.person(name).post(f"/api/v1/statuses/{posted['id']}/favourite")
    recount(served.beside.store)
    assert posted["id"] in ids(toot.json("timelines", "trending"))


def test_polls_and_notices(toot: InProcess, ada: Person, bea: Person) -> None:
    wish = ("--poll-option", "oui", "--poll-option", "non", "--poll-expires-in", "2h", "--poll-multiple")
    asked = toot.json("post", "Tarte ?", *wish)["poll"]
    assert asked["multiple"] and len(asked["options"]) == 2
    theirs = bea.says("Café ?", poll={"options": ["oui", "non"], "expires_in": 3600})["poll"]
    assert toot.json("polls", "vote", theirs["id"], "1")["own_votes"] == [1]
    assert toot.json("polls", "show", theirs["id"])["votes_count"] == 1
    bea.says(f"@{ada.name} merci")
    assert eventually(lambda: toot.json("notifications", "--type", "mention"))
    toot("notifications", "--clear")
    assert toot.json("notifications") == []


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Each command by the words that call it."""
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    for name, one in command.commands.items():
        yield from commands(one, (*path, name))


def test_every_command_is_given_or_has_a_reason() -> None:
    known = set(commands(cli))
    given = {"login"}  # by the fixture of test_toot.py
    for node in ast.walk(ast.parse(Path(__file__).read_text())):
        if isinstance(node, ast.Call | ast.Tuple):
            parts = node.args if isinstance(node, ast.Call) else node.elts
            words = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            given |= {*words[:1], " ".join(words[:2])}
            given |= {*words, *(f"timelines {one}" for one in words)} if isinstance(node, ast.Tuple) else set()
    assert known - given - set(NOT_GIVEN) == set()
    assert set(NOT_GIVEN) <= known
