"""What every page needs: who visits, in which language, how a page is shown and a form is believed.

async def show_tag(visit: Visit) -> Response:
    found = await visit.read(lambda db: find_tag(db, visit.path["name"], viewer=visit.viewer))
    return visit.show("tag.html", tag=found)

ROUTES = [page("/tags/{name}", show_tag), form("/tags/{name}/follow", follow_tag)]
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import bindparam, select
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message

from perron.entities.links import Links
from perron.entities.site import Site
from perron.kit import json
from perron.kit.addresses import client_address, household
from perron.kit.errors import NotAllowed, Refused, TooLarge, TooMany
from perron.kit.limits import Window
from perron.kit.secrets import new_secret, own_secret
from perron.kit.settings import Settings
from perron.kit.time import DAY, SECOND
from perron.people.model import Account, User, Viewer
from perron.people.preferences import Preferences
from perron.people.sessions import LIFE, SignedIn, find_session, touch_session
from perron.people.voices import Voice, voices_of
from perron.store import Db, Prepared, Store, Tx, rim
from perron.store.paging import NEWEST
from perron.store.tables import accounts
from perron.timelines.markers import last_read
from perron.timelines.notices import unread_count
from perron.web import told
from perron.web.assets import asset
from perron.web.lost import near
from perron.web.packed import packed
from perron.web.pictured import pictured
from perron.web.refusals import explain
from perron.web.sections import may_manage, sections
from perron.web.terms import TERMS
from perron.web.words import LOCALES, Words, accepted, words

T = TypeVar("T")
FOR_ALL = "public, max-age=10"
_TURNED = ("max_id", "min_id", "lang")
_REQUESTS = Prepared(select(accounts.c.requests_count).where(accounts.c.id == bindparam("of_account")))
_DEFAULTS = Preferences()
LANGUAGE_COOKIE = "perron_lang"
YEAR = 365 * DAY // SECOND


class SignInFirst(Exception):
    """Nobody is signed in, and this page is for somebody: they are led to the door and back."""


class ProveFirst(Exception):
    """Somebody is signed in, and this needs a fresh proof that it is they: it is asked for, and they come `back`."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


