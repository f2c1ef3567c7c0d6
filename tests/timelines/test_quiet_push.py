"""Devices are told by the wishes of their user: not of every kind, and not in the quiet hours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from perron.kit.time import now
from perron.people.preferences import Quiet, change_preferences
from perron.people.sessions import end_session, find_session, start_session
from perron.store.tables import jobs
from perron.timelines.notices import NOT_POSTS, TYPES, notify
from perron.timelines.subscriptions import subscribe, subscriptions_for
from tests.api.test_push import PUSH, Device
from tests.rig import Person, Site


@pytest.fixture
def device() -> Iterator[Device]:
    one = Device()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, outside_allow=("127.0.0.1/32",)) as one:
        yield one


def wishes(site: Site, who: Person, **changes: Any) -> None:
    site.store.write(lambda tx: change_preferences(tx, who.user_id, **changes))


def owed(site: Site) -> list[dict[str, Any]]:
    with site.store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(jobs).where(jobs.c.name == "PushOwed")).mappings()]


def test_a_push_waits_for_the_end_of_quiet_hours(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True}))
    wishes(site, dirk, quiet=Quiet(0, 0), zone="Europe/Paris")
    ada.says("@dirk chut")
    site.run_jobs()
    (one,) = owed(site)
    assert device.got == [] and one["due"] > now() and one["tries"] == 0 and not one["failed"]

    wishes(site, dirk, quiet=None)
    with site.store.engine.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.name == "PushOwed").values(due=now()))
    site.run_jobs()
    assert device.read()["body"] == "@dirk chut" and owed(site) == []


@pytest.mark.parametrize("type_", TYPES)
def test_each_type_is_pushed_to_those_who_ask_for_it(
    site: Site, ada: Person, dirk: Person, device: Device, type_: str
) -> None:
    alert = "mention" if type_ == "credit" else type_
    asked = dirk.post(PUSH, device.asks(alerts={alert: True}))
    assert {name for name, on in asked["alerts"].items() if on} == {alert}
    about = int(ada.says("Un")["id"]) if type_ not in NOT_POSTS else 7
    for other in TYPES:
        post_id, about_id = (0, about) if other in NOT_POSTS else (about if type_ not in NOT_POSTS else 0, 0)
        site.store.write(
            lambda tx, o=other, p=post_id, a=about_id: notify(tx, dirk.account.id, o, ada.account.id, p, about_id=a)
        )
    site.run_jobs()
    told = [device.read(place)["notification_type"] for place in range(len(device.got))]
    assert set(told) == {alert}


def test_a_kind_that_no_device_is_told_of(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True, "follow": True}))
    wishes(site, dirk, silent=["follow"])
    ada.follows(dirk)
    ada.says("@dirk")
    site.run_jobs()
    assert [device.read(n)["notification_type"] for n in range(len(device.got))] == ["mention"]


def test_a_push_says_where_to_read_on(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    dirk.post(PUSH, device.asks(alerts={"mention": True, "follow": True}))
    said = ada.says("@dirk")
    ada.follows(dirk)
    site.run_jobs()
    told = {device.read(n)["notification_type"]: device.read(n) for n in range(2)}
    assert told["mention"]["url"] == f"http://localhost:8000/@ada/{said['id']}"
    assert told["follow"]["url"] == "http://localhost:8000/@ada" and told["follow"]["tag"].startswith("follow-")


def test_a_browser_is_told_as_long_as_it_is_signed_in(site: Site, ada: Person, dirk: Person, device: Device) -> None:
    cookie = site.store.write(lambda tx: start_session(tx, dirk.user_id, dirk.account.id))
    asked = device.asks()["subscription"]
    keys = (asked["endpoint"], asked["keys"]["p256dh"], asked["keys"]["auth"])

    def keep(tx: Any) -> None:
        found = find_session(tx, cookie)
        assert found is not None
        alerts = dict.fromkeys(TYPES, True)
        subscribe(tx, found.id, dirk.account.id, *keys, alerts=alerts, standard=True, plain_http=True)

    site.store.write(keep)
    ada.says("@dirk un")
    site.run_jobs()
    assert device.read()["title"] == "ada vous a mentionné"
    site.store.write(lambda tx: end_session(tx, cookie))
    ada.says("@dirk deux")
    site.run_jobs()
    assert len(device.got) == 1
    with site.store.read() as db:
        assert subscriptions_for(db, dirk.account.id, "mention") == []
