import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from perron.cli import SELDOM
from tests.answers import MISFITS, watching
from tests.databases import ENGINES, Databases, close_postgres
from tests.rig import Person, Site

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # how long an example takes says how busy the machine is


@pytest.fixture(scope="session", autouse=True)
def _watching() -> Iterator[None]:
    with watching():
        yield
    close_postgres()


@pytest.fixture(autouse=True)
def _what_is_said_is_so(_watching: None) -> Iterator[None]:
    """Every answer that a test receives is what its address says it gives."""
    yield
    met = list(dict.fromkeys(MISFITS))
    MISFITS.clear()
    assert not met


def pytest_collection_finish() -> None:
    """What was loaded for the tests stays as long as they do: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def pytest_xdist_auto_num_workers() -> int | None:
    """`-n auto`: half as many again as there are cores, as a worker often waits for what it has started."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None  # xdist reads it
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (cores + 1) // 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is asked of one engine only (`only`) is not asked of the other: nothing is skipped."""
    left = {item for item in items if (only := item.get_closest_marker("only")) and not _is_for(item, only.args[0])}
    if left:
        config.hook.pytest_deselected(items=[*left])
        items[:] = [item for item in items if item not in left]


def _is_for(item: pytest.Item, engine: str) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    return bool(params.get("databases", engine) == engine and engine in ENGINES)


@pytest.fixture(params=ENGINES)
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Databases:
    """Clean databases: on SQLite and, where `TEST_POSTGRES` names a server, on PostgreSQL."""
    return Databases(request.param, tmp_path)


@pytest.fixture
def database(databases: Databases) -> str:
    """The address of a clean database."""
    return databases.clean()


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database) as one:
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
