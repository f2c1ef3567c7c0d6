"""While the database is away every page says so, and when to come back; none is a mistake of ours."""

import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from trials.rig import Town

pytestmark = [pytest.mark.slow, pytest.mark.only("postgresql")]
PAGES = ("/", "/tags/mj", "/@p0", "/explore", "/nobody-has-made-this-page", "/guide", "/feed.xml")
COOKIES = ("", "perron_session=someone")
MAY_BE_THERE = {200, 404, 503}
"""Some pages ask the database for nothing."""


def ask(url: str, cookie: str = "") -> tuple[int, str]:
    """The status of an answer, and after how long to come back."""
    request = urllib.request.Request(url, headers={"cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, ""
    except urllib.error.HTTPError as refused:
        refused.read()
        return refused.code, refused.headers.get("retry-after", "")


def test_pages_say_when_to_come_back_while_the_database_is_away(tmp_path: Path) -> None:
    with Town(tmp_path, "postgresql") as town:
        assert town.postgres is not None
        town.people(1)
        node = town.node("serve", {"PERRON_ADMISSION": "off"})
        node.start()
        assert ask(f"{node.url}/tags/mj")[0] == 200
        town.postgres.stop("immediate")
        told = {(page, cookie): ask(f"{node.url}{page}", cookie) for page in PAGES for cookie in COOKIES}
        town.postgres.start()
        strange = {what: status for what, (status, _) in told.items() if status not in MAY_BE_THERE}
        assert not strange
        assert all(after.isdigit() for status, after in told.values() if status == 503)
        assert told["/tags/mj", ""][0] == 503
        end = time.monotonic() + 60
        while ask(f"{node.url}/tags/mj")[0] != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert node.stop() == 0
        assert "Mistake" not in node.said()
