"""Statuses that wait for their time: planned, moved, cancelled, and published once when it has come."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, update

from perron.entities.scheduled import scheduled_entities
from perron.jobs import emit
from perron.kit.time import DAY, HOUR, MINUTE, iso, now
from perron.media.queries import remove_abandoned
from perron.people.model import AccountDeleted
from perron.posts import planned, scheduled
from perron.posts.model import PostDue
from perron.store import Tx
from perron.store.paging import Paging
from perron.store.tables import accounts, users
from tests.api.pictures import png
from tests.rig import Person, Site, words
from tests.statements import statements

POST = "/api/v1/statuses"
PLANS = "/api/v1/scheduled_statuses"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """Time that can be let pass: for the queue, which asks what is due, and for what waits."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead = 0
        for where in ("perron.posts.scheduled.now", "perron.jobs.queue.now"):
            patch.setattr(where, lambda: now() + self.ahead)

    def passes(self, ms: int) -> None:
        self.ahead += ms


def later(ms: int = HOUR) -> str:
    return iso(now() + ms)


def plans(person: Person, text: str = "Plus tard", **more: Any) -> Any:
    return person.says(text, **{"scheduled_at": later(), **more})


def upload(person: Person) -> str:
    made = person.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})
    return str(made["id"])


def written(person: Person) -> list[str]:
    return [words(one) for one in person.get(f"/api/v1/accounts/{person.id}/statuses")]


def test_a_planned_status_is_published_when_its_time_has_come(
    site: Site, ada: Person, bea: Person, clock: Clock
) -> None:
    when = later()
    made = ada.says("Bonjour #demain", scheduled_at=when, visibility="unlisted", spoiler_text="Patience")
    assert made["scheduled_at"] == when and made["error"] is None and made["media_attachments"] == []
    assert made["params"] == {
        "text": "Bonjour #demain",
        "media_ids": None,
        "sensitive": False,
        "spoiler_text": "Patience",
        "visibility": "unlisted",
        "language": None,
        "scheduled_at": None,
        "poll": None,
        "idempotency": None,
        "with_rate_limit": False,
        "in_reply_to_id": None,
        "application_id": site.app_id,
        "quoted_status_id": None,
        "quote_approval_policy": "public",
        "via": None,
        "card_title": None,
        "disclosure": None,
        "byline": None,
    }
    assert ada.get(PLANS) == [made] and ada.get(f"{PLANS}/{made['id']}") == made
    site.run_jobs()
    assert written(ada) == [] and bea.home() == []

    clock.passes(HOUR + MINUTE)
    site.run_jobs()
    site.run_jobs()
    (post,) = ada.get(f"/api/v1/accounts/{ada.id}/statuses")
    assert words(post) == "Bonjour #demain" and post["visibility"] == "unlisted" and post["spoiler_text"] == "Patience"
    assert post["application"]["name"] == "rig"
    assert bea.home() == ["Bonjour #demain"] and ada.get(PLANS) == []
    ada.get(f"{PLANS}/{made['id']}", expect=404)


def test_it_carries_everything_that_a_status_can(site: Site, ada: Person, dirk: Person, clock: Clock) -> None:
    asked, read = dirk.says("Qui vient ?"), dirk.says("À lire")
    media = upload(ada)
    first = plans(ada, "moi", in_reply_to_id=asked["id"], media_ids=[media], via="dirk", language="fr")
    poll = {"options": ["oui", "non"], "expires_in": 86400, "multiple": True, "hide_totals": True}
    second = plans(ada, "et vous ?", quoted_status_id=read["id"], poll=poll, quote_approval_policy="nobody")
    assert first["params"]["in_reply_to_id"] == int(asked["id"]) and first["params"]["media_ids"] == [media]
    assert first["media_attachments"][0]["id"] == media
    assert second["params"]["poll"] == poll and second["params"]["quoted_status_id"] == read["id"]
    assert second["params"]["quote_approval_policy"] == "nobody"

    clock.passes(2 * HOUR)
    site.run_jobs()
    two, one = ada.get(f"/api/v1/accounts/{ada.id}/statuses")
    assert one["in_reply_to_id"] == asked["id"] and one["media_attachments"][0]["id"] == media
    assert one["via"]["acct"] == "dirk" and one["language"] == "fr"
    assert two["quote"]["quoted_status"]["id"] == read["id"] and two["poll"]["multiple"]
    assert two["quote_approval"]["automatic"] == [] and not two["poll"]["expired"]


