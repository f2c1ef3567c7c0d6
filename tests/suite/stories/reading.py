"""What tests of figures have in common: readers from somewhere, with a browser, who come to a story and read on."""

from typing import Any

from perron.suite.stories.views import keep_views
from tests.rig import Person, Site
from tests.suite.stories.telling import STORIES, path

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


class Reader:
    """Somebody who is not known: a browser, somewhere."""

    def __init__(self, site: Site, browser: str = FIREFOX) -> None:
        self.site, self.headers = site, {"user-agent": browser}

    def opens(self, story: dict[str, Any], view: str = "", **headers: str) -> Any:
        """Open a story in one of its views."""
        reply = self.site.client.get(path(story) + view, headers={**self.headers, **headers})
        assert reply.status_code == 200, reply.text[:300]
        return reply

    def tells(self, story: dict[str, Any], body: Any, **headers: str) -> None:
        """What the script of the page says; the answer says nothing."""
        to = f"/stories/{story['id']}/read"
        reply = self.site.client.post(to, json=body, headers={**self.headers, **headers})
        assert (reply.status_code, reply.content) == (204, b"")

    def reads(self, story: dict[str, Any], until: int) -> None:
        """Open a story and read as far as the item at this place, from 0."""
        self.opens(story)
        self.tells(story, {"item": story["items"][until]["id"]})


def readers(site: Site, how_many: int, first: int = 1) -> list[Reader]:
    """So many, each with another browser."""
    return [Reader(site, f"{FIREFOX} {n}") for n in range(first, first + how_many)]


def write_down(site: Site) -> None:
    """As the server does some seconds after the first reading."""
    taken = site.site.readings.take()
    site.store.write(lambda tx: keep_views(tx, taken))


def figures(site: Site, teller: Person, story: dict[str, Any]) -> dict[str, Any]:
    """How a story is read, once everything is written down."""
    write_down(site)
    found: dict[str, Any] = teller.get(f"{STORIES}/{story['id']}/figures")
    return found
