"""Apps that people use to come here, as they registered themselves."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select

from perron.kit.errors import Invalid
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret
from perron.people.scopes import read_scopes, scopes_text
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import apps
from perron.text.letters import shortened

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
LONGEST_NAME, LONGEST_ADDRESS = 60, 2000

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII | re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"\ud800-\udfff]")
_NEVER = frozenset(
    ("about", "blob", "chrome", "data", "file", "filesystem", "javascript", "mailto", "resource", "vbscript")
    + ("view-source", "ws", "wss")
)
_APP = (apps.c.id, apps.c.client_id, apps.c.name, apps.c.website, apps.c.redirect_uris, apps.c.scopes)
_BY_CLIENT_ID = Prepared(select(*_APP).where(apps.c.client_id == bindparam("client_id")))
_BY_ID = Prepared(select(*_APP).where(apps.c.id == bindparam("app_id")))
_SECRET = Prepared(select(apps.c.secret, *_APP).where(apps.c.client_id == bindparam("client_id")))
_ADD = insert(apps, "id", "client_id", "secret", "name", "website", "redirect_uris", "scopes")


@dataclass(frozen=True, slots=True)
class App:
    """An app; `website` is http(s) or None, `redirect_uris` are where it may be answered."""

    id: int
    client_id: str
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]


def register_app(
    tx: Tx, name: str, redirect_uris: Sequence[str], *, scopes: str = "read", website: str = ""
) -> tuple[App, str]:
    """Add an app; it and its secret, in plain text, which nobody can read again."""
    app = App(
        id=new_id(),
        client_id=new_secret(),
        name=read_name(name),
        website=read_website(website),
        redirect_uris=read_redirect_uris(redirect_uris),
        scopes=read_scopes(scopes),
    )
    secret = new_secret()
    tx.run(
        _ADD,
        id=app.id,
        client_id=app.client_id,
        secret=fingerprint(secret),
        name=app.name,
        website=app.website,
        redirect_uris="\n".join(app.redirect_uris),
        scopes=scopes_text(app.scopes),
    )
    return app, secret


def find_app(db: Db, client_id: str) -> App | None:
    """The app that calls itself so."""
    row = db.one(_BY_CLIENT_ID, client_id=clean(client_id))
    return _app(*row) if row else None


def find_app_by_secret(db: Db, client_id: str, secret: str) -> App | None:
    """The app, if it knows its secret."""
    row = db.one(_SECRET, client_id=clean(client_id))
    if row is None or not hmac.compare_digest(row[0], fingerprint(secret)):
        return None
    return _app(*row[1:])


def app_as_stored(db: Db, app_id: int) -> App | None:
    """An app by its id."""
    row = db.one(_BY_ID, app_id=app_id)
    return _app(*row) if row else None


def read_name(text: str) -> str:
    """The name of an app: one line, 60 characters at most; what is longer is cut."""
    name = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not name:
        raise Invalid("Validation failed: Name can't be blank")
    return shortened(name, LONGEST_NAME)


def read_website(text: str) -> str | None:
    """The website of an app, or None when it is not one to link to."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or _UNSAFE.search(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None


def read_redirect_uris(given: Sequence[str]) -> tuple[str, ...]:
    """Where an app may be answered: web addresses, its own scheme, or out of band; Invalid when one is unsafe."""
    uris = tuple(dict.fromkeys(uri for text in given for uri in text.split()))
    if not uris:
        raise Invalid("Validation failed: Redirect URI can't be blank")
    for uri in uris:
        if not _answerable(uri):
            raise Invalid("Validation failed: Redirect URI must be an absolute URI.")
    return uris


def _answerable(uri: str) -> bool:
    if uri == OUT_OF_BAND:
        return True
    scheme, colon, rest = uri.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme) or scheme.lower() in _NEVER:
        return False
    if len(uri) > LONGEST_ADDRESS or _UNSAFE.search(uri) or "#" in rest:
        return False
    try:
        parts = urlsplit(uri)
        web = parts.scheme in ("http", "https")
        return not web or (bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0)
    except ValueError:
        return False


def clean(text: str) -> str:
    """Text that any database can be asked for."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _app(id_: int, client_id: str, name: str, website: str | None, redirect_uris: str, scopes: str) -> App:
    return App(id_, client_id, name, website, tuple(redirect_uris.split("\n")), read_scopes(scopes))
