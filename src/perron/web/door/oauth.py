"""How apps are let in: a page on which a person agrees, and what apps call (RFC 6749, 7636, 7009, 8414)."""

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

from sqlalchemy import bindparam, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from perron.entities.links import Links
from perron.kit import json
from perron.kit.errors import Invalid, NotSignedIn, Refused
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.people.apps import OUT_OF_BAND, App, find_app, find_app_by_secret
from perron.people.grants import add_grant, read_challenge, redeem
from perron.people.model import Viewer
from perron.people.queries import accounts_of_user
from perron.people.scopes import SCOPES, for_role, read_scopes, scopes_text, within
from perron.people.tokens import find_viewer, issue_token, revoke_token, token_as_stored
from perron.store import Db, Prepared, Store, Tx, rim
from perron.store.tables import accounts
from perron.web.direct import Answer
from perron.web.door.scope_words import in_words
from perron.web.fields import Fields, read_fields
from perron.web.visit import Visit

_ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method")
_SHOWN = Prepared(
    select(accounts.c.handle, accounts.c.username, accounts.c.display_name, accounts.c.avatar).where(
        accounts.c.id == bindparam("account_id")
    )
)


@dataclass(frozen=True)
class Ask:
    """What an app asks a person for."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    state: str
    challenge: str | None

    @property
    def out_of_band(self) -> bool:
        """Whether the code is shown to the person, to be copied by hand."""
        return self.redirect_uri == OUT_OF_BAND

    @property
    def destination(self) -> str:
        """Where the person will be led, for them to read."""
        parts = urlsplit(self.redirect_uri)
        return parts.netloc if parts.scheme in ("http", "https") else parts.scheme

    @property
    def form_action(self) -> str:
        """Where the browser may be led by the form: here, and to the app."""
        parts = urlsplit(self.redirect_uri)
        plain = re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", parts.netloc)
        if self.out_of_band:
            return "'self'"
        return f"'self' {parts.scheme}://{parts.netloc}" if plain and self.is_web else f"'self' {parts.scheme}:"

    @property
    def is_web(self) -> bool:
        """Whether the app lives at a web address."""
        return self.redirect_uri.startswith(("http://", "https://"))

    def answer(self, **values: str) -> str:
        """The app's address with an answer for it."""
        more = urlencode({**values, **({"state": self.state} if self.state else {})})
        return self.redirect_uri + ("&" if "?" in self.redirect_uri else "?") + more


# -- the page ----------------------------------------------------------------------------------------------------------


async def show_consent(visit: Visit) -> Response:
    """Ask a person whether an app may speak for them. An app that asks wrongly is never led anywhere."""
    params = visit.request.query_params
    if any(len(params.getlist(name)) > 1 for name in _ASKED):
        raise Refused("This app asks in a way that cannot be understood: a parameter stands there twice.")
    given = {name: params.get(name, "") for name in _ASKED}
    ask = await visit.read(lambda db: read_ask(db, given))
    again = params.get("force_login", "").lower() in ("true", "1")
    if visit.signed_in is None or again:
        rest = [(name, value) for name, value in params.multi_items() if name != "force_login"]
        here = "/oauth/authorize?" + urlencode(rest)
        return visit.go("/sign-in?" + urlencode({"next": here, **({"again": "1"} if again else {})}))
    if visit.signed_in.viewer.unconfirmed:
        return visit.go("/email")
    user = visit.signed_in.user
    return visit.show(
        "door/authorize.html",
        form_action=ask.form_action,
        cache_control="no-store",
        ask=ask,
        given=given,
        means=in_words(visit.words, for_role(ask.scopes, user.role)),
        accounts=await visit.read(lambda db: accounts_of_user(db, user.id)),
    )


