"""Two databases, the old and the new one, for each direction that this machine can try."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from perron.keep.move import reopen
from perron.store import Store
from tests.databases import ENGINES, Databases
from tests.rig import Person, Site

WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite")] if len(ENGINES) > 1 else [("sqlite", "sqlite")]


@dataclass
class Way:
    """From where to where: databases with this version's schema, and one in which there is nothing."""

    old: str
    new: str
    data: Path

    @property
    def engines(self) -> tuple[str, str]:
        return self.old.partition(":")[0].partition("+")[0], self.new.partition(":")[0].partition("+")[0]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-to-{way[1]}")
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    old, new = (Databases(engine, tmp_path) for engine in request.param)
    made = Way(old.clean(), new.empty(), tmp_path / "data")
    yield made
    reopen(made.old)  # others use it after us


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[Store]:
    """A database of SQLite in which there is nobody."""
    store = Store(Databases("sqlite", tmp_path).clean())
    yield store
    store.close()


@pytest.fixture
def town(way: Way) -> Iterator["Town"]:
    """A few people with what is hard to carry: polls, tags, marks, keys of bytes, NULL."""
    with Site.opened(way.data, way.old) as site:
        yield Town(site)


class Town:
    """The people and what they have done."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.ada = site.person("ada")
        self.bea = site.person("bea", follows=self.ada)
        self.carl = site.person("carl", locked=True)
        self.bea.post(f"/api/v1/accounts/{self.carl.id}/follow")
        self.first = self.ada.says("Les vélos d'été 🚲 #Paris", language="fr")
        self.second = self.says_once(self.bea, "A parrot in winter")
        poll = {"options": ["Pelican", "Cormorant"], "expires_in": 3600}
        self.third = self.ada.says("Which bird?", poll=poll)
        self.bea.post(f"/api/v1/polls/{self.third['poll']['id']}/votes", {"choices": [1]})
        self.bea.post(f"/api/v1/statuses/{self.first['id']}/favourite")
        self.bea.post(f"/api/v1/statuses/{self.first['id']}/reblog")
        self.ada.says("@bea only for you", visibility="direct")
        site.run_jobs()

    def says_once(self, who: Person, text: str) -> dict[str, str]:
        body = {"status": text, "language": "en"}
        said: dict[str, str] = who.post("/api/v1/statuses", body, headers={"idempotency-key": text})
        return said


def found(who: Person, query: str) -> list[str]:
    """Ids of the posts that a search finds, for somebody who has to do with them."""
    return [one["id"] for one in who.get("/api/v2/search", q=query, type="statuses")["statuses"]]


def people_found(who: Person, query: str) -> list[str]:
    return [one["acct"] for one in who.get("/api/v2/search", q=query, type="accounts")["accounts"]]
