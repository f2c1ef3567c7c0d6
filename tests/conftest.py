import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import Person, Site

DATABASES = ["sqlite"]


@pytest.fixture(params=DATABASES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", os.environ.get("TEST_POSTGRES", "") if request.param != "sqlite" else "") as one:
        yield one


@pytest.fixture
def ada(site: Site) -> Person:
    """She writes."""
    return site.person("ada")


@pytest.fixture
def bea(site: Site, ada: Person) -> Person:
    """She follows ada."""
    return site.person("bea", follows=ada)


@pytest.fixture
def dirk(site: Site) -> Person:
    """He is a stranger."""
    return site.person("dirk")
