from sqlalchemy import select

from perron.jobs import queue
from perron.kit.time import HOUR, MINUTE, now
from perron.media.prune import PruningDue, keep_pruning, prune_hourly
from perron.store import Prepared
from perron.store.tables import jobs
from tests.rig import Site

ALL_DUE = Prepared(select(jobs.c.due).where(jobs.c.name == "PruningDue"))


def test_clearing_away_is_owed_once_and_again_an_hour_after_it_was_done(site: Site) -> None:
    site.store.write(keep_pruning)
    site.store.write(keep_pruning)
    with site.store.read() as db:
        first = queue.next_due(db)
        assert first is not None and now() < first <= now() + MINUTE

    site.store.write(lambda tx: queue.cancel(tx, PruningDue()))
    for _ in range(2):  # a job whose end was lost in a crash is done again
        prune_hourly(site.store, {})
    with site.store.read() as db:
        (due,) = db.column(ALL_DUE)
    assert due > now() + HOUR - MINUTE
