import html
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from perron.entities.opening import open_site as open_whole
from perron.kit.settings import Settings
from perron.people.apps import App, register_app
from perron.people.join import join
from perron.people.model import Account, User
from perron.people.passwords import hash_password
from perron.people.sessions import start_session
from perron.store.schema import prepare
from perron.web.errors import HANDLERS
from perron.web.routes import ROUTES
from tests.databases import READY, Databases
from tests.rig import Person
from tests.rig import Site as Town

with warnings.catch_warnings():  # it would rather have a newer httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PASSWORD = "les marches au soleil"
KEPT = hash_password(PASSWORD)
APP_AT = "https://app.test/back"


class Browser(TestClient):
    """Somebody's browser: it keeps cookies, and sends the forms it was shown."""

    def fill(
        self, page: httpx.Response, *, at: str, headers: dict[str, str] | None = None, **more: str
    ) -> httpx.Response:
        """Send the form of a page that leads to `at`, with what was hidden in it."""
        found = re.search(rf'<form[^>]*action="{at}".*?</form>', page.text, re.DOTALL)
        assert found, page.text
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))
        fields = {name: html.unescape(value) for name, value in fields.items()} | more
        return self.post(at, data=fields, headers=headers)

    def press(self, page: httpx.Response, act: str, **more: Any) -> httpx.Response:
        """Press the button of a page that does `act`, with what is hidden in its form."""
        form = next((each for each in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if f'"{act}"' in each), "")
        assert form, f"{act} is not on the page"
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
        files = more.pop("files", None)
        fields = {name: html.unescape(value) for name, value in fields.items()} | more
        return self.post(act, data=fields, files=files)

    def sign_in(self, email: str = "ada@perron.test", password: str = PASSWORD, **query: str) -> httpx.Response:
        return self.fill(self.get("/sign-in", params=query), at="/sign-in", email=email, password=password)

    @property
    def session(self) -> str:
        return self.cookies.get("perron_session") or ""

    @property
    def signed_in(self) -> bool:
        return 'action="/sign-out"' in self.get("/sign-up").text or self.get("/sign-in").status_code == 303


def hidden(page: httpx.Response) -> str:
    """The value that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]*)"', page.text)
    assert found, page.text
    return html.unescape(found[1])


def inside(browser: Browser) -> bool:
    """Whether somebody is signed in at this browser."""
    return browser.get("/home").status_code == 200


class Site:
    """A server with real routes and a real database."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings(data=folder, origin="http://testserver", locale="en", **settings)
        self.whole = open_whole(self.settings)
        self.store = self.whole.store
        if self.store.url not in READY:
            prepare(self.store)
        self.asgi = Starlette(routes=ROUTES, exception_handlers=HANDLERS)
        self.asgi.router.redirect_slashes = False  # as `perron.app` has it
        self.asgi.state.site, self.asgi.state.files = self.whole, self.whole.files
        self.asgi.state.store, self.asgi.state.settings = self.store, self.settings

    def browser(self, base_url: str = "http://testserver") -> Browser:
        return Browser(self.asgi, base_url=base_url, follow_redirects=False)

    def person(self, name: str, **more: str) -> tuple[User, Account]:
        given = {"username": name, "email": f"{name}@perron.test", "password_hash": KEPT, "locale": "en"} | more
        return self.store.write(lambda tx: join(tx, **given))

    def app(self, name: str = "Elk", scopes: str = "read write", uris: str = APP_AT, **more: str) -> tuple[App, str]:
        return self.store.write(lambda tx: register_app(tx, name, [uris], scopes=scopes, **more))


@pytest.fixture
def open_site(tmp_path: Path, databases: Databases) -> Iterator[Callable[..., Site]]:
    opened: list[Site] = []

    def build(**settings: Any) -> Site:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(Site(folder, database=databases.clean(), **settings))
        return opened[-1]

    yield build
    for site in opened:
        site.store.close()


@pytest.fixture
def site(open_site: Callable[..., Site]) -> Site:
    return open_site()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A whole server with people in it, at which pages are looked at."""
    with Town.opened(tmp_path / "town", origin="http://testserver", locale="en", title="The Steps") as one:
        yield one


def somebody(town: Town, handle: str, **more: Any) -> Person:
    """A person who reads English."""
    return town.person(handle, locale="en", **more)


def at_browser(town: Town, person: Person | None = None) -> Browser:
    """Anybody's browser, or one in which a person is signed in."""
    browser = Browser(town.app, base_url=town.settings.public_origin, follow_redirects=False)
    browser.portal = town.client.portal
    if person is not None:
        value = town.store.write(lambda tx: start_session(tx, person.user_id, person.account.id))
        browser.cookies.set("perron_session", value, domain="testserver.local")
    return browser


def answered(response: httpx.Response) -> dict[str, str]:
    """What an app reads from the address it is led to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}
