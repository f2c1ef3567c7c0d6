"""Times on the wall: the nights on which clocks change, in four places, and rules that become others."""

import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.kit.errors import Invalid
from perron.kit.time import iso
from perron.kit.zones import Moment, moment_of, read_wall, rules_of, wall_at

PARIS, MONTREAL, LORD_HOWE, APIA = "Europe/Paris", "America/Montreal", "Australia/Lord_Howe", "Pacific/Apia"


def moment(zone: str, local: str, fold: int = 0) -> Moment:
    found = moment_of(read_wall(local, zone, fold))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("zone", "local", "fold", "kind", "shown", "utc"),
    [
        # Paris leaps from 02:00 to 03:00, and falls back from 03:00 to 02:00
        (PARIS, "2026-03-29T01:59", 0, "exact", "2026-03-29T01:59", "2026-03-29T00:59"),
        (PARIS, "2026-03-29T02:00", 0, "gap", "2026-03-29T03:00", "2026-03-29T01:00"),
        (PARIS, "2026-03-29T02:30", 0, "gap", "2026-03-29T03:00", "2026-03-29T01:00"),
        (PARIS, "2026-03-29T02:30", 1, "gap", "2026-03-29T03:00", "2026-03-29T01:00"),
        (PARIS, "2026-03-29T02:59:59", 0, "gap", "2026-03-29T03:00", "2026-03-29T01:00"),
        (PARIS, "2026-03-29T03:00", 0, "exact", "2026-03-29T03:00", "2026-03-29T01:00"),
        (PARIS, "2026-10-25T01:59", 0, "exact", "2026-10-25T01:59", "2026-10-24T23:59"),
        (PARIS, "2026-10-25T02:00", 0, "first", "2026-10-25T02:00", "2026-10-25T00:00"),
        (PARIS, "2026-10-25T02:30", 0, "first", "2026-10-25T02:30", "2026-10-25T00:30"),
        (PARIS, "2026-10-25T02:30", 1, "second", "2026-10-25T02:30", "2026-10-25T01:30"),
        (PARIS, "2026-10-25T03:00", 1, "exact", "2026-10-25T03:00", "2026-10-25T02:00"),
        (PARIS, "2026-07-14T09:20", 0, "exact", "2026-07-14T09:20", "2026-07-14T07:20"),
        (PARIS, "2026-12-14T09:20", 0, "exact", "2026-12-14T09:20", "2026-12-14T08:20"),
        # Montréal changes on other Sundays: for three weeks it is five hours from Paris
        (MONTREAL, "2026-03-08T01:59", 0, "exact", "2026-03-08T01:59", "2026-03-08T06:59"),
        (MONTREAL, "2026-03-08T02:00", 0, "gap", "2026-03-08T03:00", "2026-03-08T07:00"),
        (MONTREAL, "2026-03-08T02:30", 0, "gap", "2026-03-08T03:00", "2026-03-08T07:00"),
        (MONTREAL, "2026-03-08T02:30", 1, "gap", "2026-03-08T03:00", "2026-03-08T07:00"),
        (MONTREAL, "2026-03-08T03:00", 0, "exact", "2026-03-08T03:00", "2026-03-08T07:00"),
        (MONTREAL, "2026-03-20T09:30", 0, "exact", "2026-03-20T09:30", "2026-03-20T13:30"),
        (MONTREAL, "2026-11-01T00:59", 0, "exact", "2026-11-01T00:59", "2026-11-01T04:59"),
        (MONTREAL, "2026-11-01T01:00", 0, "first", "2026-11-01T01:00", "2026-11-01T05:00"),
        (MONTREAL, "2026-11-01T01:30", 0, "first", "2026-11-01T01:30", "2026-11-01T05:30"),
        (MONTREAL, "2026-11-01T01:30", 1, "second", "2026-11-01T01:30", "2026-11-01T06:30"),
        (MONTREAL, "2026-11-01T02:00", 1, "exact", "2026-11-01T02:00", "2026-11-01T07:00"),
        # Lord Howe changes by half an hour, and has its summer when Paris has its winter
        (LORD_HOWE, "2026-10-04T01:59", 0, "exact", "2026-10-04T01:59", "2026-10-03T15:29"),
        (LORD_HOWE, "2026-10-04T02:00", 0, "gap", "2026-10-04T02:30", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-10-04T02:15", 0, "gap", "2026-10-04T02:30", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-10-04T02:15", 1, "gap", "2026-10-04T02:30", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-10-04T02:30", 0, "exact", "2026-10-04T02:30", "2026-10-03T15:30"),
        (LORD_HOWE, "2026-04-05T01:29", 1, "exact", "2026-04-05T01:29", "2026-04-04T14:29"),
        (LORD_HOWE, "2026-04-05T01:30", 0, "first", "2026-04-05T01:30", "2026-04-04T14:30"),
        (LORD_HOWE, "2026-04-05T01:45", 0, "first", "2026-04-05T01:45", "2026-04-04T14:45"),
        (LORD_HOWE, "2026-04-05T01:45", 1, "second", "2026-04-05T01:45", "2026-04-04T15:15"),
        (LORD_HOWE, "2026-04-05T02:00", 1, "exact", "2026-04-05T02:00", "2026-04-04T15:30"),
        # Apia had no 30 December 2011, and has had no summer time since 2021
        (APIA, "2011-12-29T23:59", 0, "exact", "2011-12-29T23:59", "2011-12-30T09:59"),
        (APIA, "2011-12-30T00:00", 0, "gap", "2011-12-31T00:00", "2011-12-30T10:00"),
        (APIA, "2011-12-30T12:00", 0, "gap", "2011-12-31T00:00", "2011-12-30T10:00"),
        (APIA, "2011-12-30T23:59", 1, "gap", "2011-12-31T00:00", "2011-12-30T10:00"),
        (APIA, "2011-12-31T00:00", 0, "exact", "2011-12-31T00:00", "2011-12-30T10:00"),
        (APIA, "2021-04-04T03:30", 0, "first", "2021-04-04T03:30", "2021-04-03T13:30"),
        (APIA, "2021-04-04T03:30", 1, "second", "2021-04-04T03:30", "2021-04-03T14:30"),
        (APIA, "2026-09-27T03:30", 0, "exact", "2026-09-27T03:30", "2026-09-26T14:30"),
        (APIA, "2026-04-05T03:30", 1, "exact", "2026-04-05T03:30", "2026-04-04T14:30"),
    ],
)
def test_the_nights_on_which_clocks_change(zone: str, local: str, fold: int, kind: str, shown: str, utc: str) -> None:
    found = moment(zone, local, fold)
    assert (found.kind, found.shown, iso(found.at)[:16]) == (kind, shown, utc)


