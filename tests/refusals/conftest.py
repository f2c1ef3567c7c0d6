from collections.abc import Iterator

import pytest

from tests.refusals.asking import Asker
from tests.rig import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for a whole page of tests: none of them minds what the others left."""
    with Site.opened(tmp_path_factory.mktemp("refusals") / "data") as one:
        yield one


@pytest.fixture(scope="module")
def ask(site: Site) -> Asker:
    return Asker(site)
