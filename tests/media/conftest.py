import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.object_store import ObjectStore, object_store
from tests.rig import Person, Site


@pytest.fixture(scope="session")
def objects() -> Iterator[ObjectStore]:
    """A real store that speaks S3."""
    with object_store() as found:
        yield found


@pytest.fixture
def place(objects: ObjectStore) -> str:
    """A place in a fresh bucket."""
    return objects.make(f"town-{secrets.token_hex(6)}")


@pytest.fixture
def far(objects: ObjectStore, place: str, database: str, tmp_path: Path) -> Iterator[Site]:
    """A server whose media are in a bucket."""
    with Site.opened(tmp_path / "data", database, **objects.settings(place)) as site:
        yield site


@pytest.fixture
def iris(far: Site) -> Person:
    """She has a camera."""
    return far.person("iris")
