"""What belongs to somebody else answers as what never was, and stays as it is."""

from typing import Any

import pytest

from perron.moderation.appeal import appeal
from perron.moderation.decide import decide
from perron.moderation.model import Decision, Moderator
from perron.moderation.rules import add_rule
from perron.posts.drafts import keep_draft
from perron.store import Tx
from perron.store.tables import metadata
from perron.suite.archive.ask import ask_for_archive
from tests.refusals.asking import (
    NAMED,
    WRITING,
    Asker,
    changed,
    dump,
    filled,
    has_id,
    label,
    names_an_id,
    question,
    routes,
)
from tests.refusals.world import NEVER, picture, push_subscription
from tests.rig import Person, Site

PRIVATE = (
    *("lists", "filters", "filter_words", "filter_posts", "conversations", "notices", "push_subscriptions"),
    *("scheduled_posts", "drafts", "archives", "featured_tags", "markers", "reports", "appeals", "exports", "imports"),
    "collections",
)
"""Tables whose rows are nobody's business but the owner's; media and posts that others do not see are added below."""
BODY: dict[str, Any] = {
    "title": "taken over",
    "name": "taken_over",
    "context": ["home", "public"],
    "filter_context": ["home"],
    "filter_action": "hide",
    "keyword": "taken",
    "phrase": "taken",
    "whole_word": False,
    "keywords_attributes": [{"keyword": "taken"}],
    "replies_policy": "none",
    "exclusive": True,
    "description": "taken over",
    "focus": "0.5,0.5",
    "status": "taken over",
    "choices": [0],
    "comment": "taken over",
    "scheduled_at": "2030-01-01T00:00:00.000Z",
    "data": {"alerts": {"mention": False}, "policy": "none"},
    "subscription": {"endpoint": "https://push.example/x", "keys": {"p256dh": "x", "auth": "y"}},
}


@pytest.fixture(scope="module")
def owner(site: Site) -> Person:
    """Somebody who has one of everything."""
    eve = site.person("eve")
    owner = site.person("owner")
    eve.follows(owner)
    owner.follows(eve)
    post = eve.says("A post to put in filters")["id"]
    listed = owner.post("/api/v1/lists", {"title": "mine"})["id"]
    owner.post(f"/api/v1/lists/{listed}/accounts", {"account_ids": [eve.id]})
    made = owner.post(
        "/api/v2/filters",
        {"title": "mine", "context": ["home"], "keywords_attributes": [{"keyword": "secret"}]},
    )["id"]
    owner.post(f"/api/v2/filters/{made}/statuses", {"status_id": post})
    owner.post("/api/v1/markers", {"home": {"last_read_id": post}})
    eve.says("@owner a word between us", visibility="direct")
    eve.says("@owner hello")
    owner.says("@eve between us too", visibility="direct")
    owner.says("For those who follow me", visibility="private")
    for name in ("loose", "attached"):
        owner.call(
            "POST",
            "/api/v2/media",
            files={"file": (f"{name}.png", picture(), "image/png")},
            data={"description": name},
        )
    owner.says("With a picture", media_ids=[_media(site, "attached")])
    _try(owner, "/api/v1/statuses", {"status": "later", "scheduled_at": "2030-01-01T00:00:00.000Z"})
    _try(owner, "/api/v1/featured_tags", {"name": "mine"})
    _try(owner, "/api/v1/collections", {"name": "mine"})
    owner.post("/api/v1/push/subscription", {"subscription": push_subscription(), "data": {"alerts": {}}})
    _decide_and_appeal(site, owner)
    _begin_to_write(site, owner)
    site.run_jobs()
    return owner


def _decide_and_appeal(site: Site, about: Person) -> None:
    """A decision about somebody, and their appeal."""
    mona = site.person("mona", role="moderator")
    by = Moderator(mona.user_id, mona.account.id, "moderator")

    def work(tx: Tx) -> None:
        rule = add_rule(tx, None, "Speak with people, not about them.", "", site.settings)
        strike = decide(tx, by, about.account.id, Decision("warn", "Please be kind.", (rule.id,)), site.settings)
        appeal(tx, about.account, strike.id, "I was.")

    site.store.write(work)


def _begin_to_write(site: Site, owner: Person) -> None:
    """A draft, and an archive that was asked for."""

    def work(tx: Tx) -> None:
        keep_draft(tx, owner.user_id, owner.account.id, {"text": "mine"})
        ask_for_archive(tx, owner.user_id, owner.account.id)

    site.store.write(work)


def _try(person: Person, path: str, body: dict[str, Any]) -> None:
    """Make something that this server may not offer yet."""
    person.site.client.post(path, json=body, headers=person.headers)


def _media(site: Site, description: str) -> str:
    table = metadata.tables["media"]
    with site.store.engine.connect() as db:
        found = db.execute(table.select().where(table.c.description == description)).mappings().one()
    return str(found["id"])


def private_ids(site: Site, owner: Person) -> dict[str, list[str]]:
    """The ids of what belongs to the owner alone, by table."""
    found: dict[str, list[str]] = {}
    with site.store.engine.connect() as db:
        for name in PRIVATE:
            table = metadata.tables.get(name)
            if table is not None and "id" in table.c:
                found[name] = [str(row.id) for row in db.execute(table.select())]
    found["media"] = [_media(site, "loose"), _media(site, "attached")]
    found["posts"] = [
        one["id"]
        for one in owner.get(f"/api/v1/accounts/{owner.id}/statuses")
        if one["visibility"] in ("private", "direct")
    ]
    return {name: ids for name, ids in found.items() if ids}


