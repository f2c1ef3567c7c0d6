"""What every page needs: who visits, in which language, how a page is shown and a form is believed.

async def show_tag(visit: Visit) -> Response:
    found = await visit.read(lambda db: find_tag(db, visit.path["name"], viewer=visit.viewer))
    return visit.show("tag.html", tag=found)

ROUTES = [page("/tags/{name}", show_tag), form("/tags/{name}/follow", follow_tag)]
"""

import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlencode

from sqlalchemy import bindparam, exists, select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from perron.kit.errors import NotAllowed, Refused, TooMany, Unavailable
from perron.kit.settings import Settings
from perron.people.may import ACT, check_may
from perron.people.sessions import SignedIn, find_session, touch_session
from perron.people.voices import voices_of
from perron.store import Db, Prepared, Store, rim
from perron.store.changes import newest
from perron.store.tables import accounts, outlets
from perron.timelines.markers import last_read
from perron.timelines.notice_pages import unread_count
from perron.web.fields import Fields, read_fields
from perron.web.headers import YEAR
from perron.web.packed import packed
from perron.web.trust import check_origin, csrf_token, limits
from perron.web.visit import LANGUAGE_COOKIE, ConfirmFirst, Frame, ProveFirst, SignInFirst, Visit

Handler = Callable[[Visit], Awaitable[Response]]
FormHandler = Callable[[Visit, Fields], Awaitable[Response]]
_OWN = Prepared(
    select(accounts.c.requests_count, exists().where(outlets.c.account_id == accounts.c.id)).where(
        accounts.c.id == bindparam("of_account")
    )
)


def page(path: str, handler: Handler) -> Route:
    """A route that shows something and changes nothing."""

    async def endpoint(request: Request) -> Response:
        visit = await arrive(request)
        return packed(request, await answer(visit, lambda: handler(visit)))

    return Route(path, endpoint, methods=["GET"], name=handler.__name__)


def form(path: str, handler: FormHandler, *, uploads: bool = False, act: str = ACT) -> Route:
    """A route that a form of ours is sent to; a form of anybody else is refused. `uploads`, of who is in; `act`: what
    kind of act it is for the account one speaks for (`people/may.py`)."""

    async def endpoint(request: Request) -> Response:
        visit = await arrive(request)

        async def believe() -> Response:
            check_origin(request, visit.settings)
            count_form(visit)
            if visit.signed_in is not None:
                check_may(visit.signed_in.viewer.role, act)
            fields = await read_fields(request, most_bytes(visit.settings, uploads and visit.reader is not None))
            try:
                check_csrf(visit, fields)
                return await handler(visit, fields)
            finally:
                await fields.close()

        return packed(request, await answer(visit, believe))

    return Route(path, endpoint, methods=["POST"], name=handler.__name__)


def most_bytes(settings: Settings, uploads: bool) -> int:
    """The largest form: words, and as many files as a post can have (or one clip)."""
    files = max(settings.media_max_files * settings.image_max_bytes, settings.video_max_bytes) if uploads else 0
    return settings.body_max_bytes + files


def count_form(visit: Visit) -> None:
    """Count what somebody sends, as the API does."""
    if visit.settings.rate_limit == "off":
        return
    who = f"form of {visit.account.id}" if visit.account else f"form from {visit.address}"
    counted = limits(visit.request).hit(who, visit.settings.rate_limit_requests, 300)
    if not counted.allowed:
        raise TooMany("Too many requests. Please slow down.", counted.retry_after)


async def arrive(request: Request) -> Visit:
    """Who comes, and in which language."""
    store: Store = request.app.state.store
    cookie = request.cookies.get(request.app.state.settings.session_cookie, "")
    signed_in, frame = await rim.read(store, lambda db: _who(db, cookie)) if cookie else (None, Frame())
    visit = Visit(request, signed_in, cookie)
    visit.frame = frame
    if visit.chosen_locale and "sec-purpose" not in request.headers:
        visit.set_cookie(LANGUAGE_COOKIE, visit.chosen_locale, seconds=YEAR)
    return visit


def _who(db: Db, cookie: str) -> tuple[SignedIn | None, Frame]:
    heard = newest(db)  # first of all: what changes from here on, the stream of the page tells
    signed_in = find_session(db, cookie)
    if signed_in is None or signed_in.viewer.waits:
        return signed_in, Frame()
    me = signed_in.account.id
    unread = unread_count(db, me, last_read(db, me, "notifications"))
    asking, goes_elsewhere = db.one(_OWN, of_account=me) or (0, False)
    return signed_in, Frame(unread, asking, voices_of(db, signed_in.user.id), heard, bool(goes_elsewhere))


async def answer(visit: Visit, work: Callable[[], Awaitable[Response]]) -> Response:
    """Run a handler; what it refuses becomes a page."""
    try:
        if "password" in visit.request.query_params:
            raise Refused("A password does not belong in an address. Please change it, and use the form.")
        if visit.signed_in and visit.signed_in.viewer.touch_due:
            await _touch(visit, visit.signed_in)
        response = await work()
    except SignInFirst:
        response = visit.go("/sign-in?" + urlencode({"next": visit.here}))
    except ConfirmFirst:
        response = visit.go("/email")
    except ProveFirst as unproven:
        response = visit.go("/confirm?" + urlencode({"next": unproven.back}))
    except Refused as wrong:
        response = await visit.refuse(wrong)
    return visit.finish(response)


async def arrive_somehow(request: Request) -> Visit:
    """Who comes; nobody while that cannot be looked up."""
    try:
        return await arrive(request)
    except Unavailable:
        return Visit(request, None, request.cookies.get(request.app.state.settings.session_cookie, ""))


async def refusal(request: Request, wrong: Exception) -> Response:
    """The page that says why not, for whoever catches what no page caught."""
    assert isinstance(wrong, Refused)
    visit = await arrive_somehow(request)
    return visit.finish(await visit.refuse(wrong))


async def _touch(visit: Visit, signed_in: SignedIn) -> None:
    with suppress(Unavailable):  # who only reads is not turned away because writing is slow
        await visit.write(lambda tx: touch_session(tx, signed_in.id, signed_in.user.id))
        visit.keep_session(visit.session_value)


def check_csrf(visit: Visit, fields: Fields) -> None:
    """Refuse a form that does not carry what our page gave it."""
    sent = fields.text("csrf") or visit.request.headers.get("x-csrf-token", "")
    wanted = csrf_token(visit.settings, visit.session_value)
    if not visit.session_value or not hmac.compare_digest(sent.encode("utf-8", "replace"), wanted.encode()):
        raise NotAllowed("This form is too old, or cookies are switched off. Please load the page anew and try again.")
