from collections.abc import Callable, Iterator

import pytest

from tests.clients.library import Library, in_hands_of
from tests.clients.server import Person, Served, serving
from tests.databases import ENGINES, Databases
from tests.redis_servers import GIVEN, Server

OF_ITS_OWN = 90
"""The number of a database that no other test cleans."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What real clients say is said on everything that a server may stand on; the rest on SQLite."""
    if "ground" in metafunc.fixturenames:
        real = metafunc.module.__name__.rpartition(".")[2].startswith(("test_mastodon_py", "test_toot"))
        metafunc.parametrize("ground", ENGINES if real else ENGINES[:1], indirect=True, scope="module")


@pytest.fixture(scope="module")
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a server stands on, as settings: SQLite, or PostgreSQL and a server that nodes share."""
    if request.param == "sqlite":
        yield {}
        return
    shared = None if GIVEN else Server(tmp_path_factory.mktemp("shared")).start()
    url = Databases("postgresql", tmp_path_factory.getbasetemp()).clean(OF_ITS_OWN)
    yield {"PERRON_DATABASE": url, "PERRON_REDIS": shared.url if shared else GIVEN}
    if shared:
        shared.kill()


@pytest.fixture(scope="module")
def served(ground: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One running server for the tests of a module; whoever is in it, each test brings along."""
    with serving(tmp_path_factory.mktemp("clients") / "data", PERRON_POST_MAX_CHARS="20000", **ground) as one:
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