class Fields:
    """What a form or an app sent."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        """One field; empty when it was not sent."""
        value = self._data.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """Uploaded files; those left empty are passed over."""
        return [value for value in self._data.getlist(name) if isinstance(value, UploadFile) and value.filename]

    async def close(self) -> None:
        """Let go of uploaded files."""
        await self._data.close()

    def __contains__(self, name: str) -> bool:
        return name in self._data


class Visit:
    """One request for a page or by a form."""

    def __init__(self, request: Request, signed_in: SignedIn | None, cookie: str) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.store: Store = self.site.store
        self.settings: Settings = self.site.settings
        self.links: Links = self.site.links
        self.signed_in = signed_in
        self.session_value = cookie
        self.chosen_locale = _chosen(request.query_params.get("lang", ""))
        self.words: Words = words(self._locale())
        self.frame = Frame()
        self._cookies: list[dict[str, Any]] = []

    @property
    def path(self) -> dict[str, Any]:
        """What the placeholders of the route matched."""
        return self.request.path_params

    @property
    def query(self) -> dict[str, str]:
        """The query of the address, each name once."""
        return dict(self.request.query_params)

    @property
    def user(self) -> User | None:
        """Who is signed in."""
        return self.signed_in.user if self.signed_in else None

    @property
    def viewer(self) -> Viewer | None:
        """Who asks, as rooms want to know it."""
        return self.signed_in.viewer if self.signed_in else None

    @property
    def account(self) -> Account | None:
        """The account for which they act."""
        return self.signed_in.account if self.signed_in else None

    @property
    def preferences(self) -> Preferences:
        """How the visitor wishes to be served; the defaults for anybody."""
        return self.signed_in.preferences if self.signed_in else _DEFAULTS

    @property
    def reader(self) -> Viewer | None:
        """Who reads; whoever waits for approval reads as anybody."""
        return self.signed_in.viewer if self.signed_in and not self.signed_in.viewer.pending else None

    @property
    def reader_id(self) -> int | None:
        """The account that reads, or None for anybody."""
        return self.account.id if self.reader and self.account else None

    @property
    def part(self) -> bool:
        """Whether a script asks, and wants the middle of the page without its frame."""
        return "hx-request" in self.request.headers

    @property
    def appearance(self) -> Markup:
        """Attributes of `<html>` by which the stylesheet follows what the reader chose; the usual leaves them out."""
        found = {name: getattr(self.preferences, name) for name in ("theme", "contrast", "size", "motion")}
        said = Markup(' data-{}="{}"')
        return Markup("").join(said.format(*one) for one in found.items() if one[1] not in ("auto", "medium"))

    @property
    def below(self) -> int:
        """The id that `max_id` names, under which a page begins."""
        found = read_id(self.request.query_params.get("max_id", ""))
        return found if found > 0 else NEWEST

    @property
    def locale(self) -> str:
        """`fr` or `en`."""
        return self.words.locale

    @property
    def address(self) -> str:
        """What limits are counted by: see `perron.kit.addresses`."""
        return address_of(self.request)

    @property
    def csrf(self) -> str:
        """What a form must send back in `csrf` (or a script in `X-CSRF-Token`); bound to this browser's cookie."""
        if not self.session_value:
            self.session_value = new_secret()
            self.set_cookie(self.settings.session_cookie, self.session_value)
        return csrf_token(self.settings, self.session_value)

    def say(self, message: str, **values: Any) -> str:
        """A message in the visitor's language."""
        return self.words.say(message, **values)

    async def read(self, work: Callable[[Db], T]) -> T:
        """Read from the database."""
        return await rim.read(self.store, work)

    async def read_slowly(self, work: Callable[[Db], T]) -> T:
        """Read what may take longer than two milliseconds, out of everybody's way."""
        return await rim.read_slowly(self.store, work)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Write to the database: all of it or nothing."""
        return await rim.write(self.store, work)

    def explain(self, wrong: Refused) -> str:
        """Why not, in the visitor's language."""
        return explain(self.words, str(wrong))

    def ours(self, url: str | None) -> str:
        """An address on this server without its host, so that pages work under any name; "" for others."""
        origin = self.links.origin
        return url[len(origin) :] or "/" if url and url.startswith((f"{origin}/", origin)) else ""

    def older(self, below: int) -> str:
        """The address of the next page of what is shown here."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name not in _TURNED]
        return f"{self.request.url.path}?{urlencode([*kept, ('max_id', below)])}"

    def must_sign_in(self) -> SignedIn:
        """Who is signed in; whoever is not is led to the door, whoever waits for approval is told so."""
        if self.signed_in is None:
            raise SignInFirst
        if self.signed_in.viewer.pending:
            raise NotAllowed("Your sign-up waits for approval. You will be able to enter once it is given.")
        return self.signed_in

    def must_write(self) -> Account:
        """The account for which somebody acts; who may only look is told so."""
        signed_in = self.must_sign_in()
        if signed_in.viewer.role == "analyst":
            raise NotAllowed("You may read for this account, and not act for it.")
        return signed_in.account

    @property
    def is_anybody(self) -> bool:
        """Nobody is signed in, nothing is left with the answer, and the whole page is wanted."""
        return self.signed_in is None and not self._cookies and not self.part

    def show_to_all(self, template: str, html: str | None = None, **context: Any) -> Response:
        """A page that is the same for everybody who is not signed in, and may be kept for a moment for them; `html`
        when it is rendered already."""
        plain = self.signed_in is None and not self._cookies
        return self.show(template, html=html, cache_control=FOR_ALL if plain else "private, no-cache", **context)

    def show(
        self,
        template: str,
        *,
        html: str | None = None,
        status: int = 200,
        form_action: str = "'self'",
        cache_control: str = "private, no-cache",
        **context: Any,
    ) -> Response:
        """A page. `form_action` names where its forms may lead, for the browser to enforce."""
        if html is None:
            html = environment(self.locale).get_template(template).render(visit=self, settings=self.settings, **context)
        headers = {
            "Content-Security-Policy": policy(form_action),
            "Cache-Control": cache_control,
            "Vary": "Cookie, Accept-Language, HX-Request",
            "Content-Language": self.locale,
        }
        return HTMLResponse(html, status, headers)

    async def refuse(self, wrong: Refused) -> Response:
        """The page that says why not, and where one might go on."""
        message, handles = self.explain(wrong), await near(self, wrong)
        response = self.show("refused.html", status=wrong.status, message=message, wrong=wrong, near=handles)
        if isinstance(wrong, TooMany):
            response.headers["Retry-After"] = str(wrong.retry_after)
        return response

    def go(self, path: str, status: int = 303) -> Response:
        """Lead on to another page of ours; anything else leads to the front page."""
        return RedirectResponse(safe_next(path), status, {"Cache-Control": "no-store"})

    def set_cookie(self, name: str, value: str, *, seconds: int | None = None) -> None:
        """Leave a cookie with the answer, for scripts to see nothing of; 0 seconds take it back."""
        self._cookies = [kept for kept in self._cookies if kept["key"] != name]
        self._cookies.append(
            {
                "key": name,
                "value": value,
                "max_age": seconds,
                "path": "/",
                "secure": self.settings.https,
                "httponly": True,
                "samesite": "lax",
            }
        )

    def keep_session(self, value: str) -> None:
        """Give the browser the cookie of a session for the thirty days it lasts."""
        self.session_value = value
        self.set_cookie(self.settings.session_cookie, value, seconds=LIFE // SECOND)

    def drop_session(self) -> None:
        """Take back every cookie we gave."""
        self.session_value = ""
        self.set_cookie(self.settings.session_cookie, "", seconds=0)
        self.set_cookie(LANGUAGE_COOKIE, "", seconds=0)

    @property
    def here(self) -> str:
        """The address of this page, to come back to; the front page when a form was sent."""
        if self.request.method != "GET":
            return "/"
        rest = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return self.request.url.path + (f"?{urlencode(rest)}" if rest else "")

    def in_language(self, locale: str) -> str:
        """The address of this page in another language."""
        rest = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return f"{self.request.url.path}?{urlencode([*rest, ('lang', locale)])}"

    def finish(self, response: Response) -> Response:
        """Add the cookies and what keeps the browser careful."""
        for cookie in self._cookies:
            response.set_cookie(**cookie)
        for name, value in careful(self.settings).items():
            response.headers.setdefault(name, value)
        return response

    def _locale(self) -> str:
        request, user = self.request, self.user
        return (
            self.chosen_locale
            or (user and _chosen(user.locale))
            or _chosen(request.cookies.get(LANGUAGE_COOKIE, ""))
            or accepted(request.headers.get("accept-language", ""), self.settings.locale)
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of every page tells who is signed in: unread notices, those who ask to follow, and the accounts
    for which they may speak."""

    unread: int = 0
    requests: int = 0
    voices: tuple[Voice, ...] = ()


