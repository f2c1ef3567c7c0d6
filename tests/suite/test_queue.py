"""The queue of an account: slots by its own clock, an order that can be changed, pauses, and what comes again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perron.kit.later import loaded
from perron.kit.time import DAY, HOUR, now
from perron.kit.zones import Wall, moment_of
from perron.suite.atelier.plan.again import read_rule, times
from perron.suite.atelier.plan.line import warn_of_dry_queues
from perron.suite.atelier.plan.model import Queue, Series, Slot
from perron.suite.atelier.plan.slots import coming
from perron.wiring import CHORES
from tests.api.test_scheduled import Clock, written
from tests.rig import Person, Site, words

API = "/api/perron/v1"
PARIS = "Europe/Paris"
WEEK = [{"day": day, "time": time} for day in range(7) for time in ("09:30", "18:00")]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(monkeypatch)
    for where in ("posts.hold_back", "suite.atelier.plan.line", "suite.atelier.plan.slots"):
        monkeypatch.setattr(f"perron.{where}.now", lambda: now() + made.ahead)
    return made


@pytest.fixture
def planner(ada: Person) -> Person:
    ada.put(f"{API}/slots", {"zone": PARIS, "slots": WEEK})
    return ada


def queues(person: Person, *texts: str, expect: int = 200, **more: Any) -> Any:
    body = {"posts": [{"status": text} for text in texts], **more}
    return person.post(f"{API}/queue", body, expect=expect)


def line(person: Person) -> list[str]:
    return [one["posts"][0]["params"]["text"] for one in person.get(f"{API}/queue")["planned"]]


def moments(person: Person) -> list[str]:
    return [one["at"]["local"] for one in person.get(f"{API}/queue")["planned"]]


def test_what_is_queued_takes_the_next_free_slot(planner: Person) -> None:
    free = planner.get(f"{API}/slots/free", limit=3)
    assert planner.get(f"{API}/queue")["next_free"] == free[0]
    assert {one["local"][11:] for one in free} <= {"09:30", "18:00"} and free[0]["zone"] == PARIS
    made = [queues(planner, text) for text in ("Un", "Deux", "Trois")]
    assert [one["at"]["local"] for one in made] == [one["local"] for one in free] and made[0]["queued"]
    by_hand = planner.post(f"{API}/threads", {"posts": [{"status": "x"}], "at": planner.get(f"{API}/slots/free")[0]})
    later = queues(planner, "Quatre")
    assert later["scheduled_at"] > by_hand["scheduled_at"]
    assert queues(planner, "Fil", "de deux")["posts"][1]["params"]["text"] == "de deux"
    assert line(planner) == ["Un", "Deux", "Trois", "Quatre", "Fil"]


def test_an_order_changes_and_the_times_stay(planner: Person, bea: Person) -> None:
    ids = [queues(planner, text)["id"] for text in "abcd"]
    before = moments(planner)
    planner.put(f"{API}/queue", {"order": [ids[3], ids[1]]})
    assert line(planner) == ["d", "b", "a", "c"] and moments(planner) == before
    planner.put(f"{API}/queue", {"shuffle": True})
    assert sorted(line(planner)) == [*"abcd"] and moments(planner) == before
    planner.put(f"{API}/queue", {"order": ["12345"]}, expect=404)
    bea.put(f"{API}/queue", {"order": [ids[0]]}, expect=404)
    moved = planner.put(f"{API}/threads/{ids[0]}", {"at": {"local": "2031-01-01T12:00", "zone": PARIS}})
    assert not moved["queued"] and len(line(planner)) == 3
    assert planner.post(f"{API}/queue", {"id": ids[0]})["queued"] and len(line(planner)) == 4


def test_what_is_planned_for_a_slot_already_is_not_in_its_own_way(planner: Person) -> None:
    first, second = planner.get(f"{API}/slots/free", limit=2)
    made = planner.post(f"{API}/threads", {"posts": [{"status": "x"}], "at": second})
    queued = planner.post(f"{API}/queue", {"id": made["id"]})
    assert queued["queued"] and queued["at"]["local"] == first["local"]
    assert planner.post(f"{API}/queue", {"id": made["id"]})["at"]["local"] == first["local"]


def test_another_week_moves_nothing_until_one_asks(planner: Person) -> None:
    for text in "ab":
        queues(planner, text)
    before = moments(planner)
    week = [{"day": day, "time": "23:45"} for day in range(7)]
    assert planner.put(f"{API}/slots", {"slots": week}) == {"zone": PARIS, "slots": week}
    assert moments(planner) == before
    planner.put(f"{API}/queue", {"realign": True})
    assert {one[11:] for one in moments(planner)} == {"23:45"} and line(planner) == ["a", "b"]


def test_a_pause_publishes_nothing_and_afterwards_all_of_it_comes_in_order(
    site: Site, planner: Person, clock: Clock
) -> None:
    for text in "abc":
        queues(planner, text)
    assert planner.put(f"{API}/queue", {"paused": True})["paused"]
    held = queues(planner, "d")
    assert held["state"] == "held" and held["held_by"] == ["queue"]
    clock.passes(4 * DAY)
    site.run_jobs()
    assert written(planner) == []
    resumed = planner.put(f"{API}/queue", {"paused": False})
    assert [one["state"] for one in resumed["planned"]] == ["waiting"] * 4 and line(planner) == [*"abcd"]
    clock.passes(4 * DAY)
    site.run_jobs()
    assert written(planner) == [*"dcba"] and line(planner) == []


@pytest.mark.parametrize(
    ("slots", "zone"),
    [([{"day": 7, "time": "09:00"}], PARIS), ([{"day": 0, "time": "24:00"}], PARIS), ([], "Europe/Atlantis")],
)
def test_a_week_that_is_none_is_refused(planner: Person, slots: Any, zone: str) -> None:
    planner.put(f"{API}/slots", {"zone": zone, "slots": slots}, expect=422)
    assert len(planner.get(f"{API}/slots")["slots"]) == 14


def test_without_slots_one_is_told_so(ada: Person) -> None:
    assert "no slots yet" in queues(ada, "x", expect=422)["error"]
    assert ada.get(f"{API}/queue") == {
        "zone": "UTC",
        "paused": False,
        "warn_below": 2,
        "next_free": None,
        "planned": [],
    }


def test_slots_keep_their_hour_over_a_change_of_clocks() -> None:
    queue = Queue(1, PARIS, slots=tuple(Slot(day, 9 * 60 + 20) for day in range(7)))
    since = int(datetime(2026, 3, 27, 12, tzinfo=UTC).timestamp() * 1000)
    found = [(wall.local, at) for wall, at in list(coming(queue, since))[:4]]
    assert [local[11:] for local, _ in found] == ["09:20"] * 4
    assert [(b - a) // HOUR for (_, a), (_, b) in zip(found, found[1:], strict=False)] == [23, 24, 24]


def test_two_slots_that_a_leap_makes_one_are_one() -> None:
    queue = Queue(1, PARIS, slots=(Slot(6, 2 * 60 + 15), Slot(6, 2 * 60 + 45), Slot(6, 3 * 60)))
    since = int(datetime(2026, 3, 28, 12, tzinfo=UTC).timestamp() * 1000)
    assert [wall.local for wall, _ in list(coming(queue, since))[:2]] == ["2026-03-29T02:15", "2026-04-05T02:15"]
    assert list(coming(Queue(1, "Europe/Atlantis", slots=queue.slots), since)) == []


@settings(max_examples=40)
@given(
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 1439)), min_size=1, max_size=9),
    st.sampled_from([PARIS, "America/Montreal", "Australia/Lord_Howe", "Pacific/Apia"]),
    st.datetimes(datetime(2011, 12, 1), datetime(2030, 1, 1)),
)
def test_slots_come_in_order_each_once_and_at_their_time(slots: Any, zone: str, at: datetime) -> None:
    since = int(at.replace(tzinfo=UTC).timestamp() * 1000)
    queue = Queue(1, zone, slots=tuple(sorted(Slot(*one) for one in slots)))
    found = [one for _, one in zip(range(40), coming(queue, since), strict=False)]
    times_ = [moment for _, moment in found]
    assert times_ == sorted(set(times_)) and all(one > since for one in times_)
    for wall, moment in found:
        known = moment_of(wall)
        assert known is not None and known.at == moment
        seen = datetime.fromtimestamp(moment / 1000, ZoneInfo(zone))
        assert known.kind == "gap" or (seen.weekday(), seen.hour * 60 + seen.minute) in slots


def test_whoever_plans_is_written_to_once_when_the_queue_runs_dry(
    site: Site, planner: Person, clock: Clock, tmp_path: Path
) -> None:
    assert warn_of_dry_queues in map(loaded, CHORES)
    mails = lambda: sorted((site.settings.data / "mail").glob("*queue*"))  # noqa: E731

    def a_minute_passes() -> None:
        site.store.write(warn_of_dry_queues)
        site.run_jobs()

    a_minute_passes()
    assert mails() == []  # nothing has ever waited in it
    made = [queues(planner, text) for text in "ab"]
    a_minute_passes()
    assert mails() == []
    planner.delete(f"{API}/threads/{made[0]['id']}")
    a_minute_passes()
    a_minute_passes()
    (one,) = mails()
    assert "@ada" in one.read_text() and "1" in one.read_text()
    queues(planner, "c")
    a_minute_passes()
    planner.delete(f"{API}/threads/{made[1]['id']}")
    a_minute_passes()
    assert len(mails()) == 2


# -- series ------------------------------------------------------------------------------------------------------------


def series(person: Person, **more: Any) -> Any:
    begins = (datetime.now(ZoneInfo(PARIS)) + timedelta(days=1)).strftime("%Y-%m-%dT18:00")
    about = {"name": "#WTF", "tag": "WTF", "rule": "FREQ=DAILY", "begins": begins, "zone": PARIS}
    return person.post(f"{API}/series", {**about, "template": "Le #WTF du jour :", **more})


def test_a_series_is_open_places_until_somebody_writes(site: Site, ada: Person, clock: Clock) -> None:
    made = series(ada)
    places = ada.get(f"{API}/series/{made['id']}/places", weeks=2)  # in Paris it may be another day than here
    assert len(places) >= 6 and all(one["open"] for one in places)
    body = {"posts": [{"status": "Le #WTF du  jour :"}], "at": places[0]["at"], "series_id": made["id"]}
    assert "still the template" in ada.post(f"{API}/threads", body, expect=422)["error"]
    body["posts"] = [{"status": "Le #WTF du jour : un âne au balcon"}]
    planned = ada.post(f"{API}/threads", body)
    filled = ada.get(f"{API}/series/{made['id']}/places", weeks=2)
    assert filled[0]["planned_id"] == planned["id"] and not filled[0]["open"] and filled[1]["open"]

    clock.passes(3 * DAY)
    site.run_jobs()
    (post,) = ada.get(f"/api/v1/accounts/{ada.id}/statuses")
    assert words(post) == "Le #WTF du jour : un âne au balcon"
    after = ada.get(f"{API}/series/{made['id']}/places", weeks=1)
    assert after[0]["status_id"] == post["id"] and not after[0]["open"]
    ada.delete(f"/api/v1/statuses/{post['id']}")
    site.run_jobs()
    assert ada.get(f"{API}/series/{made['id']}/places", weeks=1)[0]["open"]


def test_a_series_is_changed_ended_and_forgotten_by_its_own_account(ada: Person, bea: Person) -> None:
    made = series(ada)
    path = f"{API}/series/{made['id']}"
    for wrong in ({"rule": "FREQ=SECONDLY"}, {"rule": "FREQ=DAILY;INTERVAL=0"}, {"name": ""}, {"tag": "a b"}):
        ada.put(path, wrong, expect=422)
    bea.get(path, expect=404)
    bea.put(path, {"name": "x"}, expect=404)
    bea.delete(path, expect=404)
    bea.post(
        f"{API}/threads", {"posts": [{"status": "x"}], "scheduled_at": later(), "series_id": made["id"]}, expect=404
    )
    assert ada.put(path, {"rule": "FREQ=WEEKLY;BYDAY=MO,TH"})["rule"] == "FREQ=WEEKLY;BYDAY=MO,TH"
    assert ada.put(path, {"ended": True})["ended"] and ada.get(f"{path}/places") == []
    assert ada.delete(path) == {} and ada.get(f"{API}/series") == []


def later() -> str:
    return (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")


def a_series(rule: str, begins: str = "2026-01-30T18:00") -> Series:
    return Series(1, 1, "s", "", read_rule(rule), Wall(begins, PARIS), "", False)


@pytest.mark.parametrize(
    ("rule", "first", "count"),
    [
        ("FREQ=DAILY", "2026-03-01T18:00", 31),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TH", "2026-03-02T18:00", 9),
        ("FREQ=MONTHLY;BYDAY=1SU", "2026-03-01T18:00", 1),
        ("FREQ=MONTHLY;BYMONTHDAY=30", "2026-03-30T18:00", 1),
        ("FREQ=DAILY;COUNT=3", "", 0),
        ("FREQ=DAILY;UNTIL=20260303T000000", "2026-03-01T18:00", 2),
        ("FREQ=MONTHLY;BYMONTHDAY=30;INTERVAL=12", "", 0),
    ],
)
def test_rules_come_when_they_say(rule: str, first: str, count: int) -> None:
    found = [one.local for one in times(a_series(rule), date(2026, 3, 1), date(2026, 4, 1))]
    assert len(found) == count and found[:1] == ([first] if first else [])


@given(
    st.text(max_size=60) | st.from_regex(r"FREQ=(DAILY|WEEKLY|MONTHLY);[A-Z]{2,10}=[-0-9A-Z,]{0,12}", fullmatch=True)
)
def test_whatever_is_said_to_be_a_rule_is_one_or_is_refused(text: str) -> None:
    from perron.kit.errors import Invalid

    try:
        made = a_series(text)
    except Invalid:
        return
    assert len(list(times(made, date(2026, 3, 1), date(2026, 4, 1)))) <= 31 * 7


# -- events ------------------------------------------------------------------------------------------------------------


def test_an_event_shows_its_weeks_of_preparation_and_the_gaps_in_them(ada: Person, bea: Person) -> None:
    today = datetime.now(UTC).date()
    begins = today + timedelta(days=21)
    made = ada.post(f"{API}/events", {"name": "Euro", "begins": begins.isoformat(), "weeks": 2})
    assert made["ends"] == made["begins"] and [one["prepares"] for one in made["preparation"]][0]
    assert all(one["gap"] for one in made["preparation"])
    monday = date.fromisoformat(made["preparation"][0]["monday"])
    ada.post(
        f"{API}/threads",
        {"posts": [{"status": "On prépare"}], "at": {"local": f"{monday + timedelta(2)}T12:00", "zone": PARIS}},
    )
    (seen,) = ada.get(f"{API}/events")
    assert [one["gap"] for one in seen["preparation"]][:2] == [False, True]
    for wrong in ({"begins": "bientôt"}, {"name": ""}, {"ends": "2001-01-01"}, {"weeks": 99}):
        ada.post(f"{API}/events", {"name": "x", "begins": begins.isoformat(), **wrong}, expect=422)
    bea.delete(f"{API}/events/{made['id']}", expect=404)
    assert ada.delete(f"{API}/events/{made['id']}") == {} and ada.get(f"{API}/events") == []
