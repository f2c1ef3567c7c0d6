"""A whole small server to test against: real routes, real database, no network."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from perron.app import App
from perron.entities.opening import open_site
from perron.jobs.worker import Worker
from perron.kit.settings import Settings
from perron.people.apps import register_app
from perron.people.model import Account
from perron.people.queries import add_account, add_membership, find_account
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.people.users import add_user
from perron.store.schema import prepare
from perron.wiring import CONSEQUENCES
from tests.databases import READY, lay_ready

ALL = "read write follow push profile"


class Person:
    """Somebody with a token, and the things they do through the API."""

    def __init__(self, site: Site, account: Account, user_id: int, token: str) -> None:
        self.site, self.account, self.user_id, self.token = site, account, user_id, token
        self.headers = {"authorization": f"Bearer {token}"}

    @property
    def id(self) -> str:
        return str(self.account.id)

    def call(self, method: str, path: str, *, expect: int = 200, **more: Any) -> Any:
        headers = {**self.headers, **more.pop("headers", {})}
        reply = self.site.client.request(method, path, headers=headers, **more)
        assert reply.status_code == expect, f"{method} {path}: {reply.status_code} {reply.text[:500]}"
        return reply.json() if reply.content else None

    def get(self, path: str, *, expect: int = 200, **params: Any) -> Any:
        return self.call("GET", path, expect=expect, params=params)

    def post(self, path: str, body: Any = None, *, expect: int = 200, **more: Any) -> Any:
        return self.call("POST", path, json=body if body is not None else {}, expect=expect, **more)

    def put(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self.call("PUT", path, json=body if body is not None else {}, expect=expect)

    def delete(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self.call("DELETE", path, json=body, expect=expect)

    def says(self, text: str, *, expect: int = 200, **more: Any) -> Any:
        return self.post("/api/v1/statuses", {"status": text, **more}, expect=expect)

    def follows(self, other: Person) -> Any:
        return self.post(f"/api/v1/accounts/{other.id}/follow")

    def home(self, **params: Any) -> list[str]:
        return [words(status) for status in self.get("/api/v1/timelines/home", **params)]

    def notices(self) -> list[tuple[str, str]]:
        """(type, from whom), newest first."""
        return [(one["type"], one["account"]["acct"]) for one in self.get("/api/v1/notifications")]


def words(status: dict[str, Any]) -> str:
    """What a status says, without markup; a boost says what it boosts."""
    from perron.text.sanitise import plain

    return plain((status["reblog"] or status)["content"]).strip()


class Site:
    """A server in this process, with people in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.site = open_site(settings)
        self.store = self.site.store
        if self.store.url not in READY:
            prepare(self.store)
        self.app = App(self.site)
        self.client = TestClient(self.app, base_url=settings.public_origin)
        if not self.store.sqlite:
            self._write_and_hear()
        self.worker = Worker(self.store, CONSEQUENCES)
        own, _ = self.store.write(lambda tx: register_app(tx, "rig", ["urn:ietf:wg:oauth:2.0:oob"], scopes=ALL))
        self.app_id = own.id

    def _write_and_hear(self) -> None:
        """What a test writes itself is heard by the server before the test goes on, as what it asks the server to write
        is. (On SQLite there is nothing to wait for.)"""
        plain = self.store.write

        def write(work: Callable[[Any], Any]) -> Any:
            found = plain(work)
            loop, heard, done = self.app.ear._loop, self.store.heard, threading.Event()
            ours = threading.current_thread() is threading.main_thread()  # a thread of the server has no need to
            if ours and loop is not None and heard.position is not None:
                loop.call_soon_threadsafe(lambda: (heard.after_next(done.set), self.app.ear.listen()))
                done.wait(10)
            return found

        self.store.write = write  # type: ignore[method-assign]

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, database: str = "", **more: Any) -> Iterator[Site]:
        if not database:
            lay_ready(folder)
        usual = {"rate_limit": "off", "admission": "off", "workers": "off"}
        settings = Settings(data=folder, database=database, **{**usual, **more})
        site = cls(settings)
        with site.client:
            yield site

    def person(
        self, handle: str, *, follows: Person | None = None, scopes: str = ALL, locked: bool = False, **more: Any
    ) -> Person:
        def join(tx: Any) -> tuple[int, int, str]:
            user = add_user(tx, f"{handle}@example.org", "", **more)
            account = add_account(tx, handle, language="en")
            add_membership(tx, user.id, account.id)
            return account.id, user.id, issue_token(tx, self.app_id, user.id, account.id, read_scopes(scopes))

        account_id, user_id, token = self.store.write(join)
        with self.store.read() as db:
            account = find_account(db, account_id)
        assert account is not None
        person = Person(self, account, user_id, token)
        if locked:
            person.call("PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
        if follows:
            person.follows(follows)
        return person

    def token(self, person: Person, scopes: str) -> str:
        """Another token for a person, with other scopes."""
        return self.store.write(
            lambda tx: issue_token(tx, self.app_id, person.user_id, person.account.id, read_scopes(scopes))
        )

    def anybody(self, path: str, *, expect: int = 200, **params: Any) -> Any:
        reply = self.client.get(path, params=params)
        assert reply.status_code == expect, f"GET {path}: {reply.status_code} {reply.text[:500]}"
        return reply.json() if reply.content else None

    def run_jobs(self) -> None:
        """Do everything that is due."""
        self.worker.drain()


def decoded(text: str) -> Any:
    return json.loads(text)
