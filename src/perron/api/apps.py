"""Apps: how they make themselves known, and how they ask who they are."""

from perron.api.kit import Answer, Call
from perron.entities.apps import app_entity
from perron.kit.errors import NotSignedIn
from perron.kit.secrets import own_vapid
from perron.people.apps import app_as_stored, register_app
from perron.store import Db, Tx


def register(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/apps: its secret is shown once."""
    params = call.params
    scopes = " ".join(params.texts("scopes"))
    app, secret = register_app(
        tx,
        params.text("client_name"),
        params.texts("redirect_uris"),
        scopes=scopes,
        website=params.text("website"),
    )
    keys = {"client_id": app.client_id, "client_secret": secret, "client_secret_expires_at": 0}
    return {**app_entity(app, own_vapid(call.settings.data)[1]), **keys}


def verify_credentials(call: Call, db: Db) -> Answer:
    """GET /api/v1/apps/verify_credentials"""
    app = app_as_stored(db, call.viewer.app_id) if call.viewer else None
    if app is None:
        raise NotSignedIn
    return app_entity(app, own_vapid(call.settings.data)[1])
