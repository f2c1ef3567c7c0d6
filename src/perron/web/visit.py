"""One request for a page: who visits, in which language, and how they are answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from perron.entities.links import Links
from perron.entities.site import Site
from perron.kit.errors import NotAllowed, Refused
from perron.kit.later import later
from perron.kit.secrets import new_secret
from perron.kit.settings import Settings
from perron.kit.time import SECOND
from perron.people.may import ACT, check_may, may
from perron.people.model import Account, User, Viewer
from perron.people.preferences import Preferences
from perron.people.sessions import LIFE, SignedIn
from perron.people.voices import Voice
from perron.store import Db, Store, Tx, rim
from perron.store.paging import NEWEST
from perron.web.fields import read_id, safe_next
from perron.web.headers import careful, elsewhere, policy
from perron.web.trust import address_of, csrf_token
from perron.web.words import LOCALES, Words, accepted, words

with later(__name__):
    from perron.web.environment import environment
    from perron.web.open.lost import near
    from perron.web.refusals import explain

if TYPE_CHECKING:
    from perron.store.readers import Readers

T = TypeVar("T")
FOR_ALL = "public, max-age=10"
_TURNED = ("max_id", "min_id", "lang")
_DEFAULTS = Preferences()
HARD_PRESSED = 0.4
"""Pressure above which those who are signed in are told of it."""
LANGUAGE_COOKIE = "perron_lang"


class SignInFirst(Exception):
    """Nobody is signed in, and this page is for somebody: they are led to the door and back."""


class ConfirmFirst(Exception):
    """Somebody has joined and not shown yet that their e-mail address is theirs: they are led to where they can."""


class ProveFirst(Exception):
    """Somebody is signed in, and this needs a fresh proof that it is they: it is asked for, and they come `back`."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


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
        self.place: Readers | None = None
        """A replica that is asked first, for what everybody is shown."""
        self.whole = ""
        """The address of the page of which this is a piece, when it is one."""
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
    def writer_id(self) -> int | None:
        """Who is written down as the writer, where several people speak for the account."""
        return self.signed_in.viewer.writer_id if self.signed_in else None

    @property
    def preferences(self) -> Preferences:
        """How the visitor wishes to be served; the defaults for anybody."""
        return self.signed_in.preferences if self.signed_in else _DEFAULTS

    @property
    def reader(self) -> Viewer | None:
        """Who reads; whoever waits to be let in reads as anybody."""
        return self.signed_in.viewer if self.signed_in and not self.signed_in.viewer.waits else None

    @property
    def reader_id(self) -> int | None:
        """The account that reads, or None for anybody."""
        return self.account.id if self.reader and self.account else None

    def finds_foreign(self, post: Mapping[str, Any]) -> bool:
        """Whether a post is in a language that the reader does not read, and can be translated here."""
        if not self.settings.translate_url or self.reader is None or post["visibility"] not in ("public", "unlisted"):
            return False
        own = self.account.default_language if self.account else ""
        reads = {one.partition("-")[0] for one in (self.locale, own, *self.preferences.languages)}
        return bool(post["language"]) and post["language"].partition("-")[0] not in reads

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
        return await rim.read(self.store, work, place=self.place)

    async def read_slowly(self, work: Callable[[Db], T]) -> T:
        """Read what may take longer than two milliseconds, out of everybody's way."""
        return await rim.read_slowly(self.store, work)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Write to the database: all of it or nothing. It waits its turn, or is refused while too many wait."""
        async with self.site.writing.of(self.account.id if self.account else self.address):
            return await rim.write(self.store, work)

    @property
    def busy(self) -> bool:
        """Whether there is more to do than time, so that those who write may have to wait."""
        return self.store.pace.full or self.site.saturation.pressure > HARD_PRESSED

    async def write_owed(self, work: Callable[[Tx], T]) -> T:
        """The same, but neither refused nor kept waiting for others' sake: for coming in."""
        return await rim.write_owed(self.store, work, first=True)

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
        if self.signed_in.viewer.unconfirmed:
            raise ConfirmFirst
        if self.signed_in.viewer.pending:
            raise NotAllowed("Your sign-up waits for approval. You will be able to enter once it is given.")
        return self.signed_in

    def must_write(self) -> Account:
        """The account for which somebody acts; who may only look is told so."""
        return self.must(ACT)

    def must(self, act: str) -> Account:
        """The account for which somebody acts, when their role allows this kind of act."""
        signed_in = self.must_sign_in()
        check_may(signed_in.viewer.role, act)
        return signed_in.account

    def is_told(self, visibility: str) -> bool:
        """Whether a post for this audience, which the account sees, is for the visitor to read as well."""
        return self.reader is None or self.reader.is_told(visibility)

    def can(self, act: str) -> bool:
        """Whether whoever is signed in may do this kind of act for the account they speak for."""
        return self.signed_in is not None and may(self.signed_in.viewer.role, act)

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
            "Content-Security-Policy": policy(form_action, elsewhere(self.settings)),
            "Cache-Control": cache_control,
            "Vary": "Cookie, Accept-Language, HX-Request",
            "Content-Language": self.locale,
        }
        return HTMLResponse(html, status, headers)

    async def refuse(self, wrong: Refused) -> Response:
        """The page that says why not, and where one might go on."""
        message, handles = self.explain(wrong), await near(self, wrong)
        response = self.show("refused.html", status=wrong.status, message=message, wrong=wrong, near=handles)
        if after := getattr(wrong, "retry_after", 0):
            response.headers["Retry-After"] = str(after)
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
        if self.whole:
            return self.whole
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
    for which they may speak; `heard`: the last change before the page was put together, where its stream begins;
    `goes_elsewhere`: whether the account has places to publish to besides here."""

    unread: int = 0
    requests: int = 0
    voices: tuple[Voice, ...] = ()
    heard: int = 0
    goes_elsewhere: bool = False


def _chosen(locale: str) -> str:
    return locale if locale in LOCALES else ""
