"""After publication: what posts that came out by plans met with in an hour, a day and a week; when people answer."""

from typing import Any

import pytest

from perron.kit.ids import new_id
from perron.kit.time import DAY, HOUR, MINUTE, iso, now
from perron.posts.undo import TIME
from perron.store import insert
from perron.store.tables import notices
from perron.suite.atelier.plan import figures as counted
from perron.suite.atelier.plan.figures import compare, count_figures
from perron.suite.atelier.plan.hours import audience_of
from tests.api.test_scheduled import Clock
from tests.rig import Person, Site

API = "/api/perron/v1"
PARIS = "Europe/Paris"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(monkeypatch)
    for where in (
        "posts.hold_back",
        "suite.atelier.plan.line",
        "suite.atelier.plan.slots",
        "suite.atelier.plan.figures",
    ):
        monkeypatch.setattr(f"perron.{where}.now", lambda: now() + made.ahead)
    return made


def comes_out(site: Site, clock: Clock, person: Person, *texts: str, **more: Any) -> list[str]:
    """Plan posts, and let their time come; their ids."""
    posts = [one if isinstance(one, dict) else {"status": one} for one in texts]
    at = iso(now() + clock.ahead + 5 * MINUTE)
    person.post(f"{API}/threads", {"posts": posts, "scheduled_at": at, **more})
    clock.passes(6 * MINUTE)  # ids are dated by the real clock: an hour after them is still to come
    site.run_jobs()
    return [one["status_id"] for one in person.get(f"{API}/published")[: len(posts)]][::-1]


def figures(person: Person, status_id: str) -> dict[int, Any]:
    (one,) = (one for one in person.get(f"{API}/published") if one["status_id"] == status_id)
    return {each["after"]: each for each in one["figures"]}


def test_a_planned_post_is_looked_at_three_times(
    site: Site, clock: Clock, ada: Person, bea: Person, dirk: Person
) -> None:
    cleo = site.person("cleo", follows=ada)
    (post_id,) = comes_out(site, clock, ada, "Le marché ouvre")
    assert figures(ada, post_id) == {}
    bea.post(f"/api/v1/statuses/{post_id}/favourite")
    bea.post(f"/api/v1/statuses/{post_id}/reblog")
    dirk.says("Lequel ?", in_reply_to_id=post_id)
    ada.post(f"/api/v1/statuses/{post_id}/favourite")
    cleo.post("/api/v1/markers", {"home": {"last_read_id": post_id}})
    clock.passes(HOUR)
    site.run_jobs()
    one = figures(ada, post_id)[1]
    assert (one["followers"], one["engaged"], one["silent"], one["rate"]) == (2, 1, 1, 0.5)
    assert (one["people"], one["favourites"], one["shares"], one["replies"], one["votes"]) == (2, 1, 1, 1, 0)
    assert (one["told"], one["read_past"], one["read_past_silent"]) == (1, 1, 1)
    cleo.says("Merci", in_reply_to_id=post_id)
    clock.passes(DAY)
    site.run_jobs()
    found = figures(ada, post_id)
    assert [*found] == [1, 24] and found[1] == one
    assert (found[24]["engaged"], found[24]["silent"], found[24]["read_past_silent"]) == (2, 0, 0)
    clock.passes(7 * DAY)
    site.run_jobs()
    assert [*figures(ada, post_id)] == [1, 24, 168]
    assert bea.get(f"{API}/published") == []


def test_votes_and_quotes_are_something_done(site: Site, clock: Clock, ada: Person, bea: Person) -> None:
    asked: Any = {"status": "Quel jour ?", "poll": {"options": ["Samedi", "Dimanche"], "expires_in": 86400}}
    (post_id,) = comes_out(site, clock, ada, asked)
    poll = bea.get(f"/api/v1/statuses/{post_id}")["poll"]
    bea.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [0]})
    bea.says("Voyez", quoted_status_id=post_id)
    clock.passes(HOUR)
    site.run_jobs()
    one = figures(ada, post_id)[1]
    assert (one["votes"], one["shares"], one["people"], one["engaged"]) == (1, 1, 1, 1)


def test_what_was_counted_stays_however_often_the_job_runs(site: Site, clock: Clock, ada: Person, bea: Person) -> None:
    (post_id,) = comes_out(site, clock, ada, "Une fois")
    clock.passes(HOUR)
    site.run_jobs()
    before = figures(ada, post_id)
    bea.post(f"/api/v1/statuses/{post_id}/favourite")
    event = {"account_id": ada.account.id, "posts": [int(post_id), 12345], "after": 1}
    count_figures(site.store, event)
    count_figures(site.store, event)
    assert figures(ada, post_id) == before and before[1]["engaged"] == 0


