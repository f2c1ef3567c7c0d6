"""This server as clients read it. What is claimed here is true: a client believes it without asking again."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, func, select

from perron.entities.accounts import accounts_json
from perron.entities.links import Links
from perron.kit import json
from perron.kit.ids import first_id_at
from perron.kit.secrets import own_vapid
from perron.kit.settings import Settings
from perron.kit.time import DAY, MINUTE, SECOND, now
from perron.kit.version import VERSION
from perron.media.describe import MAX_DESCRIPTION
from perron.media.video import MAX_AREA
from perron.moderation.rules import rules as rules_of
from perron.people.profile import LONGEST_FIELD, LONGEST_NAME, LONGEST_NOTE, MOST_FIELDS
from perron.posts.favourite import MOST_PINS
from perron.posts.featured_tags import MOST_FEATURED
from perron.posts.polls import LONGEST, LONGEST_OPTION, SHORTEST
from perron.store import Db, Prepared, Store, const
from perron.store.tables import accounts, memberships, posts, users
from perron.text.reading import LINK_LENGTH

API_VERSION = 1
"""The level of Mastodon's API that is whole here (`api_versions`); clients switch on what belongs to it."""
SPEAKS = "4.2.0"
"""The version of Mastodon whose clients find everything they ask for."""
SOURCE = ""
"""Where the source of this server is; nothing is said until the project has a public home."""
MIME_TYPES = (
    *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm"),
    *("video/quicktime", "audio/mpeg", "audio/mp3", "audio/ogg", "audio/wav", "audio/x-wav", "audio/flac"),
    *("audio/aac", "audio/m4a", "audio/mp4"),
)

_USERS = Prepared(select(func.count()).select_from(users).where(users.c.state == const("active")))
_ACTIVE = Prepared(select(func.count()).select_from(users).where(users.c.seen_at >= bindparam("since")))
_WRITTEN = Prepared(
    select(func.coalesce(func.sum(accounts.c.posts_count), 0)).where(
        accounts.c.domain.is_(None), accounts.c.state == const("active")
    )
)
_PEERS = Prepared(select(accounts.c.domain).where(accounts.c.domain.is_not(None)).distinct())
_CONTACT = Prepared(
    select(memberships.c.account_id)
    .join(users, users.c.id == memberships.c.user_id)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(users.c.role == const("owner"), accounts.c.state == const("active"))
    .order_by(users.c.id, accounts.c.id)
    .limit(1)
)
_POSTS_BETWEEN = Prepared(
    select(func.count())
    .select_from(posts)
    .where(posts.c.id >= bindparam("first"), posts.c.id < bindparam("end"), posts.c.here, posts.c.boost_of_id.is_(None))
)
_USERS_BETWEEN = Prepared(
    select(func.count()).select_from(users).where(users.c.id >= bindparam("first"), users.c.id < bindparam("end"))
)
_SEEN_BETWEEN = Prepared(
    select(func.count())
    .select_from(users)
    .where(users.c.seen_at >= bindparam("since"), users.c.seen_at < bindparam("to"))
)

_counted: WeakKeyDictionary[Store, dict[str, tuple[int, Any]]] = WeakKeyDictionary()


def counted(store: Store, db: Db, what: str, lasts: int) -> Any:
    """`stats`, `peers` or `activity`; counting them takes a while, so an answer holds for `lasts` milliseconds."""
    kept = _counted.setdefault(store, {})
    at, value = kept.get(what, (0, None))
    if now() - at > lasts:
        value = _COUNTS[what](db)
        kept[what] = (now(), value)
    return value


def _stats(db: Db) -> dict[str, int]:
    return {
        "users": db.value(_USERS),
        "posts": int(db.value(_WRITTEN)),
        "domains": len(db.all(_PEERS)),
        "active": db.value(_ACTIVE, since=now() - 30 * DAY),
    }


def _peers(db: Db) -> list[str]:
    return sorted(db.column(_PEERS))


