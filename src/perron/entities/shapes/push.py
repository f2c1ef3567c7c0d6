"""Web push."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Url

PushPolicy = Literal["all", "followed", "follower", "none"]


class WebPushSubscription(TypedDict):
    """A device that is told of notices."""

    id: Id
    endpoint: Url
    standard: Annotated[bool, Meta(description="Sealed after RFC 8291 rather than the draft before it.")]
    alerts: Annotated[dict[str, bool], Meta(description="For each type of notice, whether the device is told.")]
    policy: Annotated[PushPolicy, Meta(description="From whom it wishes to hear.")]
    server_key: Annotated[str, Meta(description="This server's public VAPID key.")]
