"""Where devices wish to be told of notices: one subscription for each token, or for each browser that is signed in (its
session then stands for a token, and no new sign-in is needed)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, exists, or_, select, update

from perron.jobs import Event, emit
from perron.kit import json
from perron.kit.errors import Invalid
from perron.kit.ids import new_id
from perron.kit.secrets import from_base64
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, upsert
from perron.store.tables import push_subscriptions, sessions, tokens

POLICIES = ("all", "followed", "follower", "none")
LONGEST = 2000


@dataclass(frozen=True)
class PushOwed(Event):
    """A device asked to be told of this notice."""

    notice_id: int
    account_id: int
    subscription_id: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """A device that wishes to be told. `standard`: it reads RFC 8291, and not the draft before it. `token` is sealed:
    apps with several accounts know by it whose notice they are told; "" for a browser, which has none."""

    id: int
    token_id: int
    account_id: int
    endpoint: str
    p256dh: str
    auth: str
    alerts: dict[str, bool]
    policy: str
    standard: bool
    token: str = ""


_NAMES = Subscription.__slots__
_COLUMNS = tuple(push_subscriptions.c[name] for name in _NAMES)
_KEEP = upsert(push_subscriptions, *_NAMES, key=("token_id",))
_OF_TOKEN = Prepared(select(*_COLUMNS).where(push_subscriptions.c.token_id == bindparam("of_token")))
_STANDS = or_(  # an app's token, or a browser that is signed in
    exists().where(tokens.c.id == push_subscriptions.c.token_id),
    exists().where(sessions.c.id == push_subscriptions.c.token_id, sessions.c.expires_at > bindparam("at")),
)
_ONE = Prepared(select(*_COLUMNS).where(push_subscriptions.c.id == bindparam("of_id"), _STANDS))
_OF_ACCOUNT = Prepared(select(*_COLUMNS).where(push_subscriptions.c.account_id == bindparam("of_account"), _STANDS))
_CHANGE = Prepared(
    update(push_subscriptions)
    .where(push_subscriptions.c.token_id == bindparam("of_token"))
    .values(alerts=bindparam("new_alerts"), policy=bindparam("new_policy"))
)
_REMOVE = Prepared(delete(push_subscriptions).where(push_subscriptions.c.token_id == bindparam("of_token")))


def subscribe(
    tx: Tx,
    token_id: int,
    account_id: int,
    endpoint: str,
    p256dh: str,
    auth: str,
    *,
    alerts: dict[str, bool],
    policy: str = "all",
    standard: bool = False,
    token: str = "",
    plain_http: bool = False,
) -> Subscription:
    """Tell a device from now on; what the same token asked for before is replaced."""
    check_keys(endpoint, p256dh, auth, plain_http=plain_http)
    check_policy(policy)
    made = Subscription(new_id(), token_id, account_id, endpoint, p256dh, auth, alerts, policy, standard, token)
    values = {name: getattr(made, name) for name in _NAMES}
    tx.run(_KEEP, **{**values, "alerts": json.encode_text(alerts)})
    return made


def about_token(token_id: int) -> str:
    """What the token in a subscription is sealed for."""
    return f"push {token_id}"


def change_subscription(tx: Tx, token_id: int, alerts: dict[str, bool], policy: str) -> None:
    """Tell a device of other things."""
    check_policy(policy)
    tx.run(_CHANGE, of_token=token_id, new_alerts=json.encode_text(alerts), new_policy=policy)


def unsubscribe(tx: Tx, token_id: int) -> None:
    """Tell a device nothing more."""
    tx.run(_REMOVE, of_token=token_id)


def subscription_of(db: Db, token_id: int) -> Subscription | None:
    """What a token has subscribed to."""
    row = db.one(_OF_TOKEN, of_token=token_id)
    return _subscription(row) if row else None


def subscription_as_stored(db: Db, subscription_id: int) -> Subscription | None:
    """A subscription whose token still stands, or whose browser is still signed in."""
    row = db.one(_ONE, of_id=subscription_id, at=now())
    return _subscription(row) if row else None


def subscriptions_for(db: Db, account_id: int, type_: str) -> list[Subscription]:
    """The subscriptions of an account that ask for notices of a type."""
    found = map(_subscription, db.all(_OF_ACCOUNT, of_account=account_id, at=now()))
    alert = "mention" if type_ == "credit" else type_  # apps know of no credits
    return [one for one in found if one.alerts.get(alert) and one.policy != "none"]


def owe_pushes(tx: Tx, notice_id: int, account_id: int, type_: str, *, due: int | None = None) -> None:
    """Leave a job for each device that asked for notices of this type; for most accounts there is none."""
    for one in subscriptions_for(tx, account_id, type_):
        emit(tx, PushOwed(notice_id, account_id, one.id), due=due)


def check_keys(endpoint: str, p256dh: str, auth: str, *, plain_http: bool = False) -> None:
    """Refuse an address that is none, and keys with which nothing could be sealed."""
    try:
        parts = urlsplit(endpoint)
        well = bool(parts.hostname) and parts.scheme in (("https", "http") if plain_http else ("https",))
    except ValueError:
        well = False
    if not well or len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        raise Invalid("Validation failed: Endpoint is not a valid https address")
    try:
        point, secret = from_base64(p256dh), from_base64(auth)
    except ValueError:
        point = secret = b""
    if len(point) != 65 or point[0] != 4 or len(secret) != 16:
        raise Invalid("Validation failed: Keys are not those of a push subscription")


def check_policy(policy: str) -> None:
    """Refuse a policy that is none."""
    if policy not in POLICIES:
        raise Invalid("Validation failed: Policy is not included in the list")


def _subscription(row: tuple[Any, ...]) -> Subscription:
    values = dict(zip(_NAMES, row, strict=True))
    return Subscription(**values | {"alerts": json.decode(values["alerts"]), "standard": bool(values["standard"])})
