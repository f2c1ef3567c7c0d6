"""This server as clients read it. What is claimed here is true: a client believes it without asking again."""

from functools import lru_cache
from pathlib import Path
from typing import cast

from sqlalchemy import select

from perron.entities.accounts import account_entity
from perron.entities.counted import counted
from perron.entities.links import Links
from perron.entities.shapes.about import Rule
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.instance import FeedAccess, Icon, Instance, Limits, Thumbnail, V1Instance
from perron.kit.errors import Refused
from perron.kit.later import later
from perron.kit.secrets import own_vapid
from perron.kit.settings import Settings
from perron.kit.time import MINUTE, SECOND
from perron.kit.version import VERSION
from perron.media.describe import MAX_DESCRIPTION
from perron.media.places import files_in
from perron.media.video import MAX_AREA
from perron.moderation.rules import rules as rules_of
from perron.people.profile import LONGEST_FIELD, LONGEST_NAME, LONGEST_NOTE, MOST_FIELDS
from perron.posts.favourite import MOST_PINS
from perron.posts.featured_tags import MOST_FEATURED
from perron.posts.polls import LONGEST, LONGEST_OPTION, SHORTEST
from perron.store import Db, Prepared, Store, const
from perron.store.tables import accounts, memberships, users
from perron.text.reading import LINK_LENGTH

with later(__name__):
    from perron.media.images import blur_of

API_VERSION = 10
"""The level of Mastodon's API that is whole here (`api_versions`); clients switch on what belongs to it."""
SPEAKS = "4.6.0"
"""The version of Mastodon whose clients find everything they ask for."""
SOURCE = ""
"""Where the source of this server is; nothing is said until the project has a public home."""
OPEN: FeedAccess = {"local": "public", "remote": "public"}
"""Who reads the timelines that are nobody's own: everybody."""
MIME_TYPES = (
    *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm"),
    *("video/quicktime", "audio/mpeg", "audio/mp3", "audio/ogg", "audio/wav", "audio/x-wav", "audio/flac"),
    *("audio/aac", "audio/m4a", "audio/mp4"),
)

_CONTACT = Prepared(
    select(memberships.c.account_id)
    .join(users, users.c.id == memberships.c.user_id)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(users.c.role == const("owner"), accounts.c.state == const("active"))
    .order_by(users.c.id, accounts.c.id)
    .limit(1)
)


def version() -> str:
    """`4.6.0 (compatible; Perron 0.1.0)`: clients read the number in front."""
    return f"{SPEAKS} (compatible; Perron {VERSION})"


def instance_v1(settings: Settings, links: Links, store: Store, db: Db) -> V1Instance:
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
        "invites_enabled": settings.may_invite == "everybody",
        "configuration": _limits(settings),
        "contact_account": _contact(links, db),
        "rules": rules(settings, db),
    }


def instance_v2(settings: Settings, links: Links, store: Store, db: Db) -> Instance:
    """The server as clients of today read it."""
    stats = counted(store, db, "stats", MINUTE)
    return {
        "domain": links.domain,
        "title": settings.title,
        "version": version(),
        "source_url": SOURCE,
        "description": settings.description,
        "usage": {"users": {"active_month": stats["active"]}},
        "thumbnail": _thumbnail(settings, links),
        "icon": _icons(links),
        "languages": [settings.locale],
        "configuration": {
            "urls": {
                "streaming": links.streaming,
                "status": None,
                "about": f"{links.origin}/about",
                "privacy_policy": f"{links.origin}/privacy",
                "terms_of_service": f"{links.origin}/terms" if settings.terms else None,
            },
            "vapid": {"public_key": own_vapid(settings.data)[1]},
            **_limits(settings),
            "translation": {"enabled": bool(settings.translate_url)},
            "timelines_access": {"live_feeds": OPEN, "hashtag_feeds": OPEN, "trending_link_feeds": OPEN},
            "limited_federation": False,
        },
        "registrations": {
            "enabled": may_join(settings),
            "approval_required": settings.registration == "approval",
            "reason_required": False,
            "message": None,
            "min_age": settings.min_age or None,
            "url": None,
        },
        "api_versions": {"mastodon": API_VERSION},
        "wrapstodon": None,
        "contact": {"email": settings.contact, "account": _contact(links, db)},
        "rules": rules(settings, db),
    }


def _limits(settings: Settings) -> Limits:
    return {
        "accounts": {
            "max_featured_tags": MOST_FEATURED,
            "max_pinned_statuses": MOST_PINS,
            "max_display_name_length": LONGEST_NAME,
            "max_note_length": LONGEST_NOTE,
            "max_avatar_description_length": MAX_DESCRIPTION,
            "max_header_description_length": MAX_DESCRIPTION,
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


def rules(settings: Settings, db: Db) -> list[Rule]:
    """The rules of this server, in order; each is said in one language."""
    return [
        {"id": str(one.id), "text": one.text, "hint": one.hint, "translations": {}} for one in rules_of(db, settings)
    ]


def thumbnail(settings: Settings, links: Links) -> str:
    """A picture that stands for this server: the one its owner chose, or the mark."""
    return links.file(settings.picture) if settings.picture else icon(links)


def _thumbnail(settings: Settings, links: Links) -> Thumbnail:
    url = thumbnail(settings, links)
    if not settings.picture:
        return {"url": url}
    return {"url": url, "description": "", "blurhash": _blurhash(settings), "versions": {"@1x": url}}


def _blurhash(settings: Settings) -> str | None:
    path = files_in(settings).at_hand(settings.picture)
    return _blurred(path, settings.image_max_pixels) if path else None


@lru_cache(4)
def _blurred(path: Path, max_pixels: int) -> str | None:
    try:
        return blur_of(path.read_bytes(), max_pixels=max_pixels)
    except Refused:  # it was taken in under other limits
        return None


def _icons(links: Links) -> list[Icon]:
    tiles = [Icon(src=f"{links.origin}/icons/{size}.png", size=f"{size}x{size}") for size in (192, 512)]
    return [Icon(src=icon(links), size="180x180"), *tiles]


def icon(links: Links) -> str:
    """The mark of this server on a tile."""
    return f"{links.origin}/apple-touch-icon.png"


def _contact(links: Links, db: Db) -> Account | None:
    account_id = db.value(_CONTACT)
    return cast(Account, account_entity(links, db, account_id)) if account_id else None