def test_what_could_not_be_published_now_is_not_planned(ada: Person, bea: Person, dirk: Person) -> None:
    private, closed = dirk.says("entre nous", visibility="private"), dirk.says("non", quote_approval_policy="nobody")
    hers = upload(bea)
    for wrong, status in (
        ({"status": ""}, 422),
        ({"status": "x" * 501}, 422),
        ({"visibility": "moon"}, 422),
        ({"in_reply_to_id": private["id"]}, 404),
        ({"in_reply_to_id": "12345"}, 404),
        ({"quoted_status_id": closed["id"]}, 403),
        ({"media_ids": [hers]}, 422),
        ({"media_ids": ["12345"]}, 422),
        ({"via": "nobody"}, 422),
        ({"card_title": "x" * 201}, 422),
        ({"language": "not a language"}, 422),
        ({"poll": {"options": ["seul"], "expires_in": 3600}}, 422),
        ({"poll": {"options": ["un", "deux"], "expires_in": 3600}, "media_ids": [upload(ada)]}, 422),
        ({"scheduled_at": "demain"}, 422),
        ({"scheduled_at": later(4 * MINUTE)}, 422),
        ({"scheduled_at": "2001-01-01T00:00:00Z"}, 422),
        ({"scheduled_at": "9999-12-31T23:59:59-23:59"}, 422),
        ({"scheduled_at": ["x"]}, 422),
    ):
        ada.post(POST, {"status": "x", "scheduled_at": later(), **wrong}, expect=status)
    assert ada.get(PLANS) == [] and written(ada) == []


def test_it_is_moved_and_cancelled(site: Site, ada: Person, clock: Clock) -> None:
    sooner, longer, never = plans(ada, "tôt"), plans(ada, "tard"), plans(ada, "jamais")
    when = later(10 * MINUTE)
    assert ada.put(f"{PLANS}/{sooner['id']}", {"scheduled_at": when})["scheduled_at"] == when
    ada.put(f"{PLANS}/{longer['id']}", {"scheduled_at": later(3 * HOUR)})
    assert ada.put(f"{PLANS}/{longer['id']}", {})["params"]["text"] == "tard"
    for wrong in ("hier", later(MINUTE)):
        assert (
            "scheduled at" in ada.put(f"{PLANS}/{longer['id']}", {"scheduled_at": wrong}, expect=422)["error"].lower()
        )
    assert ada.delete(f"{PLANS}/{never['id']}") == {}
    ada.delete(f"{PLANS}/{never['id']}", expect=404)

    clock.passes(11 * MINUTE)
    site.run_jobs()
    assert written(ada) == ["tôt"]
    clock.passes(HOUR)
    site.run_jobs()
    assert written(ada) == ["tôt"]
    clock.passes(2 * HOUR)
    site.run_jobs()
    assert written(ada) == ["tard", "tôt"]


def test_a_job_that_is_there_already_does_not_hold_against_the_row(site: Site, ada: Person) -> None:
    made = plans(ada)

    def due_now(tx: Tx) -> None:
        for id_ in (int(made["id"]), 12345):
            emit(tx, PostDue(id_))

    site.store.write(due_now)
    site.run_jobs()
    assert written(ada) == [] and ada.get(PLANS) == [made]


def test_it_is_published_once_however_often_its_job_runs(site: Site, ada: Person, clock: Clock) -> None:
    made = plans(ada)
    site.store.write(lambda tx: [emit(tx, PostDue(int(made["id"]))) for _ in range(3)])
    clock.passes(2 * HOUR)
    site.run_jobs()
    assert written(ada) == ["Plus tard"]


def test_nobody_else_sees_moves_or_cancels_it(site: Site, ada: Person, bea: Person) -> None:
    made = plans(ada)
    path = f"{PLANS}/{made['id']}"
    assert bea.get(PLANS) == []
    bea.get(path, expect=404)
    bea.put(path, {"scheduled_at": later()}, expect=404)
    bea.put(path, {"scheduled_at": "hier"}, expect=404)
    bea.delete(path, expect=404)
    site.anybody(PLANS, expect=401)
    site.anybody(path, expect=401)
    assert ada.get(path) == made


def test_plans_are_read_page_by_page(site: Site, ada: Person) -> None:
    made = [plans(ada, f"{n}", media_ids=[upload(ada)]) for n in range(5)]
    ids = [one["id"] for one in reversed(made)]
    assert [one["id"] for one in ada.get(PLANS, limit=2)] == ids[:2]
    assert [one["id"] for one in ada.get(PLANS, limit=2, max_id=ids[1])] == ids[2:4]
    assert [one["id"] for one in ada.get(PLANS, limit=2, min_id=ids[4])] == ids[2:4]
    reply = site.client.get(PLANS, params={"limit": "2"}, headers=ada.headers)
    assert f"max_id={ids[1]}" in reply.headers["link"]


def test_a_list_of_plans_costs_two_statements_however_long_it_is(site: Site, ada: Person) -> None:
    def cost() -> int:
        with site.store.read() as db:
            return statements(
                lambda: scheduled_entities(site.site.links, db, planned.scheduled_page(db, ada.account.id, Paging()))
            )

    plans(ada, media_ids=[upload(ada)])
    alone = cost()
    for _ in range(4):
        plans(ada, media_ids=[upload(ada), upload(ada)])
    assert cost() == alone == 2


