"""What programs call outside the API's own door: other doors answer, and are not known here. A test calls each."""

from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Nothing, Spoken
from perron.api.openapi.document import Address
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.elsewhere import (
    Abilities,
    Health,
    HostMeta,
    NodeInfo,
    NodeInfoIndex,
    Resource,
    Token,
    UserInfo,
)

HTML, TEXT, EVENTS, XRD = "text/html", "text/plain", "text/event-stream", "application/xrd+xml"
JRD, METRICS = "application/jrd+json", "application/openmetrics-text"
TOKENS, FINDING, LIVE, WATCH = "Tokens", "Finding this server", "Streams", "Health"


class Consent(TypedDict, total=False):
    """What an app asks a person for."""

    response_type: Required[Literal["code"]]
    client_id: Required[str]
    redirect_uri: Required[Annotated[str, Meta(description="One of those the app was registered with.")]]
    scope: Annotated[str, Meta(description="Parted by spaces; `read` when there is none.")]
    state: Annotated[str, Meta(description="Given back as it came.")]
    code_challenge: Annotated[str, Meta(description="PKCE (RFC 7636).")]
    code_challenge_method: Literal["S256"]
    force_login: bool
    lang: str


class Exchange(TypedDict, total=False):
    """What is given for a token."""

    grant_type: Required[Literal["authorization_code", "client_credentials"]]
    client_id: Annotated[str, Meta(description="Or by HTTP Basic.")]
    client_secret: str
    code: str
    redirect_uri: str
    code_verifier: str
    scope: str


class Revoking(TypedDict, total=False):
    """The token that is to be worth nothing."""

    token: Required[str]
    client_id: str
    client_secret: str


class Searched(TypedDict):
    """Of whom."""

    resource: Annotated[str, Meta(description="`acct:ada@here`, or the address of a profile.")]


class StreamOfTag(TypedDict):
    """Of which tag."""

    tag: str


class StreamOfList(TypedDict):
    """Of which list."""

    list: Id


class Subscribed(TypedDict, total=False):
    """The first stream of a connection; more are asked for by messages."""

    stream: str
    tag: str
    list: Id
    access_token: str


def _address(
    method: str, path: str, tag: str, says: str, gives: Any, *, takes: Any = Nothing, kind: str = "application/json"
) -> Address:
    return Address(method, path, tag, says, Spoken(takes, gives), kind=kind)


def _stream(path: str, says: str, takes: Any = Nothing) -> Address:
    scope = "read:notifications" if "notification" in path else "read:statuses"
    return Address("GET", "/api/v1/streaming" + path, LIVE, says, Spoken(takes, str), scope, "user", EVENTS)


ELSEWHERE: list[Address] = [
    _address("GET", "/oauth/authorize", TOKENS, "Ask a person to let an app in", str, takes=Consent, kind=HTML),
    _address("POST", "/oauth/token", TOKENS, "A token, for a code or for an app itself", Token, takes=Exchange),
    _address("POST", "/oauth/revoke", TOKENS, "Make a token worthless", Empty, takes=Revoking),
    Address("GET", "/oauth/userinfo", TOKENS, "Whom a token stands for", Spoken(Nothing, UserInfo), "profile", "user"),
    _address("GET", "/.well-known/oauth-authorization-server", TOKENS, "How apps are let in here", Abilities),
    _address("GET", "/.well-known/webfinger", FINDING, "Who is behind a name", Resource, takes=Searched, kind=JRD),
    _address("GET", "/.well-known/host-meta", FINDING, "Where names are looked up, as XML", str, kind=XRD),
    _address("GET", "/.well-known/host-meta.json", FINDING, "Where names are looked up", HostMeta),
    _address("GET", "/.well-known/nodeinfo", FINDING, "Where to learn what runs here", NodeInfoIndex),
    _address("GET", "/nodeinfo/2.0", FINDING, "What runs here and how many use it", NodeInfo),
    _address("GET", "/nodeinfo/2.1", FINDING, "What runs here and how many use it, newer", NodeInfo),
    _address("GET", "/api/openapi.json", FINDING, "This description of the API", dict[str, Any]),
    Address(
        "GET",
        "/api/v1/streaming",
        LIVE,
        "Streams over one WebSocket",
        Spoken(Subscribed, None, status=101),
        "read",
        "user",
        more="Messages `{type, stream, tag, list}` subscribe and unsubscribe; events are `{stream, event, payload}`,"
        " the payload a text that is JSON itself. The token is sent as `access_token`, in the `Authorization` header"
        " or in `Sec-WebSocket-Protocol`.",
    ),
    _stream("/user", "One’s home and notifications, as they come"),
    _stream("/user/notification", "One’s notifications, as they come"),
    _stream("/public", "Public posts, as they come"),
    _stream("/public/local", "Public posts of this server, as they come"),
    _stream("/public/remote", "Public posts of other servers, as they come"),
    _stream("/hashtag", "Public posts that bear a tag, as they come", StreamOfTag),
    _stream("/hashtag/local", "Public posts of this server that bear a tag, as they come", StreamOfTag),
    _stream("/list", "What comes into a list, as it comes", StreamOfList),
    _stream("/direct", "One’s conversations, as they come"),
    _address("GET", "/api/v1/streaming/health", LIVE, "Whether streams are served", str, kind=TEXT),
    _address("GET", "/health", WATCH, "Whether the server lives; in JSON where it is asked for", str, kind=TEXT),
    _address("GET", "/health/live", WATCH, "Whether the server lives", Health),
    _address("GET", "/health/ready", WATCH, "Whether the server can serve", Health),
    _address("GET", "/metrics", WATCH, "Figures for a monitor", str, kind=METRICS),
]
