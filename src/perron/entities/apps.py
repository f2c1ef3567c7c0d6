"""Apps and tokens as clients read them."""

from typing import Any

from perron.entities.shapes.apps import RegisteredApplication
from perron.kit.time import now
from perron.people.apps import App
from perron.people.scopes import scopes_text


def app_entity(app: App, vapid_key: str) -> RegisteredApplication:
    """An app, without its secret."""
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": scopes_text(app.scopes).split(),
        "redirect_uri": "\n".join(app.redirect_uris),
        "redirect_uris": list(app.redirect_uris),
        "vapid_key": vapid_key,
    }


def token_entity(plain: str, scopes: frozenset[str]) -> dict[str, Any]:
    """A token that was just issued."""
    return {
        "access_token": plain,
        "token_type": "Bearer",
        "scope": scopes_text(scopes),
        "created_at": now() // 1000,
    }
