"""Outlets as programs and pages read them."""

from pathlib import Path

from perron.entities.links import Links
from perron.entities.shapes import outlets as shapes
from perron.kit import json
from perron.kit.time import iso
from perron.store import Db
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.keep import address_of
from perron.suite.atelier.outlets.model import FEED, MAIL, WEBHOOK, Delivery, Outlet, Preview, Reader


def outlet_entity(links: Links, db: Db, data: Path, one: Outlet) -> shapes.Outlet:
    """One outlet."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "name": one.name,
        "state": one.state,
        "why": one.why or None,
        "url": url_of(links, data, one) or None,
        "tells": [*one.told],
        "open": one.open,
        "failing_since": iso(one.failing_since) if one.failing_since is not None else None,
        "readers_count": queries.count_readers(db, one.id) if one.kind == MAIL else None,
    }


def url_of(links: Links, data: Path, one: Outlet) -> str:
    """Where it is: a webhook, a feed, or the page on which one asks to be on a list."""
    if one.kind == WEBHOOK:
        return one.url
    if one.kind == FEED:
        return f"{links.origin}/feeds/{address_of(data, one)}.rss"
    return f"{links.origin}/letters/{one.id}" if one.open else ""


def delivery_entity(db: Db, one: Delivery) -> shapes.Delivery:
    """What went to one receiver."""
    reader = queries.reader_as_stored(db, one.reader_id) if one.reader_id else None
    return {
        "id": str(one.id),
        "outlet_id": str(one.outlet_id),
        "type": one.type,
        "status_ids": json.decode(one.posts),
        "to": reader.email if reader else None,
        "state": one.state,
        "tries": one.tries,
        "status": one.status or None,
        "said": one.said or None,
        "next_try_at": iso(one.due) if one.due is not None else None,
        "at": iso(one.changed_at),
    }


def reader_entity(one: Reader) -> shapes.OutletReader:
    """Somebody on a list."""
    state = "left" if one.left_at else "confirmed" if one.reads else "asked"
    return {"id": str(one.id), "email": one.email, "state": state}


def preview_entity(one: Outlet, made: Preview) -> shapes.OutletPreview:
    """What an outlet would make of something."""
    return {
        "outlet_id": str(one.id),
        "kind": one.kind,
        "name": one.name,
        "title": made.title,
        "text": made.text,
        "length": made.length,
        "receivers": made.receivers,
    }
