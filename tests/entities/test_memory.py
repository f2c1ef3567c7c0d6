"""What is remembered between readings is forgotten when there is too much of it, and no page has a hole for that."""

import pytest

from perron.store import engine
from tests.rig import Person


def test_a_page_is_whole_while_the_memory_of_its_reader_overflows(
    ada: Person, bea: Person, dirk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        ada.says(f"n° {n}")
        ada.post(f"/api/v1/statuses/{dirk.says(f'de Dirk, n° {n}')['id']}/reblog")
    monkeypatch.setattr(engine, "MOST_REMEMBERED", 2)

    for _ in range(3):
        assert len(bea.home(limit=40)) == 10
        assert len(bea.get(f"/api/v1/accounts/{ada.id}/statuses", limit=6)) == 6