async def consent(visit: Visit, fields: Fields) -> Response:
    """Give the app its code, or tell it no."""
    given = {name: fields.text(name) for name in _ASKED}
    ask = await visit.read(lambda db: read_ask(db, given))
    if visit.signed_in is None:
        return visit.go("/sign-in?" + urlencode({"next": "/oauth/authorize?" + urlencode(given)}))
    if fields.text("decision") != "allow":
        if ask.out_of_band:
            return visit.show("door/denied.html", cache_control="no-store", app=ask.app)
        says = "The resource owner or authorization server denied the request."
        return _lead_to(ask.answer(error="access_denied", error_description=says))
    user, chosen = visit.signed_in.user, fields.text("account_id") or str(visit.signed_in.account.id)

    def grant(tx: Tx) -> str:
        account = next((each for each in accounts_of_user(tx, user.id) if str(each.id) == chosen), None)
        if account is None:
            raise Refused("You cannot act for this account.")
        scopes = for_role(ask.scopes, user.role)
        return add_grant(tx, ask.app.id, user.id, account.id, ask.redirect_uri, scopes, challenge=ask.challenge)

    code = await visit.write(grant)
    if ask.out_of_band:
        return visit.show("door/code.html", cache_control="no-store", app=ask.app, code=code)
    return _lead_to(ask.answer(code=code))


def read_ask(db: Db, given: dict[str, str]) -> Ask:
    """What an app asks for; Refused when it is unknown, wants to be answered elsewhere, or asks for too much."""
    app = find_app(db, given["client_id"])
    if app is None:
        raise Refused("This app is not known here. Please go back to it and begin again. (invalid_client)")
    if given["redirect_uri"] not in app.redirect_uris:
        raise Refused("This app wants to be answered at an address it did not register. (invalid_redirect_uri)")
    if given["response_type"] != "code":
        raise Refused("This app asks in a way that is not spoken here. (unsupported_response_type)")
    try:
        scopes = read_scopes(given["scope"])
    except Invalid:
        raise Refused("This app asks for a permission that does not exist. (invalid_scope)") from None
    if not within(scopes, app.scopes):
        raise Refused("This app asks for more than it registered for. (invalid_scope)")
    challenge = None
    if given["code_challenge"] or given["code_challenge_method"]:
        challenge = read_challenge(given["code_challenge"])
        if challenge is None or given["code_challenge_method"] != "S256":
            raise Refused("This app protects its code in a way that is not safe; S256 is. (invalid_request)")
    return Ask(app, given["redirect_uri"], scopes, given["state"], challenge)


def _lead_to(address: str) -> Response:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


# -- what apps call ----------------------------------------------------------------------------------------------------


