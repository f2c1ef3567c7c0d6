"""How this door is built: routes, calls and answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, TypeVar
from urllib.parse import urlencode

from msgspec import Meta

from perron.api.params import Params, read_id
from perron.entities.links import Links
from perron.entities.posts import posts_json
from perron.entities.shapes.common import Id
from perron.entities.site import Site
from perron.kit import json
from perron.kit.addresses import client_address, household
from perron.kit.errors import NotAllowed, NotFound, NotSignedIn, TooMany
from perron.kit.later import loaded
from perron.kit.limits import Allowance, Window
from perron.kit.settings import Settings
from perron.people.may import ACT, LOOK, check_may
from perron.people.model import Account, Viewer
from perron.people.scopes import STAFF
from perron.store import Db, Tx, rim
from perron.store.paging import NEWEST, Paging

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is more than a body: `body` is JSON already, or of another `kind`; `file` goes out instead of it,
    piece by piece."""

    body: bytes
    status: int = 200
    headers: Sequence[tuple[bytes, bytes]] = ()
    kind: bytes = b""
    file: Path | None = None


Answer = bytes | Reply | Mapping[str, Any] | Sequence[Any]


@dataclass(slots=True)
class Call:
    """One request: who asks, and what they say. `token` is what they showed to be let in."""

    site: Site
    viewer: Viewer | None
    params: Params
    path: Mapping[str, str]
    url: str
    idempotency_key: str = ""
    peer: str = ""
    forwarded: str = ""
    uploads: "Mapping[str, UploadFile]" = field(default_factory=dict)
    window: Window = field(default_factory=Window)
    token: str = ""

    @property
    def links(self) -> Links:
        return self.site.links

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def address(self) -> str:
        """What limits are counted by when nobody is signed in: the caller's address or, with IPv6, network."""
        return household(self.came_from)

    @property
    def came_from(self) -> str:
        """The caller's own address, behind the proxies we trust."""
        return client_address(self.peer, self.forwarded, self.settings.trusted_proxies)

    @property
    def me(self) -> Account:
        """The account that asks."""
        if self.viewer is None or self.viewer.account is None:
            raise NotSignedIn
        return self.viewer.account

    @property
    def my_id(self) -> int | None:
        """The id of the account that asks, or None for anybody."""
        return self.viewer.account.id if self.viewer and self.viewer.account else None

    @property
    def user_id(self) -> int | None:
        """The user who asks, or None for an app that speaks for itself."""
        return self.viewer.user_id if self.viewer else None

    @property
    def id(self) -> int:
        """The id in the path."""
        return self.id_called("id")

    def id_called(self, name: str) -> int:
        """The id in the path that bears this name."""
        found = read_id(self.path[name])
        if found < 0:
            raise NotFound
        return found

    def limit(self, what: str, most: int, seconds: int) -> None:
        """Refuse what somebody does more than `most` times in so many seconds, when this server limits requests."""
        if self.settings.rate_limit == "on":
            _refuse_over(self.window.hit(self._limited(what), most, seconds))

    async def count_attempt(self, what: str, most: int, seconds: int) -> None:
        """The same for what must be counted by all nodes together, or else not be done."""
        if self.settings.rate_limit == "on":
            _refuse_over(await self.site.attempts.hit(self._limited(what), most, seconds))

    def _limited(self, what: str) -> str:
        who = self.viewer.token_id if self.viewer and self.viewer.account else self.address
        return f"{what} {who}"

    async def read(self, work: Callable[[Db], T]) -> T:
        """Read from a coroutine."""
        return await rim.read(self.site.store, work)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction from a coroutine; go on when it is on disk."""
        return await rim.write(self.site.store, work)

    def paging(self, default: int = 20, most: int = 40) -> Paging:
        """Which page is asked for."""
        params = self.params
        below, since, least = params.id("max_id"), params.id("since_id"), params.id("min_id")
        return Paging(
            below=NEWEST if below is None else below,
            above=max(least if least is not None else since or 0, 0),
            ascending=least is not None,
            limit=params.limit(default, most),
        )

    def page(self, items: Sequence[bytes], ids: Sequence[int]) -> Reply:
        """A page of items with `Link` to the next and the previous; `ids` are what pages are counted by."""
        return Reply(join(items), headers=self.link_header(ids))

    def link_header(self, ids: Sequence[int]) -> Sequence[tuple[bytes, bytes]]:
        """The `Link` header of a page; none for an empty page."""
        if not ids:
            return ()
        raw = self.params.raw
        kept = "&".join(_quoted(key, value) for key, value in raw.items() if key in _KEPT)
        base = f"{self.links.origin}{self.url}?{kept}{'&' if kept else ''}"
        value = f'<{base}max_id={ids[-1]}>; rel="next", <{base}min_id={ids[0]}>; rel="prev"'
        return ((b"link", value.encode()),)

    def is_told(self, visibility: str) -> bool:
        """Whether a post for this audience, which the account sees, is for the viewer to read as well."""
        return self.viewer is None or self.viewer.is_told(visibility)

    def post(self, db: Db, post_id: int) -> bytes:
        """One post as the viewer sees it; within a transaction, as it will be after the commit."""
        if isinstance(db, Tx):
            db.settle()
        found = posts_json(self.links, db, [post_id], viewer=self.viewer)
        if not found:
            raise NotFound
        return found[0]

    def posts(self, db: Db, ids: Sequence[int], context: str = "") -> list[bytes]:
        """Posts as the viewer sees them."""
        return posts_json(self.links, db, ids, viewer=self.viewer, context=context)


_KEPT = frozenset((
    *("limit", "local", "remote", "only_media", "exclude_replies", "exclude_reblogs", "pinned", "tagged"),
    *("any", "all", "none", "url"),
    *("account_id", "types", "exclude_types", "include_filtered", "grouped_types", "expand_accounts"),
    "supported_types",
    *("active", "pending", "disabled", "silenced", "suspended", "sensitized", "staff", "origin", "status"),
    *("permissions", "role_ids", "invited_by", "username", "display_name", "by_domain", "email", "ip", "resolved"),
    "target_account_id",
))  # fmt: skip


def _quoted(name: str, value: object) -> str:
    if isinstance(value, list):
        return urlencode([(f"{name}[]", str(one)) for one in value])
    text = str(value)
    return f"{name}={text}" if text.isalnum() and text.isascii() else urlencode([(name, text)])


def join(items: Sequence[bytes]) -> bytes:
    """Items as a JSON array."""
    return b"[" + b",".join(items) + b"]"


Handler = Callable[..., Answer | Awaitable[Answer]]
H = TypeVar("H", bound=Handler)


class Nothing(TypedDict):
    """No parameters."""


class Page(TypedDict, total=False):
    """Which page of something long: the items around an id, newest first. `Link` names the next and the previous."""

    max_id: Annotated[Id, Meta(description="Older than this one.")]
    since_id: Annotated[Id, Meta(description="Newer than this one, the newest first.")]
    min_id: Annotated[Id, Meta(description="Newer than this one, those just after it.")]
    limit: Annotated[int, Meta(description="How many; what is too much is the most there is.")]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an address takes (a `TypedDict` of parameters, wherever they are sent) and gives (a type of
    `entities.shapes`); `paged` answers carry a `Link` header."""

    takes: Any
    gives: Any
    paged: bool = False
    status: int = 200


