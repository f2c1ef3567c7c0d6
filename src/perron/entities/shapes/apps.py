"""Apps, as they make themselves known."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Url


class RegisteredApplication(TypedDict):
    """An app that is known here, without its secret."""

    id: Id
    name: str
    website: Url | None
    scopes: Annotated[list[str], Meta(description="The most that its tokens may allow.")]
    redirect_uris: list[str]
    redirect_uri: Annotated[str, Meta(description="All of `redirect_uris`, a line each, for older apps.")]
    vapid_key: Annotated[str, Meta(description="With what this server signs what it pushes.")]


class CredentialApplication(RegisteredApplication):
    """An app with its secret, which is told once."""

    client_id: str
    client_secret: str
    client_secret_expires_at: Annotated[int, Meta(description="0: never.")]
