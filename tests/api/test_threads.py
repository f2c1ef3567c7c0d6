"""Threads through our own API: published now or planned by the clock of a place, all of it or nothing."""

import shutil
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from perron.kit.later import loaded
from perron.kit.time import DAY, HOUR, MINUTE, iso, now
from perron.kit.zones import moment_of, read_wall, wall_at
from perron.people.queries import add_membership
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.posts import scheduled
from perron.posts.keep_time import keep_time
from perron.posts.planned import find_scheduled
from perron.store.tables import memberships, users
from perron.wiring import CHORES
from tests.api.test_scheduled import Clock, upload, written
from tests.rig import Person, Site, words

THREADS = "/api/perron/v1/threads"
PLANS = "/api/v1/scheduled_statuses"
PARIS = "Europe/Paris"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def wall(hours: float = 1, zone: str = PARIS) -> dict[str, Any]:
    found = wall_at(now() // MINUTE * MINUTE + int(hours * HOUR), zone)
    assert found is not None
    return {"local": found.local, "zone": zone, "fold": found.fold}


def thread(person: Person, *texts: str, expect: int = 200, headers: Any = None, **more: Any) -> Any:
    body = {"posts": [{"status": text} for text in texts], **more}
    return person.post(THREADS, body, expect=expect, headers=headers or {})


def answers(person: Person) -> list[tuple[str, str | None]]:
    """(what was said, to what), oldest first."""
    posts = person.get(f"/api/v1/accounts/{person.id}/statuses")[::-1]
    said = {one["id"]: words(one) for one in posts}
    return [(words(one), said.get(one["in_reply_to_id"] or "")) for one in posts]


def test_a_thread_is_published_in_order_at_once(ada: Person, bea: Person) -> None:
    made = thread(ada, "Un", "Deux", "Trois", visibility="unlisted", language="fr")
    assert made["state"] == "published" and [words(one) for one in made["statuses"]] == ["Un", "Deux", "Trois"]
    assert {one["visibility"] for one in made["statuses"]} == {"unlisted"} and made["statuses"][2]["language"] == "fr"
    assert answers(ada) == [("Un", None), ("Deux", "Un"), ("Trois", "Deux")]
    answer = bea.post(THREADS, {"posts": [{"status": "Oui"}], "in_reply_to_id": made["statuses"][2]["id"]})
    assert answer["statuses"][0]["in_reply_to_id"] == made["statuses"][2]["id"]


def test_one_post_that_is_refused_refuses_them_all_and_is_named(ada: Person) -> None:
    for more in ({}, {"at": wall()}):
        told = thread(ada, "Un", "x" * 501, "Trois", expect=422, **more)
        assert told["error"].startswith("Post 2 of 3: ")
    thread(ada, expect=422)
    thread(ada, *(["x"] * 51), expect=422)
    media = upload(ada)
    twice = {"posts": [{"status": "a", "media_ids": [media]}, {"status": "b", "media_ids": [media]}], "at": wall()}
    ada.post(THREADS, twice, expect=422)
    assert written(ada) == [] and ada.get(THREADS) == []


def test_a_thread_waits_and_comes_out_whole(site: Site, ada: Person, bea: Person, clock: Clock) -> None:
    media = [upload(ada) for _ in range(2)]
    at = wall()
    posts = [
        {"status": "Un", "media_ids": [media[0]], "spoiler_text": "Patience"},
        {"status": "Deux", "poll": {"options": ["oui", "non"], "expires_in": 3600}},
        {"status": "Trois", "media_ids": [media[1]]},
    ]
    made = ada.post(THREADS, {"posts": posts, "at": at, "note": "pour moi"})
    assert made["state"] == "waiting" and made["at"]["local"] == at["local"] and made["at"]["kind"] == "exact"
    assert [one["params"]["text"] for one in made["posts"]] == ["Un", "Deux", "Trois"] and made["note"] == "pour moi"
    assert made["posts"][2]["media_attachments"][0]["id"] == media[1] and made["statuses"] == []
    assert ada.get(THREADS) == [made] and ada.get(f"{THREADS}/{made['id']}") == made
    (same,) = ada.get(PLANS)
    assert same["id"] == made["id"] and same["posts_count"] == 3 and same["params"]["text"] == "Un"
    assert same["scheduled_at"] == made["scheduled_at"]

    clock.passes(HOUR + MINUTE)
    site.run_jobs()
    site.run_jobs()
    assert answers(ada) == [("Un", None), ("Deux", "Un"), ("Trois", "Deux")]
    assert bea.home() == ["Trois", "Deux", "Un"] and ada.get(THREADS) == []


def test_all_of_it_or_nothing_when_its_time_has_come(site: Site, ada: Person, dirk: Person, clock: Clock) -> None:
    quoted = dirk.says("À lire")
    posts = [{"status": "Un"}, {"status": "Deux", "quoted_status_id": quoted["id"]}]
    made = ada.post(THREADS, {"posts": posts, "at": wall()})
    dirk.delete(f"/api/v1/statuses/{quoted['id']}")
    clock.passes(2 * HOUR)
    site.run_jobs()
    kept = ada.get(f"{THREADS}/{made['id']}")
    assert kept["state"] == "failed" and kept["error"] and written(ada) == []
    changed = ada.put(f"{THREADS}/{made['id']}", {"posts": [{"status": "Un"}, {"status": "Deux"}], "at": wall(5)})
    assert changed["state"] == "waiting" and changed["version"] > made["version"]
    clock.passes(5 * HOUR)
    site.run_jobs()
    assert answers(ada) == [("Un", None), ("Deux", "Un")]


def test_the_same_key_plans_once_and_then_names_what_came_of_it(site: Site, ada: Person, clock: Clock) -> None:
    key = {"idempotency-key": "k"}
    first = thread(ada, "Un", "Deux", at=wall(), headers=key)
    assert thread(ada, "Un", "Deux", at=wall(), headers=key) == first and len(ada.get(THREADS)) == 1
    clock.passes(2 * HOUR)
    site.run_jobs()
    again = thread(ada, "Un", "Deux", at=wall(9), headers=key)
    assert again["state"] == "published" and [words(one) for one in again["statuses"]] == ["Un", "Deux"]
    now_key = {"idempotency-key": "n"}
    once = thread(ada, "Tout", "de suite", headers=now_key)
    assert thread(ada, "Tout", "de suite", headers=now_key) == once and len(written(ada)) == 4


def test_a_version_that_is_behind_overwrites_nothing(ada: Person) -> None:
    made = thread(ada, "Un", at=wall())
    path = f"{THREADS}/{made['id']}"
    ada.put(path, {"posts": [{"status": "Deux"}], "version": made["version"]})
    ada.put(path, {"posts": [{"status": "Trois"}], "version": made["version"]}, expect=409)
    assert ada.get(path)["posts"][0]["params"]["text"] == "Deux"
    assert ada.delete(path) == {} and ada.get(THREADS) == []
    ada.get(path, expect=404)


def test_on_hold_nothing_goes_out_and_a_time_that_passed_waits_for_another(
    site: Site, ada: Person, clock: Clock
) -> None:
    sooner, longer = thread(ada, "tôt", at=wall(1)), thread(ada, "tard", at=wall(5), held=True)
    assert longer["state"] == "held" and longer["held_by"] == ["person"]
    assert ada.put(f"{THREADS}/{sooner['id']}", {"held": True})["state"] == "held"
    ada.post(f"{THREADS}/{sooner['id']}/publish", expect=422)
    clock.passes(2 * HOUR)
    site.run_jobs()
    assert written(ada) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("perron.posts.hold_back.now", lambda: now() + clock.ahead)
        missed = ada.put(f"{THREADS}/{sooner['id']}", {"held": False})
        assert missed["state"] == "failed" and "passed while it was held" in missed["error"]
        assert ada.put(f"{THREADS}/{longer['id']}", {"held": False})["state"] == "waiting"
    site.run_jobs()
    assert written(ada) == []
    assert words(ada.post(f"{THREADS}/{sooner['id']}/publish")["statuses"][0]) == "tôt"
    clock.passes(4 * HOUR)
    site.run_jobs()
    assert written(ada) == ["tard", "tôt"]


def test_nobody_else_sees_or_changes_it(site: Site, ada: Person, bea: Person) -> None:
    made = thread(ada, "Un", at=wall())
    path = f"{THREADS}/{made['id']}"
    assert bea.get(THREADS) == []
    bea.get(path, expect=404)
    bea.put(path, {"note": "x"}, expect=404)
    bea.post(f"{path}/publish", expect=404)
    bea.delete(path, expect=404)
    site.anybody(THREADS, expect=401)
    assert ada.get(path) == made


def test_who_plans_many_is_not_held_up_by_the_limits_that_apps_know(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled, "MOST", 4)
    monkeypatch.setattr(scheduled, "MOST_A_DAY", 2)
    monkeypatch.setattr(scheduled, "MOST_AT_ALL", 9)
    day = (now() // DAY + 3) * DAY
    for n in range(6):
        thread(ada, "x", scheduled_at=iso(day + n))
    for n in range(2):
        ada.says("x", scheduled_at=iso(day + n))
    ada.says("x", scheduled_at=iso(day), expect=422)
    thread(ada, "x", scheduled_at=iso(day))
    thread(ada, "x", scheduled_at=iso(day), expect=422)


def test_what_a_time_on_the_wall_becomes_is_told_before_anything_is_planned(site: Site) -> None:
    told = site.anybody("/api/perron/v1/clock", local="2027-03-28T02:30", zone=PARIS)
    assert told == {
        "local": "2027-03-28T02:30",
        "zone": PARIS,
        "fold": 0,
        "kind": "gap",
        "shown": "2027-03-28T03:00",
        "scheduled_at": "2027-03-28T01:00:00.000Z",
    }
    site.anybody("/api/perron/v1/clock", local="2027-03-28T02:30", zone="Europe/Atlantis", expect=422)
    site.anybody("/api/perron/v1/clock", local="demain", zone=PARIS, expect=422)


def test_an_app_that_moves_it_moves_its_time_on_the_wall(ada: Person) -> None:
    made = thread(ada, "Un", at={"local": "2030-07-01T09:30", "zone": PARIS})
    ada.put(f"{PLANS}/{made['id']}", {"scheduled_at": "2030-12-01T10:00:00.000Z"})
    moved = ada.get(f"{THREADS}/{made['id']}")
    assert moved["at"]["local"] == "2030-12-01T11:00" and moved["scheduled_at"] == "2030-12-01T10:00:00.000Z"


def test_whoever_planned_it_must_still_speak_for_the_account(
    site: Site, ada: Person, bea: Person, clock: Clock
) -> None:
    site.store.write(lambda tx: add_membership(tx, bea.user_id, ada.account.id, "editor"))
    scopes = read_scopes("read write")
    token = site.store.write(lambda tx: issue_token(tx, site.app_id, bea.user_id, ada.account.id, scopes))
    editor = Person(site, ada.account, bea.user_id, token)
    made = thread(editor, "au nom d’ada", at=wall())
    site.store.write(
        lambda tx: tx.execute(
            delete(memberships).where(memberships.c.user_id == bea.user_id, memberships.c.account_id == ada.account.id)
        )
    )
    clock.passes(2 * HOUR)
    site.run_jobs()
    kept = ada.get(f"{THREADS}/{made['id']}")
    assert kept["state"] == "failed" and "may no longer publish" in kept["error"] and written(ada) == []


def test_who_is_shut_out_publishes_no_thread(site: Site, ada: Person, clock: Clock) -> None:
    made = thread(ada, "Un", "Deux", at=wall())
    site.store.write(lambda tx: tx.execute(update(users).where(users.c.id == ada.user_id).values(state="disabled")))
    clock.passes(2 * HOUR)
    site.run_jobs()
    with site.store.read() as db:
        found = find_scheduled(db, int(made["id"]), account_id=ada.account.id)
    assert found is not None and found.state == "failed"


# -- rules of zones that become others ---------------------------------------------------------------------------------


@pytest.fixture
def own_rules(tmp_path: Path) -> Iterator[Path]:
    before = zoneinfo.TZPATH
    (tmp_path / "Europe").mkdir()
    system = next(Path(one) for one in before if Path(one, PARIS).exists())
    shutil.copy(system / PARIS, tmp_path / PARIS)
    zoneinfo.reset_tzpath([str(tmp_path), *before])
    yield tmp_path
    zoneinfo.reset_tzpath(before)


def test_what_is_planned_keeps_its_time_on_the_wall_when_the_rules_change(
    site: Site, ada: Person, own_rules: Path, clock: Clock
) -> None:
    assert keep_time in map(loaded, CHORES)
    made = thread(ada, "Un", at={"local": "2030-07-01T09:30", "zone": PARIS})
    by_moment = ada.says("Deux", scheduled_at="2030-07-01T07:30:00.000Z")
    other = Path(zoneinfo.TZPATH[1])
    shutil.copy(other / "Europe/London", own_rules / "fresh")
    (own_rules / "fresh").replace(own_rules / PARIS)
    site.store.write(keep_time)
    site.store.write(keep_time)
    kept = ada.get(f"{THREADS}/{made['id']}")
    assert kept["scheduled_at"] == "2030-07-01T08:30:00.000Z" and kept["at"]["local"] == "2030-07-01T09:30"
    assert ada.get(f"{PLANS}/{by_moment['id']}")["scheduled_at"] == "2030-07-01T07:30:00.000Z"

    found = moment_of(read_wall("2030-07-01T09:30", PARIS))
    assert found is not None
    clock.passes(found.at - now() + MINUTE)
    site.run_jobs()
    assert sorted(written(ada)) == ["Deux", "Un"]


def test_a_zone_that_is_known_no_more_leaves_the_moment_that_it_gave(
    site: Site, ada: Person, own_rules: Path, clock: Clock
) -> None:
    shutil.copy(own_rules / PARIS, own_rules / "Europe/Perron")
    at = wall(1)
    made = thread(ada, "Un", at={**at, "zone": "Europe/Perron"})
    (own_rules / "Europe/Perron").unlink()
    site.store.write(keep_time)
    assert ada.get(f"{THREADS}/{made['id']}")["scheduled_at"] == made["scheduled_at"]
    clock.passes(2 * HOUR)
    site.run_jobs()
    assert written(ada) == ["Un"]
