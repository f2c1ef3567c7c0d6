"""What was rendered by an older Perron is rendered anew, without anybody waiting for it."""

from typing import Any

from sqlalchemy import func, select, update

from perron.entities import freshen as freshening
from perron.entities.freshen import freshen, keep_fresh
from perron.jobs import queue
from perron.kit.time import HOUR, MINUTE, now
from perron.store import Prepared
from perron.store.tables import accounts, posts
from tests.rig import Site

OLD = [Prepared(select(func.count()).select_from(table).where(table.c.stamp == 1)) for table in (accounts, posts)]


def test_old_fragments_are_made_anew_in_steps(site: Site, monkeypatch: Any) -> None:
    monkeypatch.setattr(freshening, "STEP", 2)
    ada = site.person("ada")
    for n in range(5):
        ada.says(f"Marche {n}")
    site.store.write(lambda tx: [tx.execute(update(table).values(stamp=1)) for table in (accounts, posts)])

    freshen(site.store, {})

    with site.store.read() as db:
        assert [db.value(count) for count in OLD] == [0, 0]
    assert [one["content"] for one in ada.get("/api/v1/timelines/home")][0] == "<p>Marche 4</p>"


def test_looking_is_owed_once_and_again_in_an_hour(site: Site) -> None:
    site.store.write(keep_fresh)
    site.store.write(keep_fresh)
    with site.store.read() as db:
        assert queue.pending(db, freshening.FreshnessDue())
    site.run_jobs()
    with site.store.read() as db:
        due = queue.next_due(db)
    assert due is not None and due > now() + HOUR - MINUTE