def test_the_owner_has_one_of_everything(site: Site, owner: Person) -> None:
    """Whoever adds a table of private things adds it here, so that what follows holds for it too."""
    ours = {
        table.name
        for table in metadata.sorted_tables
        if "id" in table.c and {"account_id", "owner_id", "filter_id"} & {column.name for column in table.c}
    }
    elsewhere = {"sessions", "tokens", "list_members", "tag_follows", "blocks", "mutes", "account_domain_blocks"}
    elsewhere |= {"notice_permissions", "announcement_reactions"}

    assert ours - elsewhere - set(private_ids(site, owner)) == set()


def test_what_is_somebody_elses_answers_as_what_never_was(site: Site, ask: Asker, owner: Person) -> None:
    """Every address that takes an id, with every id of another person's things (B-16)."""
    thief = site.person("thief")
    ids = private_ids(site, owner)
    before = dump(site, but=("changes",))
    differing = []
    for route in routes():
        if not has_id(route):
            continue
        bodies: list[Any] = [{}, BODY] if route.method in WRITING else [None]
        for body in bodies:
            never = ask.one(route.method, filled(route, NEVER), thief, body)
            for table, several in ids.items():
                for id_ in several:
                    found = ask.one(route.method, filled(route, id_), thief, body)
                    if (found.status, found.body) != (never.status, never.body):
                        differing.append(f"{label(route)} with an id of {table}: {found}, not {never}")
    assert not differing, differing[:3]
    assert not changed(before, dump(site, but=("changes",)))


def test_what_is_somebody_elses_cannot_be_named_in_a_body(site: Site, ask: Asker, owner: Person) -> None:
    """Their files, lists, filters and posts as values of every parameter that holds ids (B-17)."""
    taker = site.person("taker")
    own_list = taker.post("/api/v1/lists", {"title": "own"})["id"]
    own_filter = taker.post("/api/v2/filters", {"title": "own", "context": ["home"]})["id"]
    own_post = taker.says("mine")["id"]
    ids = private_ids(site, owner)
    before = dump(site, but=("changes",))
    differing = []
    for method, path, body in (
        ("POST", "/api/v1/statuses", {"status": "x", "media_ids": ["ID"]}),
        ("PUT", f"/api/v1/statuses/{own_post}", {"status": "mine", "media_ids": ["ID"]}),
        ("POST", "/api/v1/statuses", {"status": "x", "in_reply_to_id": "ID"}),
        ("POST", f"/api/v1/lists/{own_list}/accounts", {"account_ids": ["ID"]}),
        ("POST", f"/api/v2/filters/{own_filter}/statuses", {"status_id": "ID"}),
        (
            "PUT",
            f"/api/v2/filters/{own_filter}",
            {"title": "own", "context": ["home"], "keywords_attributes": [{"id": "ID", "keyword": "taken"}]},
        ),
        (
            "PUT",
            f"/api/v2/filters/{own_filter}",
            {"title": "own", "context": ["home"], "keywords_attributes": [{"id": "ID", "_destroy": True}]},
        ),
        (
            "PUT",
            f"/api/v1/statuses/{own_post}",
            {"status": "mine", "media_attributes": [{"id": "ID", "description": "taken over"}]},
        ),
    ):
        never = ask.one(method, path, taker, _with(body, NEVER))
        for table, several in ids.items():
            for id_ in several:
                found = ask.one(method, path, taker, _with(body, id_))
                same = found.body.replace(id_.encode(), NEVER.encode()) == never.body
                if found.status != never.status or (found.status >= 400 and not same):
                    differing.append(f"{method} {path} {body} with an id of {table}: {found}, not {never}")
    assert not differing, differing[:3]
    mine = {int(taker.id), int(own_post), int(own_list), int(own_filter)}
    gone = {
        table: [row for row in rows if not mine & {one for one in row if isinstance(one, int)}]
        for table, rows in changed(before, dump(site, but=("changes",))).items()
    }
    assert not any(gone.values()), gone


def _with(body: Any, id_: str) -> Any:
    if isinstance(body, dict):
        return {key: _with(value, id_) for key, value in body.items()}
    if isinstance(body, list):
        return [_with(value, id_) for value in body]
    return id_ if body == "ID" else body


def test_lists_of_ones_own_things_hold_only_ones_own(site: Site, ask: Asker, owner: Person) -> None:
    """Every address without an id that needs a token shows nothing of what another person keeps for themselves."""
    stranger = site.person("onlooker")
    secrets = [id_.encode() for several in private_ids(site, owner).values() for id_ in several]
    asked = [
        question("GET", route.path, stranger, q="secret")
        for route in routes("GET")
        if not any(names_an_id(name) for name in NAMED.findall(route.path))
    ]
    leaks = [
        f"{one}: {id_!r}"
        for one, answer in zip(asked, ask(*asked), strict=True)
        for id_ in secrets
        if b'"' + id_ + b'"' in answer.body and id_.decode() != _media(site, "attached")  # part of a public post
    ]
    assert not leaks, leaks[:3]