Handler = Callable[[Visit], Awaitable[Response]]
FormHandler = Callable[[Visit, Fields], Awaitable[Response]]


def page(path: str, handler: Handler) -> Route:
    """A route that shows something and changes nothing."""

    async def endpoint(request: Request) -> Response:
        visit = await arrive(request)
        return packed(request, await answer(visit, lambda: handler(visit)))

    return Route(path, endpoint, methods=["GET"], name=handler.__name__)


def form(path: str, handler: FormHandler, *, uploads: bool = False) -> Route:
    """A route that a form of ours is sent to; a form of anybody else is refused. `uploads`, of who is in."""

    async def endpoint(request: Request) -> Response:
        visit = await arrive(request)

        async def believe() -> Response:
            check_origin(request, visit.settings)
            count_form(visit)
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
    signed_in = find_session(db, cookie)
    if signed_in is None or signed_in.viewer.pending:
        return signed_in, Frame()
    me = signed_in.account.id
    unread = unread_count(db, me, last_read(db, me, "notifications"))
    return signed_in, Frame(unread, db.value(_REQUESTS, of_account=me) or 0, voices_of(db, signed_in.user.id))


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
    except ProveFirst as unproven:
        response = visit.go("/confirm?" + urlencode({"next": unproven.back}))
    except Refused as wrong:
        response = await visit.refuse(wrong)
    return visit.finish(response)


async def refusal(request: Request, wrong: Refused) -> Response:
    """The page that says why not, for whoever catches what no page caught."""
    visit = await arrive(request)
    return visit.finish(await visit.refuse(wrong))


async def _touch(visit: Visit, signed_in: SignedIn) -> None:
    await visit.write(lambda tx: touch_session(tx, signed_in.id, signed_in.user.id))
    visit.keep_session(visit.session_value)


# -- what comes in -----------------------------------------------------------------------------------------------------


