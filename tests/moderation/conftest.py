from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from perron.entities.opening import open_site
from perron.jobs.worker import Worker
from perron.kit.settings import Settings
from perron.moderation.model import Decision, Moderator, Strike
from perron.people.model import Account
from perron.people.queries import add_account, add_membership, find_account
from perron.people.users import add_user
from perron.posts.model import Draft, Post
from perron.posts.publish import publish
from perron.store import Db, Store
from perron.store.schema import prepare
from perron.store.tables import metadata
from perron.timelines.notice_pages import Wanted, notices_page
from perron.timelines.public import Paging
from perron.wiring import CONSEQUENCES

RULES = ("Speak with people, not about them.", "No advertising.", "Keep the law.")


class Village:
    """A database with people in it, some of whom look after the others."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.users: dict[int, int] = {}

    def person(self, handle: str, role: str = "user", state: str = "active") -> Account:
        def join(tx: Any) -> tuple[Account, int]:
            user = add_user(tx, f"{handle}@example.org", "", role=role, state=state)
            account = add_account(tx, handle, state=state)
            add_membership(tx, user.id, account.id)
            return account, user.id

        account, self.users[account.id] = self.store.write(join)
        return account

    def moderator(self, handle: str = "mona", role: str = "moderator") -> Moderator:
        account = self.person(handle, role)
        return Moderator(self.users[account.id], account.id, role)

    def says(self, who: Account, text: str, **more: Any) -> Post:
        return self.store.write(lambda tx: publish(tx, who, Draft(text, **more), self.settings))

    def now(self, account: Account) -> Account:
        with self.store.read() as db:
            found = find_account(db, account.id)
        assert found is not None
        return found

    def rows(self, table: str) -> list[Any]:
        """Everything in a table."""
        with self.store.read() as db:
            return list(
                db.connection.execute(select(metadata.tables[table]).order_by(*metadata.tables[table].primary_key))
            )

    def notices(self, account_id: int) -> list[str]:
        def read(db: Db) -> list[str]:
            return [one.type for one in notices_page(db, account_id, Paging(), Wanted(filtered_too=True))]

        with self.store.read() as db:
            return read(db)

    def run_jobs(self) -> None:
        Worker(self.store, CONSEQUENCES).drain()

    def decide(self, by: Moderator, about: Account, action: str = "warn", **more: Any) -> Strike:
        from perron.moderation.decide import decide

        given = {"text": "This was an advertisement.", "rules": (2,)} | more
        return self.store.write(lambda tx: decide(tx, by, about.id, Decision(action, **given), self.settings))


@pytest.fixture
def village(database: str, tmp_path: Any) -> Iterator[Village]:
    settings = Settings(data=tmp_path / "data", database=database, rules=RULES, workers="off")
    site = open_site(settings)
    prepare(site.store)
    yield Village(site.store, settings)
    site.store.close()


@pytest.fixture
def ada(village: Village) -> Account:
    return village.person("ada")


@pytest.fixture
def dirk(village: Village) -> Account:
    return village.person("dirk")


@pytest.fixture
def mona(village: Village) -> Moderator:
    """She looks after the village."""
    return village.moderator()
