"""Who is let in when there is more to do than time: what gives way first, what is said, what never gives way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from perron.admission import kept
from perron.admission.gauge import LOOKS, MANY, TARGET, Gauge
from tests.rig import Person, Site


@pytest.fixture
def still(site: Site) -> Iterator[Site]:
    """A site whose gauge stands still, so that a test can say what it shows."""
    site.app.admission.gauge.stop()
    yield site
    site.site.saturation.pressure = 0.0


def statuses(site: Site, path: str, who: Person | None = None, *, times: int = 10) -> list[int]:
    headers = who.headers if who else {}
    return [site.client.get(path, headers=headers).status_code for _ in range(times)]


def press(site: Site, pressure: float) -> None:
    site.site.saturation.pressure = pressure


def test_search_gives_way_before_pages_pages_before_posts_and_homes_last(still: Site) -> None:
    ada = still.person("ada")
    ada.get("/api/v1/timelines/home")  # her token was seen lately
    asked = {
        "search": lambda: still.client.get("/api/v2/search?q=x"),
        "pages": lambda: still.client.get("/guide"),
        "own search": lambda: still.client.get("/api/v2/search?q=x", headers=ada.headers),
        "posts": lambda: still.client.post("/api/v1/statuses", json={"status": "x"}, headers=ada.headers),
        "homes": lambda: still.client.get("/api/v1/timelines/home", headers=ada.headers),
    }
    gone = {}
    for step in range(21):
        press(still, step / 20)
        for name, ask in asked.items():
            if name not in gone and all(ask().status_code == 503 for _ in range(4)):
                gone[name] = step
    assert [*gone] == ["search", "pages", "own search", "posts", "homes"]


def test_a_part_gives_way_in_the_middle_of_a_band(still: Site) -> None:
    ada = still.person("ada")
    ada.get("/api/v1/timelines/home")
    press(still, 0.9)
    told = statuses(still, "/api/v1/timelines/home", ada, times=50)
    assert 20 <= told.count(503) <= 40 and told.count(200) == 50 - told.count(503)


def test_health_and_the_way_in_never_give_way(still: Site) -> None:
    press(still, 1.0)
    for path in ("/health/live", "/health/ready", "/sign-in", "/metrics"):
        assert statuses(still, path, times=5) == [200] * 5, path


def test_who_is_sent_away_is_told_when_to_come_back(still: Site) -> None:
    press(still, 1.0)
    for path in ("/api/v1/polls/1", "/api/v1/timelines/public", "/@ada", "/tags/mj", "/search"):
        told = still.client.get(path)
        assert told.status_code == 503 and 1 <= int(told.headers["retry-after"]) <= 12, path
        assert told.headers["cache-control"] == "no-store"
    page = still.client.get("/guide").text
    assert "Revenez dans" in page and "Please come back" in page
    assert "error" in still.client.get("/api/v1/timelines/public").json()
    seconds = {still.client.get("/guide").headers["retry-after"] for _ in range(8)}
    assert len(seconds) > 1  # not all in the same second


def test_what_was_made_lately_is_given_to_visitors_when_there_is_no_time(still: Site) -> None:
    ada = still.person("ada")
    ada.says("Bonsoir #mj")
    press(still, 0.05)
    paths = ("/api/v1/timelines/tag/mj", "/tags/mj", "/@ada", "/")
    made = {path: still.client.get(path) for path in paths}
    assert all(one.status_code == 200 for one in made.values())
    press(still, 1.0)
    for path, one in made.items():
        again = still.client.get(path)
        assert again.status_code == 200 and again.content == one.content, path
    assert still.site.saturation.kept >= len(paths)


def test_what_many_ask_for_is_made_once_however_little_time_there_is(still: Site) -> None:
    still.person("ada").says("Bonsoir #mj")
    press(still, 1.0)
    told = statuses(still, "/tags/mj", times=20)
    assert told[:3] == [503] * 3 and told[5:] == [200] * 15
    assert statuses(still, "/guide", times=20) == [503] * 20  # each reader's own


def test_nothing_is_kept_of_what_is_somebodys_own(still: Site) -> None:
    ada = still.person("ada")
    ada.says("pour moi #mj", visibility="private")
    ada.says("pour tous #mj")
    press(still, 0.05)
    mine = ada.get(f"/api/v1/accounts/{ada.id}/statuses")
    seen = still.anybody(f"/api/v1/accounts/{ada.id}/statuses")
    again = still.anybody(f"/api/v1/accounts/{ada.id}/statuses")
    assert (len(mine), len(seen), len(again)) == (2, 1, 1)
    again = still.client.get(f"/api/v1/accounts/{ada.id}/statuses", headers=ada.headers).json()
    assert len(again) == 2


def test_what_is_asked_for_again_and_again_is_made_once_in_a_while(
    still: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "HOT", 3)
    monkeypatch.setattr(kept, "FRESH", 100.0)
    ada = still.person("ada")
    for n in range(30):
        ada.says(f"Bonsoir {n} #mj")
        still.anybody("/api/v1/timelines/tag/mj")
    assert still.site.saturation.kept > 5
    page = next(one for key, one in still.app.admission.kept.pages.items() if key[0].endswith("/mj"))
    page.at -= 200
    assert "Bonsoir 29" in still.anybody("/api/v1/timelines/tag/mj")[0]["content"]


def test_one_who_asks_now_and_then_sees_what_was_just_written(still: Site) -> None:
    ada = still.person("ada")
    for n in range(5):
        ada.says(f"Bonsoir {n} #mj")
        assert f"Bonsoir {n}" in still.anybody("/api/v1/timelines/tag/mj")[0]["content"]


def test_the_gauge_rises_with_waits_of_many_and_not_with_what_is_slow_once(still: Site) -> None:
    gauge: Gauge = still.app.admission.gauge
    saturation = still.site.saturation

    def look(lag: float, came: int) -> None:
        gauge.came = came
        gauge.note(lag)

    look(3.0, 1)
    look(3.0, MANY)
    assert saturation.pressure == 0.0  # slow once, whoever it was
    for _ in range(20):
        look(TARGET * 3, MANY - 1)
    assert saturation.pressure == 0.0  # few came: they do not wait for each other
    for _ in range(40):
        look(TARGET * 3, 100)
    risen = saturation.pressure
    assert risen > 0.3
    for _ in range(200 + LOOKS):
        look(0.0, 5)
    assert saturation.pressure == 0.0


def test_what_is_said_to_many_does_not_grow(still: Site) -> None:
    press(still, 1.0)
    sizes = {len(still.client.get("/api/v1/polls/1").headers) for _ in range(5)}
    press(still, 0.05)
    still.client.get("/tags/mj")
    press(still, 1.0)
    kept = [still.client.get("/tags/mj").headers for _ in range(5)]
    assert len(sizes) == 1 and len({len(one) for one in kept}) == 1
    assert len({one.get("x-request-id", str(n)) for n, one in enumerate(kept)}) == 5
