"""Figures of a server through the API: how much there was, what there is most of, who stayed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from perron.kit.ids import born
from perron.kit.time import DAY, iso, iso_day, now
from perron.kit.version import VERSION
from perron.people.queries import add_account
from perron.store.tables import users
from tests.rig import ALL, Person, Site

RULES = ("No advertising.",)


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, rules=RULES) as one:
        yield one


@pytest.fixture
def mona(site: Site) -> Person:
    return site.person("mona", role="moderator", scopes=f"{ALL} admin:read admin:write")


def measured(mona: Person, key: str, *, days: int = 3, **more: Any) -> Any:
    """One figure of the last days."""
    asked = {"keys": [key], "start_at": iso_day(now() - (days - 1) * DAY), "end_at": iso_day(now()), **more}
    (found,) = mona.post("/api/v1/admin/measures", asked)
    assert found["key"] == key and [one["date"] for one in found["data"]] == [
        iso((now() // DAY - before) * DAY) for before in range(days - 1, -1, -1)
    ]
    return found


def counted(mona: Person, key: str, **more: Any) -> tuple[int, int, list[int]]:
    found = measured(mona, key, **more)
    return int(found["total"]), int(found.get("previous_total", 0)), [int(one["value"]) for one in found["data"]]


def test_people_and_what_they_do_are_counted_day_by_day(site: Site, ada: Person, bea: Person, mona: Person) -> None:
    post = ada.says("Hello #town")
    bea.says("Hello you", in_reply_to_id=post["id"])
    bea.post(f"/api/v1/statuses/{post['id']}/favourite")
    bea.post(f"/api/v1/statuses/{post['id']}/reblog")
    site.store.write(lambda tx: tx.execute(update(users).where(users.c.id == ada.user_id).values(seen_at=now() - DAY)))
    site.store.write(
        lambda tx: tx.execute(update(users).where(users.c.id == mona.user_id).values(seen_at=now() - 4 * DAY))
    )
    site.store.write(lambda tx: tx.execute(update(users).where(users.c.id == bea.user_id).values(seen_at=now())))

    assert counted(mona, "active_users") == (2, 1, [0, 1, 1])
    assert counted(mona, "new_users") == (3, 0, [0, 0, 3])
    assert counted(mona, "interactions") == (3, 0, [0, 0, 3])

    made = ada.post("/api/v1/reports", {"account_id": bea.id})
    mona.post(f"/api/v1/admin/reports/{made['id']}/resolve")
    assert counted(mona, "opened_reports") == counted(mona, "resolved_reports") == (1, 0, [0, 0, 1])


def test_tags_and_other_servers_are_counted(site: Site, ada: Person, bea: Person, mona: Person) -> None:
    ada.says("#town"), ada.says("#town again"), bea.says("#town too")
    tag = ada.get("/api/v1/tags/town")["id"]
    far = site.store.write(lambda tx: add_account(tx, "fay", domain="far.example", uri="https://far.example/fay"))
    ada.post(f"/api/v1/accounts/{far.id}/follow")

    assert counted(mona, "tag_uses", tag_uses={"id": tag}) == (3, 0, [0, 0, 3])
    assert counted(mona, "tag_accounts", tag_accounts={"id": tag}) == (2, 0, [0, 0, 2])
    assert counted(mona, "tag_servers", tag_servers={"id": tag}) == (0, 0, [0, 0, 0])
    of = {"domain": "far.example"}
    assert counted(mona, "instance_accounts", instance_accounts=of)[0] == 1
    for key in ("instance_statuses", "instance_reports", "instance_followers", "instance_follows"):
        found = measured(mona, key, **{key: of})
        assert "previous_total" not in found and found["unit"] is None and int(found["total"]) in (0, 1)
    files = measured(mona, "instance_media_attachments", instance_media_attachments=of)
    assert (files["unit"], files["total"], files["human_value"]) == ("bytes", "0", "0 Bytes")


def test_keys_that_nobody_knows_are_left_out_and_what_is_missing_is_named(site: Site, mona: Person) -> None:
    path, days = "/api/v1/admin/measures", {"start_at": "2026-01-01", "end_at": "2026-01-02"}
    assert mona.post(path, {"keys": ["weather", "new_users", "new_users"], **days})[0]["key"] == "new_users"
    assert mona.post(path, days) == [] == mona.post("/api/v1/admin/dimensions", {"keys": ["weather"]})
    for wrong in (
        {"keys": ["new_users"]},
        {"keys": ["new_users"], "start_at": "yesterday", "end_at": "2026-01-02"},
        {"keys": ["new_users"], "start_at": "2026-01-03", "end_at": "2026-01-02"},
        {"keys": ["new_users"], "start_at": "2020-01-03", "end_at": "2026-01-02"},
        {"keys": ["new_users"], "start_at": "0001-01-01", "end_at": "9999-12-31"},
        {"keys": ["tag_uses"], **days},
        {"keys": ["instance_accounts"], "instance_accounts": {"id": "1"}, **days},
        {"keys": ["tag_uses"], "tag_uses": "town", **days},
    ):
        assert mona.post(path, wrong, expect=422)["error"]


def test_what_there_is_most_of(site: Site, ada: Person, bea: Person, mona: Person) -> None:
    for text, language in (("Bonjour #town", "fr"), ("Salut", "fr"), ("Hello #town", "en")):
        ada.says(text, language=language)
    tag = ada.get("/api/v1/tags/town")["id"]
    far = site.store.write(lambda tx: add_account(tx, "fay", domain="far.example", uri="https://far.example/fay"))
    ada.post(f"/api/v1/accounts/{far.id}/follow")
    of = {"domain": "far.example"}
    keys = [
        *("languages", "sources", "servers", "space_usage", "software_versions", "tag_servers", "tag_languages"),
        *("instance_accounts", "instance_languages"),
    ]

    found = mona.post(
        "/api/v1/admin/dimensions",
        {
            "keys": keys,
            "tag_servers": {"id": tag},
            "tag_languages": {"id": tag},
            "instance_accounts": of,
            "instance_languages": of,
        },
    )

    assert [one["key"] for one in found] == keys
    data = {one["key"]: one["data"] for one in found}
    assert data["languages"][0] == {"key": "fr", "human_key": "French", "value": "2"}
    assert data["sources"] == [{"key": "rig", "human_key": "rig", "value": "3"}] and data["servers"] == []
    assert data["tag_servers"] == [{"key": site.settings.domain, "human_key": site.settings.domain, "value": "2"}]
    assert [one["key"] for one in data["tag_languages"]] == ["en", "fr"] and data["instance_languages"] == []
    assert data["instance_accounts"][0]["key"] == "fay"
    assert [one["key"] for one in data["space_usage"]] == [site.store.engine.dialect.name, "media"]
    assert data["software_versions"][0] == {
        "key": "perron",
        "human_key": "Perron",
        "value": VERSION,
        "human_value": VERSION,
    }
    few = mona.post("/api/v1/admin/dimensions", {"keys": ["languages"], "limit": 1})
    assert [one["key"] for one in few[0]["data"]] == ["fr"]


def test_who_stayed_of_those_who_joined(site: Site, ada: Person, bea: Person, mona: Person) -> None:
    site.store.write(lambda tx: tx.execute(update(users).values(seen_at=now())))
    today = born(ada.user_id) // DAY * DAY
    asked = {"start_at": iso_day(today - DAY), "end_at": iso_day(today), "frequency": "day"}

    before, cohort = mona.post("/api/v1/admin/retention", asked)

    assert cohort == {
        "period": iso(today),
        "frequency": "day",
        "data": [{"date": iso(today), "rate": 1.0, "value": "3"}],
    }
    assert [one["value"] for one in before["data"]] == ["0", "0"] and before["data"][0]["rate"] == 0.0
    (month,) = mona.post("/api/v1/admin/retention", {**asked, "start_at": asked["end_at"], "frequency": "month"})
    assert month["frequency"] == "month" and month["period"].endswith("-01T00:00:00.000Z")
    assert month["data"][0]["value"] == "3"
    year = {"start_at": "2025-11-30", "end_at": "2026-02-01", "frequency": "month"}
    assert [one["period"][:7] for one in mona.post("/api/v1/admin/retention", year)] == [
        *("2025-11", "2025-12", "2026-01", "2026-02")
    ]
    for missing in asked:
        assert mona.post("/api/v1/admin/retention", {key: asked[key] for key in asked if key != missing}) == []
