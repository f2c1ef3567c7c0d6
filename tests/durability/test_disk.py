"""A commit is on disk before it is answered: also when the power goes, not only when the process does."""

import threading
from typing import Any

import pytest

from perron.jobs import put
from tests.rig import Site

FULL = 2


@pytest.mark.only("sqlite")
def test_the_writer_waits_for_the_disk(site: Site) -> None:
    seen: dict[str, Any] = {}

    def look(tx: Any) -> None:
        for name in ("synchronous", "journal_mode"):
            seen[name] = tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    site.store.write(look)

    assert seen == {"synchronous": FULL, "journal_mode": "wal"}


def test_a_write_is_answered_after_its_commit(site: Site) -> None:
    """When a caller hears of the end, another connection already sees what was written."""
    seen: list[int] = []
    answered = threading.Event()

    def finished(result: Any, wrong: BaseException | None) -> None:
        with site.store.engine.connect() as other:
            seen.append(other.exec_driver_sql("SELECT count(*) FROM jobs WHERE name = 'Committed'").scalar_one())
        answered.set()

    site.store.submit(lambda tx: put(tx, "Committed", {}), finished)
    answered.wait(5)

    assert seen == [1]
