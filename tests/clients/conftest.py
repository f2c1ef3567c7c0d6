from collections.abc import Callable, Iterator

import pytest

from tests.clients.library import Library, in_hands_of
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


@pytest.fixture
def lends() -> Iterator[Callable[[Person], Library]]:
    """A way to give somebody Mastodon.py; each has one."""
    lent: dict[Person, Library] = {}

    def to(who: Person) -> Library:
        if who not in lent:
            lent[who] = in_hands_of(who)
        return lent[who]

    yield to
    for one in lent.values():
        one.session.close()