class Mistake(Exception):
    """An error in the words of RFC 6749, section 5.2."""

    def __init__(self, error: str, says: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.says, self.status = error, says, status


@dataclass(frozen=True)
class Call:
    """A call by an app."""

    request: Request
    store: Store
    settings: Settings
    fields: Fields

    def text(self, name: str) -> str:
        """A field of the body, or else of the address, where some apps write them."""
        return self.fields.text(name) or self.request.query_params.get(name, "")


def for_apps(handler: Callable[[Call], Awaitable[Response]]) -> Answer:
    """An address for apps on any site: no cookie is read, so every origin may call it."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_ANYBODY)
        try:
            if "password" in request.query_params:
                raise Mistake("invalid_request", "A password does not belong in an address.")
            settings: Settings = request.app.state.settings
            fields = await read_fields(request, settings.body_max_bytes)
            response = await handler(Call(request, request.app.state.store, settings, fields))
        except Mistake as wrong:
            response = _json({"error": wrong.error, "error_description": wrong.says}, wrong.status)
            if wrong.status == 401:
                response.headers["WWW-Authenticate"] = 'Basic realm="oauth"'
            if wrong.error == "insufficient_scope":
                response.headers["WWW-Authenticate"] = 'Bearer error="insufficient_scope"'
        except Refused as refused:
            response = _json({"error": str(refused)}, refused.status)
            if isinstance(refused, NotSignedIn):
                response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        response.headers.update(_ANYBODY)
        return response

    return endpoint


_ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "86400",
    "X-Content-Type-Options": "nosniff",
}


@for_apps
async def token(call: Call) -> Response:
    """A token for a code, or for an app that speaks for itself."""
    app = await known_app(call)
    kind = call.text("grant_type")
    if kind == "client_credentials":
        scopes = _own_scopes(app, call.text("scope"))
        plain = await rim.write(call.store, lambda tx: issue_token(tx, app.id, None, None, scopes))
        return _token(plain, scopes)
    if kind != "authorization_code":
        raise Mistake("unsupported_grant_type", "Use authorization_code or client_credentials.")
    code, uri, verifier = call.text("code"), call.text("redirect_uri"), call.text("code_verifier")
    if not code:
        raise Mistake("invalid_request", "Missing required parameter: code.")
    found = await rim.write(call.store, lambda tx: redeem(tx, app.id, code, uri, verifier=verifier))
    if found is None:
        says = (
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI "
            "used in the authorization request, or was issued to another client."
        )
        raise Mistake("invalid_grant", says)
    return _token(*found)


@for_apps
async def revoke(call: Call) -> Response:
    """Make a token worthless; only the app that it was given to may."""
    plain = call.text("token")
    found = await rim.read(call.store, lambda db: token_as_stored(db, plain))
    if found is not None:
        app = await known_app(call, status=403, error="unauthorized_client")
        if found[1] != app.id:
            raise Mistake("unauthorized_client", "You are not authorized to revoke this token", 403)
        await rim.write(call.store, lambda tx: revoke_token(tx, found[0]))
    return _json({})


@for_apps
async def userinfo(call: Call) -> Response:
    """Who the token stands for (OpenID Connect's names)."""
    viewer = await bearer(call)
    if "profile" not in viewer.scopes or viewer.account is None:
        raise Mistake("insufficient_scope", "This action is outside the authorized scopes", 403)
    if viewer.waits:
        raise Mistake("access_denied", viewer.why_not, 403)
    account_id, links = viewer.account.id, Links(call.settings)
    row = await rim.read(call.store, lambda db: db.one(_SHOWN, account_id=account_id))
    if row is None:
        raise NotSignedIn
    handle, username, name, avatar = row
    return _json(
        {
            "iss": call.settings.public_origin,
            "sub": links.account_uri(account_id),
            "name": name or username,
            "preferred_username": username,
            "profile": links.account(handle),
            "picture": links.avatar(avatar, handle),
        }
    )


@for_apps
async def metadata(call: Call) -> Response:
    """What this server can do (RFC 8414)."""
    origin = call.settings.public_origin
    return _json(
        {
            "issuer": origin,
            "service_documentation": f"{origin}/api",
            "authorization_endpoint": f"{origin}/oauth/authorize",
            "token_endpoint": f"{origin}/oauth/token",
            "revocation_endpoint": f"{origin}/oauth/revoke",
            "userinfo_endpoint": f"{origin}/oauth/userinfo",
            "app_registration_endpoint": f"{origin}/api/v1/apps",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "ui_locales_supported": ["fr", "en"],
        },
        cache_control="public, max-age=3600",
    )


async def known_app(call: Call, status: int = 401, error: str = "invalid_client") -> App:
    """The app that calls, if it knows its secret: by HTTP Basic, or by fields."""
    client_id, secret = _basic(call.request) or (call.text("client_id"), call.text("client_secret"))
    app = await rim.read(call.store, lambda db: find_app_by_secret(db, client_id, secret))
    if app is None:
        says = "Client authentication failed due to unknown client, no client authentication included, or unsupported."
        raise Mistake(error, says, status)
    return app


async def bearer(call: Call) -> Viewer:
    """Who calls, by the token in the one `Authorization` header."""
    headers = call.request.headers.getlist("authorization")
    scheme, _, plain = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    viewer = await rim.read(call.store, lambda db: find_viewer(db, plain.strip()))
    if viewer is None:
        raise NotSignedIn
    return viewer


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = b64decode(given.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise Mistake("invalid_client", "The Authorization header could not be read.", 401) from None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None


def _own_scopes(app: App, text: str) -> frozenset[str]:
    try:
        wanted = read_scopes(text)
    except Invalid as wrong:
        raise Mistake("invalid_scope", str(wrong)) from None
    if not text.strip() and not within(wanted, app.scopes):
        wanted = app.scopes
    if not within(wanted, app.scopes):
        raise Mistake("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    return for_role(wanted, None)


def _token(plain: str, scopes: frozenset[str]) -> Response:
    return _json(
        {
            "access_token": plain,
            "token_type": "Bearer",
            "scope": scopes_text(scopes),
            "created_at": now() // 1000,
        }
    )


def _json(body: dict[str, Any], status: int = 200, cache_control: str = "no-store") -> Response:
    return Response(json.encode(body), status, {"Cache-Control": cache_control}, "application/json; charset=utf-8")
