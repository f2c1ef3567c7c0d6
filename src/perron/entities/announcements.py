"""Announcements as clients read them."""

from typing import Any

from perron.entities.emojis import emojis_in
from perron.entities.links import Links
from perron.kit.time import iso
from perron.moderation.announcements import Announcement
from perron.store import Db
from perron.text.html import to_html
from perron.text.reading import read


def announcement_entity(links: Links, db: Db, one: Announcement, read_already: bool) -> dict[str, Any]:
    """One announcement, its words written as those of a post."""
    return {
        "id": str(one.id),
        "content": announced_html(links, one.text),
        "starts_at": _at(one.starts_at),
        "ends_at": _at(one.ends_at),
        "all_day": one.all_day,
        "published_at": _at(one.published_at),
        "updated_at": _at(one.changed_at or one.published_at),
        "read": read_already,
        "mentions": [],
        "statuses": [],
        "tags": [{"name": tag.name, "url": links.tag(tag.key)} for tag in read(one.text).tags],
        "emojis": emojis_in(links, db, one.text),
        "reactions": [],
    }


def announced_html(links: Links, text: str) -> str:
    """The words of an announcement as HTML."""
    return to_html(read(text), people={}, tag_url=links.tag_prefix)


def _at(ms: int | None) -> str | None:
    return iso(ms) if ms is not None else None
