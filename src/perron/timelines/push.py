"""Web push: a notice reaches a device that is asleep. Sealed for the device (RFC 8291), signed by us (RFC 8292)."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, or_, select

from perron.jobs import Later
from perron.kit import json
from perron.kit.ids import born
from perron.kit.secrets import own_vapid, unseal
from perron.kit.settings import Settings
from perron.kit.time import DAY, HOUR, SECOND, now
from perron.people.hours import quiet_until
from perron.people.may import CONFIDE, may
from perron.people.members import role_of
from perron.people.preferences import Preferences, read_preferences
from perron.people.relations import relation
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Store
from perron.store.tables import accounts, sessions, tokens, users
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.timelines.channels import page_of, sentence
from perron.timelines.kinds import KIND
from perron.timelines.notices import Notice, find_notice
from perron.timelines.subscriptions import Subscription, about_token, subscription_as_stored, unsubscribe

LIFE = 2 * DAY
LONGEST_BODY = 140
LATER = (408, 425, 429)

_CALLED = Prepared(
    select(*(accounts.c[name] for name in ("display_name", "username", "handle", "avatar", "note"))).where(
        accounts.c.id == bindparam("of_account")
    )
)
_USER = Prepared(
    select(users.c.locale, users.c.preferences, users.c.id).where(
        or_(
            users.c.id == select(tokens.c.user_id).where(tokens.c.id == bindparam("of_token")).scalar_subquery(),
            users.c.id == select(sessions.c.user_id).where(sessions.c.id == bindparam("of_token")).scalar_subquery(),
        )
    )
)


def push(store: Store, event: dict[str, Any]) -> None:
    """After `PushOwed`: tell the device, once it is not quiet. One that is gone is forgotten; one that does not
    answer is tried again."""
    from perron.kit.outside import Forbidden, fetch  # here, so that a server that tells no device starts without it

    settings = store.settings
    with store.read() as db:
        found = subscription_as_stored(db, event["subscription_id"])
        notice = find_notice(db, event["account_id"], event["notice_id"])
        if found is None or notice is None or born(notice.id) < now() - LIFE or not wants(db, found, notice):
            return
        _, chosen = user_behind(db, found)
        if not chosen.pushes(KIND.get(notice.type, "")):
            return
        if (until := quiet_until(chosen, now())) is not None:
            raise Later(until)
        message = message_for(db, settings, found, notice)
    headers, body = seal(settings, found, json.encode(message))
    try:
        told = fetch("POST", found.endpoint, headers=headers, body=body, allow=settings.outside_allow)
        status = told.status
    except Forbidden:
        status = 400
    if 400 <= status < 500 and status not in LATER:
        store.write(lambda tx: unsubscribe(tx, found.token_id))
    elif not 200 <= status < 300:
        raise RuntimeError(f"The push service answered {status}.")


def user_behind(db: Db, one: Subscription) -> tuple[str, Preferences]:
    """The language of whoever holds a device ("" for none), and how they wish to be served."""
    locale, chosen, _ = db.one(_USER, of_token=one.token_id) or ("", "{}", 0)
    return locale, read_preferences(chosen)


def wants(db: Db, one: Subscription, notice: Notice) -> bool:
    """Whether a device wishes to hear from whoever caused a notice, and may."""
    post = find_post(db, notice.post_id, viewer=one.account_id) if notice.post_id else None
    if post is not None and post.visibility == "mentioned" and not _confided(db, one):
        return False
    between = relation(db, one.account_id, notice.from_id)
    if one.policy == "followed":
        return between.following is not None
    if one.policy == "follower":
        return between.followed_by
    return one.policy == "all"


def _confided(db: Db, one: Subscription) -> bool:
    _, _, user_id = db.one(_USER, of_token=one.token_id) or ("", "{}", 0)
    return may(role_of(db, user_id, one.account_id), CONFIDE)


def message_for(db: Db, settings: Settings, one: Subscription, notice: Notice) -> dict[str, Any]:
    """What a device is told, as apps expect it: the number of the notice is no text here."""
    name, username, handle, avatar, note = db.one(_CALLED, of_account=notice.from_id) or ("",) * 5
    locale = user_behind(db, one)[0] or settings.locale
    post = find_post(db, notice.post_id, viewer=one.account_id) if notice.post_id else None
    origin = settings.public_origin
    body = plain(note) if "@" in handle else note
    if post is not None:
        body = post.warning or (post.text if post.here else plain(post.text))
    return {
        "access_token": unseal(settings.data, one.token, about_token(one.token_id)) or "",
        "preferred_locale": locale,
        "notification_id": notice.id,
        "notification_type": "mention" if notice.type == "credit" else notice.type,
        "icon": f"{origin}/media/{avatar}" if avatar else f"{origin}/avatars/{handle}.png",
        "title": sentence(notice.type, name or username, locale),
        "body": shortened(body, LONGEST_BODY),
        "tag": notice.group_key or str(notice.id),
        "url": page_of(db, settings, notice),
    }


def seal(settings: Settings, one: Subscription, message: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a push: nobody but the device can read it."""
    from py_vapid import Vapid01, Vapid02  # type: ignore[import-untyped]
    from pywebpush import WebPusher  # type: ignore[import-untyped]

    keys = {"endpoint": one.endpoint, "keys": {"p256dh": one.p256dh, "auth": one.auth}}
    coding = "aes128gcm" if one.standard else "aesgcm"
    sealed = WebPusher(keys).encode(message, coding)
    parts = urlsplit(one.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": (now() + 12 * HOUR) // SECOND,
        "sub": f"mailto:{settings.contact}" if settings.contact else settings.public_origin,
    }
    key = (Vapid02 if one.standard else Vapid01).from_raw(own_vapid(settings.data)[0].encode())
    key.conf = {"no-strict": True}  # an address of ours is as good as an e-mail address (RFC 8292)
    headers: dict[str, str] = {str(name).lower(): str(value) for name, value in key.sign(claims).items()}
    headers |= {"content-encoding": coding, "content-type": "application/octet-stream", "ttl": str(LIFE // SECOND)}
    headers["urgency"] = "normal"
    if not one.standard:
        dh, salt = sealed["crypto_key"].decode(), sealed["salt"].decode()
        headers |= {"crypto-key": f"dh={dh};{headers['crypto-key']}", "encryption": f"salt={salt}"}
    return headers, bytes(sealed["body"])
