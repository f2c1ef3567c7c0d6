"""Web push: where a device wishes to be told of notices."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.api.params import Params
from perron.entities.shapes.common import Empty, Url
from perron.entities.shapes.push import PushPolicy, WebPushSubscription
from perron.kit.errors import Invalid, NotFound, NotSignedIn
from perron.kit.secrets import own_vapid, seal
from perron.store import Db, Tx
from perron.timelines import subscriptions
from perron.timelines.notices import TYPES
from perron.timelines.subscriptions import Subscription, about_token, subscription_of

Alerts = Annotated[dict[str, bool], Meta(description="By type of notification, whether the device is told.")]


class Keys(TypedDict):
    """With which a device is written to."""

    p256dh: Annotated[str, Meta(description="Its public key, in base64.")]
    auth: Annotated[str, Meta(description="Sixteen bytes that it made up, in base64.")]


class Device(TypedDict, total=False):
    """Where a device is told."""

    endpoint: Required[Url]
    keys: Required[Keys]
    standard: Annotated[bool, Meta(description="Seal after RFC 8291 rather than the draft before it.")]


class Wish(TypedDict, total=False):
    """Of what, and from whom."""

    alerts: Alerts
    policy: PushPolicy


class Changing(TypedDict, total=False):
    """What changes."""

    data: Wish
    policy: PushPolicy


class Subscribing(Changing, total=False):
    """A device to tell."""

    subscription: Required[Device]


@speaks(WebPushSubscription, takes=Subscribing)
def subscribe(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/push/subscription: replaces what this token asked for before."""
    given = call.params.record("subscription")
    if given is None:
        raise Invalid("Validation failed: Subscription can't be blank")
    keys, data = given.record("keys") or Params({}), call.params.record("data") or Params({})
    made = subscriptions.subscribe(
        tx,
        _token_id(call),
        call.me.id,
        given.text("endpoint"),
        keys.text("p256dh"),
        keys.text("auth"),
        alerts=read_alerts(data),
        policy=read_policy(call, data, "all"),
        standard=given.flag("standard"),
        token=seal(call.settings.data, call.token, about_token(_token_id(call))),
        plain_http=bool(call.settings.outside_allow),
    )
    return _entity(call, made)


@speaks(WebPushSubscription)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/push/subscription"""
    return _entity(call, _own(call, db))


@speaks(WebPushSubscription, takes=Changing)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/push/subscription"""
    before, data = _own(call, tx), call.params.record("data") or Params({})
    alerts = read_alerts(data) if data.has("alerts") else before.alerts
    subscriptions.change_subscription(tx, before.token_id, alerts, read_policy(call, data, before.policy))
    return _entity(call, _own(call, tx))


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/push/subscription"""
    subscriptions.unsubscribe(tx, _token_id(call))
    return {}


def read_alerts(data: Params) -> dict[str, bool]:
    """What a device asks for, by type of notice."""
    alerts = data.record("alerts") or Params({})
    return {one: alerts.flag(one) for one in TYPES if alerts.has(one)}


def read_policy(call: Call, data: Params, default: str) -> str:
    """From whom a device wishes to hear; some clients say it beside `data`."""
    return data.text("policy") or call.params.text("policy") or default


def _entity(call: Call, one: Subscription) -> WebPushSubscription:
    return {
        "id": str(one.id),
        "endpoint": one.endpoint,
        "standard": one.standard,
        "alerts": {name: one.alerts.get(name, False) for name in TYPES},
        "policy": one.policy,  # type: ignore[typeddict-item]
        "server_key": own_vapid(call.settings.data)[1],
    }


def _own(call: Call, db: Db) -> Subscription:
    found = subscription_of(db, _token_id(call))
    if found is None:
        raise NotFound
    return found


def _token_id(call: Call) -> int:
    if call.viewer is None:
        raise NotSignedIn
    return call.viewer.token_id
