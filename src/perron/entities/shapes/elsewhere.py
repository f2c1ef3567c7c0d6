"""What is answered outside the API's own door: tokens, how programs find this server, whether it lives."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Url


class Token(TypedDict):
    """What lets an app in."""

    access_token: str
    token_type: Literal["Bearer"]
    scope: str
    created_at: Annotated[int, Meta(description="Seconds since 1970.")]


class UserInfo(TypedDict):
    """Whom a token stands for, in the names of OpenID Connect."""

    iss: Url
    sub: Url
    name: str
    preferred_username: str
    profile: Url
    picture: Url


class Abilities(TypedDict):
    """What this server can do for apps that ask to be let in (RFC 8414)."""

    issuer: Url
    service_documentation: Url
    authorization_endpoint: Url
    token_endpoint: Url
    revocation_endpoint: Url
    userinfo_endpoint: Url
    app_registration_endpoint: Url
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]
    ui_locales_supported: list[str]


class ResourceLink(TypedDict):
    """Where something about somebody is."""

    rel: str
    type: NotRequired[str]
    href: NotRequired[Url]
    template: NotRequired[str]


class Resource(TypedDict):
    """Who is behind a name (RFC 7033)."""

    subject: str
    aliases: list[Url]
    links: list[ResourceLink]


class HostMeta(TypedDict):
    """Where names are looked up (RFC 6415)."""

    links: list[ResourceLink]


class NodeInfoLink(TypedDict):
    """Where one version is."""

    rel: Url
    href: Url


class NodeInfoIndex(TypedDict):
    """Where `nodeinfo` is, in several versions."""

    links: list[NodeInfoLink]


class NodeSoftware(TypedDict):
    """The program that runs here."""

    name: str
    version: str
    repository: NotRequired[Url]


class NodeServices(TypedDict):
    """With what else this server talks."""

    inbound: list[str]
    outbound: list[str]


class NodeUsers(TypedDict):
    """How many people sign in, and how many did lately."""

    total: Count
    activeMonth: Count
    activeHalfyear: Count


class NodeUsage(TypedDict):
    """How much this server is used."""

    users: NodeUsers
    localPosts: Count


class NodeInfo(TypedDict):
    """What runs here and how many use it (nodeinfo 2)."""

    version: str
    software: NodeSoftware
    protocols: list[str]
    services: NodeServices
    openRegistrations: bool
    usage: NodeUsage
    metadata: dict[str, Any]


class Health(TypedDict):
    """Whether the server is well."""

    status: str
