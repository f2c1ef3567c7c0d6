"""Pictures, drop-boxes and imports as clients read them."""

from collections.abc import Sequence
from typing import Any

from perron.entities.links import Links
from perron.entities.media import media_entity
from perron.kit.ids import born
from perron.kit.time import iso, now
from perron.media.queries import media_as_stored
from perron.store import Db
from perron.suite.atelier.bank.model import Box, Import, Item, Term
from perron.suite.atelier.bank.say import say_day
from perron.text.vague import say_vague

Entity = dict[str, Any]


def item_entities(links: Links, db: Db, items: Sequence[Item], locale: str) -> list[Entity]:
    """Pictures with their files; those whose files are gone are left out."""
    return [made for one in items if (made := item_entity(links, db, one, locale)) is not None]


def item_entity(links: Links, db: Db, one: Item, locale: str) -> Entity | None:
    """A picture with its file."""
    media = media_as_stored(db, one.id)
    if media is None:
        return None
    about = one.about
    said = ("credit", "place", "caption", "alt", "album", "note", "usable_by")
    return {
        "id": str(one.id),
        "kind": media.kind,
        "shape": one.shape or None,
        "name": one.name,
        **{name: getattr(about, name) for name in said},
        "people": list(about.people),
        "tags": list(about.tags),
        "date": date_entity(one, locale),
        "usable_until": say_day(about.usable_until) or None,
        "sender": one.sender,
        "uses_count": one.uses_count,
        "added_at": iso(born(one.id)),
        "media": media_entity(links, media) | {"description": about.alt or None},
    }


def date_entity(one: Item, locale: str) -> Entity | None:
    """The date of a picture, kept and in words."""
    edtf = one.about.date
    if not edtf:
        return None
    days = {"begins": say_day(one.begins), "ends": say_day(one.ends)}
    return {"edtf": edtf, "text": say_vague(edtf, "fr" if locale == "fr" else "en"), **days}


def term_entity(one: Term) -> Entity:
    """A name and in how many pictures it is."""
    return {"name": one.name, "items_count": one.items_count}


def box_entity(links: Links, one: Box) -> Entity:
    """A drop-box with its link."""
    return {
        "id": str(one.id),
        **{name: getattr(one, name) for name in ("name", "word", "credit", "place", "most", "taken")},
        "tags": list(one.tags),
        "url": box_link(links, one.code),
        "open": one.is_open(now()),
        "expires_at": iso(one.expires_at),
    }


def box_link(links: Links, code: str) -> str:
    """Where a drop-box is opened on a phone."""
    return f"{links.origin}/drop/{code}"


def import_entity(one: Import) -> Entity:
    """How far an import is."""
    names = ("kind", "state", "name", "of", "done", "added", "doubles", "wrong")
    return {"id": str(one.id), **{name: getattr(one, name) for name in names}}
