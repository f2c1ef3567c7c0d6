"""Whom to believe: forms of our own pages, from this browser, not too many at once."""

import hmac
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request

from perron.kit.addresses import client_address, household
from perron.kit.errors import NotAllowed
from perron.kit.limits import Window
from perron.kit.secrets import own_secret
from perron.kit.settings import Settings
from perron.shared.attempts import Attempts


def address_of(request: Request) -> str:
    """The address that limits are counted by."""
    return household(came_from(request))


def came_from(request: Request) -> str:
    """The visitor's own address, behind the proxies we trust."""
    settings: Settings = request.app.state.settings
    peer = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_address(peer, forwarded, settings.trusted_proxies)


def limits(request: Request) -> Window:
    """What is counted of requests."""
    window: Window = request.app.state.site.window
    return window


def attempts(request: Request) -> Attempts:
    """What is counted of attempts to come in."""
    counts: Attempts = request.app.state.site.attempts
    return counts


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
