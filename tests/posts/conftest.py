from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import Site


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, outside_allow=("127.0.0.0/8",)) as one:
        yield one
