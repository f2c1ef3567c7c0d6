"""Apps: how they make themselves known, and how they ask who they are."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.apps import app_entity
from perron.entities.shapes.apps import CredentialApplication, RegisteredApplication
from perron.kit.errors import NotSignedIn
from perron.kit.secrets import own_vapid
from perron.people.apps import app_as_stored, register_app
from perron.store import Db, Tx


class NewApp(TypedDict, total=False):
    """An app that makes itself known."""

    client_name: Required[str]
    redirect_uris: Required[Annotated[list[str], Meta(description="Where people are led back to; also one text.")]]
    scopes: Annotated[str, Meta(description="Parted by spaces; `read` when there is none.")]
    website: str


@speaks(CredentialApplication, takes=NewApp)
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


@speaks(RegisteredApplication)
def verify_credentials(call: Call, db: Db) -> Answer:
    """GET /api/v1/apps/verify_credentials"""
    app = app_as_stored(db, call.viewer.app_id) if call.viewer else None
    if app is None:
        raise NotSignedIn
    return app_entity(app, own_vapid(call.settings.data)[1])