def test_what_is_counted_late_says_when(site: Site, clock: Clock, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    (post_id,) = comes_out(site, clock, ada, "Pendant la panne")
    clock.passes(3 * DAY)
    site.run_jobs()
    found = figures(ada, post_id)
    assert [*found] == [1, 24] and found[1]["counted_at"] > iso(now() + 2 * DAY)
    with site.store.read() as db:
        (one,) = counted.figures_of(db, [counted.Shown(int(post_id), 0, "", False)]).values()
        assert one[1].late and one[24].late


def test_a_deleted_post_has_no_figures(site: Site, clock: Clock, ada: Person) -> None:
    first, second = comes_out(site, clock, ada, "Un", "Deux")
    clock.passes(HOUR)
    site.run_jobs()
    assert figures(ada, first) and figures(ada, second)
    ada.delete(f"/api/v1/statuses/{second}")
    clock.passes(TIME)
    site.run_jobs()
    clock.passes(DAY)
    site.run_jobs()
    assert [one["status_id"] for one in ada.get(f"{API}/published")] == [first]
    with site.store.read() as db:
        assert [*counted.figures_of(db, [counted.Shown(int(second), 0, "", False)])] == []


def test_series_and_slots_are_compared_when_there_is_enough(site: Site, clock: Clock, ada: Person, bea: Person) -> None:
    ada.put(f"{API}/slots", {"zone": PARIS, "slots": [{"day": day, "time": "12:00"} for day in range(7)]})
    about = {"name": "#WTF", "rule": "FREQ=DAILY", "begins": "2026-01-01T12:00", "zone": PARIS}
    series = ada.post(f"{API}/series", about)["id"]
    assert ada.get(f"{API}/published/compared") == {
        "enough": 5,
        "all": {"n": 0, "rate": None},
        "series": [],
        "slots": [],
    }
    for n in range(5):
        first, _ = comes_out(site, clock, ada, f"Question {n}", "et la suite", series_id=series)
        if n < 2:
            bea.post(f"/api/v1/statuses/{first}/favourite")
        if n == 3:
            posts = [int(one["status_id"]) for one in ada.get(f"{API}/published")]
            count_figures(site.store, {"account_id": ada.account.id, "posts": posts, "after": 24})
            few = {"n": 4, "rate": None}
            assert ada.get(f"{API}/published/compared")["series"] == [{"series_id": series, "name": "#WTF", **few}]
    clock.passes(DAY)
    site.run_jobs()
    found = ada.get(f"{API}/published/compared")
    assert found["all"] == {"n": 5, "rate": 0.4}
    assert found["series"] == [{"series_id": series, "name": "#WTF", "n": 5, "rate": 0.4}] and found["slots"] == []
    with site.store.read() as db:
        assert compare(db, bea.account.id).whole.n == 0


# -- hours -----------------------------------------------------------------------------------------------------------

_TELL = insert(notices, "id", "account_id", "type", "from_id", "about_id", "group_key", "filtered")


def answered(
    site: Site, person: Person, *, days: int = 10, people: int = 12, hour: int = 17, kind: str = "favourite"
) -> None:
    """As if people had answered on each of these days, at this hour (UTC)."""

    def work(tx: Any) -> None:
        noon = now() // DAY * DAY
        for day in range(1, days + 1):
            for who in range(people):
                at = noon - day * DAY + hour * HOUR + who
                values = {"account_id": person.account.id, "type": kind, "from_id": 1000 + who, "filtered": False}
                tx.run(_TELL, id=new_id(at), about_id=hour * 10_000 + day * 100 + who, group_key="", **values)

    site.store.write(work)


def test_hours_are_drawn_when_enough_is_known(site: Site, ada: Person) -> None:
    little = ada.get(f"{API}/audience/hours")
    assert (
        not little["enough"] and little["hours"] == [] and little["needed"] == {"answers": 50, "people": 10, "days": 7}
    )
    answered(site, ada, people=9, hour=6)
    assert not ada.get(f"{API}/audience/hours")["enough"]
    answered(site, ada)
    answered(site, ada, kind="follow", hour=3)
    found = ada.get(f"{API}/audience/hours", zone="Asia/Tokyo")
    utc, tokyo = found["hours"]
    assert found["enough"] and (found["people"], found["days"], found["answers"]) == (12, 10, 210)
    assert utc["zone"] == "UTC" and utc["counts"][17] == 120 and utc["counts"][6] == 90 and utc["best"] == [17, 6]
    assert tokyo["counts"][2] == 120 and sum(tokyo["counts"]) == 210
    ada.get(f"{API}/audience/hours", zone="Mars/Olympus", expect=422)


def test_nobody_counts_twice_in_an_hour_or_for_somebody_else(site: Site, ada: Person, bea: Person) -> None:
    answered(site, ada, days=1)
    answered(site, ada, days=1, kind="reblog")
    with site.store.read() as db:
        assert audience_of(db, ada.account.id, ["UTC"]).answers == 12
        assert audience_of(db, bea.account.id, ["UTC"]).answers == 0
