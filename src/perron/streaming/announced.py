"""Announcements, as all who listen to their own stream hear of them. The same text for everybody: whether one has read
them or reacted is not in it."""

from perron.entities.announcements import announcements_shown
from perron.entities.shapes.announcements import ReactionCount
from perron.entities.site import Site
from perron.kit import json
from perron.moderation.announcements import find_announcement, is_shown
from perron.moderation.reactions import count_reactions
from perron.store import Db
from perron.streaming.hub import Hub


def announced(site: Site, hub: Hub, db: Db, announcement_id: int) -> None:
    """Something is announced, or says something else now."""
    found = find_announcement(db, announcement_id) if is_shown(db, announcement_id) else None
    if found is not None:
        (shown,) = announcements_shown(site.links, db, [found], None)
        _to_all(hub, "announcement", json.encode(shown))


def reacted(site: Site, hub: Hub, db: Db, announcement_id: int, name: str) -> None:
    """Somebody has reacted to an announcement, or taken it back."""
    count = count_reactions(db, announcement_id, name)
    told: ReactionCount = {"name": name, "count": count, "announcement_id": str(announcement_id)}
    _to_all(hub, "announcement.reaction", json.encode(told))


def withdrawn(site: Site, hub: Hub, db: Db, announcement_id: int) -> None:
    """Something is announced no more."""
    _to_all(hub, "announcement.delete", str(announcement_id))


def _to_all(hub: Hub, event: str, payload: str | bytes) -> None:
    frames: dict[object, str] = {}
    for key in hub.heard_keys():
        if key.startswith("user:"):
            hub.send(key, event, payload, frames=frames)
