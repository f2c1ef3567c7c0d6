"""Nothing grows without bound: every table says with what it grows and what ends that, and what ends it does."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from perron.jobs.queue import forget_failed
from perron.kit.ids import new_id
from perron.kit.time import DAY, now
from perron.people import unconfirmed
from perron.people.scopes import read_scopes
from perron.people.tidy import forget_expired
from perron.people.tokens import issue_token
from perron.people.unconfirmed import forget_unconfirmed
from perron.posts.forget_days import KEPT, forget_days
from perron.store import tables
from perron.store.growth import HOT, TABLES
from perron.timelines import trim_notices as trimming
from perron.timelines.trim_notices import trim_notices
from perron.wiring import CHORES, CONSEQUENCES
from tests.rig import Person, Site


def test_every_table_says_with_what_it_grows_and_what_ends_that() -> None:
    assert set(TABLES) == set(tables.metadata.tables)
    assert all(growth.grows_with and growth.ends for growth in TABLES.values())


def test_what_is_said_to_end_a_growth_is_done() -> None:
    done = {one.__name__ for one in CHORES} | {one.name for each in CONSEQUENCES.values() for one in each}
    named = {growth.ends for growth in TABLES.values() if " " not in growth.ends}
    assert named <= done
    assert {"forget_expired", "trim_notices", "forget_unconfirmed", "trim", "forget_failed"} <= named


def test_every_hot_table_has_in_its_key_what_it_would_be_spread_by_or_says_why_not() -> None:
    """A distributed PostgreSQL wants the column by which rows are spread in every primary key."""
    keys = {name: {column.key for column in tables.metadata.tables[name].primary_key} for name in HOT}
    without = {name for name in HOT if TABLES[name].by not in keys[name]}
    assert without == {"notices"}  # see docs/sharding.md
    assert all(one.by == "" or one.by in tables.metadata.tables[name].c for name, one in TABLES.items())


def add(site: Site, table: Any, *rows: dict[str, Any]) -> None:
    site.store.write(lambda tx: [tx.execute(table.insert().values(**row)) for row in rows])


def count(site: Site, table: Any) -> int:
    with site.store.read() as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def do(site: Site, chore: Any, times: int = 3) -> None:
    for _ in range(times):
        site.store.write(chore)


def test_what_lets_nobody_in_any_more_is_forgotten_and_other_things_are_not(site: Site, ada: Person) -> None:
    who = {"user_id": ada.user_id, "account_id": ada.account.id}
    for n, at in enumerate((now() - 1, now() + DAY)):
        app = {"app_id": site.app_id, "scopes": "read"}
        add(site, tables.sessions, {"id": new_id(), "hash": b"s%d" % n, **who, "expires_at": at})
        add(site, tables.grants, {"hash": b"g%d" % n, **app, **who, "redirect_uri": "", "expires_at": at})
        add(site, tables.email_confirmations, {"hash": b"l%d" % n, "user_id": 1, "email": "x@e.org", "expires_at": at})
        add(site, tables.invitations, {"id": new_id(), "code": b"i%d" % n, "expires_at": at - 31 * DAY * (1 - n)})
        add(site, tables.tokens, {"id": new_id(), "hash": b"t%d" % n, **app, "seen_at": at - 91 * DAY * (1 - n)})
    tokens = count(site, tables.tokens)
    do(site, forget_expired)
    for table in (tables.sessions, tables.grants, tables.email_confirmations, tables.invitations):
        assert count(site, table) == 1, table.name
    assert count(site, tables.tokens) == tokens - 1
    assert ada.get("/api/v1/accounts/verify_credentials")["username"] == "ada"


def test_much_that_has_expired_is_forgotten_step_by_step(site: Site, ada: Person) -> None:
    row = {"user_id": ada.user_id, "account_id": ada.account.id, "expires_at": now() - 1}
    many = [{"id": new_id(), "hash": b"%d" % n, **row} for n in range(2300)]
    site.store.write(lambda tx: tx.execute(tables.sessions.insert(), many))
    left = [2300]
    for _ in range(5):
        do(site, forget_expired, 1)
        left.append(count(site, tables.sessions))
    assert left[-1] == 0
    assert max(before - after for before, after in zip(left, left[1:], strict=False)) == 1000


def test_a_sign_up_that_was_never_confirmed_is_forgotten_and_its_name_is_free_again(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site.opened(tmp_path / "data", database, confirm_email="on") as site:
        site.person("ada")
        app = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes("read write")))
        asked = {"username": "zoe", "email": "zoe@example.org", "password": "a long pass phrase", "agreement": True}

        def sign_up() -> int:
            headers = {"authorization": f"Bearer {app}"}
            return site.client.post("/api/v1/accounts", json={**asked, "locale": "en"}, headers=headers).status_code

        assert sign_up() == 200
        before = count(site, tables.users), count(site, tables.accounts)
        do(site, forget_unconfirmed)
        assert (count(site, tables.users), count(site, tables.accounts)) == before
        later = now() + 8 * DAY
        monkeypatch.setattr(unconfirmed, "now", lambda: later)
        do(site, forget_unconfirmed)
        site.run_jobs()
        assert (count(site, tables.users), count(site, tables.accounts)) == (before[0] - 1, before[1] - 1)
        assert count(site, tables.email_confirmations) == 0
        assert sign_up() == 200


def test_of_each_account_the_newest_notices_are_kept(database: str, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "data", database, notices_most=100) as site:
        ada, bea = site.person("ada"), site.person("bea")
        row = {"type": "favourite", "about_id": 7}
        told = [{**row, "id": new_id(), "account_id": ada.account.id, "from_id": n} for n in range(130)]
        site.store.write(lambda tx: tx.execute(tables.notices.insert(), told))
        add(site, tables.notices, {**row, "id": new_id(), "account_id": bea.account.id, "from_id": 1})
        do(site, trim_notices)
        assert count(site, tables.notices) == 101
        with site.store.read() as db:
            kept = set(db.execute(select(tables.notices.c.id)).scalars())
        assert {one["id"] for one in told[-100:]} <= kept


def test_notices_that_are_too_old_are_forgotten(site: Site, ada: Person) -> None:
    row = {"account_id": ada.account.id, "type": "favourite", "about_id": 7}
    add(site, tables.notices, *({**row, "id": (now() - n * DAY) << 16, "from_id": n} for n in (364, 366)))
    do(site, trim_notices)
    assert count(site, tables.notices) == 1


def test_days_that_nobody_asks_for_any_more_are_forgotten(site: Site) -> None:
    today = now() // DAY
    for table, subject in ((tables.tag_days, "tag_id"), (tables.card_days, "card_id")):
        add(site, table, *({subject: 1, "day": today - age} for age in (0, KEPT - 1, KEPT + 1, KEPT + 9)))
        do(site, forget_days)
        assert count(site, table) == 2


def test_jobs_that_were_given_up_long_ago_are_forgotten(site: Site) -> None:
    row = {"name": "Something", "payload": "{}", "failed": True}
    add(site, tables.jobs, *({**row, "id": new_id(), "due": now() - age * DAY} for age in (1, 29, 31, 400)))
    do(site, forget_failed)
    assert count(site, tables.jobs) == 2


def test_to_find_notices_that_are_too_many_no_table_is_read_from_end_to_end(site: Site) -> None:
    values = dict.fromkeys(("before", "since", "after", "told", "most", "upto"), 1)
    how = "EXPLAIN QUERY PLAN " if site.store.sqlite else "EXPLAIN "
    with site.store.read() as db:
        if not site.store.sqlite:
            db._raw.execute("SET enable_seqscan = off")  # the table is too small for an index to be worth while
        for one in (trimming._TOO_OLD, trimming._TOLD_LATELY, trimming._MOST_RECENT, trimming._TOO_MANY):
            sql, fixed = one.sql(db.dialect)
            plan = [str(row[-1]) for row in db._raw.execute(how + sql, {**values, **fixed}).fetchall()]
            assert not [line for line in plan if "Seq Scan" in line or line.startswith("SCAN notices")], plan
        if not site.store.sqlite:
            db._raw.execute("RESET enable_seqscan")
