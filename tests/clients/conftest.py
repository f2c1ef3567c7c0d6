from collections.abc import Iterator

import pytest

from tests.clients.server import Person, Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One running server for the tests of a module; whoever is in it, each test brings along."""
    with serving(tmp_path_factory.mktemp("clients") / "data", PERRON_POST_MAX_CHARS="20000") as one:
        yield one


@pytest.fixture
def ada(served: Served) -> Person:
    """She writes."""
    return served.person("ada")


@pytest.fixture
def bea(served: Served, ada: Person) -> Person:
    """She follows ada."""
    return served.person("bea", follows=ada)


@pytest.fixture
def dirk(served: Served) -> Person:
    """He is a stranger."""
    return served.person("dirk")