def speaks(gives: Any, *, takes: Any = Nothing, paged: bool = False, status: int = 200) -> Callable[[H], H]:
    """Say what a handler takes and gives. It costs nothing when it is called: the description of the API is made from
    this, and the suite holds every call and every answer against it."""

    def mark(handler: H) -> H:
        handler.spoken = Spoken(takes, gives, paged, status)  # type: ignore[attr-defined]
        return handler

    return mark


def spoken(handler: Handler) -> Spoken | None:
    """What a handler said of itself."""
    return getattr(loaded(handler), "spoken", None)


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the API.

    `mode`: *reads* (handler takes `call, db`), *slow* (the same, in a thread), *writes* (`call, tx`), *works* (a
    coroutine that takes `call` and opens transactions itself, after work that must not hold the pen).
    `scope`: what a token must allow; `public` routes also answer anybody, `app` ones an app that speaks for itself,
    `joining` ones also who has not shown yet that their address is theirs. `act`: what kind of act it is for the
    account (`people/may.py`); reading where it is a GET, and acting for the account otherwise, when nothing is said.
    """

    method: str
    path: str
    handler: Handler
    mode: str
    scope: str
    who: str = "user"
    upload: bool = False
    act: str = ""

    def admits(self, viewer: Viewer | None, grants: Callable[[frozenset[str], str], bool]) -> None:
        """Refuse a caller who may not use this route."""
        if viewer is None:
            if self.who != "public":
                raise NotSignedIn
            return
        if self.scope and not grants(viewer.scopes, self.scope):
            raise NotAllowed("This action is outside the authorized scopes")
        if (viewer.unconfirmed and self.who == "user") or (viewer.pending and self.who != "joining"):
            raise NotAllowed(viewer.why_not)
        if viewer.account is None and self.who in ("user", "joining"):
            raise NotAllowed("This method requires an authenticated user")
        if viewer.role != "owner":
            check_may(viewer.role, self.act or (LOOK if self.method == "GET" else ACT))
        if self.scope.startswith("admin:") and viewer.server_role not in STAFF:
            raise NotAllowed("This action is not allowed")


def get(path: str, handler: Handler, scope: str, *, who: str = "user", mode: str = "reads", act: str = "") -> Route:
    """A route that reads."""
    return Route("GET", path, handler, mode, scope, who, act=act)


def post(
    path: str,
    handler: Handler,
    scope: str,
    *,
    who: str = "user",
    mode: str = "writes",
    upload: bool = False,
    act: str = "",
) -> Route:
    """A route that does something."""
    return Route("POST", path, handler, mode, scope, who, upload, act)


def put(path: str, handler: Handler, scope: str, *, mode: str = "writes", upload: bool = False, act: str = "") -> Route:
    """A route that changes something."""
    return Route("PUT", path, handler, mode, scope, "user", upload, act)


def patch(
    path: str, handler: Handler, scope: str, *, mode: str = "writes", upload: bool = False, act: str = ""
) -> Route:
    """A route that changes part of something."""
    return Route("PATCH", path, handler, mode, scope, "user", upload, act)


def delete(path: str, handler: Handler, scope: str, *, mode: str = "writes", act: str = "") -> Route:
    """A route that removes something."""
    return Route("DELETE", path, handler, mode, scope, "user", act=act)


def encode(answer: Answer) -> Reply:
    """Any answer as a reply."""
    if isinstance(answer, Reply):
        return answer
    return Reply(answer if isinstance(answer, bytes) else json.encode(answer))


def _refuse_over(allowance: Allowance) -> None:
    if not allowance.allowed:
        raise TooMany("Too many requests. Please slow down.", retry_after=allowance.retry_after)
