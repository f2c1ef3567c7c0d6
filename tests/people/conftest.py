from collections.abc import Iterator
from pathlib import Path

import pytest

from perron.store import Store
from perron.store.tables import metadata


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/perron.sqlite3")
    metadata.create_all(store.engine)
    yield store
    store.close()
