"""Web push: where a device wishes to be told of notices."""

from typing import Any

from perron.api.kit import Answer, Call
from perron.api.params import Params
from perron.kit.errors import Invalid, NotFound, NotSignedIn
from perron.kit.secrets import own_vapid
from perron.store import Db, Tx
from perron.timelines import subscriptions
from perron.timelines.notices import TYPES
from perron.timelines.subscriptions import Subscription, subscription_of


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
        plain_http=bool(call.settings.outside_allow),
    )
    return _entity(call, made)


def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/push/subscription"""
    return _entity(call, _own(call, db))


def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/push/subscription"""
    before, data = _own(call, tx), call.params.record("data") or Params({})
    alerts = read_alerts(data) if data.has("alerts") else before.alerts
    subscriptions.change_subscription(tx, before.token_id, alerts, read_policy(call, data, before.policy))
    return _entity(call, _own(call, tx))


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


def _entity(call: Call, one: Subscription) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "endpoint": one.endpoint,
        "standard": one.standard,
        "alerts": {name: one.alerts.get(name, False) for name in TYPES},
        "policy": one.policy,
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
