from collections.abc import Iterator

import pytest

from tests.databases import ENGINES, Databases
from tests.refusals.asking import Asker
from tests.rig import Site


@pytest.fixture(scope="module", params=ENGINES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for a whole page of tests: none of them minds what the others left."""
    folder = tmp_path_factory.mktemp("refusals")
    database = Databases(request.param, folder).clean()
    with Site.opened(folder / "data", database) as one:
        yield one


@pytest.fixture(scope="module")
def ask(site: Site) -> Asker:
    return Asker(site)
