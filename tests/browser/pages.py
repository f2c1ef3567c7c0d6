"""Every page there is, with an address at which the town shows it, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import text
from starlette.routing import Route

from perron.kit.mail import stop_code
from perron.people.apps import OUT_OF_BAND
from perron.web.routes import ROUTES
from tests.clients.server import Served

ANYBODY, ADA, OWNER = "", "ada", "owner"

NOT_SEEN = {
    "/write/complete": "answers the composer's script",
    "/write/files/{id}": "answers the composer's script",
    "/write/moment": "answers the composer's script",
    "/write/zones": "answers the composer's script",
    "/deck/{id}/fresh": "answers the script of decks: tests/web/test_deck.py",
    "/bank/items/{id}": "a picture that was put in: tests/browser/test_bank.py",
    "/bank/import/{id}": "an import under way: tests/browser/test_bank.py",
    "/bank/boxes/{id}": "an open drop-box: tests/browser/test_bank.py",
    "/stories/{id}": "a story at work: tests/web/test_stories.py",
    "/stories/works/{work}/file": "a file",
    "/stories/{id}/preview": "a story at work: tests/web/test_stories.py",
    "/stories/{id}/people": "a story at work: tests/web/test_stories.py",
    "/stories/{id}/leave": "stands in a notice: tests/web/test_stories.py",
    "/stories/{id}/figures": "a story that is read: tests/web/test_story_figures.py",
    "/stories/{id}/figures.csv": "a file",
    "/stories/{id}/rival": "a story that is out: tests/web/test_story_figures.py",
    "/stories/{id}/gains": "a story that quotes one: tests/web/test_story_figures.py",
    "/stories/{id}/follow": "a story that was read: tests/web/test_story_figures.py",
    "/@{handle}/{id}/stories": "a post in stories: tests/web/test_story_figures.py",
    "/@{handle}/stories/{id:int}/slides": "a story that is out: tests/suite/stories/test_products.py",
    "/@{handle}/stories/{id:int}/print": "a story that is out: tests/suite/stories/test_products.py",
    "/@{handle}/stories/{id:int}/embed": "a story that is out: tests/suite/stories/test_products.py",
    "/@{handle}/stories/{id:int}/picture.jpg": "a picture",
    "/settings/data/archive": "answers the script of the page of one's data",
    "/settings/data/archive/{id}": "a file",
    "/sign-in/second": "is met between two steps: tests/browser/test_passkeys.py, tests/web/test_safety.py",
    "/standing": "is met by who cannot come in: tests/web/test_moderation.py",
    "/@{handle}/first": "leads on to a post",
    "/email": "is met by who has just joined: tests/people/test_confirm.py",
    "/email/confirm/{code}": "stands in a letter: tests/people/test_confirm.py",
    "/organisations/{id}/figures.csv": "a file",
    "/campaign/{code}": "stands in a link: tests/web/test_outside.py",
    "/guest/{code}": "stands in a link: tests/web/test_outside.py",
    "/sponsors/{code}": "stands in a link: tests/web/test_outside.py",
    "/letters/yes/{code}": "stands in a letter: tests/suite/test_outlets.py",
    "/letters/stop/{code}": "stands in a letter: tests/suite/test_outlets.py",
    "/review/{code}": "stands in a link for a client: tests/web/test_teams.py",
    "/asked/{account_id}/{post_id}": "stands in a message: tests/suite/test_satisfied.py",
    "/join/{code}": "stands in a link: tests/web/test_teams.py",
    "/terms": "there are none in the town: tests/api/test_joining.py",
}
"""Addresses that a browser asks for and nobody looks at as a page of the town, and why."""

BOTH = (
    *("/", "/explore", "/search", "/about", "/tags/{name}", "/mail/stop/{code}", "/@{handle}", "/@{handle}/{id}"),
    *("/@{handle}/media", "/@{handle}/followers", "/@{handle}/{id}/quotes"),
    *("/@{handle}/featured", "/@{handle}/collections/{id}"),
)
"""Pages that look otherwise to who is signed in."""

MORE = {
    ANYBODY: ("/@mairie", "/@lou", "/search", "/sign-in?next=/home", "/explore?max_id=1"),
    ADA: ("/@ada", "/search?q=nadia", "/write?reply_to={answered}", "/write?quote={answered}"),
    OWNER: ("/home", "/requests", "/notices", "/messages", "/bookmarks", "/lists", "/settings/filters", "/drafts"),
}
"""Other looks of the same pages: another kind of account, another form, nothing yet, not allowed."""

MODULES = ("perron.web.kit", "perron.web.remembered")
"""Where routes of pages are made."""
DIRECT = ("/share", "/mail/stop/{code}", "/letters/yes/{code}", "/letters/stop/{code}")
"""Pages that read their request themselves, as what is no page does."""


@dataclass(frozen=True)
class Looked:
    """A page at one address, by who looks; `status` is the answer it gives."""

    route: str
    path: str
    by: str
    status: int = 200


def routes_of_pages() -> list[str]:
    """Every address that shows a page, as it is written in `web/routes.py`."""
    read = [one for one in ROUTES if isinstance(one, Route) and "GET" in (one.methods or ())]
    return [one.path for one in read if one.endpoint.__module__ in MODULES or one.path in DIRECT]


def look(served: Served, by: str) -> list[Looked]:
    """The pages that somebody looks at, in the order of `web/routes.py`."""
    found = [Looked(route, example(route, served), by) for route in routes_of_pages() if by in whose(route)]
    more = [Looked("", path.format(answered=first(served, ANSWERED)), by) for path in MORE[by]]
    return [*found, *more, Looked("", "/nowhere/at-all", by, 404)]


def whose(route: str) -> tuple[str, ...]:
    """Who looks at a page."""
    if route in NOT_SEEN:
        return ()
    if route.startswith("/manage") or route in ("/running", "/components"):
        return (OWNER,)
    if route in BOTH:
        return (ANYBODY, ADA)
    return (ADA,) if needs_sign_in(route) else (ANYBODY,)


def needs_sign_in(route: str) -> bool:
    """Whether a visitor would be led to the door."""
    own = (
        *("/home", "/write", "/drafts", "/me", "/notices", "/requests", "/messages", "/lists", "/followed-tags"),
        *("/bookmarks", "/favourites", "/settings", "/report", "/accounts", "/invitations", "/share", "/confirm"),
        *("/oauth", "/suggestions", "/collections", "/scheduled", "/deck", "/organisations", "/inbox"),
        *("/queue", "/calendar", "/series", "/published", "/hours", "/table", "/bank", "/stories"),
        *("/submissions", "/campaigns", "/outlets"),
    )
    return route.startswith(own) or route.endswith("/edit")


def example(route: str, served: Served) -> str:
    """A path of the town for a route."""
    if route == "/search":
        return "/search?q=march%C3%A9"
    if route == "/share":
        return "/share?title=Le+march%C3%A9&url=https%3A%2F%2Fexample.org%2F"
    if route == "/oauth/authorize":
        return (
            f"/oauth/authorize?response_type=code&scope=read+write&redirect_uri={OUT_OF_BAND}&client_id={app(served)}"
        )
    if route == "/mail/stop/{code}":
        user = first(served, "SELECT id FROM users WHERE email = :e", e="ada@example.org")
        return f"/mail/stop/{stop_code(served.folder, user, 'mention')}"
    if route in ("/report", "/report/sent"):
        return f"{route}?account={first(served, 'SELECT id FROM accounts WHERE handle = :h', h='victor')}"
    path = route
    for (start, holder), query in PLACES.items():
        if route.startswith(start) and holder in path:
            path = path.replace(holder, str(first(served, query) if query.startswith("SELECT") else query))
    assert "{" not in path, f"say in tests/browser/pages.py where the town shows {route}"
    return path


ANSWERED = "SELECT id FROM posts WHERE listed ORDER BY replies_count DESC"
ADAS = "(SELECT id FROM accounts WHERE handle = 'ada')"
PLACES = {
    ("/@{handle}", "{handle}"): "ada",
    ("/@{handle}/{year", "{year:int}"): "2026",
    ("/@{handle}/{year", "{month:int}"): "11",
    ("/@{handle}/collections", "{id}"): f"SELECT id FROM collections WHERE account_id = {ADAS}",
    ("/@{handle}/tagged", "{name}"): "lecture",
    ("/@{handle}", "{id}"): f"SELECT id FROM posts WHERE author_id = {ADAS} AND listed ORDER BY replies_count DESC",
    ("/tags", "{name}"): "lecture",
    ("/guide", "{name}"): "write",
    ("/organisations", "{id}"): "SELECT id FROM organisations",
    ("/campaigns", "{id}"): "SELECT id FROM campaigns",
    ("/submissions", "{id}"): "SELECT id FROM submissions ORDER BY id",
    ("/messages", "{id}"): f"SELECT id FROM conversations WHERE account_id = {ADAS}",
    ("/outlets", "{id}"): f"SELECT id FROM outlets WHERE account_id = {ADAS} AND kind = 'mail'",
    ("/letters", "{id}"): f"SELECT id FROM outlets WHERE account_id = {ADAS} AND kind = 'mail'",
    ("/series", "{id}"): f"SELECT id FROM plan_series WHERE account_id = {ADAS}",
    ("/drafts", "{id}"): f"SELECT id FROM drafts WHERE account_id = {ADAS}",
    ("/deck", "{id}"): f"SELECT id FROM decks WHERE account_id = {ADAS}",
    ("/deck", "{column}"): "1",
    ("/lists/with", "{id}"): "SELECT id FROM accounts WHERE handle = 'nadia'",
    ("/collections/with", "{id}"): "SELECT id FROM accounts WHERE handle = 'nadia'",
    ("/collections/{id}", "{id}"): f"SELECT id FROM collections WHERE account_id = {ADAS}",
    ("/lists/{id}", "{id}"): f"SELECT id FROM lists WHERE owner_id = {ADAS}",
    ("/settings/filters", "{id}"): f"SELECT id FROM filters WHERE account_id = {ADAS}",
    ("/manage/reports", "{id}"): "SELECT id FROM reports WHERE category = 'violation' AND state = 'open'",
    ("/manage/accounts", "{id}"): "SELECT id FROM accounts WHERE handle = 'quentin'",
    ("/manage/announcements", "{id}"): "SELECT id FROM announcements",
}
"""What stands for a placeholder, by how the route begins: a word, or the first id that a query finds."""


@cache
def app(served: Served) -> str:
    """An app that asks to be let in."""
    asked = {"client_name": "Ardoise", "redirect_uris": OUT_OF_BAND, "scopes": "read write"}
    return str(served.http.post("/api/v1/apps", json=asked).json()["client_id"])


@cache
def first(served: Served, query: str, **values: Any) -> int:
    """The first number that a query finds in the town."""
    with served.beside.store.engine.connect() as connection:
        found = connection.execute(text(query), values).scalar()
    assert found is not None, query
    return int(found)