@given(
    st.sampled_from([PARIS, MONTREAL, LORD_HOWE, "Asia/Kathmandu", "Africa/Casablanca", "UTC"]),
    st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)),
)
def test_what_clocks_show_at_a_moment_is_that_moment_again(zone: str, at: datetime) -> None:
    ms = int(at.replace(tzinfo=UTC, microsecond=0).timestamp()) * 1000
    wall = wall_at(ms, zone)
    assert wall is not None
    found = moment_of(wall)
    assert found is not None and found.at == ms and found.kind != "gap"


@given(
    st.sampled_from([PARIS, MONTREAL, LORD_HOWE, APIA]),
    st.datetimes(datetime(2009, 1, 1), datetime(2037, 12, 31)),
    st.sampled_from([0, 1]),
)
def test_every_time_on_the_wall_is_a_moment_that_clocks_show_so_unless_they_leap(
    zone: str, at: datetime, fold: int
) -> None:
    local = at.strftime("%Y-%m-%dT%H:%M")
    found = moment(zone, local, fold)
    seen = datetime.fromtimestamp(found.at / 1000, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    assert seen == found.shown and (found.kind == "gap" or seen == local)
    if found.kind == "gap":
        before = datetime.fromtimestamp(found.at / 1000 - 1, ZoneInfo(zone)).replace(tzinfo=None)
        assert before < at.replace(second=0, microsecond=0) < datetime.fromisoformat(seen) + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        ("hier", PARIS),
        ("2026-02-30T09:00", PARIS),
        ("2026-02-03T09:00Z", PARIS),
        ("0001-01-01T00:00", PARIS),
        ("2026-02-03T09:00", "Europe/Atlantis"),
        ("2026-02-03T09:00", ""),
        ("2026-02-03T09:00", "../../etc/passwd"),
        ("2026-02-03T09:00", "/etc/localtime"),
        ("2026-02-03T09:00", "Europe"),
        ("2026-02-03T09:00", "zone1970.tab"),
    ],
)
def test_what_is_no_time_is_refused(local: str, zone: str) -> None:
    with pytest.raises(Invalid):
        read_wall(local, zone)


@pytest.fixture
def own_rules(tmp_path: Path) -> Iterator[Path]:
    """A folder of zones that this process looks into first."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(tmp_path), *before])
    yield tmp_path
    zoneinfo.reset_tzpath(before)


def test_rules_that_become_others_are_seen_without_a_restart(own_rules: Path) -> None:
    system = next(Path(one) for one in zoneinfo.TZPATH[1:] if Path(one, PARIS).exists())
    (own_rules / "Europe").mkdir()
    shutil.copy(system / PARIS, own_rules / PARIS)
    before = moment(PARIS, "2030-07-01T09:30")
    fresh = own_rules / "fresh"
    shutil.copy(system / "Europe/London", fresh)
    fresh.replace(own_rules / PARIS)
    after = moment(PARIS, "2030-07-01T09:30")
    assert after.at - before.at == 3_600_000 and after.rules != before.rules
    rules = rules_of(PARIS)
    assert rules is not None and rules.digest == after.rules
