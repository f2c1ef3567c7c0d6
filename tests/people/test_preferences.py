"""Choices are kept, read with the session, and never make a page fail; hours are those of the person's zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from perron.kit.errors import Invalid
from perron.people.hours import digest_at, digest_day, quiet_until
from perron.people.join import join
from perron.people.preferences import Preferences, Quiet, change_preferences, preferences_of, read_preferences
from perron.people.sessions import find_session, start_session
from perron.store import Store
from perron.store.tables import users

PARIS = ZoneInfo("Europe/Paris")


def at(text: str, zone: ZoneInfo = PARIS, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def told(ms: int | None, zone: ZoneInfo = PARIS) -> str | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d %H:%M")


def somebody(store: Store) -> tuple[int, str]:
    user, account = store.write(lambda tx: join(tx, username="ada", email="ada@perron.test", password_hash="x"))
    return user.id, store.write(lambda tx: start_session(tx, user.id, account.id))


def quiet(begins: str, ends: str, days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)) -> Preferences:
    def minute(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return Preferences(zone="Europe/Paris", quiet=Quiet(minute(begins), minute(ends), days))


def test_what_was_chosen_comes_with_the_session(store: Store) -> None:
    user_id, cookie = somebody(store)
    with store.read() as db:
        found = find_session(db, cookie)
        assert found and found.preferences == Preferences()

    chosen = {"theme": "dark", "size": "larger", "zone": "America/Guadeloupe", "languages": ["fr", "ca"]}
    store.write(lambda tx: change_preferences(tx, user_id, **chosen, mail={"mention": "daily", "boost": "no"}))
    store.write(lambda tx: change_preferences(tx, user_id, quiet=Quiet(22 * 60, 7 * 60, (4, 5)), silent={"boost"}))

    with store.read() as db:
        found = find_session(db, cookie)
        assert found and found.preferences == preferences_of(db, user_id)
    kept = found.preferences
    assert (kept.theme, kept.size, kept.languages, kept.place.key) == (
        "dark",
        "larger",
        ("fr", "ca"),
        "America/Guadeloupe",
    )
    assert (kept.mails("mention"), kept.mails("boost"), kept.mails("follow")) == ("daily", "no", "no")
    assert kept.quiet == Quiet(1320, 420, (4, 5)) and not kept.pushes("boost") and kept.pushes("mention")


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "sepia"},
        {"zone": "Europe/Atlantis"},
        {"zone": "../../etc/passwd"},
        {"languages": ["<b>"]},
        {"mail": {"mention": "hourly"}},
        {"mail": {"moon": "once"}},
        {"silent": ["moon"]},
        {"quiet": [0, 1440, [1]]},
        {"quiet": [0, 60, []]},
        {"quiet": [0, 60, [7]]},
        {"require_alt": "yes"},
    ],
)
def test_what_is_no_choice_is_refused(store: Store, wrong: dict[str, object]) -> None:
    user_id, _ = somebody(store)
    with pytest.raises(Invalid):
        store.write(lambda tx: change_preferences(tx, user_id, **wrong))


@pytest.mark.parametrize("odd", ["", "[]", "nonsense", '{"theme":"sepia","size":7,"quiet":[1],"mail":[],"silent":3}'])
def test_an_odd_row_is_as_if_nothing_were_chosen(odd: str) -> None:
    assert read_preferences(odd) == Preferences()


def test_what_others_keep_there_stays(store: Store) -> None:
    user_id, _ = somebody(store)
    with store.engine.begin() as connection:
        connection.execute(update(users).values(preferences='{"later":1,"theme":"light"}'))
    store.write(lambda tx: change_preferences(tx, user_id, motion="less"))
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT preferences FROM users").scalar_one()
    assert kept == '{"later":1,"theme":"light","motion":"less"}'


def test_quiet_hours_go_on_past_midnight() -> None:
    night = quiet("22:30", "07:00")
    assert told(quiet_until(night, at("2026-11-20 22:30"))) == "2026-11-21 07:00"
    assert told(quiet_until(night, at("2026-11-21 03:00"))) == "2026-11-21 07:00"
    assert quiet_until(night, at("2026-11-21 07:00")) is None
    assert quiet_until(night, at("2026-11-21 22:29")) is None
    assert quiet_until(Preferences(), at("2026-11-21 03:00")) is None


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = quiet("22:00", "10:00", (4,))
    assert told(quiet_until(friday, at("2026-11-21 09:00"))) == "2026-11-21 10:00"  # saturday morning
    assert quiet_until(friday, at("2026-11-21 23:00")) is None
    assert quiet_until(friday, at("2026-11-20 09:00")) is None  # friday morning


def test_days_that_touch_are_one_quiet() -> None:
    weekend = quiet("00:00", "00:00", (5, 6))
    assert told(quiet_until(weekend, at("2026-11-21 00:00"))) == "2026-11-23 00:00"
    assert quiet_until(weekend, at("2026-11-23 00:00")) is None


def test_the_night_in_which_clocks_go_forward_ends_by_the_clock() -> None:
    assert told(quiet_until(quiet("23:00", "07:00"), at("2026-03-29 01:30"))) == "2026-03-29 07:00"
    # half past two does not exist that night: the quiet ends when the clock has passed it
    assert told(quiet_until(quiet("23:00", "02:30"), at("2026-03-29 01:59"))) == "2026-03-29 03:30"


def test_the_night_in_which_clocks_go_back_is_quiet_until_the_second_time() -> None:
    early = quiet("23:00", "02:30")
    assert quiet_until(early, at("2026-10-25 02:45")) == at("2026-10-25 02:30", fold=1)
    assert quiet_until(early, at("2026-10-25 02:29", fold=1)) == at("2026-10-25 02:30", fold=1)
    assert quiet_until(early, at("2026-10-25 02:30", fold=1)) is None


def test_the_letter_of_a_day_is_due_at_eight_in_the_morning_there() -> None:
    there = Preferences(zone="Pacific/Auckland")
    auckland = ZoneInfo("Pacific/Auckland")
    assert digest_day(there, at("2026-11-21 07:59", auckland)) == date(2026, 11, 21)
    assert digest_day(there, at("2026-11-21 08:00", auckland)) == date(2026, 11, 22)
    assert told(digest_at(there, date(2026, 11, 22)), auckland) == "2026-11-22 08:00"
    assert digest_at(Preferences(), date(2026, 11, 22)) == at("2026-11-22 08:00", ZoneInfo("UTC"))