def _activity(db: Db) -> list[dict[str, str]]:
    """Twelve weeks, the present one first; somebody counts as signed in for the week in which they were last seen."""
    today = now() // DAY
    monday = (today - (today + 3) % 7) * DAY
    found = []
    for start in range(monday, monday - 12 * 7 * DAY, -7 * DAY):
        end = start + 7 * DAY
        window = {"first": first_id_at(start), "end": first_id_at(end)}
        found.append(
            {
                "week": str(start // SECOND),
                "statuses": str(db.value(_POSTS_BETWEEN, **window)),
                "logins": str(db.value(_SEEN_BETWEEN, since=start, to=end)),
                "registrations": str(db.value(_USERS_BETWEEN, **window)),
            }
        )
    return found


_COUNTS = {"stats": _stats, "peers": _peers, "activity": _activity}


def version() -> str:
    """`4.2.0 (compatible; Perron 0.1.0)`: clients read the number in front."""
    return f"{SPEAKS} (compatible; Perron {VERSION})"


def instance_v1(settings: Settings, links: Links, store: Store, db: Db) -> dict[str, Any]:
    """The server as older clients read it."""
    stats = counted(store, db, "stats", MINUTE)
    return {
        "uri": links.domain,
        "title": settings.title,
        "short_description": settings.description,
        "description": settings.description,
        "email": settings.contact,
        "version": version(),
        "urls": {"streaming_api": links.streaming},
        "stats": {"user_count": stats["users"], "status_count": stats["posts"], "domain_count": stats["domains"]},
        "thumbnail": thumbnail(settings, links),
        "languages": [settings.locale],
        "registrations": may_join(settings),
        "approval_required": settings.registration == "approval",
        "invites_enabled": settings.registration == "invitation",
        "configuration": _limits(settings),
        "contact_account": _contact(links, db),
        "rules": rules(settings, db),
    }


def instance_v2(settings: Settings, links: Links, store: Store, db: Db) -> dict[str, Any]:
    """The server as clients of today read it."""
    stats = counted(store, db, "stats", MINUTE)
    return {
        "domain": links.domain,
        "title": settings.title,
        "version": version(),
        "source_url": SOURCE,
        "description": settings.description,
        "usage": {"users": {"active_month": stats["active"]}},
        "thumbnail": {"url": thumbnail(settings, links), "blurhash": None, "versions": {}},
        "icon": [{"src": icon(links), "size": "180x180"}],
        "languages": [settings.locale],
        "configuration": {
            "urls": {
                "streaming": links.streaming,
                "status": None,
                "about": f"{links.origin}/about",
                "privacy_policy": None,
                "terms_of_service": None,
            },
            "vapid": {"public_key": own_vapid(settings.data)[1]},
            **_limits(settings),
            "translation": {"enabled": False},
        },
        "registrations": {
            "enabled": may_join(settings),
            "approval_required": settings.registration == "approval",
            "reason_required": False,
            "message": None,
            "min_age": None,
            "url": f"{links.origin}/sign-up" if may_join(settings) else None,
        },
        "api_versions": {"mastodon": API_VERSION},
        "contact": {"email": settings.contact, "account": _contact(links, db)},
        "rules": rules(settings, db),
    }


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "accounts": {
            "max_featured_tags": MOST_FEATURED,
            "max_pinned_statuses": MOST_PINS,
            "max_display_name_length": LONGEST_NAME,
            "max_note_length": LONGEST_NOTE,
            "max_profile_fields": MOST_FIELDS,
            "profile_field_name_limit": LONGEST_FIELD,
            "profile_field_value_limit": LONGEST_FIELD,
        },
        "statuses": {
            "max_characters": settings.post_max_chars,
            "max_media_attachments": settings.media_max_files,
            "characters_reserved_per_url": LINK_LENGTH,
            "supported_mime_types": ["text/plain"],
        },
        "media_attachments": {
            "supported_mime_types": list(MIME_TYPES),
            "description_limit": MAX_DESCRIPTION,
            "image_size_limit": settings.image_max_bytes,
            "image_matrix_limit": settings.image_max_pixels,
            "video_size_limit": settings.video_max_bytes,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": MAX_AREA,
        },
        "polls": {
            "max_options": settings.poll_max_options,
            "max_characters_per_option": LONGEST_OPTION,
            "min_expiration": SHORTEST // SECOND,
            "max_expiration": LONGEST // SECOND,
        },
    }


def may_join(settings: Settings) -> bool:
    """Whether an app may offer to join: by itself or with approval, but not where an invitation is needed."""
    return settings.registration in ("open", "approval")


def rules(settings: Settings, db: Db) -> list[dict[str, str]]:
    """The rules of this server, in order."""
    return [{"id": str(one.id), "text": one.text, "hint": one.hint} for one in rules_of(db, settings)]


def thumbnail(settings: Settings, links: Links) -> str:
    """A picture that stands for this server: the one its owner chose, or the mark."""
    return links.file(settings.picture) if settings.picture else icon(links)


def icon(links: Links) -> str:
    """The mark of this server on a tile."""
    return f"{links.origin}/apple-touch-icon.png"


def _contact(links: Links, db: Db) -> Any:
    account_id = db.value(_CONTACT)
    found = accounts_json(links, db, [account_id]) if account_id else []
    return json.decode(found[0]) if found else None
