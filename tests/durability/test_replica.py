"""A real streaming replica: whoever is not signed in is answered from it, until it is behind, or dead."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trials.engines import Standby
from trials.rig import Name, Node, Town

pytestmark = [pytest.mark.slow, pytest.mark.only("postgresql")]
PATIENCE = 60.0


class Served:
    """A server on a primary, and the replica beside it."""

    def __init__(self, node: Node, standby: Standby, ada: Name) -> None:
        self.node, self.standby, self.ada = node, standby, ada
        self.count = 0

    def ask(self, path: str, token: str = "", body: bytes | None = None) -> tuple[int, bytes]:
        """The status of an answer, and what it said."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"{self.node.url}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def says(self) -> str:
        """Ada posts; where it is."""
        self.count += 1
        status, said = self.ask("/api/v1/statuses", self.ada.token, f"status=Bonjour+{self.count}".encode())
        assert status == 200, said
        return "/api/v1/statuses/" + said.partition(b'"id":"')[2].partition(b'"')[0].decode()

    def is_asked(self) -> bool:
        """Whether the replica answers who is not signed in: they do not see what it was not told yet, and ada does."""
        self.standby.stand_still()
        try:
            path = self.says()
            assert self.ask(path, self.ada.token)[0] == 200
            return self.ask(path)[0] == 404
        finally:
            self.standby.follow_on()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Town(tmp_path, "postgresql") as town:
        assert town.postgres is not None
        (ada,) = town.people(1, "ada")
        standby = Standby(town.postgres)
        try:
            given = {"PERRON_DATABASE_REPLICA": standby.url, "PERRON_DATABASE_REPLICA_LAG": "2"}
            node = town.node("serve", {**given, "PERRON_ADMISSION": "off"})
            node.start()
            yield Served(node, standby, ada)
            assert node.stop() == 0
        finally:
            standby.close()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def test_who_is_not_signed_in_is_answered_by_a_replica_until_it_is_behind_or_dead(served: Served) -> None:
    until(served.is_asked)

    served.standby.stand_still()
    path = served.says()
    until(lambda: served.ask(path)[0] == 200)  # it is too far behind: the primary answers
    served.standby.follow_on()
    until(served.is_asked)

    served.standby.stop("immediate")
    path = served.says()
    assert served.ask(path)[0] == 200
    assert served.ask("/api/v1/timelines/public")[0] == 200

    served.standby.start()
    until(served.is_asked)
