from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.redis_servers import Server
from tests.rig import Site


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, to be stopped, filled and killed."""
    one = Server(tmp_path / "redis").start()
    yield one
    one.kill()


def beat(site: Site) -> None:
    """What is due at the next beat, now."""
    assert site.site.shared is not None
    for each in site.site.shared.beats:
        each()


@pytest.fixture
def towns(database: str, tmp_path: Path, server: Server) -> Iterator[tuple[Site, Site]]:
    """Two nodes that share a database and a server, as two processes would."""
    with (
        Site.opened(tmp_path / "one", database, redis=server.url, origin="http://testserver") as one,
        Site.opened(tmp_path / "two", database, redis=server.url, origin="http://testserver") as two,
    ):
        yield one, two