def test_files_wait_with_it_and_are_for_nothing_else(site: Site, ada: Person, clock: Clock) -> None:
    media, loose = upload(ada), upload(ada)
    made = plans(ada, media_ids=[media])
    for again in (plans, lambda person, **more: person.says("x", **more)):
        with pytest.raises(AssertionError, match="planned for later"):
            again(ada, media_ids=[media])
    ada.delete(f"/api/v1/media/{media}", expect=422)
    site.store.write(lambda tx: remove_abandoned(tx, older_than=now() + DAY))
    ada.get(f"/api/v1/media/{media}")
    ada.get(f"/api/v1/media/{loose}", expect=404)

    ada.delete(f"{PLANS}/{made['id']}")
    assert ada.says("donc maintenant", media_ids=[media])["media_attachments"][0]["id"] == media


def test_the_same_key_plans_once(site: Site, ada: Person, clock: Clock) -> None:
    key = {"idempotency-key": "k"}
    body = {"status": "Un", "scheduled_at": later()}
    ada.post(POST, {**body, "status": ""}, headers=key, expect=422)
    first = ada.post(POST, body, headers=key)
    assert ada.post(POST, body, headers=key) == first == ada.post(POST, {"status": "Un"}, headers=key)
    assert len(ada.get(PLANS)) == 1

    clock.passes(2 * HOUR)
    site.run_jobs()
    again = ada.post(POST, body, headers=key)
    assert words(again) == "Un" and again["id"] != first["id"] and written(ada) == ["Un"]


def test_what_cannot_be_published_then_stays_and_says_why(site: Site, ada: Person, dirk: Person, clock: Clock) -> None:
    asked = dirk.says("Qui vient ?")
    media = upload(ada)
    made = plans(ada, "moi", in_reply_to_id=asked["id"], media_ids=[media])
    dirk.delete(f"{POST}/{asked['id']}")
    clock.passes(2 * HOUR)
    site.run_jobs()

    (kept,) = ada.get(PLANS)
    assert "reply to is gone" in kept["error"] and kept["media_attachments"][0]["id"] == media
    assert written(ada) == []
    assert ada.get("/api/v1/accounts/verify_credentials")["statuses_count"] == 0
    moved = ada.put(f"{PLANS}/{made['id']}", {"scheduled_at": iso(now() + 5 * HOUR)})
    assert moved["error"] is None


@pytest.mark.parametrize(("table", "state"), [(accounts, "suspended"), (users, "disabled")])
def test_who_was_shut_out_publishes_nothing(site: Site, ada: Person, clock: Clock, table: Table, state: str) -> None:
    made, id_ = plans(ada), ada.account.id if table is accounts else ada.user_id
    site.store.write(lambda tx: tx.execute(update(table).where(table.c.id == id_).values(state=state)))
    clock.passes(2 * HOUR)
    site.run_jobs()
    with site.store.read() as db:
        found = planned.find_scheduled(db, int(made["id"]), account_id=ada.account.id)
    assert found is not None and found.error


def test_there_is_room_for_so_many(ada: Person, bea: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled, "MOST", 4)
    monkeypatch.setattr(scheduled, "MOST_A_DAY", 2)
    day = (now() // DAY + 3) * DAY
    made = [ada.says("x", scheduled_at=iso(day + n)) for n in (0, DAY - 1)]
    assert "2 posts planned for" in ada.says("x", scheduled_at=iso(day + HOUR), expect=422)["error"]
    other = ada.says("x", scheduled_at=iso(day + DAY))
    ada.put(f"{PLANS}/{other['id']}", {"scheduled_at": iso(day + HOUR)}, expect=422)
    ada.put(f"{PLANS}/{made[0]['id']}", {"scheduled_at": iso(day + HOUR)})
    ada.says("x", scheduled_at=iso(day + DAY))
    assert "4 posts planned" in ada.says("x", scheduled_at=iso(day + 5 * DAY), expect=422)["error"]
    bea.says("x", scheduled_at=iso(day))


def test_plans_go_with_their_account(site: Site, ada: Person, clock: Clock) -> None:
    plans(ada, media_ids=[upload(ada)])
    site.store.write(lambda tx: emit(tx, AccountDeleted(ada.account.id)))
    clock.passes(2 * HOUR)
    site.run_jobs()
    with site.store.read() as db:
        assert planned.scheduled_of(db, ada.account.id) == []
    assert ada.get(PLANS) == [] and written(ada) == []


def test_what_fell_due_while_the_server_was_down_is_published_late(database: str, tmp_path: Path, clock: Clock) -> None:
    with Site.opened(tmp_path / "data", database) as before:
        ada = before.person("ada")
        plans(ada)
    clock.passes(3 * DAY)
    with Site.opened(tmp_path / "data", database) as after:
        after.run_jobs()
        again = Person(after, ada.account, ada.user_id, ada.token)
        assert written(again) == ["Plus tard"] and again.get(PLANS) == []


def test_a_server_that_ends_in_the_middle_neither_loses_nor_repeats_it(
    site: Site, ada: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans(ada)
    clock.passes(2 * HOUR)

    def ends(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(scheduled, "move_key", ends)  # after the post was written, before it waits no more
        with pytest.raises(BaseException):  # noqa: B017
            site.run_jobs()
    assert written(ada) == [] and len(ada.get(PLANS)) == 1
    site.run_jobs()
    assert written(ada) == ["Plus tard"] and ada.get(PLANS) == []