async def read_fields(request: Request, most: int) -> Fields:
    """The fields of a body of at most `most` bytes: a form, a form with files, or a JSON object."""
    try:
        limited = Request(request.scope, _at_most(request, most))
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return Fields(await limited.form(max_part_size=most))
        body = await limited.body()
        if kind == "application/json" or (not kind and body.lstrip()[:1] == b"{"):
            return Fields(_from_json(body))
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000)
        return Fields(FormData([*pairs]))
    except (MultiPartException, HTTPException, ValueError):
        raise Refused("What was sent could not be read.") from None


def _from_json(body: bytes) -> FormData:
    found = json.decode(body) if body.strip() else {}
    if not isinstance(found, dict):
        raise ValueError
    pairs: list[tuple[str, str | UploadFile]] = []
    for name, value in found.items():
        each = value if isinstance(value, list) else [value]
        pairs += [(name, str(one)) for one in each if isinstance(one, str | int) and not isinstance(one, bool)]
    return FormData(pairs)


def _at_most(request: Request, most: int) -> Callable[[], Awaitable[Message]]:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise TooLarge("This is more than can be taken at once. Nothing was kept.")
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge("This is more than can be taken at once. Nothing was kept.")
        return message

    return receive


def read_id(text: str) -> int:
    """An id as a number; -1 for what cannot be one."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else -1
    return found if 0 < found < 2**63 else -1


def safe_next(path: str) -> str:
    """A path on this server, or the front page: no other host, however it is spelt."""
    if not path.startswith("/") or path[1:2] in ("/", "\\") or "\\" in path:
        return "/"
    if any(ord(char) <= 32 or ord(char) == 127 for char in path):
        return "/"
    return path


def address_of(request: Request) -> str:
    """The address that limits are counted by, behind the proxies we trust."""
    settings: Settings = request.app.state.settings
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return household(client_address(peer, forwarded, settings.trusted_proxies))


def limits(request: Request) -> Window:
    """What is counted in this process."""
    state = request.app.state
    if not hasattr(state, "limits"):
        state.limits = Window()
    window: Window = state.limits
    return window


# -- whom to believe ---------------------------------------------------------------------------------------------------


def csrf_token(settings: Settings, session_value: str) -> str:
    """What a form carries to show that it came from a page we gave to this browser."""
    return hmac.new(_csrf_key(settings.data), session_value.encode("utf-8", "replace"), sha256).hexdigest()


@cache
def _csrf_key(data: Path) -> bytes:
    return own_secret(data, "csrf").encode()


def check_origin(request: Request, settings: Settings) -> None:
    """Refuse what a browser says was sent by a page of another site."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", settings.public_origin)
    ours = origin == settings.public_origin or urlsplit(origin).netloc == request.headers.get("host", "")
    if site not in ("same-origin", "none") or not ours or origin == "null":
        raise NotAllowed("This form was sent from another site. Nothing was changed.")


def check_csrf(visit: Visit, fields: Fields) -> None:
    """Refuse a form that does not carry what our page gave it."""
    sent = fields.text("csrf") or visit.request.headers.get("x-csrf-token", "")
    wanted = csrf_token(visit.settings, visit.session_value)
    if not visit.session_value or not hmac.compare_digest(sent.encode("utf-8", "replace"), wanted.encode()):
        raise NotAllowed("This form is too old, or cookies are switched off. Please load the page anew and try again.")


# -- what goes out -----------------------------------------------------------------------------------------------------


def careful(settings: Settings) -> dict[str, str]:
    """Headers of every answer to a browser."""
    found = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": policy(),
    }
    if settings.https:
        found["Strict-Transport-Security"] = f"max-age={YEAR}"
    return found


def policy(form_action: str = "'self'") -> str:
    """What a page may load and where its forms may lead. No script or style stands inside a page."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {form_action}"
    )


@cache
def environment(locale: str) -> Environment:
    """The templates, speaking one language."""
    made = Environment(
        loader=PackageLoader("perron.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = words(locale)
    made.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        asset=asset,
        LOCALES=LOCALES,
        OFFERED=told.OFFERED,
        NARROW="\u202f",
        sections=sections,
        may_manage=may_manage,
        TERMS=TERMS,
    )
    made.filters.update(told.filters(locale), pictured=pictured)
    return made


def _chosen(locale: str) -> str:
    return locale if locale in LOCALES else ""
