"""Settings, browsers and apps: where one is signed in, and what one has let in."""

from dataclasses import dataclass

from starlette.responses import Response

from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.scopes import for_role
from perron.people.sessions import Session, end_other_sessions, end_session_of, sessions_of
from perron.people.tokens import LetIn, apps_of_user, revoke_token_of
from perron.store import Db
from perron.web.door.browsers import browser_name
from perron.web.door.scope_words import in_words
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit

DEVICES = "/settings/sessions"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser as the page shows it."""

    id: int
    name: str
    handle: str
    since: str
    seen: str
    this: bool


@dataclass(frozen=True, slots=True)
class App:
    """An app as the page shows it."""

    id: int
    name: str
    website: str | None
    handle: str
    since: str
    seen: str
    means: list[str]


async def show_devices(visit: Visit) -> Response:
    """Browsers that are signed in, and apps that are let in."""
    signed_in = visit.must_sign_in()
    user = signed_in.user

    def read(db: Db) -> tuple[list[Session], list[LetIn]]:
        return sessions_of(db, user.id), apps_of_user(db, user.id)

    sessions, apps = await visit.read(read)
    return visit.show(
        "own/devices.html",
        cache_control="no-store",
        browsers=[_browser(each, signed_in.id) for each in sessions],
        apps=[_app(each, in_words(visit.words, for_role(each.scopes, user.role))) for each in apps],
    )


def _browser(one: Session, this: int) -> Browser:
    return Browser(one.id, browser_name(one.browser), one.handle, iso(born(one.id)), iso(one.seen_at), one.id == this)


def _app(one: LetIn, means: list[str]) -> App:
    seen = iso(one.seen_at) if one.seen_at else ""
    return App(one.id, one.app, one.website, one.handle, iso(born(one.id)), seen, means)


async def end_browser(visit: Visit, fields: Fields) -> Response:
    """Sign one browser out; this one too, if it is the one."""
    signed_in, session_id = visit.must_sign_in(), read_id(visit.path["id"])
    await visit.write(lambda tx: end_session_of(tx, signed_in.user.id, session_id))
    if session_id == signed_in.id:
        visit.drop_session()
        return visit.go("/")
    return visit.go(DEVICES)


async def end_other_browsers(visit: Visit, fields: Fields) -> Response:
    """Sign every browser out but this one."""
    signed_in = visit.must_sign_in()
    await visit.write(lambda tx: end_other_sessions(tx, signed_in.user.id, signed_in.id))
    return visit.go(DEVICES)


async def revoke_app(visit: Visit, fields: Fields) -> Response:
    """Let an app in no longer."""
    user, token_id = visit.must_sign_in().user, read_id(visit.path["id"])
    await visit.write(lambda tx: revoke_token_of(tx, user.id, token_id))
    return visit.go(DEVICES)
