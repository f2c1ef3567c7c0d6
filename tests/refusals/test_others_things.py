"""What belongs to somebody else answers as what never was, and stays as it is."""

from typing import Any

import pytest

from perron.kit.time import DAY, now
from perron.moderation.announcements import Wish, announce
from perron.moderation.appeal import appeal
from perron.moderation.attend import note
from perron.moderation.decide import decide
from perron.moderation.model import Decision, Moderator
from perron.moderation.rules import add_rule
from perron.people.invitations import invite
from perron.people.severances import sever
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
    names_in,
    question,
    routes,
)
from tests.refusals.world import NEVER, picture, push_subscription
from tests.rig import ALL, Person, Site

PRIVATE = (
    *("lists", "filters", "filter_words", "filter_posts", "conversations", "notices", "push_subscriptions"),
    *("notice_requests", "severances", "endorsements", "scheduled_posts", "drafts", "archives", "featured_tags"),
    *("plan_series", "plan_events", "outlets", "outlet_deliveries"),
    *("invitations", "reports", "report_notes", "strikes", "appeals", "audit"),
    *("banks", "bank_items", "bank_boxes", "bank_imports"),
    *("stories", "story_items", "story_works", "clips"),
    *("email_blocks", "email_domain_blocks", "ip_blocks", "domain_rules", "domain_allows", "announcements"),
)
"""Tables whose rows are nobody's business but their owner's, or that of those who look after the server; media and
posts that others do not see are added below."""
OPEN = ("collections", "collection_items")
"""Tables whose rows may be seen, but only their owner changes them."""
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
    owner.says("later", scheduled_at="2030-01-01T00:00:00.000Z")
    begins = {"begins": "2030-01-01T18:00", "zone": "Europe/Paris"}
    owner.post("/api/perron/v1/series", {"name": "mine", "rule": "FREQ=DAILY", "template": "mine", **begins})
    owner.post("/api/perron/v1/events", {"name": "mine", "begins": "2030-01-01"})
    hook = {"kind": "webhook", "name": "mine", "url": "http://127.0.0.1:9/"}
    owner.post(f"/api/perron/v1/outlets/{owner.post('/api/perron/v1/outlets', hook)['id']}/test")
    owner.call("POST", "/api/perron/v1/bank/items", files={"file": ("kept.png", picture(), "image/png")})
    owner.post("/api/perron/v1/bank/boxes", {"name": "mine"})
    owner.post("/api/perron/v1/bank/imports", {"of": 1, "name": "mine"})
    owner.post("/api/perron/v1/stories", {"title": "mine", "items": [{"type": "text", "text": "mine"}]})
    owner.post("/api/perron/v1/stories/export")
    owner.post("/api/perron/v1/clips", {"url": "https://mine.example/"})
    owner.post("/api/v1/featured_tags", {"name": "mine"})
    owner.post(f"/api/v1/accounts/{eve.id}/endorse")
    eve.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
    owner.post("/api/v1/collections", {"name": "mine", "account_ids": [eve.id]})
    owner.call("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    site.person("unknown").says("@owner we have not met")
    owner.post("/api/v1/reports", {"account_id": site.person("loud").id, "comment": "for moderators"})
    owner.post("/api/v1/push/subscription", {"subscription": push_subscription(), "data": {"alerts": {}}})
    _decide_and_appeal(site, owner)
    _begin_to_write(site, owner)
    _look_after(site)
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
        invite(tx, owner.user_id, uses=1, hours=24)
        sever(tx, owner.account.id, "user_domain_block", "far.example", followers=1, following=0)

    site.store.write(work)


def _look_after(site: Site) -> None:
    """What only those who look after a server have to do with."""
    olga = site.person("olga", role="owner", scopes=f"{ALL} admin:read admin:write")
    for what, body in (
        ("email_domain_blocks", {"domain": "kept.example"}),
        ("canonical_email_blocks", {"email": "somebody@kept.example"}),
        ("ip_blocks", {"ip": "198.51.100.0/24", "severity": "sign_up_block"}),
        ("domain_blocks", {"domain": "far.example", "severity": "silence"}),
        ("domain_allows", {"domain": "near.example"}),
    ):
        olga.post(f"/api/v1/admin/{what}", body)
    report = olga.get("/api/v1/admin/reports")[0]["id"]
    by = Moderator(olga.user_id, olga.account.id, "owner")

    def work(tx: Tx) -> None:
        note(tx, by, int(report), "Between us.")
        announce(tx, None, Wish("Not to be read before it is time.", starts_at=now() + DAY))

    site.store.write(work)


def _media(site: Site, description: str) -> str:
    table = metadata.tables["media"]
    with site.store.engine.connect() as db:
        found = db.execute(table.select().where(table.c.description == description)).mappings().one()
    return str(found["id"])


def rows_of(site: Site, name: str) -> list[str]:
    """The ids of all rows of a table."""
    with site.store.engine.connect() as db:
        return [str(row.id) for row in db.execute(metadata.tables[name].select())]


def private_ids(site: Site, owner: Person) -> dict[str, list[str]]:
    """The ids of what belongs to the owner alone, by table."""
    found = {name: rows_of(site, name) for name in PRIVATE}
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
    elsewhere |= {"organisation_audit", "submissions", "decks"}  # tests/suite looks at these, where they are made
    elsewhere |= {"guests", "campaigns", "kit_pictures"}

    assert ours - elsewhere - {*OPEN} - set(private_ids(site, owner)) == set()
    assert {*PRIVATE} - set(private_ids(site, owner)) == set()
    assert all(rows_of(site, name) for name in OPEN)


def test_every_address_with_something_of_somebodys_is_walked() -> None:
    """A part of a path is an id, which is walked below, or one of a few words that belong to nobody."""
    walked = [route for route in routes() if has_id(route)]
    unwalked = {name for route in routes() if route not in walked for name in names_in(route)}
    assert unwalked == {"name", "hashtag", "date"}
    assert len(walked) > 130
    assert not [route.path for route in walked if NEVER not in filled(route, NEVER)]


def test_what_is_somebody_elses_answers_as_what_never_was(site: Site, ask: Asker, owner: Person) -> None:
    """Every address that takes an id, with every id of another person's things (B-16)."""
    thief = site.person("thief", scopes=f"{ALL} admin:read admin:write")
    ids = private_ids(site, owner)
    before = dump(site, but=("changes",))

    differing = tells_apart(ask, thief, ids)

    assert not differing, differing[:3]
    assert not changed(before, dump(site, but=("changes",)))


def test_what_may_be_seen_is_changed_by_its_owner_only(site: Site, ask: Asker, owner: Person) -> None:
    """Whoever its owner blocks cannot tell it from what never was; others see it and are refused."""
    passer_by, blocked = site.person("passer_by"), site.person("blocked")
    owner.post(f"/api/v1/accounts/{blocked.id}/block")
    ids = {name: rows_of(site, name) for name in OPEN}
    collection = ids["collections"][0]
    within = f"/api/v1/collections/{collection}/items"
    before = dump(site, but=("changes",))

    differing = tells_apart(ask, blocked, ids)
    refused = [
        ask.one(method, path, passer_by, BODY).status
        for method, path in (
            ("PATCH", f"/api/v1/collections/{collection}"),
            ("DELETE", f"/api/v1/collections/{collection}"),
            ("POST", within),
            ("DELETE", f"{within}/{ids['collection_items'][0]}"),
            ("POST", f"{within}/{ids['collection_items'][0]}/revoke"),
        )
    ]

    assert not differing, differing[:3]
    assert set(refused) == {403}, refused
    assert ask.one("GET", f"/api/v1/collections/{collection}", passer_by).status == 200
    assert not changed(before, dump(site, but=("changes",)))


def tells_apart(ask: Asker, who: Person, ids: dict[str, list[str]]) -> list[str]:
    """Addresses whose answers differ for these ids and for one that never was."""
    differing: list[str] = []
    for route in routes():
        if not has_id(route):
            continue
        bodies: list[Any] = [{}, BODY] if route.method in WRITING else [None]
        for body in bodies:
            never = ask.one(route.method, filled(route, NEVER), who, body)
            asked = [(table, id_) for table, several in ids.items() for id_ in {several[0], several[-1]}]
            answers = ask(*[question(route.method, filled(route, id_), who, body) for _, id_ in asked])
            differing += [
                f"{label(route)} with an id of {table}: {found}, not {never}"
                for (table, _), found in zip(asked, answers, strict=True)
                if (found.status, found.body) != (never.status, never.body)
            ]
    return differing


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
