"""Who listens: the bearer of a token, or a browser that is signed in."""

from urllib.parse import urlsplit

from perron.entities.site import Site
from perron.people.model import Viewer
from perron.people.sessions import find_session
from perron.store import Db

BROWSER = "browser "
"""What stands before a session's value where others have a token; no token has a space."""


def find_listener(site: Site, db: Db, token: str) -> Viewer | None:
    """The viewer behind a token or a session; None for anybody."""
    if token.startswith(BROWSER):
        signed_in = find_session(db, token.removeprefix(BROWSER))
        return signed_in.viewer if signed_in else None
    return site.viewers.known(token) or site.viewers.find(db, token)


def session_in(scope_headers: list[tuple[bytes, bytes]], cookie: str, *, socket: bool = False) -> str:
    """What stands for a token when one of our own pages asks; "" when another site's page may be asking. `socket`: by
    WebSocket."""
    headers = {name: value.decode("latin-1") for name, value in scope_headers}
    if not (_from_our_page(headers) or (socket and _of_our_origin(headers))):
        return ""
    pairs = (each.strip().partition("=") for each in headers.get(b"cookie", "").split(";"))
    value = next((value for name, _, value in pairs if name == cookie), "")
    return BROWSER + value if value else ""


def _from_our_page(headers: dict[bytes, str]) -> bool:
    return headers.get(b"sec-fetch-site") == "same-origin"


def _of_our_origin(headers: dict[bytes, str]) -> bool:
    """Of a WebSocket not every browser says whose page opens it; all of them name its origin, which no page can
    choose."""
    host = headers.get(b"host", "")
    silent = b"sec-fetch-site" not in headers
    return silent and host != "" and urlsplit(headers.get(b"origin", "")).netloc == host
